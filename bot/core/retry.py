"""Retry as a value: when to try again, or never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential waits from ``first`` on, at most ``longest``, for at most ``tries`` attempts."""

    first: timedelta
    longest: timedelta
    tries: int

    def next_attempt(self, tries: int, now: datetime, asked: timedelta | None = None) -> datetime | None:
        """Return when to try again after ``tries`` failures, or None to give up.

        A wait that the other side asked for is kept even when it is longer than ours.
        """
        if tries >= self.tries:
            return None
        # The exponent is capped so that a long outage cannot overflow a timedelta.
        wait = min(self.first * float(2 ** min(tries - 1, 30)), self.longest)
        return now + max(wait, asked or timedelta())


HANDLING = Retry(timedelta(seconds=2), timedelta(minutes=10), tries=6)
SENDING = Retry(timedelta(seconds=1), timedelta(minutes=10), tries=40)
