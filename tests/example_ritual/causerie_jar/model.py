"""The jar's domain: its settings, its notes, and when it is opened. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.core.model import MemberId
from bot.core.schedule import Cadence, Days, Holidays, Occurrence, Pause, occurrences
from bot.engine.ritual import Moment, Settings

MOST = 3
"""How many notes one member may have in the jar."""


class JarSettings(Settings):
    """What a community decides about its jar."""

    cadence: Cadence = Cadence(Days.FRIDAY, time(16))


@dataclass(eq=False, kw_only=True)
class Note:
    """What somebody put in the jar."""

    id: str
    author: MemberId
    at: datetime
    said: str


def full_for(author: MemberId, notes: Sequence[Note]) -> bool:
    """Whether a member has put in as much as one may."""
    return sum(note.author == author for note in notes) >= MOST


def openings(moment: Moment[JarSettings]) -> Iterator[Occurrence]:
    """Yield the occasions to open the jar after now, those of a pause left out."""
    c = moment.community
    pauses = [Pause(moment.now, c.paused_until)] if c.paused_until and c.paused_until > moment.now else []
    return occurrences(moment.settings.cadence, c.zone, moment.now, Holidays(c.region, "move"), pauses)
