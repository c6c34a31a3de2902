"""Facts received and not yet handled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.incoming import Incoming
from bot.core.model import Fact, WorkspaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A fact in the inbox."""

    id: int
    workspace: WorkspaceId
    heard: Incoming
    tries: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadFact:
    """A fact whose handling failed too often; it is kept until replayed or until history is pruned."""

    id: int
    fact: Fact
    at: datetime
    error: str


class Inbox(Protocol):
    """Facts received and not yet handled; keys are kept to know a fact when it comes again."""

    async def put(self, workspace: WorkspaceId, facts: Sequence[tuple[Incoming, bool]], now: datetime) -> set[Fact]:
        """Store facts (with: held or not) and return the keys of those never seen before."""
        ...

    async def ready(self, now: datetime, limit: int, after: int = 0) -> Sequence[Stored]:
        """Return facts to handle, oldest first."""
        ...

    async def get(self, workspace: WorkspaceId, fact: Fact) -> Stored | None:
        """Return one fact that is still to be handled."""
        ...

    async def knows(self, fact: Fact) -> bool:
        """Whether a fact was stored, and is handled or still to be."""
        ...

    async def passed(self, workspace: WorkspaceId, fact: Fact, now: datetime) -> None:
        """Keep the key of a fact that was taken in without being stored, to know it when it comes again."""
        ...

    async def claim(self, fact: Fact, binding: str, now: datetime) -> bool:
        """Take a fact for a binding; False when it was taken before."""
        ...

    async def done(self, id_: int, now: datetime) -> None:
        """Forget what the fact said; keep its key."""
        ...

    async def hold(self, id_: int, until: datetime) -> None:
        """Let a reply wait until the message it answers is known, or until an instant at the latest."""
        ...

    async def release(self, channel: str) -> None:
        """Let the held replies of a channel (the platform's id) be looked at again."""
        ...

    async def failed(self, id_: int, at: datetime | None, error: str) -> None:
        """Note a failure: to be tried again at ``at``, or dead when None."""
        ...

    async def next_at(self) -> datetime | None:
        """Return the earliest instant at which a fact waits to be tried."""
        ...

    async def dead(self) -> Sequence[DeadFact]:
        """List the facts whose handling failed too often."""
        ...

    async def revive(self, id_: int | None) -> int:
        """Let dead facts (one, or all) be tried anew; return how many."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget the keys and claims of what was done before an instant."""
        ...
