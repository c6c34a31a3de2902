"""When questions are due, worked out anew from the rules' words: rhythm, local hour, public holidays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from benchmarks.year.town import Home, Rhythm

DAY = timedelta(days=1)
FARTHEST = 14
"""How many days a question moves at most."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A question is due at ``at`` (UTC), for the local ``day`` that the rhythm gives, before any move."""

    day: date
    at: datetime


def occasions(home: Home, rhythm: Rhythm, since: datetime, until: datetime) -> Iterator[Occasion]:
    """Yield what is due after ``since``, up to ``until``."""
    first = since.astimezone(ZoneInfo(home.zone)).date() - FARTHEST * DAY
    last = until.astimezone(ZoneInfo(home.zone)).date() + 32 * DAY
    span = (first + n * DAY for n in range((last - first).days))
    for day, following in pairwise(d for d in span if _is_day(rhythm, d)):
        placed = _placed(home, day, following)
        if placed is not None:
            at = datetime.combine(placed, rhythm.at, ZoneInfo(home.zone)).astimezone(UTC)
            if since < at <= until:
                yield Occasion(day, at)


def is_holiday(home: Home, day: date) -> bool:
    """Whether it is a public holiday there."""
    return day in _calendar(home.region)


def _is_day(rhythm: Rhythm, day: date) -> bool:
    if day.weekday() not in rhythm.days:
        return False
    if rhythm.nth is not None:
        return (day.day - 1) // 7 + 1 == rhythm.nth
    if rhythm.start is not None:
        weeks = (day - rhythm.start).days // 7
        return weeks >= 0 and weeks % rhythm.every == 0
    return True


def _placed(home: Home, day: date, following: date) -> date | None:
    """Return the day on which it takes place: not on a holiday, unless those are ignored; None when it does not."""
    if home.policy == "ignore" or not is_holiday(home, day):
        return day
    if home.policy == "skip":
        return None
    ahead = (day + n * DAY for n in range(1, FARTHEST + 1))
    free = (d for d in ahead if d < following and d.weekday() not in (5, 6) and not is_holiday(home, d))
    return next(free, None)


@cache
def _calendar(region: str) -> HolidayBase:
    country, _, part = region.partition("-")
    return country_holidays(country, subdiv=part or None)
