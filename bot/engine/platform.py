"""What the engine needs of a chat platform: a port to send by, a session that hears, and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.degrade import Capabilities
from bot.core.events import Trouble
from bot.core.forms import Form
from bot.core.i18n import Voice
from bot.core.incoming import Incoming, Profile
from bot.core.text import Text
from bot.engine.ports import OutboxKind, Whose

__all__ = [
    "ImpossibleError",
    "OutcomeUnknownError",
    "Outgoing",
    "Placed",
    "Platform",
    "Reply",
    "RetryLaterError",
    "Session",
    "Trouble",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A parcel in the platform's own coordinates: every id in it, and in ``body``, is the platform's.

    ``options``: how many choices the numbered list at the end of the body offers; a platform may let people choose by
    reactions (``KEYCAPS`` of ``bot.core.degrade``).
    A ``MessageLink`` in the body has ``message`` = "<channel>/<message>". ``zone`` and ``locale`` are the reader's.
    ``since``: it cannot be on the platform since before this instant (UTC, by our clock), for whoever looks for it.
    """

    key: str
    kind: OutboxKind
    since: datetime
    body: Text
    channel: str | None = None
    people: tuple[str, ...] = ()
    thread: str | None = None
    targets: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    locale: str = "en"
    options: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """Where something was put on the platform: the channel, and the message's parts in reading order."""

    channel: str
    parts: tuple[str, ...]


class RetryLaterError(Exception):
    """The platform asks to wait, or is away: nothing was sent."""

    def __init__(self, after: timedelta | None = None, reason: str = "") -> None:
        """Take how long the platform asks to wait, if it said so."""
        super().__init__(reason or "the platform asks to wait")
        self.after = after


class ImpossibleError(Exception):
    """The platform will never accept this: the message says why, without anybody's words."""

    def __init__(self, reason: str, trouble: Trouble | None = None, detail: str = "") -> None:
        """Take why; with a ``trouble``, coordinators hear of it. ``detail``: the permission that is missing."""
        super().__init__(reason)
        self.trouble = trouble
        self.detail = detail


class OutcomeUnknownError(Exception):
    """The request may or may not have reached the platform: look for it before sending again."""


class Platform(Protocol):
    """A chat platform, as the outbox sees it."""

    capabilities: Capabilities
    pace: timedelta
    """The least time between two messages to one destination."""
    prefix: str
    """What is typed before a command (``/causerie``)."""
    lag: timedelta
    """How long a message that was accepted may stay invisible to ``find``."""

    async def send(self, outgoing: Outgoing) -> Placed:
        """Do what the parcel says.

        Raises ``RetryLaterError``, ``ImpossibleError`` or ``OutcomeUnknownError``; any other exception counts as
        the last.
        """
        ...

    async def find(self, outgoing: Outgoing) -> Placed | None:
        """Look for what was sent under this key."""
        ...

    async def fetch(self, channel: str, thread: str) -> Sequence[Incoming]:
        """Return the messages of a thread, oldest first, without the first."""
        ...

    async def read(self, channel: str, message: str) -> Incoming | None:
        """Return one message, None when it is gone."""
        ...

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:
        """Return who is in a channel; ``patient``: no fact waits for it, so it may take its time.

        Raises ``RetryLaterError`` when the platform asks to wait, or is away.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What returns to the person who gave a command, pressed a button or sent a form; in the platform's coordinates.

    ``line`` is said once in the channel, to everybody. ``whose`` it is, in our ids, goes with what may be answered.
    ``asks``: the last whisper asks the next question of a form, where a platform shows none.
    """

    whispers: tuple[Text, ...] = ()
    line: Text | None = None
    form: Form | None = None
    errors: Mapping[str, Text] = field(default_factory=dict)
    close_form: bool = True
    zone: str = "UTC"
    voice: Voice = field(default_factory=lambda: Voice("en", "vous", "en"))
    names: Mapping[str, str] = field(default_factory=dict)
    whose: Whose = field(default_factory=Whose)
    asks: bool = False


class Session(Protocol):
    """An adapter at work in one workspace."""

    async def open(self) -> None:
        """Make the workspace known to the engine, and find where to read on."""
        ...

    async def run(self) -> None:
        """Hear the platform until cancelled."""
        ...
