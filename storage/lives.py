"""How communities and their rituals begin, end, and are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import BindingId, ChannelId, Community, CommunityId
from bot.engine.ports import Binding
from storage.commons import binding_of, community_of
from storage.forgetting import forget_community, forget_ritual
from storage.tables import binding, community, outbox, wake


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
        """End a ritual, and drop what it was to say or to do later."""
        await self.connection.execute(update(binding).where(binding.c.id == id_).values(ended_at=now))
        await self._rest(wake.c.binding_id == id_, outbox.c.binding_id == id_, now)

    async def revive(self, id_: BindingId, since: datetime) -> bool:
        """Let a ritual go on that was ended at ``since`` or later."""
        result = await self.connection.execute(
            update(binding)
            .where(binding.c.id == id_, binding.c.ended_at >= since)
            .values(ended_at=None)
            .returning(binding.c.id)
        )
        return result.first() is not None

    async def rest(self, id_: CommunityId, now: datetime) -> None:
        """Drop what a community's rituals were to say or to do later."""
        await self._rest(wake.c.community_id == id_, outbox.c.community_id == id_, now)

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

    async def _rest(self, wakes: ColumnElement[bool], parcels: ColumnElement[bool], now: datetime) -> None:
        """Drop wakes and parcels; what may be on its way to the platform is left to whoever carries it."""
        await self.connection.execute(delete(wake).where(wakes))
        waiting = (outbox.c.status == "pending", outbox.c.doubt.is_(False))
        ended = {"status": "withdrawn", "body": None, "job": None, "next_at": None, "ended_at": now}
        await self.connection.execute(update(outbox).where(parcels, *waiting).values(**ended))
