"""The desk: how the page's server reaches the engine behind the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Move = Literal["hour", "day", "next"]


@dataclass(frozen=True, slots=True)
class Told:
    """What the bot said while the clock moved: how it begins, where, and the message itself."""

    at: datetime
    sentence: str
    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class Coming:
    """What will happen next in a channel, in its community's language: "the weekly question"; ``zone`` is its zone."""

    at: datetime
    sentence: str
    channel: str
    zone: str


@dataclass(frozen=True, slots=True)
class Place:
    """A community: its home channel, its name, its IANA zone, and the personas who coordinate it."""

    channel: str
    name: str
    zone: str
    coordinators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What a persona lives in: an IANA zone of their own, and the communities of the playground."""

    zone: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """A way to go on with a command: what to put in the box, how it is used, and one line of help."""

    insert: str
    usage: str
    help: str


class Desk(Protocol):
    """The engine's side of the playground. Its answers to members go through the chat."""

    @property
    def movable(self) -> bool:
        """Whether the clock can be moved; where time is real it cannot."""
        ...

    def now(self) -> datetime:
        """Return what the playground's clock shows."""
        ...

    async def heard(self) -> None:
        """Take in what members did, to be called after every act."""
        ...

    async def move(self, how: Move) -> Sequence[Told]:
        """Move the clock by an hour, a day, or to the next wake, and return what happened on the way."""
        ...

    async def upcoming(self, persona: str, limit: int = 8) -> Sequence[Coming]:
        """Return what will happen next as ``persona`` may know it, soonest first."""
        ...

    async def around(self, persona: str) -> Around:
        """Return where and among whom ``persona`` lives."""
        ...

    async def complete(self, typed: str, persona: str) -> Sequence[Hint]:
        """Return ways to go on with a command typed so far."""
        ...

    async def first_question(self, persona: str) -> None:
        """Ask the community's first question now."""
        ...
