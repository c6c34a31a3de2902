"""A cadence: the rhythm of a ritual, as a value, and as people type it in English and French."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.schedule.lexicon import (
    DAY,
    FULL_DAY,
    GROUP,
    LAST,
    NUMBER,
    ORDINAL,
    TOO_FAR,
    Days,
    excerpt,
    nearest,
    typed,
)
from bot.core.text import Code

t, _ = words("causerie")

MOST_WEEKS = 26
_EPOCH = date(1970, 1, 5)
_ORDER = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
_FROM = re.compile(r",? (?:from|starting|a partir du|des le) (?P<day>\S+)$")
_TIME = re.compile(
    r"(?:^|,? )(?:at |a )?(?<![\d:.])(?P<hour>\d+)"
    r"(?: ?(?:h(?:rs?|ours?|eures?)?|[:.]) ?(?P<minute>\d+)?(?: ?(?P<half>[ap]\.?m\.?))?| ?(?P<bare>[ap]\.?m\.?))$"
)
_WEEKS = re.compile(
    r"(?:(?:every|each|chaque|toutes les) )?(?:(?P<count>\S+) )?(?:weeks?|semaines?),?"
    r"(?:(?: on| le)? (?P<day>[^\W\d]+))?"
)
_MONTHLY = re.compile(
    r"(?:on )?(?:the |le )?(?P<nth>\w+) (?P<day>[^\W\d]+)"
    r"(?: (?:of|in) (?:the|each|every) month| du mois| (?:de )?chaque mois)?"
)
_WEEKLY = re.compile(r"(?:(?:every|each|on|chaque|le|les|tous les) )?(?P<day>[^\W\d]+)")


@dataclass(frozen=True, slots=True)
class Cadence:
    """On which days, at what local time. ``str`` gives its canonical English form, which ``parse`` reads back.

    Attributes:
        days: the days of the week.
        at: local time, to the minute.
        every: 1 for each week; up to 26, for one weekday.
        nth: 1 to 4, or -1 for the last: that weekday of each month instead of each week.
        anchor: with ``every`` above 1, the first day on which it fires. Without it the weeks are counted from a
            fixed Monday, so that they never depend on when they are computed.

    As a pydantic field it is validated from, and dumped to, its string; a validation error's ``ctx["refusal"]`` holds
    the ``Text`` for the person.

    Raises:
        ValueError: the parts contradict one another, or are out of bounds.
    """

    days: Days
    at: time
    every: int = 1
    nth: int | None = None
    anchor: date | None = None

    def __post_init__(self) -> None:
        single = len(self.days.numbers) == 1
        if self.at != self.at.replace(second=0, microsecond=0, tzinfo=None):
            raise ValueError(f"not a local time to the minute: {self.at}")
        if not 1 <= self.every <= MOST_WEEKS or (self.every > 1 and not single):
            raise ValueError(f"not a number of weeks for {self.days}: {self.every}")
        if self.nth is not None and (self.nth not in _ORDER or not single or self.every > 1):
            raise ValueError(f"not a day of the month: {self.nth} {self.days}")
        if self.anchor and (self.every == 1 or self.anchor.weekday() not in self.days.numbers):
            raise ValueError(f"not a first day for {self.days}: {self.anchor}")

    def __str__(self) -> str:
        order = f"{_ORDER[self.nth]} " if self.nth else ""
        weeks = f"every {self.every} weeks " if self.every > 1 else ""
        since = f" from {self.anchor}" if self.anchor else ""
        return f"{weeks}{order}{self.days} {self.at:%H:%M}{since}"

    @property
    def first_day(self) -> date:
        """The day from which weeks are counted: the anchor, or its like in a fixed week."""
        return self.anchor or _EPOCH + timedelta(days=self.days.numbers[0])

    def starting(self, day: date) -> Self:
        """Return the cadence anchored so that its first day is the next fitting one, ``day`` included.

        What fires every week or month needs no anchor and is returned as it is.
        """
        if self.every == 1:
            return self
        return replace(self, anchor=day + timedelta(days=(self.days.numbers[0] - day.weekday()) % 7))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_plain_validator_function(
            _validate,
            serialization=core_schema.to_string_ser_schema(when_used="always"),
            json_schema_input_schema=core_schema.str_schema(),
        )


def _validate(value: object) -> Cadence:
    if isinstance(value, Cadence):
        return value
    try:
        return parse(value if isinstance(value, str) else "")
    except UserError as refused:
        raise PydanticCustomError(
            "cadence", "write a rhythm such as 'monday 09:00' or 'first thursday 16:00'", {"refusal": refused.text}
        ) from refused


def parse(text: str) -> Cadence:
    """Return the cadence that somebody typed, in English or French, whatever the case and the accents.

    ``monday 09:00``, ``every 2 weeks tuesday 14:30``, ``first thursday 16:00``, ``weekdays 9:00``, ``lundi 9 h``,
    ``toutes les 2 semaines mardi 14 h 30``, ``le premier jeudi du mois à 16 h``. ``from 2026-11-24`` after
    ``every N weeks`` says which weeks.

    Raises:
        UserError: it is not a cadence, or it would never fire; says what is allowed, with an example.
    """
    folded = typed(text)
    if text.strip() and not folded:
        raise _unknown(text)
    since = _FROM.search(folded)
    rest = folded[: since.start()] if since else folded
    clock = _TIME.search(rest)
    cadence = _head(rest[: clock.start()] if clock else rest, _time(clock) if clock else None, text)
    return _anchored(cadence, since["day"]) if since else cadence


def _time(clock: re.Match[str]) -> time:
    hour, minute, half = int(clock["hour"]), clock["minute"] or "00", clock["half"] or clock["bare"]
    if half and 1 <= hour <= 12:  # noqa: PLR2004 - the clock's own
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    elif half:
        hour = 24
    try:
        return time(hour, int(minute) if len(minute) == 2 else 60)  # noqa: PLR2004 - 9:05, never 9:5
    except (ValueError, OverflowError):
        raise UserError(
            t(
                "{time} is not a time of day: it goes from 00:00 to 23:59. Write for instance `monday 09:00`.",
                time=Code(clock[0].strip(" ,")),
            )
        ) from None


def _head(head: str, at: time | None, text: str) -> Cadence:
    every, nth = 1, None
    if head in GROUP:
        days = GROUP[head]
    elif found := _WEEKS.fullmatch(head):
        every, days = _weeks(found["count"] or "1", text), _day(found["day"] or "", text)
    elif found := _WEEKLY.fullmatch(head):
        days = _day(found["day"], text)
    elif found := _MONTHLY.fullmatch(head):
        nth, days = _nth(found["nth"], text), _day(found["day"], text)
    else:
        raise _unknown(text) if head else _no_day()
    if at is None:
        raise UserError(t("The time is missing. Write for instance `monday 09:00`."))
    return Cadence(days, at, every, nth)


def _day(word: str, text: str) -> Days:
    if not word:
        raise _no_day()
    if word in DAY:
        return DAY[word]
    if close := nearest(word, FULL_DAY):
        raise UserError(
            t(
                "{word} is not a day of the week. Did you mean {day}? Write for instance `monday 09:00`.",
                word=Code(word),
                day=Code(close),
            )
        )
    raise _unknown(text)


def _weeks(word: str, text: str) -> int:
    if word not in NUMBER and not word.isdecimal():
        raise _unknown(text)
    count = NUMBER[word] if word in NUMBER else int(word)
    if not 1 <= count <= MOST_WEEKS:
        raise UserError(
            t(
                "It can be every 1 to {most} weeks, not every {count}. "
                "Write for instance `every 2 weeks tuesday 14:30`.",
                most=MOST_WEEKS,
                count=count,
            )
        )
    return count


def _nth(word: str, text: str) -> int:
    if word in TOO_FAR:
        raise UserError(
            t(
                "Not every month has one: choose the first, second, third, fourth or last. "
                "Write for instance `last friday 10:00`."
            )
        )
    if word not in ORDINAL:
        raise _unknown(text)
    return ORDINAL[word]


def _anchored(cadence: Cadence, day: str) -> Cadence:
    if cadence.every == 1:
        raise UserError(
            t(
                "Only a rhythm of several weeks takes a first day. "
                "Write for instance `every 2 weeks tuesday 14:30 from 2026-12-01`."
            )
        )
    try:
        return cadence.starting(date.fromisoformat(day))
    except (ValueError, OverflowError):
        raise UserError(
            t(
                "{date} is not a date. Write for instance `every 2 weeks tuesday 14:30 from 2026-12-01`.",
                date=Code(day),
            )
        ) from None


def _no_day() -> UserError:
    return UserError(t("The day is missing. Write for instance `monday 09:00`."))


def _unknown(text: str) -> UserError:
    return UserError(
        t(
            "I do not understand {text} as a rhythm. "
            "Write for instance `monday 09:00`, `every 2 weeks tuesday 14:30` or `first thursday 16:00`.",
            text=Code(excerpt(text)),
        )
    )
