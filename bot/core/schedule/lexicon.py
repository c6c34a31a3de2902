"""The words of rhythms and days in English and French, and how what people type is compared with them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.core.folding import flat

LONGEST = 80
_CLOSE = 70
_TELLS_NOTHING = 3


class Days(StrEnum):
    """The days on which a cadence fires: one weekday, Monday to Friday, or all of them."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    WEEKDAYS = "weekdays"
    EVERY_DAY = "every day"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The days of the week, 0 is Monday."""
        match self:
            case Days.WEEKDAYS:
                return (0, 1, 2, 3, 4)
            case Days.EVERY_DAY:
                return (0, 1, 2, 3, 4, 5, 6)
            case _:
                return (WEEK.index(self),)


WEEK = tuple(Days)[:7]
_FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SHORT = {"tues": Days.TUESDAY, "thur": Days.THURSDAY, "thurs": Days.THURSDAY}

FULL_DAY: dict[str, Days] = {day.value: day for day in WEEK} | dict(zip(_FRENCH, WEEK, strict=True))
DAY: dict[str, Days] = (
    FULL_DAY
    | {f"{word}s": day for word, day in FULL_DAY.items()}
    | {word[:3]: day for word, day in FULL_DAY.items()}
    | _SHORT
)
GROUP: dict[str, Days] = {
    "every day": Days.EVERY_DAY,
    "each day": Days.EVERY_DAY,
    "daily": Days.EVERY_DAY,
    "chaque jour": Days.EVERY_DAY,
    "tous les jours": Days.EVERY_DAY,
    "weekdays": Days.WEEKDAYS,
    "on weekdays": Days.WEEKDAYS,
    "every weekday": Days.WEEKDAYS,
    "en semaine": Days.WEEKDAYS,
    "du lundi au vendredi": Days.WEEKDAYS,
    "monday to friday": Days.WEEKDAYS,
    "from monday to friday": Days.WEEKDAYS,
}
LAST = -1
ORDINAL: dict[str, int] = {
    "first": 1,
    "1st": 1,
    "premier": 1,
    "1er": 1,
    "second": 2,
    "2nd": 2,
    "deuxieme": 2,
    "2e": 2,
    "third": 3,
    "3rd": 3,
    "troisieme": 3,
    "3e": 3,
    "fourth": 4,
    "4th": 4,
    "quatrieme": 4,
    "4e": 4,
    "last": LAST,
    "dernier": LAST,
}
TOO_FAR = frozenset({"fifth", "5th", "cinquieme", "5e", "sixth", "6th", "sixieme", "6e"})
NUMBER: dict[str, int] = {
    word: count
    for count, names in enumerate(
        (("zero",), ("one", "une"), ("two", "other", "second", "deux"), ("three", "trois"), ("four", "quatre"))
    )
    for word in names
}


def typed(text: str) -> str:
    """Return what somebody typed, folded; nothing when it is longer than any rhythm, day or place."""
    folded = flat(text)
    return folded if len(folded) <= LONGEST else ""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that ``word`` (folded) most probably means, if any is close; three letters tell nothing."""
    if len(word) <= _TELLS_NOTHING:
        return None
    found = process.extractOne(word[:LONGEST], list(choices), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return found[0] if found else None


def excerpt(text: str) -> str:
    """Return enough of what somebody typed for them to recognise it."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
