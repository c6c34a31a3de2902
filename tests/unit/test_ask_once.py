"""What takes something away is asked once, and can be undone for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.ask_once import ASKED_WITHIN, KEEP, UNDO_WITHIN, asked, asking, done, undoing
from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.text import buttons_of

t, _ = words("causerie")
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_the_question_has_two_buttons_and_the_second_changes_nothing() -> None:
    yes, keep = buttons_of(asking(t("This takes it away."), t("Yes, remove it"), "remove", NOW, "b1"))

    assert (yes.action, keep.action) == ("remove", KEEP)
    assert asked(yes.value, NOW + ASKED_WITHIN) == "b1"
    with pytest.raises(UserError):
        asked(yes.value, NOW + ASKED_WITHIN + timedelta(seconds=1))


@pytest.mark.parametrize("later", [timedelta(), UNDO_WITHIN])
def test_it_can_be_undone_for_a_day(later: timedelta) -> None:
    (undo,) = buttons_of(done(t("It is gone."), "undo", "b1 and more", NOW))

    assert undo.action == "undo"
    assert undoing(undo.value, NOW + later) == "b1 and more"


def test_after_a_day_it_cannot() -> None:
    (undo,) = buttons_of(done(t("It is gone."), "undo", "b1", NOW))

    with pytest.raises(UserError):
        undoing(undo.value, NOW + UNDO_WITHIN + timedelta(seconds=1))


@pytest.mark.parametrize("value", ["", "x b1", "2026-11-23 b1", "9999-01-01T00:00:00+00:00 b1"])
def test_what_was_never_said_is_refused(value: str) -> None:
    for read in (asked, undoing):
        with pytest.raises(UserError):
            read(value, NOW)
