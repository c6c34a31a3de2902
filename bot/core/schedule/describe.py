"""A cadence in words: "every Monday at 09:00", « chaque lundi à 9 h »."""

from __future__ import annotations

from datetime import time

from bot.core.i18n import words
from bot.core.schedule.cadence import Cadence
from bot.core.schedule.lexicon import Days
from bot.core.text import Translated

t, _ = words("causerie")

_NAMES = (t("Monday"), t("Tuesday"), t("Wednesday"), t("Thursday"), t("Friday"), t("Saturday"), t("Sunday"))


def describe(cadence: Cadence) -> Translated:
    """Return the cadence as a phrase that goes on inside a sentence. Which weeks an anchor means is left out."""
    at, day = clock(cadence.at), _NAMES[cadence.days.numbers[0]]
    match cadence.nth:
        case 1:
            return t("the first {day} of the month at {time}", day=day, time=at)
        case 2:
            return t("the second {day} of the month at {time}", day=day, time=at)
        case 3:
            return t("the third {day} of the month at {time}", day=day, time=at)
        case 4:
            return t("the fourth {day} of the month at {time}", day=day, time=at)
        case -1:
            return t("the last {day} of the month at {time}", day=day, time=at)
    if cadence.days is Days.EVERY_DAY:
        return t("every day at {time}", time=at)
    if cadence.days is Days.WEEKDAYS:
        return t("from Monday to Friday at {time}", time=at)
    if cadence.every > 1:
        return t("every {weeks} weeks on {day} at {time}", weeks=cadence.every, day=day, time=at)
    return t("every {day} at {time}", day=day, time=at)


def clock(at: time) -> Translated:
    """Return a time of day as each language writes it: 09:00 or « 9 h », 14:30 or « 14 h 30 »."""
    hour, minute = str(at.hour), f"{at.minute:02}"
    if at.hour < 10:  # noqa: PLR2004 - one digit
        return t("0{hour}:{minute}", hour=hour, minute=minute) if at.minute else t("0{hour}:00", hour=hour)
    return t("{hour}:{minute}", hour=hour, minute=minute) if at.minute else t("{hour}:00", hour=hour)
