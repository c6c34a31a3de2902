"""From a cadence to instants, keyed by local day, the same wherever the search begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from bot.core.schedule.cadence import Cadence
from bot.core.schedule.regions import FARTHEST_MOVE, Holidays
from bot.core.schedule.zones import at_local

BARREN = timedelta(days=3660)
_LOOK_BACK = FARTHEST_MOVE + 2
_NO_HOLIDAYS = Holidays()


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens from ``since`` up to, not including, ``until`` (both UTC)."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One firing. ``day`` is its key: the local day that the cadence gives, before any move; ``at`` is UTC.

    ``moved_from`` is ``day`` when a holiday moved it, else None.
    """

    day: date
    at: datetime
    moved_from: date | None = None


def occurrences(
    cadence: Cadence,
    zone: str,
    after: datetime,
    holidays: Holidays = _NO_HOLIDAYS,
    pauses: Sequence[Pause] = (),
) -> Iterator[Occurrence]:
    """Yield the firings strictly after ``after`` (aware), in order, each local day at most once.

    The search gives up, and the iterator ends, after ten years in which nothing fires.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no such zone.
    """
    last = after
    begin = after.astimezone(ZoneInfo(zone)).date() - timedelta(days=_LOOK_BACK)
    for day, following in pairwise(_days(cadence, begin)):
        placed = holidays.place(day, following)
        at = at_local(day, cadence.at, zone) if placed is None else at_local(placed, cadence.at, zone)
        if at - last > BARREN:
            return
        if placed and at > after and _exists(placed, zone) and not any(at in pause for pause in pauses):
            last = at
            yield Occurrence(day, at, None if placed == day else day)


def _exists(day: date, zone: str) -> bool:
    """Whether the day is in the calendar of ``zone``: Samoa jumped over one when it changed sides of the date line."""
    return at_local(day, time(), zone).astimezone(ZoneInfo(zone)).date() == day


def _days(cadence: Cadence, begin: date) -> Iterator[date]:
    """Yield the days of the cadence from ``begin`` on, none before its first day."""
    if cadence.nth:
        on = weekday(cadence.days.numbers[0], cadence.nth)
        rule = rrule(MONTHLY, byweekday=on, dtstart=datetime.combine(begin, time()))
    elif cadence.every > 1:
        period = timedelta(weeks=cadence.every)
        first = cadence.first_day
        start = max(first, first + -(-(begin - first) // period) * period)
        rule = rrule(WEEKLY, interval=cadence.every, dtstart=datetime.combine(start, time()))
    else:
        rule = rrule(DAILY, byweekday=cadence.days.numbers, dtstart=datetime.combine(begin, time()))
    for naive in rule:
        yield naive.date()
