"""A time of day, as people type it."""

from __future__ import annotations

import re
from datetime import time

from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.schedule.lexicon import excerpt, typed
from bot.core.text import Code

t, _ = words("causerie")

_NAMED = {"midnight": time(), "minuit": time(), "noon": time(12), "midi": time(12)}
_TIME = re.compile(
    r"(?:at |a |from |de )?(?P<hour>\d{1,2})"
    r"(?: ?(?:h(?:rs?|ours?|eures?)?|[:.]) ?(?P<minute>\d{2})?)?(?: ?(?P<half>[ap])\.?m\.?)?"
)
_HALF = 12


def time_of_day(text: str) -> time:
    """Return the time that somebody means, to the minute: ``19:00``, ``19 h 30``, ``7 pm``, ``8``, ``midnight``.

    Raises:
        UserError: it is no time of day; gives an example of the right form.
    """
    folded = typed(text)
    if folded in _NAMED:
        return _NAMED[folded]
    found = _TIME.fullmatch(folded)
    at = _read(found) if found else None
    if at is None:
        raise UserError(
            t("{text} is not a time of day. Write for instance `19:00` or `7 pm`.", text=Code(excerpt(text)))
        )
    return at


def _read(found: re.Match[str]) -> time | None:
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= _HALF:
            return None
        hour = hour % _HALF + (_HALF if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None
