"""How communities and their rituals begin, end, and are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.model import BindingId, ChannelId, Community, CommunityId, WorkspaceId
from bot.engine.ports.commons import Binding


@dataclass(frozen=True, slots=True)
class Kept:
    """A ritual of which rows are kept; ``over``: it was ended, or its community closed."""

    community: Community
    binding: Binding
    over: bool


class Lives(Protocol):
    """How communities and their rituals begin, end, and are forgotten."""

    async def draft_at(self, channel: ChannelId) -> Community | None:
        """Return the draft of which a channel is to be the home."""
        ...

    async def closed_at(self, channel: ChannelId) -> Community | None:
        """Return the community that was closed last in a channel."""
        ...

    async def over(self, drafts: datetime, closed: datetime) -> Sequence[CommunityId]:
        """Return the drafts begun before an instant, and the communities closed before another."""
        ...

    async def forget(self, community: CommunityId) -> None:
        """Delete every row of a community, in every table of the core and of every ritual that ever was installed."""
        ...

    async def add(self, binding: Binding) -> None:
        """Write one more ritual of a community, after the others."""
        ...

    async def rename(self, id_: BindingId, name: str) -> None:
        """Write what a community calls a ritual."""
        ...

    async def end(self, id_: BindingId, now: datetime) -> None:
        """End a ritual: it hears nothing, its wakes are dropped, and what it was to say waits for ``revive``."""
        ...

    async def revive(self, id_: BindingId, since: datetime) -> bool:
        """Let a ritual that was ended at ``since`` or later go on; False when there is none."""
        ...

    async def rest(self, community: CommunityId) -> None:
        """Drop the wakes of a community's rituals; what they were to say waits until it is open."""
        ...

    async def kept(self, workspace: WorkspaceId) -> Sequence[Kept]:
        """Return every ritual of a workspace's communities, those that are over included; drafts have said nothing."""
        ...

    async def ended(self, before: datetime) -> Sequence[Binding]:
        """Return the rituals ended before an instant."""
        ...

    async def forget_ritual(self, id_: BindingId) -> None:
        """Delete every row of a ritual, in every table."""
        ...
