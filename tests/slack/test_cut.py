from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.cut import shortened, split, trimmed
from adapters.slack.runs import Run, said, size
from bot.core.model import MemberId
from bot.core.text import Mention

ANA = Run("@Ana", of=Mention(MemberId("U1")))
BOLD = frozenset({"bold"})


@pytest.mark.parametrize(
    ("words", "limit", "expected"),
    [
        ("one\ntwo three", 9, "one\n"),
        ("a\ntwo three four", 12, "a\ntwo three "),
        ("One. Two three", 12, "One. "),
        ("Un\u202f! «\u00a0Deux\u00a0» trois", 14, "Un\u202f! "),
        ("insécable\u00a0: mot", 12, "insécable\u00a0: "),
        ("unbreakable", 4, "unbr"),
        ("one", 9, "one"),
    ],
)
def test_words_part_at_a_line_a_sentence_or_a_word(words: str, limit: int, expected: str) -> None:
    head, tail = split((Run(words),), limit)
    assert said(head) == expected
    assert said((*head, *tail)) == words


@pytest.mark.parametrize(
    ("runs", "limit", "expected"),
    [
        ((Run("one two three"),), 10, (Run("one two…"),)),
        ((Run("one, two, three"),), 10, (Run("one, two…"),)),
        ((Run("a unbreakable"),), 8, (Run("a unbre…"),)),
        ((Run("one"),), 9, (Run("one…"),)),
        ((Run("one "), Run("two three", BOLD)), 9, (Run("one "), Run("two…", BOLD))),
        ((Run("hello "), ANA, Run(" there")), 9, (Run("hello…"),)),
        ((Run("hi "), ANA, Run(" there you are")), 12, (Run("hi "), ANA, Run("…"))),
    ],
)
def test_what_is_shortened_ends_in_an_ellipsis(runs: tuple[Run, ...], limit: int, expected: tuple[Run, ...]) -> None:
    assert shortened(runs, limit) == expected


def test_blanks_are_trimmed_and_people_kept() -> None:
    assert trimmed((Run(" \n"), Run(" a "), Run("b ", BOLD), Run("\n"))) == (Run("a "), Run("b", BOLD))
    assert trimmed((Run(" "), ANA, Run(" "))) == (ANA,)
    assert trimmed((Run("  a\n"),), "\n") == (Run("  a"),)
    assert trimmed((Run(" "),)) == ()


_runs = st.lists(
    st.builds(Run, st.text("ab \n.é\u00a0", min_size=1, max_size=9)) | st.just(ANA), min_size=1, max_size=6
)


@given(_runs, st.integers(1, 30))
def test_both_halves_are_the_whole(runs: list[Run], limit: int) -> None:
    head, tail = split(runs, limit)
    assert said((*head, *tail)) == said(runs)
    assert head
    assert size(head) <= max(limit, len(ANA.words))
    assert sum(run == ANA for run in (*head, *tail)) == runs.count(ANA)


@given(_runs, st.integers(5, 30))
def test_what_is_shortened_is_short(runs: list[Run], limit: int) -> None:
    short = shortened(runs, limit)
    assert size(short) <= limit
    assert said(short).endswith("…")
