from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.typography import french


@pytest.mark.parametrize(
    ("text", "france", "canada"),
    [
        ("Quoi ?", "Quoi\u202f?", "Quoi?"),
        ("Quoi?", "Quoi\u202f?", "Quoi?"),
        ("Quoi ?!", "Quoi\u202f?!", "Quoi?!"),
        ("Bienvenue !", "Bienvenue\u202f!", "Bienvenue!"),
        ("un ; deux", "un\u202f; deux", "un; deux"),
        ("Voici : un", "Voici\u00a0: un", "Voici\u00a0: un"),
        ("Voici: un", "Voici\u00a0: un", "Voici\u00a0: un"),
        ("« mot »", "«\u00a0mot\u00a0»", "«\u00a0mot\u00a0»"),
        ("«mot» ?", "«\u00a0mot\u00a0»\u202f?", "«\u00a0mot\u00a0»?"),
        ("50 % de 5$", "50\u00a0% de 5\u00a0$", "50\u00a0% de 5\u00a0$"),
        ("l'heure", "l’heure", "l’heure"),
        ("à 14:30", "à 14:30", "à 14:30"),
        ("à 14 h 30, 9 h", "à 14\u00a0h\u00a030, 9\u00a0h", "à 14\u00a0h\u00a030, 9\u00a0h"),
        ("(?) :)", "(?) :)", "(?) :)"),
        ("http://x.org/a?b=c;d:e'f !", "http://x.org/a?b=c;d:e'f\u202f!", "http://x.org/a?b=c;d:e'f!"),
        ("écrire à l'a@b.org ?", "écrire à l'a@b.org\u202f?", "écrire à l'a@b.org?"),
        (" ?", "\u202f?", "?"),
    ],
)
def test_spaces_and_apostrophes_are_those_of_the_country(text: str, france: str, canada: str) -> None:
    assert french(text, "fr_FR") == france
    assert french(text, "fr_CA") == canada


PIECES = [*"aé1 :;!?'’«»%$€()…@.\n", "\u00a0", "\u202f", "30", " h ", "http://"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from(["fr_FR", "fr_CA"]))
@example("a:http:// ;", "fr_CA")
def test_twice_is_once_and_nothing_but_spaces_and_apostrophes_changes(text: str, locale: str) -> None:
    once = french(text, locale)
    assert french(once, locale) == once
    assert "".join(once.split()).replace("'", "’") == "".join(text.split()).replace("'", "’")
