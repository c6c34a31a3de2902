"""What an envelope from Slack is, and who we are there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Payload = Mapping[str, Any]
Ack = Callable[[Mapping[str, Any] | None], Awaitable[None]]
"""Tells Slack that an envelope was taken; with a view's errors, or what is to be shown in its place."""

COLLECT = "collect"
"""The message shortcut that counts a message as an answer."""
COLLECTED = "inbox_tray"
"""The reaction that means as much."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Me:
    """The app in one workspace. ``url`` is the workspace's own address, with a stroke at its end."""

    team: str
    user: str
    bot: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What came: ``kind`` is ``events_api``, ``slash_commands`` or ``interactive``; ``at`` by the loop's clock.

    Not acknowledged in three seconds, an event is sent again, and a person is told of a failure.
    """

    kind: str
    payload: Payload
    ack: Ack
    at: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody did something, and by which ways they can be answered there.

    ``at`` is when it came, by the loop's clock. ``view``: the modal on which it was done; ``page``: it was done in the
    app's home, or in a modal opened there. ``ephemeral``: on a message that only they see.
    """

    user: str
    at: float
    channel: str | None = None
    thread: str | None = None
    trigger: str | None = None
    response_url: str | None = None
    view: str | None = None
    page: bool = False
    ephemeral: bool = False

    @property
    def meta(self) -> dict[str, str]:
        """What a form keeps of it, to be answered there when it is sent."""
        kept = {"channel": self.channel, "thread": self.thread, "page": "1" if self.page else None}
        return {key: value for key, value in kept.items() if value}


def instant(ts: str) -> datetime:
    """Return the instant that a message's ``ts`` or an event's ``event_ts`` tells, UTC."""
    seconds, _, rest = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int((rest + "000000")[:6]))


def stamp(at: datetime) -> str:
    """Return an instant as a ``ts``."""
    whole = (at - _EPOCH) // timedelta(microseconds=1)
    return f"{whole // 1_000_000}.{whole % 1_000_000:06d}"
