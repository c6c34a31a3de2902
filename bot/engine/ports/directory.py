"""Our ids and the platforms'."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.awaited import Awaited
from bot.core.incoming import Batch
from bot.core.model import BindingId, ChannelId, CommunityId, Label, Member, MemberId, MessageId, WorkspaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace of a platform: ``platform`` is the adapter's name, ``external`` the platform's id.

    ``frozen_at``: since when it is frozen, None while it is at work.
    """

    id: WorkspaceId
    platform: str
    external: str
    frozen_at: datetime | None = None


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

    async def workspaces(self) -> Sequence[Workspace]:
        """Return every workspace, in the order of their ids."""
        ...

    async def workspace_of(self, id_: WorkspaceId) -> Workspace:
        """Return a workspace by our id."""
        ...

    async def notes(self, workspace: WorkspaceId, prefix: str = "") -> Mapping[str, str]:
        """Return an adapter's notes whose keys begin with ``prefix``."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget the notes of before an instant."""
        ...

    async def freeze(self, workspace: WorkspaceId, now: datetime) -> None:
        """Freeze a workspace: nothing happens in it by the clock. One that is frozen already keeps its instant."""
        ...

    async def thaw(self, workspace: WorkspaceId) -> None:
        """Let a workspace go on; one that is not frozen stays as it is."""
        ...

    async def cursor(self, workspace: WorkspaceId) -> str | None:
        """Return from where an adapter reads on."""
        ...

    async def save(self, workspace: WorkspaceId, batch: Batch) -> None:
        """Keep what a batch says of channels that go by another id, its profiles and its cursor, in this order.

        Whoever cannot be addressed, and was not known before, is left out: a bot, say, or a guest.
        """
        ...

    async def moved(self, workspace: WorkspaceId, old: str, new: str) -> None:
        """Let a channel go by another id of the platform's: it stays the same channel with us, with all that is there.

        What is noted of ``new`` already gives way, unless it is a community's; then, and when ``old`` is not known,
        nothing changes.
        """
        ...

    async def channel(self, workspace: WorkspaceId, external: str) -> ChannelId | None:
        """Return our id of a channel, None when it was never told of."""
        ...

    async def is_direct(self, channel: ChannelId) -> bool:
        """Whether a channel is a direct conversation."""
        ...

    async def channel_named(self, workspace: WorkspaceId, name: str) -> ChannelId | None:
        """Return the one channel, no direct conversation, of this name or external id; None when none or several."""
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

    async def told_of(self, workspace: WorkspaceId, externals: Collection[str]) -> frozenset[str]:
        """Return which of these people (the platform's ids) we were told of, addressable or not."""
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

    async def met(self, workspace: WorkspaceId, channel: str, external: str) -> bool:
        """Whether a member's message, in the platform's ids, was noted."""
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


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose something is: one member's, one community's, both or (as far as is known) nobody's."""

    member: MemberId | None = None
    community: CommunityId | None = None


class Awaits(Protocol):
    """What may be answered to in words, by place: a direct channel (thread ""), or a thread; in the platform's ids."""

    async def of(self, workspace: WorkspaceId, channel: str, thread: str) -> Awaited | None:
        """Return what may be answered there."""
        ...

    async def put(
        self, workspace: WorkspaceId, channel: str, thread: str, awaited: Awaited | None, now: datetime, whose: Whose
    ) -> None:
        """Note what may be answered there from now on, or that nothing is; whose it is stays where that is not said."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget what was last noted before an instant."""
        ...
