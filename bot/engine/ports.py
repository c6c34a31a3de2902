"""What the engine needs of a database and a clock. Narrow, so that a fake is small; ``platform.py`` has the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.core.attention import Availability, LoadEntry
from bot.core.awaited import Awaited
from bot.core.effects import Care, Wake
from bot.core.incoming import Batch, Incoming
from bot.core.model import (
    BindingId,
    ChannelId,
    Community,
    CommunityId,
    Fact,
    Label,
    Member,
    MemberId,
    MessageId,
    Office,
    OfficeName,
    WorkspaceId,
)
from bot.core.text import Text, Translated

Clock = Callable[[], datetime]
Probe = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One ritual instance in one community. ``settings`` are the keys set on purpose."""

    id: BindingId
    community: CommunityId
    ritual: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace of a platform: ``platform`` is the adapter's name, ``external`` the platform's id."""

    id: WorkspaceId
    platform: str
    external: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWake:
    """A wake whose instant has come."""

    binding: BindingId
    workspace: WorkspaceId
    label: Label
    at: datetime
    grace: timedelta
    what: Translated | None = None


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


class Wakes(Protocol):
    """The agenda: unique on (binding, label)."""

    async def replace(self, binding: BindingId, community: CommunityId, wakes: Sequence[Wake], now: datetime) -> None:
        """Make these the binding's wakes; an overdue one that was not taken yet stays."""
        ...

    async def take(self, now: datetime, limit: int) -> Sequence[DueWake]:
        """Remove and return wakes that are due, soonest first; no two takers get the same."""
        ...

    async def coming(self, community: CommunityId, limit: int) -> Sequence[DueWake]:
        """Return a community's next wakes that people are told of, soonest first."""
        ...

    async def next_at(self) -> datetime | None:
        """Return the instant of the next wake of all."""
        ...


OutboxKind = Literal["post", "direct", "edit", "delete", "fetch", "compute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A row of the outbox: something to do on the platform, once.

    ``destination`` orders: rows of one destination go one after another. ``held``: it waits for the message ``under``
    which it goes (or which it changes). ``not_before`` makes it wait and holds nobody up; ``next_at`` is a retry, and
    it goes first then. ``doubt``: it may be on the platform already.
    """

    id: int = 0
    key: str
    kind: OutboxKind
    workspace: WorkspaceId
    community: CommunityId
    binding: BindingId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A row of the outbox as the operator sees it: no words of anybody."""

    id: int
    key: str
    kind: str
    status: str
    community: str
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

    async def prune(self, before: datetime) -> None:
        """Forget what was sent or ended before an instant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Where a message of ours stands on the platform; ``parts`` in reading order."""

    binding: BindingId
    label: Label
    channel: str
    parts: tuple[str, ...]


class Directory(Protocol):
    """Our ids and the platforms'."""

    async def workspace(self, platform: str, external: str) -> Workspace:
        """Return the workspace with the platform's id, noting it if it is new."""
        ...

    async def workspace_of(self, id_: WorkspaceId) -> Workspace:
        """Return a workspace by our id."""
        ...

    async def cursor(self, workspace: WorkspaceId) -> str | None:
        """Return from where an adapter reads on."""
        ...

    async def save(self, workspace: WorkspaceId, batch: Batch) -> None:
        """Keep the profiles and the cursor of a batch."""
        ...

    async def channel(self, workspace: WorkspaceId, external: str) -> ChannelId | None:
        """Return our id of a channel, None when it was never told of."""
        ...

    async def is_direct(self, channel: ChannelId) -> bool:
        """Whether a channel is a direct conversation."""
        ...

    async def channel_external(self, channel: ChannelId) -> str:
        """Return the platform's id of a channel."""
        ...

    async def channel_names(self, channels: Collection[ChannelId]) -> Mapping[ChannelId, tuple[str, str]]:
        """Return (external id, name) of channels."""
        ...

    async def member(self, workspace: WorkspaceId, external: str) -> MemberId | None:
        """Return an addressable person."""
        ...

    async def known(self, workspace: WorkspaceId, external: str) -> MemberId | None:
        """Return a person we were told of, addressable or not: who left, say."""
        ...

    async def members(self, ids: Collection[MemberId]) -> Mapping[MemberId, Member]:
        """Return people by our ids; unknown ones are left out."""
        ...

    async def externals(self, ids: Collection[MemberId]) -> Mapping[MemberId, str]:
        """Return the platform's ids of people."""
        ...

    async def by_external(self, workspace: WorkspaceId, externals: Collection[str]) -> Mapping[str, MemberId]:
        """Return our ids of addressable people by the platform's."""
        ...

    async def named(self, workspace: WorkspaceId, name: str) -> MemberId | None:
        """Return the one addressable person who goes by this name or external id; None when nobody or several."""
        ...

    async def message(self, channel: ChannelId, external: str) -> MessageId:
        """Return our id of a member's message, noting it if it is new."""
        ...

    async def locate(self, ids: Collection[MessageId]) -> Mapping[MessageId, tuple[str, str]]:
        """Return (channel, message) in the platform's ids."""
        ...

    async def note(self, workspace: WorkspaceId, said: Said) -> None:
        """Note where a message of ours stands."""
        ...

    async def said(self, binding: BindingId, label: Label) -> Said | None:
        """Return where a message of ours stands, None when it is not on the platform."""
        ...

    async def label(self, workspace: WorkspaceId, channel: str, external: str) -> tuple[BindingId, Label] | None:
        """Return what we said there, if this message is ours."""
        ...

    async def labels(
        self, workspace: WorkspaceId, places: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], tuple[BindingId, Label]]:
        """Return what we said at these places (channel, message) in the platform's ids."""
        ...


class Awaits(Protocol):
    """What may be answered to in words, by place: a direct channel (thread ""), or a thread; in the platform's ids."""

    async def of(self, workspace: WorkspaceId, channel: str, thread: str) -> Awaited | None:
        """Return what may be answered there."""
        ...

    async def put(self, workspace: WorkspaceId, channel: str, thread: str, awaited: Awaited | None) -> None:
        """Note what may be answered there from now on, or that nothing is."""
        ...


class Commons(Protocol):
    """What a community holds in common: its settings, members, offices, journal and load ledger."""

    async def lock(self, community: CommunityId) -> None:
        """One transaction at a time works on a community."""
        ...

    async def found(self, community: Community, bindings: Sequence[Binding], now: datetime) -> bool:
        """Write a community and its bindings; False, and nothing written, when its home channel is taken."""
        ...

    async def community(self, id_: CommunityId) -> Community:
        """Return a community; raises KeyError when there is none."""
        ...

    async def communities(self) -> Sequence[Community]:
        """Return every community, oldest first."""
        ...

    async def at_home(self, channel: ChannelId) -> Community | None:
        """Return the community whose home a channel is."""
        ...

    async def at_homes(
        self, workspace: WorkspaceId, channels: Collection[str]
    ) -> Mapping[str, tuple[ChannelId, CommunityId]]:
        """Return the communities whose home channels (the platform's ids) these are."""
        ...

    async def of_member(self, member: MemberId) -> Sequence[Community]:
        """Return the communities to which a member belongs, oldest first."""
        ...

    async def change(self, community: Community) -> None:
        """Write a community's own settings."""
        ...

    async def bindings(self, community: CommunityId) -> Sequence[Binding]:
        """Return a community's rituals, in the order of their founding."""
        ...

    async def binding(self, id_: BindingId) -> Binding | None:
        """Return a binding, None when there is none."""
        ...

    async def bound(self, id_: BindingId) -> tuple[Binding, Community] | None:
        """Return a binding with its community, None when there is none."""
        ...

    async def configure(self, id_: BindingId, settings: Mapping[str, Any]) -> None:
        """Write a binding's settings: the keys set on purpose."""
        ...

    async def join(self, community: CommunityId, member: MemberId, now: datetime) -> bool:
        """Note a membership; False when it was one already."""
        ...

    async def leave(self, community: CommunityId, member: MemberId, now: datetime) -> bool:
        """Note that a member left; False when they did not belong."""
        ...

    async def belongs(self, community: CommunityId, member: MemberId) -> bool:
        """Whether a member belongs to a community now."""
        ...

    async def member_ids(self, community: CommunityId) -> Sequence[MemberId]:
        """Return who belongs to a community now."""
        ...

    async def offices(self, community: CommunityId, now: datetime) -> Sequence[Office]:
        """Return the offices held at this instant, longest first."""
        ...

    async def appoint(self, community: CommunityId, office: Office) -> None:
        """Write an office."""
        ...

    async def dismiss(self, community: CommunityId, name: OfficeName, member: MemberId, now: datetime) -> None:
        """End an office at this instant."""
        ...

    async def write(self, community: CommunityId, at: datetime, actor: MemberId | None, line: Translated) -> None:
        """Add a line to the open journal."""
        ...

    async def journal(
        self, community: CommunityId, limit: int
    ) -> Sequence[tuple[datetime, MemberId | None, Translated]]:
        """Return the journal's lines, newest first."""
        ...

    async def carry(self, community: CommunityId, entry: LoadEntry, fact: Fact) -> None:
        """Enter work in the load ledger, once per fact."""
        ...

    async def load(self, community: CommunityId, since: datetime) -> Sequence[LoadEntry]:
        """Return the load ledger since an instant."""
        ...

    async def availability(
        self, members: Collection[MemberId], community: CommunityId, ritual: str, now: datetime, but: str = ""
    ) -> Sequence[Availability]:
        """Return what each member allows this ritual, their nudges of the last week included.

        What the parcel with the key ``but`` has spent already does not count against itself.
        """
        ...

    async def spend(self, members: Collection[MemberId], parcel: str, now: datetime) -> None:
        """Take a nudge from each member's budget, once per parcel."""
        ...

    async def refuse(self, member: MemberId, community: CommunityId | None, ritual: str | None, now: datetime) -> None:
        """Honour a refusal: of a ritual, or of everything when None."""
        ...

    async def accept(self, member: MemberId, community: CommunityId | None, ritual: str | None) -> None:
        """Lift a refusal."""
        ...


class Unit(Protocol):
    """A transaction: rolls back unless committed."""

    @property
    def inbox(self) -> Inbox:
        """Facts to handle."""
        ...

    @property
    def wakes(self) -> Wakes:
        """The agenda."""
        ...

    @property
    def outbox(self) -> OutboxStore:
        """What is to be done on the platforms."""
        ...

    @property
    def directory(self) -> Directory:
        """Our ids and the platforms'."""
        ...

    @property
    def awaits(self) -> Awaits:
        """What may be answered to in words."""
        ...

    @property
    def commons(self) -> Commons:
        """What communities hold in common."""
        ...

    async def open(self, binding: Binding) -> Any:  # noqa: ANN401 - each ritual has a store of its own
        """Return the store of the binding's ritual."""
        ...

    async def commit(self) -> None:
        """Make all of it true; without this nothing happened."""
        ...


class Database(Protocol):
    """Where everything is kept."""

    exclusive: bool
    """Whether this process is the only one that works on it."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """Begin a transaction that may write."""
        ...

    def view(self) -> AbstractAsyncContextManager[Unit]:
        """Begin a transaction that only reads."""
        ...

    def copy(self, community: CommunityId) -> AbstractAsyncContextManager[Database]:
        """Copy one community into memory, for a rehearsal."""
        ...
