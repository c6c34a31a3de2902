"""What takes something away is asked once, and can be undone for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.ask_once import KEEP, UNDO_WITHIN, asking, done, undoing
from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.text import buttons_of

t, _ = words("causerie")
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_the_question_has_two_buttons_and_the_second_changes_nothing() -> None:
    yes, keep = buttons_of(asking(t("This takes it away."), t("Yes, remove it"), "remove", "b1"))

    assert (yes.action, yes.value, keep.action) == ("remove", "b1", KEEP)


@pytest.mark.parametrize("later", [timedelta(), UNDO_WITHIN])
def test_it_can_be_undone_for_a_day(later: timedelta) -> None:
    (undo,) = buttons_of(done(t("It is gone."), "undo", "b1 and more", NOW))

    assert undo.action == "undo"
    assert undoing(undo.value, NOW + later) == "b1 and more"


def test_after_a_day_it_cannot() -> None:
    (undo,) = buttons_of(done(t("It is gone."), "undo", "b1", NOW))

    with pytest.raises(UserError):
        undoing(undo.value, NOW + UNDO_WITHIN + timedelta(seconds=1))
