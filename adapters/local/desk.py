"""The desk: how the page's server reaches the engine behind the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Move = Literal["hour", "day", "next"]


@dataclass(frozen=True, slots=True)
class Told:
    """What happened while the clock moved: a plain sentence, and the message that it is about."""

    at: datetime
    sentence: str
    channel: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """What will happen next: a plain sentence in the community's language."""

    at: datetime
    sentence: str


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

    async def complete(self, typed: str, persona: str) -> Sequence[Hint]:
        """Return ways to go on with a command typed so far."""
        ...

    async def first_question(self, persona: str) -> None:
        """Ask the community's first question now."""
        ...
