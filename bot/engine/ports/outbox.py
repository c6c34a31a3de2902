"""What is to be done on the platforms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.core.effects import Care
from bot.core.model import BindingId, ChannelId, CommunityId, Label, MemberId, WorkspaceId
from bot.core.text import Text

OutboxKind = Literal["post", "direct", "edit", "delete", "fetch", "compute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A row of the outbox: something to do on the platform, once.

    ``destination`` orders: rows of one destination go one after another. ``held``: it waits for the message ``under``
    which it goes (or which it changes). ``not_before`` makes it wait and holds nobody up; ``next_at`` is a retry, and
    it goes first then. ``doubt``: it may be on the platform already; ``begun``: since when, None while it cannot be.
    What concerns one member and no community has neither ``community`` nor ``binding``; it is an ANSWER.
    """

    id: int = 0
    key: str
    kind: OutboxKind
    workspace: WorkspaceId
    community: CommunityId | None = None
    binding: BindingId | None = None
    label: Label
    destination: str
    to: frozenset[MemberId] = frozenset()
    channel: ChannelId | None = None
    under: Label | None = None
    held: bool = False
    care: Care = Care.ANSWER
    body: Text = field(default_factory=Text)
    job: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None
    not_before: datetime
    next_at: datetime
    tries: int = 0
    doubt: bool = False
    begun: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A row of the outbox as the operator sees it: no words of anybody."""

    id: int
    key: str
    kind: str
    status: str
    community: str | None
    label: str
    tries: int
    next_at: datetime
    error: str


class OutboxStore(Protocol):
    """What is to be done on the platforms."""

    async def put(self, parcel: Parcel) -> bool:
        """Store a parcel once per key; False when the key is known."""
        ...

    async def unsent(self, binding: BindingId, label: Label) -> Parcel | None:
        """Return the parcel that would say this label and has not been leased yet."""
        ...

    async def reword(self, id_: int, body: Text) -> None:
        """Give a parcel that has not been leased other words."""
        ...

    async def drop(self, id_: int, status: Literal["withdrawn", "expired", "refused"], now: datetime) -> None:
        """End a parcel that will not be sent, and those that were to go under it."""
        ...

    async def lease(
        self,
        now: datetime,
        until: datetime,
        limit: int,
        workspaces: Collection[WorkspaceId],
        resting: Collection[str] = (),
    ) -> Sequence[Parcel]:
        """Take parcels of these workspaces to send: at most one per destination.

        None that is leased, waiting or held, and none whose destination rests.
        """
        ...

    async def leased(self, id_: int) -> Parcel | None:
        """Return a leased parcel, with its row locked; None when somebody else ended it."""
        ...

    async def postpone(self, id_: int, not_before: datetime) -> None:
        """Give a parcel back: it waits, and holds nobody up."""
        ...

    async def doubtless(self, id_: int, now: datetime) -> None:
        """Give a parcel back that was looked for and is not on the platform: it is checked anew, and goes first."""
        ...

    async def retry(self, id_: int, at: datetime, error: str, *, doubt: bool) -> None:
        """Give a parcel back after a failure: it goes first, at ``at``; in doubt, it is looked for before."""
        ...

    async def bury(self, id_: int, error: str, now: datetime) -> None:
        """Keep a parcel as a dead letter."""
        ...

    async def sent(self, id_: int, now: datetime) -> None:
        """Confirm a parcel, forget its words, and release what was held under it."""
        ...

    async def overdue(self, now: datetime, again: datetime, *, everything: bool = False) -> int:
        """Put leases that ran out (at start on a database of our own: all) in doubt; return how many.

        They are looked for at ``again``, when what was sent must be visible.
        """
        ...

    async def next_at(self, workspaces: Collection[WorkspaceId]) -> datetime | None:
        """Return the earliest instant at which a parcel of these workspaces can be sent."""
        ...

    async def in_flight(self, channel: ChannelId) -> bool:
        """Whether a message to this channel may be on the platform without our knowing its id."""
        ...

    async def rows(self, *, all_: bool, limit: int) -> Sequence[OutboxRow]:
        """List what waits or died (``all_``: and what was sent), newest first."""
        ...

    async def replay(self, id_: int | None, now: datetime) -> int:
        """Send dead letters (one, or all) anew; return how many."""
        ...

    async def replay_in(self, channel: ChannelId, since: datetime, now: datetime) -> int:
        """Send the posts to a channel anew that died at or after an instant and are not too late; return how many."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget what was sent or ended before an instant."""
        ...
