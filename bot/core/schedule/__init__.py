"""Rhythms: what people type, what it means in words, and the instants it gives.

``parse("first thursday 16:00")`` is a ``Cadence``; ``occurrences(...)`` are its firings, ``describe`` its words.
"""

from bot.core.schedule.cadence import Cadence, parse
from bot.core.schedule.dates import future_day
from bot.core.schedule.describe import clock, describe
from bot.core.schedule.lexicon import Days
from bot.core.schedule.occurrences import Occurrence, Pause, occurrences
from bot.core.schedule.regions import Holidays, known_region, region
from bot.core.schedule.times import time_of_day
from bot.core.schedule.zones import at_local, zone

__all__ = [
    "Cadence",
    "Days",
    "Holidays",
    "Occurrence",
    "Pause",
    "at_local",
    "clock",
    "describe",
    "future_day",
    "known_region",
    "occurrences",
    "parse",
    "region",
    "time_of_day",
    "zone",
]
