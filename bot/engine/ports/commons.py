"""What a community holds in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.core.attention import LoadEntry
from bot.core.model import (
    BindingId,
    ChannelId,
    Community,
    CommunityId,
    Fact,
    MemberId,
    Office,
    OfficeName,
    WorkspaceId,
)
from bot.core.text import Translated


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One ritual in one community, which may have several of a kind. ``settings`` are the keys set on purpose.

    ``name`` is what the community calls it; the first of its kind may have none.
    """

    id: BindingId
    community: CommunityId
    ritual: str
    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


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
        """Return every open community, oldest first."""
        ...

    async def at_home(self, channel: ChannelId) -> Community | None:
        """Return the open community whose home a channel is."""
        ...

    async def at_homes(
        self, workspace: WorkspaceId, channels: Collection[str]
    ) -> Mapping[str, tuple[ChannelId, CommunityId]]:
        """Return the open communities whose home channels (the platform's ids) these are."""
        ...

    async def of_member(self, member: MemberId) -> Sequence[Community]:
        """Return the open communities to which a member belongs, oldest first."""
        ...

    async def change(self, community: Community) -> None:
        """Write a community's own settings."""
        ...

    async def bindings(self, community: CommunityId) -> Sequence[Binding]:
        """Return a community's rituals that go on, in the order of their founding."""
        ...

    async def binding(self, id_: BindingId, *, ended: bool = False) -> Binding | None:
        """Return a binding, None when there is none or, unless ``ended``, when it was ended."""
        ...

    async def bound(self, id_: BindingId) -> tuple[Binding, Community] | None:
        """Return a binding with its community, None when there is none, or when one of them is over."""
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
