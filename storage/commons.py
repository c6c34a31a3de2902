"""What a community holds in common: settings, members, offices, journal, load ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

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
from bot.engine.ports import Binding
from storage.sql import chunks, insert_or_update, new
from storage.tables import binding, channel, community, journal, load_entry, membership, office

_OLDEST = (community.c.founded_at, community.c.id)
_BOUND = (
    select(community, binding.c.ritual, binding.c.name.label("called"), binding.c.settings)
    .join(binding, binding.c.community_id == community.c.id)
    .where(binding.c.id == bindparam("id"), binding.c.ended_at.is_(None), community.c.state == "open")
)
_COMMUNITY = select(community).where(community.c.id == bindparam("id"))
_AT_HOME = select(community).where(community.c.home_id == bindparam("home"), community.c.state == "open")
_OF_MEMBER = (
    select(community)
    .join(membership, membership.c.community_id == community.c.id)
    .where(membership.c.member_id == bindparam("member"), membership.c.left_at.is_(None), community.c.state == "open")
    .order_by(*_OLDEST)
)
_BINDINGS = (
    select(binding)
    .where(binding.c.community_id == bindparam("id"), binding.c.ended_at.is_(None))
    .order_by(binding.c.position, binding.c.id)
)
_NOW = bindparam("now", type_=office.c.since.type)
_OFFICES = (
    select(office)
    .where(
        office.c.community_id == bindparam("id"),
        office.c.since <= _NOW,
        or_(office.c.until.is_(None), office.c.until > _NOW),
    )
    .order_by(office.c.since, office.c.member_id)
)


@dataclass(frozen=True, slots=True)
class SqlCommons:
    """``ports.Commons`` on a connection."""

    connection: AsyncConnection

    async def lock(self, id_: CommunityId) -> None:
        """Lock the community's row; SQLite's one writer has it already.

        NO KEY UPDATE, so that rows which refer to the community can be written by others meanwhile.
        """
        if self.connection.dialect.name == "postgresql":
            query = select(community.c.id).where(community.c.id == id_).with_for_update(key_share=True)
            await self.connection.execute(query)

    async def found(self, new_: Community, bindings: Sequence[Binding], now: datetime) -> bool:
        """Write a community and its bindings, unless its home is taken: of two at once, one waits and finds it so."""
        row = {"id": new_.id, **_settings(new_), "founded_at": now}
        if not await new(self.connection, community, row, "id"):
            return False
        rows = [
            {
                "id": b.id,
                "community_id": new_.id,
                "ritual": b.ritual,
                "name": b.name,
                "position": n,
                "settings": dict(b.settings),
            }
            for n, b in enumerate(bindings)
        ]
        if rows:
            await self.connection.execute(binding.insert(), rows)
        return True

    async def community(self, id_: CommunityId) -> Community:
        """Return a community; raises KeyError when there is none."""
        row = (await self.connection.execute(_COMMUNITY, {"id": id_})).first()
        if row is None:
            raise KeyError(id_)
        return community_of(row)

    async def communities(self) -> Sequence[Community]:
        """Return every open community, oldest first."""
        query = select(community).where(community.c.state == "open").order_by(*_OLDEST)
        return [community_of(r) for r in await self.connection.execute(query)]

    async def at_home(self, channel: ChannelId) -> Community | None:
        """Return the open community whose home a channel is."""
        row = (await self.connection.execute(_AT_HOME, {"home": channel})).first()
        return None if row is None else community_of(row)

    async def at_homes(
        self, workspace: WorkspaceId, channels: Collection[str]
    ) -> Mapping[str, tuple[ChannelId, CommunityId]]:
        """Return the communities whose home channels these are."""
        found: dict[str, tuple[ChannelId, CommunityId]] = {}
        homes = select(community.c.id, community.c.home_id, channel.c.external).join(
            channel, channel.c.id == community.c.home_id
        )
        for some in chunks(channels):
            query = homes.where(
                channel.c.workspace_id == workspace, channel.c.external.in_(some), community.c.state == "open"
            )
            found |= {r.external: (r.home_id, r.id) for r in await self.connection.execute(query)}
        return found

    async def of_member(self, member_: MemberId) -> Sequence[Community]:
        """Return the communities to which a member belongs, oldest first."""
        return [community_of(r) for r in await self.connection.execute(_OF_MEMBER, {"member": member_})]

    async def change(self, changed: Community) -> None:
        """Write a community's own settings."""
        await self.connection.execute(
            update(community).where(community.c.id == changed.id).values(**_settings(changed))
        )

    async def bindings(self, id_: CommunityId) -> Sequence[Binding]:
        """Return a community's rituals, in the order of their founding."""
        return [binding_of(r) for r in await self.connection.execute(_BINDINGS, {"id": id_})]

    async def binding(self, id_: BindingId, *, ended: bool = False) -> Binding | None:
        """Return a binding, None when there is none or, unless ``ended``, when it was ended."""
        query = select(binding).where(binding.c.id == id_)
        if not ended:
            query = query.where(binding.c.ended_at.is_(None))
        row = (await self.connection.execute(query)).first()
        return None if row is None else binding_of(row)

    async def bound(self, id_: BindingId) -> tuple[Binding, Community] | None:
        """Return a binding with its community, None when there is none."""
        row = (await self.connection.execute(_BOUND, {"id": id_})).first()
        if row is None:
            return None
        found = Binding(id=id_, community=row.id, ritual=row.ritual, name=row.called, settings=row.settings)
        return found, community_of(row)

    async def configure(self, id_: BindingId, settings: Mapping[str, Any]) -> None:
        """Write a binding's settings."""
        await self.connection.execute(update(binding).where(binding.c.id == id_).values(settings=dict(settings)))

    async def join(self, id_: CommunityId, member_: MemberId, now: datetime) -> bool:
        """Note a membership; who comes back joins anew."""
        row = {"community_id": id_, "member_id": member_, "joined_at": now}
        if await new(self.connection, membership, row, "member_id"):
            return True
        return await self._membership(id_, member_, present=False, joined_at=now, left_at=None)

    async def leave(self, id_: CommunityId, member_: MemberId, now: datetime) -> bool:
        """Note that a member left."""
        return await self._membership(id_, member_, present=True, left_at=now)

    async def belongs(self, id_: CommunityId, member_: MemberId) -> bool:
        """Whether a member belongs to a community now."""
        query = select(membership.c.member_id).where(
            membership.c.community_id == id_, membership.c.member_id == member_, membership.c.left_at.is_(None)
        )
        return (await self.connection.execute(query)).first() is not None

    async def member_ids(self, id_: CommunityId) -> Sequence[MemberId]:
        """Return who belongs to a community now, longest first."""
        query = (
            select(membership.c.member_id)
            .where(membership.c.community_id == id_, membership.c.left_at.is_(None))
            .order_by(membership.c.joined_at, membership.c.member_id)
        )
        return list((await self.connection.execute(query)).scalars())

    async def offices(self, id_: CommunityId, now: datetime) -> Sequence[Office]:
        """Return the offices held at this instant, longest first."""
        rows = await self.connection.execute(_OFFICES, {"id": id_, "now": now})
        return [Office(name=OfficeName(r.name), member=r.member_id, since=r.since, until=r.until) for r in rows]

    async def appoint(self, id_: CommunityId, given: Office) -> None:
        """Write an office."""
        keys = ("community_id", "name", "member_id", "since")
        row = {
            "community_id": id_,
            "name": given.name.value,
            "member_id": given.member,
            "since": given.since,
            "until": given.until,
        }
        dialect = self.connection.dialect.name
        await self.connection.execute(insert_or_update(dialect, office, keys, ("until",)), row)

    async def dismiss(self, id_: CommunityId, name: OfficeName, member_: MemberId, now: datetime) -> None:
        """End an office at this instant."""
        await self.connection.execute(
            update(office)
            .where(
                office.c.community_id == id_,
                office.c.name == name.value,
                office.c.member_id == member_,
                office.c.since <= now,
                or_(office.c.until.is_(None), office.c.until > now),
            )
            .values(until=now)
        )

    async def write(self, id_: CommunityId, at: datetime, actor: MemberId | None, line: Translated) -> None:
        """Add a line to the open journal."""
        await self.connection.execute(
            journal.insert(), {"community_id": id_, "at": at, "actor_id": actor, "line": line}
        )

    async def journal(self, id_: CommunityId, limit: int) -> Sequence[tuple[datetime, MemberId | None, Translated]]:
        """Return the journal's lines, newest first."""
        query = (
            select(journal.c.at, journal.c.actor_id, journal.c.line)
            .where(journal.c.community_id == id_)
            .order_by(journal.c.at.desc(), journal.c.id.desc())
            .limit(limit)
        )
        return [(r.at, r.actor_id, r.line) for r in await self.connection.execute(query)]

    async def carry(self, id_: CommunityId, entry: LoadEntry, fact: Fact) -> None:
        """Enter work in the load ledger, once per fact."""
        row = {
            "community_id": id_,
            "fact": fact,
            "member_id": entry.member,
            "role": entry.role,
            "units": entry.units,
            "at": entry.at,
        }
        await new(self.connection, load_entry, row, "fact")

    async def load(self, id_: CommunityId, since: datetime) -> Sequence[LoadEntry]:
        """Return the load ledger since an instant, oldest first."""
        query = (
            select(load_entry)
            .where(load_entry.c.community_id == id_, load_entry.c.at >= since)
            .order_by(load_entry.c.at, load_entry.c.fact)
        )
        rows = await self.connection.execute(query)
        return [LoadEntry(member=r.member_id, role=r.role, units=r.units, at=r.at) for r in rows]

    async def _membership(self, id_: CommunityId, member_: MemberId, *, present: bool, **values: object) -> bool:
        """Change a membership that is in force, or that ended; return whether there was one."""
        result = await self.connection.execute(
            update(membership)
            .where(
                membership.c.community_id == id_,
                membership.c.member_id == member_,
                membership.c.left_at.is_(None) if present else membership.c.left_at.is_not(None),
            )
            .values(**values)
            .returning(membership.c.member_id)
        )
        return result.first() is not None


def _settings(of: Community) -> dict[str, Any]:
    return {
        "workspace_id": of.workspace,
        "home_id": of.home,
        "name": of.name,
        "language": of.language,
        "address": of.address,
        "zone": of.zone,
        "region": of.region,
        "bilingual": of.bilingual,
        "stage": of.stage,
        "state": of.state,
        "since": of.since,
        "paused_until": of.paused_until,
    }


def community_of(row: Row[Any]) -> Community:
    """Return a row of the table ``community`` as the value that it is."""
    return Community(
        id=row.id,
        workspace=row.workspace_id,
        home=row.home_id,
        name=row.name,
        language=row.language,
        address=row.address,
        zone=row.zone,
        region=row.region,
        bilingual=row.bilingual,
        stage=row.stage,
        state=row.state,
        since=row.since,
        paused_until=row.paused_until,
    )


def binding_of(row: Row[Any]) -> Binding:
    """Return a row of the table ``binding`` as the value that it is."""
    return Binding(id=row.id, community=row.community_id, ritual=row.ritual, name=row.name, settings=row.settings)
