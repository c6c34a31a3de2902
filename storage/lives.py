"""How communities and their rituals begin, end, and are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import BindingId, ChannelId, Community, CommunityId, WorkspaceId
from bot.engine.ports import Binding, Kept
from storage.commons import binding_of, community_of
from storage.forgetting import forget_community, forget_ritual
from storage.tables import binding, community, wake


@dataclass(frozen=True, slots=True)
class SqlLives:
    """``ports.Lives`` on a connection."""

    connection: AsyncConnection

    async def draft_at(self, channel: ChannelId) -> Community | None:
        """Return the draft of which a channel is to be the home."""
        return await self._at(channel, "draft")

    async def closed_at(self, channel: ChannelId) -> Community | None:
        """Return the community that was closed last in a channel."""
        return await self._at(channel, "closed")

    async def over(self, drafts: datetime, closed: datetime) -> Sequence[CommunityId]:
        """Return the drafts begun before an instant, and the communities closed before another."""
        query = select(community.c.id).where(
            or_(
                and_(community.c.state == "draft", community.c.since < drafts),
                and_(community.c.state == "closed", community.c.since < closed),
            )
        )
        return list((await self.connection.execute(query)).scalars())

    async def forget(self, id_: CommunityId) -> None:
        """Delete every row of a community, in every table."""
        await forget_community(self.connection, id_)

    async def add(self, new: Binding) -> None:
        """Write one more ritual of a community, after the others."""
        last = select(func.coalesce(func.max(binding.c.position), -1)).where(binding.c.community_id == new.community)
        row = {
            "id": new.id,
            "community_id": new.community,
            "ritual": new.ritual,
            "name": new.name,
            "position": (await self.connection.execute(last)).scalar_one() + 1,
            "settings": dict(new.settings),
        }
        await self.connection.execute(binding.insert(), row)

    async def rename(self, id_: BindingId, name: str) -> None:
        """Write what a community calls a ritual."""
        await self.connection.execute(update(binding).where(binding.c.id == id_).values(name=name))

    async def end(self, id_: BindingId, now: datetime) -> None:
        """End a ritual, and drop its wakes."""
        await self.connection.execute(update(binding).where(binding.c.id == id_).values(ended_at=now))
        await self.connection.execute(delete(wake).where(wake.c.binding_id == id_))

    async def revive(self, id_: BindingId, since: datetime) -> bool:
        """Let a ritual go on that was ended at ``since`` or later."""
        result = await self.connection.execute(
            update(binding)
            .where(binding.c.id == id_, binding.c.ended_at >= since)
            .values(ended_at=None)
            .returning(binding.c.id)
        )
        return result.first() is not None

    async def rest(self, id_: CommunityId) -> None:
        """Drop the wakes of a community's rituals."""
        await self.connection.execute(delete(wake).where(wake.c.community_id == id_))

    async def kept(self, workspace: WorkspaceId) -> Sequence[Kept]:
        """Return every ritual of a workspace's communities, those that are over included; drafts have said nothing."""
        communities = await self.connection.execute(
            select(community)
            .where(community.c.workspace_id == workspace, community.c.state != "draft")
            .order_by(community.c.founded_at, community.c.id)
        )
        found = {row.id: community_of(row) for row in communities}
        rituals = await self.connection.execute(
            select(binding)
            .join(community, community.c.id == binding.c.community_id)
            .where(community.c.workspace_id == workspace, community.c.state != "draft")
            .order_by(community.c.founded_at, community.c.id, binding.c.position, binding.c.id)
        )
        return [
            Kept(of := found[row.community_id], binding_of(row), row.ended_at is not None or of.state != "open")
            for row in rituals
        ]

    async def ended(self, before: datetime) -> Sequence[Binding]:
        """Return the rituals ended before an instant."""
        rows = await self.connection.execute(select(binding).where(binding.c.ended_at < before))
        return [binding_of(row) for row in rows]

    async def forget_ritual(self, id_: BindingId) -> None:
        """Delete every row of a ritual, in every table."""
        await forget_ritual(self.connection, id_)

    async def _at(self, channel: ChannelId, state: str) -> Community | None:
        query = (
            select(community)
            .where(community.c.home_id == channel, community.c.state == state)
            .order_by(community.c.since.desc(), community.c.id)
        )
        row = (await self.connection.execute(query.limit(1))).first()
        return None if row is None else community_of(row)
