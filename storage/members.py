"""What members allow: their attention, what they refused, and what they chose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.attention import WEEK, Availability
from bot.core.model import CommunityId, MemberId
from bot.engine.engine import derived
from bot.engine.ports import Preferences, Refusal
from storage.remembering import Key
from storage.sql import chunks, insert_new, new
from storage.tables import binding, community, kept, member, nudge, refusal

_EVERYTHING = Refusal()


@dataclass(frozen=True, slots=True)
class SqlMembers:
    """``ports.Members`` on a connection."""

    connection: AsyncConnection
    key: Key

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
        scopes = [Refusal(c, r) for c in (None, id_) for r in (None, ritual)]
        refusing |= {who for who, _ in await self._remembered((m, s) for m in members for s in scopes)}
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
        if self.key.there:
            lifted = kept.c.hash == refusal_hash(self.key, member_, Refusal(id_, ritual))
            await self.connection.execute(delete(kept).where(lifted))

    async def refused(self, member_: MemberId) -> Sequence[Refusal]:
        """Return what a member refused, then what they refused before they were erased."""
        query = select(refusal.c.community_id, refusal.c.ritual).where(refusal.c.member_id == member_)
        rows = await self.connection.execute(query.order_by(refusal.c.at, refusal.c.id))
        found = [Refusal(r.community_id, r.ritual) for r in rows]
        if not await self._remembers():
            return found
        bound = (
            select(binding.c.community_id, binding.c.ritual)
            .join(community, community.c.id == binding.c.community_id)
            .join(member, member.c.workspace_id == community.c.workspace_id)
            .where(member.c.id == member_, binding.c.ended_at.is_(None), community.c.state == "open")
            .order_by(community.c.founded_at, community.c.id, binding.c.position)
        )
        possible = [_EVERYTHING, *(Refusal(r.community_id, r.ritual) for r in await self.connection.execute(bound))]
        before = await self._remembered((member_, scope) for scope in dict.fromkeys(possible))
        return [*found, *(scope for _, scope in before if scope not in found)]

    async def preferences(self, member_: MemberId) -> Preferences:
        """Return what a member chose; raises KeyError when there is no such member."""
        row = (await self.connection.execute(select(member).where(member.c.id == member_))).first()
        if row is None:
            raise KeyError(member_)
        return Preferences(
            language=row.own_language,
            zone=row.own_zone,
            topics=tuple(row.topics),
            quiet_from=row.quiet_from,
            quiet_to=row.quiet_to,
            weekly_budget=row.weekly_budget,
            paused_until=row.paused_until,
        )

    async def prefer(self, member_: MemberId, preferences: Preferences) -> None:
        """Write what a member chose."""
        await self.connection.execute(
            update(member)
            .where(member.c.id == member_)
            .values(
                own_language=preferences.language,
                own_zone=preferences.zone,
                topics=list(preferences.topics),
                quiet_from=preferences.quiet_from,
                quiet_to=preferences.quiet_to,
                weekly_budget=preferences.weekly_budget,
                paused_until=preferences.paused_until,
            )
        )

    async def _remembers(self) -> bool:
        """Whether anything is honoured of anybody who was erased; most databases remember nothing."""
        return self.key.there and (await self.connection.execute(select(kept.c.hash).limit(1))).first() is not None

    async def _remembered(self, asked: Iterable[tuple[MemberId, Refusal]]) -> list[tuple[MemberId, Refusal]]:
        """Return, in their order, those of the refusals that were kept as hashes."""
        if not await self._remembers():
            return []
        hashes = {refusal_hash(self.key, *one): one for one in asked}
        there: set[str] = set()
        for some in chunks(hashes):
            there |= set((await self.connection.execute(select(kept.c.hash).where(kept.c.hash.in_(some)))).scalars())
        return [one for hashed, one in hashes.items() if hashed in there]


def refusal_hash(key: Key, member_: MemberId, scope: Refusal) -> str:
    """Return the hash under which a refusal is kept: that of its row, made as ``storage.erasure`` makes it."""
    return key.hash(refusal.name, member_, scope.community or "", scope.ritual or "")
