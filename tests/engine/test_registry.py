"""The rituals that are installed are put into one house; names that clash are refused at start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.i18n import words
from bot.engine import governance
from bot.engine.registry import NameTakenError, Registry
from tests.engine.planted import Planted

t, _ = words("planted")


def test_the_built_in_ritual_is_offered_to_nobody() -> None:
    registry = Registry.of((governance.ritual, Planted("notes").ritual(), Planted("bare").ritual()))

    assert [r.name for r in registry.offered] == ["notes", "bare"]


def test_two_rituals_of_one_name_are_refused() -> None:
    with pytest.raises(NameTakenError, match="notes"):
        Registry.of((Planted("notes").ritual(), Planted("notes").ritual()))


def test_two_texts_of_one_name_are_refused() -> None:
    notes = replace(Planted("notes").ritual(), texts={"closed": t("Closed")})

    with pytest.raises(NameTakenError, match="closed"):
        Registry.of((governance.ritual, notes))
