"""How communities and their rituals begin, end, and are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.model import BindingId, ChannelId, Community, CommunityId
from bot.engine.ports.commons import Binding


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
        """End a ritual: it hears nothing, and what it was to say or to do later is dropped."""
        ...

    async def revive(self, id_: BindingId, since: datetime) -> bool:
        """Let a ritual that was ended at ``since`` or later go on; False when there is none."""
        ...

    async def rest(self, community: CommunityId, now: datetime) -> None:
        """Drop what a community's rituals were to say or to do later."""
        ...

    async def ended(self, before: datetime) -> Sequence[Binding]:
        """Return the rituals ended before an instant."""
        ...

    async def forget_ritual(self, id_: BindingId) -> None:
        """Delete every row of a ritual, in every table."""
        ...
