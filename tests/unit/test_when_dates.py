from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import UserError
from bot.core.i18n import Catalogues, voice
from bot.core.model import Language
from bot.core.schedule import future_day

SUNDAY = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
LANGUAGES: tuple[Language, ...] = ("en", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("1 december", date(2026, 12, 1)),
        ("December 1st", date(2026, 12, 1)),
        ("1er décembre", date(2026, 12, 1)),
        ("1 decembre 2027", date(2027, 12, 1)),
        ("le 3 janvier", date(2027, 1, 3)),
        ("vendredi 4 décembre", date(2026, 12, 4)),
        ("monday", date(2026, 11, 23)),
        ("Lundi", date(2026, 11, 23)),
        ("next sunday", date(2026, 11, 29)),
        ("lundi prochain", date(2026, 11, 23)),
        ("tomorrow", date(2026, 11, 23)),
        ("demain", date(2026, 11, 23)),
        ("après-demain", date(2026, 11, 24)),
        ("in two weeks", date(2026, 12, 6)),
        ("dans deux semaines", date(2026, 12, 6)),
        ("in 3 days", date(2026, 11, 25)),
        ("la semaine prochaine", date(2026, 11, 29)),
        ("29 february", date(2028, 2, 29)),
        ("2028-11-22", date(2028, 11, 22)),
    ],
)
def test_people_name_days_in_both_languages(typed: str, day: date, language: Language) -> None:
    assert future_day(typed, SUNDAY, "America/Toronto", language) == day


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("xyzzy", "I do not understand xyzzy as a day. Write for instance 2026-12-06, "),
        ("3/4/2027", "I do not understand"),
        ("12", "I do not understand"),
        ("may", "I do not understand"),
        ("2026-02-30", "I do not understand"),
        ("30 february", "I do not understand"),
        ("vendredi 5 décembre", "I do not understand"),
        ("15 december 10:00", "I do not understand"),
        ("in 2 hours", "I do not understand"),
        ("x" * 10_000, "I do not understand xxx"),
        ("today", "Choose a day after today, for instance 2026-12-06."),
        ("yesterday", "Choose a day after today"),
        ("2026-11-22", "Choose a day after today"),
        ("1 december 2025", "Choose a day after today"),
        ("il y a 2 semaines", "Choose a day after today"),
        ("2028-11-23", "2028-11-23 is more than two years away. Write a nearer day, for instance 2026-12-06."),
        ("in 3 years", "in 3 years is more than two years away."),
    ],
)
def test_nonsense_and_the_past_are_refused_with_an_example(typed: str, reason: str) -> None:
    with pytest.raises(UserError) as refused:
        future_day(typed, SUNDAY, "America/Toronto", "en")
    sentence = Catalogues({}).sentence(refused.value.text.blocks[0].children[0], voice("en"))  # type: ignore[union-attr]
    assert sentence.startswith(reason)


def test_today_is_that_of_the_zone() -> None:
    assert future_day("tomorrow", SUNDAY, "Asia/Tokyo", "en") == date(2026, 11, 24)


def test_two_years_from_a_leap_day() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert future_day("2030-03-01", leap, "UTC", "en") == date(2030, 3, 1)
    with pytest.raises(UserError):
        future_day("2030-03-02", leap, "UTC", "en")


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - naive bounds
    st.integers(1, 700),
)
def test_a_date_to_come_is_that_date(now: datetime, ahead: int) -> None:
    day = now.date() + timedelta(days=ahead)
    assert future_day(day.isoformat(), now, "UTC", "fr") == day


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_anything_is_a_day_to_come_or_refused(text: str, language: Language) -> None:
    with suppress(UserError):
        assert date(2026, 11, 22) < future_day(text, SUNDAY, "UTC", language) <= date(2028, 11, 22)
