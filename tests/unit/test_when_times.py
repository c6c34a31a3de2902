"""Times of day, as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import schedule
from bot.core.errors import UserError


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("19:00", time(19)),
        ("19 h", time(19)),
        ("19\u00a0h\u00a030", time(19, 30)),
        ("à 8 h", time(8)),
        ("8", time(8)),
        ("08.15", time(8, 15)),
        ("7 pm", time(19)),
        ("7:30 p.m.", time(19, 30)),
        ("12 am", time()),
        ("12pm", time(12)),
        ("midnight", time()),
        ("Minuit", time()),
        ("noon", time(12)),
        ("8 heures", time(8)),
    ],
)
def test_a_time_is_understood(typed: str, at: time) -> None:
    assert schedule.time_of_day(typed) == at


@pytest.mark.parametrize(
    "typed", ["", "25:00", "24:00", "9:60", "9:5", "13 pm", "0 am", "soon", "19h00h", "1234", "x" * 99]
)
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UserError):
        schedule.time_of_day(typed)


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_every_time_comes_back_as_it_is_written(at: time) -> None:
    assert schedule.time_of_day(f"{at:%H:%M}") == at
    assert schedule.time_of_day(f"{at.hour} h {at:%M}") == at


@given(st.text())
def test_whatever_is_typed_is_a_time_or_refused(typed: str) -> None:
    with suppress(UserError):
        assert schedule.time_of_day(typed).second == 0
