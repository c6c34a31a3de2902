"""Days to come, as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.model import Language
from bot.core.schedule.lexicon import FULL_DAY, excerpt, typed
from bot.core.text import Code

t, _ = words("causerie")

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEEKDAY = re.compile(r"(?:(?:on|this|next|le|ce) )?(?P<day>[a-z]+)(?: prochain)?")


def future_day(text: str, now: datetime, zone: str, language: Language) -> date:
    """Return the day that somebody means, after today and within two years, in the days of ``zone``.

    ``2026-12-01``, ``1 december``, ``1er décembre``, ``monday``, ``lundi prochain``, ``in two weeks``, ``tomorrow``.
    ``language`` is tried first. Days in figures are taken only year first: 3/4 is not the same day everywhere.

    Raises:
        UserError: it is no day, or it is past, today, or too far away; gives an example of the right form.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    day = _read(text, today, language)
    if day is None:
        raise UserError(
            t(
                "I do not understand {text} as a day. Write for instance {example}, `monday` or `in two weeks`.",
                text=Code(excerpt(text)),
                example=_example(today),
            )
        )
    if day <= today:
        raise UserError(t("Choose a day after today, for instance {example}.", example=_example(today)))
    if day > _in_two_years(today):
        raise UserError(
            t(
                "{text} is more than two years away. Write a nearer day, for instance {example}.",
                text=Code(excerpt(text)),
                example=_example(today),
            )
        )
    return day


def _example(today: date) -> Code:
    return Code((today + timedelta(days=14)).isoformat())


def _in_two_years(today: date) -> date:
    first = today.replace(day=1, year=today.year + 2)
    return first + timedelta(days=today.day - 1)


def _read(text: str, today: date, language: Language) -> date | None:
    folded = typed(text)
    if _ISO.fullmatch(folded):
        try:
            return date.fromisoformat(folded)
        except ValueError:
            return None
    if (found := _WEEKDAY.fullmatch(folded)) and found["day"] in FULL_DAY:
        ahead = FULL_DAY[found["day"]].numbers[0] - today.weekday()
        return today + timedelta(days=ahead % 7 or 7)
    return _guess(text, today, language) if re.search(r"[a-z]", folded) else None


def _guess(text: str, today: date, language: Language) -> date | None:
    import dateparser  # noqa: PLC0415 - slow, and only when somebody types a day in words

    found: datetime | None = dateparser.parse(
        " ".join(text.split()),
        languages=[language, "fr" if language == "en" else "en"],
        settings={
            "PARSERS": ["relative-time", "absolute-time"],
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": datetime.combine(today, time()),
            "REQUIRE_PARTS": ["day", "month"],
            "USE_GIVEN_LANGUAGE_ORDER": True,
        },
    )
    # An hour would be lost, and « vendredi 5 » that is a Saturday is a slip: better to say that it is not understood.
    named = {FULL_DAY[word].numbers[0] for word in typed(text).split() if word in FULL_DAY}
    return found.date() if found and found.time() == time() and named <= {found.weekday()} else None
