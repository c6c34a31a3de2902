"""What members allow: their attention, and what they refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.attention import WEEK, Availability
from bot.core.model import CommunityId, MemberId
from bot.engine.engine import derived
from storage.sql import insert_new, new
from storage.tables import community, member, nudge, refusal


@dataclass(frozen=True, slots=True)
class SqlMembers:
    """``ports.Members`` on a connection."""

    connection: AsyncConnection

    async def availability(
        self, members: Collection[MemberId], id_: CommunityId, ritual: str, now: datetime, but: str = ""
    ) -> Sequence[Availability]:
        """Return what each known member allows this ritual, in the order of their ids."""
        if not members:
            return ()
        refused = refusal.c.member_id.in_(members) & and_(
            or_(refusal.c.community_id.is_(None), refusal.c.community_id == id_),
            or_(refusal.c.ritual.is_(None), refusal.c.ritual == ritual),
        )
        refusing = set((await self.connection.execute(select(refusal.c.member_id).where(refused))).scalars())
        spent: dict[str, list[datetime]] = {}
        recent = select(nudge.c.member_id, nudge.c.at).where(
            nudge.c.member_id.in_(members), nudge.c.at > now - WEEK, nudge.c.parcel != but
        )
        for row in await self.connection.execute(recent.order_by(nudge.c.at)):
            spent.setdefault(row.member_id, []).append(row.at)
        query = (
            select(member, community.c.zone.label("fallback"))
            .join(community, community.c.id == id_)
            .where(member.c.id.in_(members))
            .order_by(member.c.id)
        )
        return [
            Availability(
                zone=r.own_zone or r.zone or r.fallback,
                quiet_from=r.quiet_from,
                quiet_to=r.quiet_to,
                weekly_budget=r.weekly_budget,
                spent=tuple(spent.get(r.id, ())),
                paused_until=r.paused_until,
                refused=r.id in refusing,
            )
            for r in await self.connection.execute(query)
        ]

    async def spend(self, members: Collection[MemberId], parcel: str, now: datetime) -> None:
        """Take a nudge from each member's budget, once per parcel."""
        rows = [{"member_id": m, "parcel": parcel, "at": now} for m in sorted(members)]
        if rows:
            await self.connection.execute(insert_new(self.connection.dialect.name, nudge, "member_id"), rows)

    async def refuse(self, member_: MemberId, id_: CommunityId | None, ritual: str | None, now: datetime) -> None:
        """Honour a refusal; None stands for every community, or every ritual."""
        row = {
            "id": derived("refusal", member_, id_ or "", ritual or ""),
            "member_id": member_,
            "community_id": id_,
            "ritual": ritual,
            "at": now,
        }
        await new(self.connection, refusal, row, "id")

    async def accept(self, member_: MemberId, id_: CommunityId | None, ritual: str | None) -> None:
        """Lift a refusal."""
        key = derived("refusal", member_, id_ or "", ritual or "")
        await self.connection.execute(delete(refusal).where(refusal.c.id == key))
