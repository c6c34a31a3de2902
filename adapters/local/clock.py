"""The playground's clock: the machine's, put forward by as much as the page asked for."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.schedule import at_local
from bot.engine.ports import Clock

SATURDAY = 5


OPENS, CLOSES = time(9), time(17)
MORNING = time(10)


def working_hour(now: datetime, zone: str) -> datetime:
    """Return ``now`` in the hours in which people work in ``zone``, else the next working day at ten there (UTC)."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    if day.weekday() < SATURDAY:
        if OPENS <= local.time() < CLOSES:
            return now
        if local.time() < OPENS:
            return at_local(day, MORNING, zone)
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return at_local(day, MORNING, zone)


class PlaygroundClock:
    """A clock that goes on from where it was put; ``file`` keeps by how many seconds it is ahead."""

    def __init__(self, real: Clock, file: Path) -> None:
        self._real = real
        self._file = file
        self._ahead = timedelta(seconds=float(file.read_text(encoding="ascii"))) if file.exists() else timedelta()

    def __call__(self) -> datetime:
        """Return the time, UTC."""
        return self._real() + self._ahead

    def put(self, at: datetime) -> None:
        """Put the clock to an instant; it is never put back."""
        ahead = max(at - self._real(), self._ahead)
        whole = self._file.with_suffix(".new")
        whole.write_text(str(ahead.total_seconds()), encoding="ascii")
        whole.replace(self._file)
        self._ahead = ahead
