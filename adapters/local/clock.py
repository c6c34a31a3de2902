"""The playground's clock: the machine's, put forward by as much as the page asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.engine.ports import Clock


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
