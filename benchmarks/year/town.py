"""The communities of the year: where they are, what they speak, and what their coordinators set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core.model import Language, Stage

BEGIN = datetime(2026, 11, 23, 14, tzinfo=UTC)
"""A Monday, at which the year begins."""
YEAR = 52
"""In weeks."""
WORKSPACE = "T1"
Policy = Literal["move", "skip", "ignore"]
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a question is asked: as a coordinator types it, and what that means. Days of the week: 0 is Monday."""

    typed: str
    days: tuple[int, ...]
    at: time
    every: int = 1
    nth: int | None = None
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A community: ``channel`` is the platform's id, ``share`` its weight among the members.

    ``nagged``: every day. ``shared``: two people coordinate it.
    """

    channel: str
    name: str
    language: Language
    zone: str
    region: str
    rhythm: Rhythm
    policy: Policy = "move"
    stage: Stage | None = None
    bilingual: bool = False
    second: Rhythm | None = None
    nagged: bool = False
    shared: bool = False
    share: int = 1


_PLACES: tuple[tuple[str, Language, str, str], ...] = (
    ("Paris", "fr", "Europe/Paris", "FR"),
    ("Montréal", "fr", "America/Toronto", "CA-QC"),
    ("London", "en", "Europe/London", "GB-ENG"),
    ("Sydney", "en", "Australia/Sydney", "AU-NSW"),
    ("Kolkata", "en", "Asia/Kolkata", "IN"),
    ("Los Angeles", "en", "America/Los_Angeles", "US-CA"),
    ("São Paulo", "en", "America/Sao_Paulo", "BR-SP"),
    ("Auckland", "en", "Pacific/Auckland", "NZ"),
)
STAGES: tuple[Stage, ...] = ("potential", "coalescing", "launch", "maturity", "renewal")
_EVERY_DAY = Rhythm(typed="weekdays 09:15", days=(0, 1, 2, 3, 4), at=time(9, 15))
_RHYTHMS = (
    Rhythm(typed="monday 09:00", days=(MONDAY,), at=time(9)),
    Rhythm(typed="mardi 14 h 30", days=(TUESDAY,), at=time(14, 30)),
    Rhythm(
        typed="every 2 weeks wednesday 10:00 from 2026-12-02",
        days=(WEDNESDAY,),
        at=time(10),
        every=2,
        start=date(2026, 12, 2),
    ),
    Rhythm(
        typed="every 2 weeks friday 08:30 from 2026-11-27",
        days=(FRIDAY,),
        at=time(8, 30),
        every=2,
        start=date(2026, 11, 27),
    ),
    Rhythm(typed="first thursday 16:00", days=(THURSDAY,), at=time(16), nth=1),
    Rhythm(typed="lundi 9 h", days=(MONDAY,), at=time(9)),
    Rhythm(
        typed="toutes les 2 semaines le jeudi 11 h à partir du 2026-12-03",
        days=(THURSDAY,),
        at=time(11),
        every=2,
        start=date(2026, 12, 3),
    ),
)
_SECOND = Rhythm(typed="friday 15:00", days=(FRIDAY,), at=time(15))
_POLICIES: tuple[Policy, ...] = ("move", "skip", "move", "ignore")
_SHARES = (140, 120, 100, 90, 80, 70, 60, 60, 50, 50, 45, 40, 40, 35, 30, 30, 20, 20, 12, 12)
_BILINGUAL = (1, 6)
_DAILY = 12
_SHARED = (0, 3, 7, 8)
_TWO_QUESTIONS = (2, 9, 17)


def town(count: int) -> Sequence[Home]:
    """Return the first ``count`` of twenty communities."""
    return [_home(number) for number in range(count)]


def _home(number: int) -> Home:
    place, language, zone, region = _PLACES[number % len(_PLACES)]
    return Home(
        channel=f"C{number}",
        name=f"{place} {number // len(_PLACES) + 1}",
        language=language,
        zone=zone,
        region=region,
        rhythm=_EVERY_DAY if number == _DAILY else _RHYTHMS[number % len(_RHYTHMS)],
        policy=_POLICIES[number % len(_POLICIES)],
        stage=(None, *STAGES)[number % (1 + len(STAGES))],
        bilingual=number in _BILINGUAL,
        second=_SECOND if number in _TWO_QUESTIONS else None,
        shared=number in _SHARED,
        nagged=number < len(_PLACES),
        share=_SHARES[number % len(_SHARES)],
    )


def local(at: datetime, zone: str) -> datetime:
    """Return an instant as clocks in a zone show it."""
    return at.astimezone(ZoneInfo(zone))


def dice(*of: object) -> Random:
    """Return chance that is the same for the same parts."""
    return Random("|".join(map(str, of)))  # noqa: S311 - the year must be the same again


def often(chance: Random, share: float) -> bool:
    """Whether it happens this time, as it does in this share of all times."""
    return chance.random() < share


def absences(seed: int, weeks: int) -> Sequence[tuple[datetime, datetime]]:
    """Return when the bot is off: some nights, and two days once in a while."""
    found: list[tuple[datetime, datetime]] = []
    for week in range(3, weeks, 9):
        chance = dice(seed, "away", week)
        since = BEGIN + timedelta(weeks=week, days=chance.randrange(7), hours=chance.randrange(24), minutes=20)
        found.append((since, since + (timedelta(hours=9) if week % 2 else timedelta(days=2))))
    return found
