"""Our ids and the platforms'. Ours derive from theirs when they are new, so that a re-run and a rehearsal agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.incoming import Batch, Note
from bot.core.model import BindingId, ChannelId, Label, Member, MemberId, MessageId, WorkspaceId
from bot.engine.engine import derived
from bot.engine.ports import Said, Workspace
from storage.inbox import channel_id, message_id
from storage.renumbering import Renumbering
from storage.sql import VALUES, chunks, insert_or_update, new
from storage.tables import binding, channel, member, message, note, said, workspace

_MEMBER = Member(id=MemberId(""), name="")
_CHANNEL = select(channel.c.id).where(
    channel.c.workspace_id == bindparam("workspace"), channel.c.external == bindparam("external")
)
_MEMBERS = select(member).where(member.c.id.in_(VALUES))
_EXTERNALS = select(member.c.id, member.c.external).where(member.c.id.in_(VALUES))
_BY_EXTERNAL = select(member.c.id, member.c.external).where(
    member.c.workspace_id == bindparam("workspace"), member.c.addressable.is_(True), member.c.external.in_(VALUES)
)


@dataclass(frozen=True, slots=True)
class SqlDirectory:
    """``ports.Directory`` on a connection; ``writes`` is False in a view."""

    connection: AsyncConnection
    writes: bool = True

    async def workspace(self, platform: str, external: str) -> Workspace:
        """Return the workspace with the platform's id, noting it if it is new."""
        id_ = derived("workspace", platform, external)
        row = {"id": id_, "platform": platform, "external": external}
        if self.writes and await new(self.connection, workspace, row, "id"):
            return Workspace(id=WorkspaceId(id_), platform=platform, external=external)
        there = await self._first(select(workspace).where(workspace.c.id == id_))
        return Workspace(id=WorkspaceId(id_), platform=platform, external=external) if there is None else _of(there)

    async def workspaces(self) -> Sequence[Workspace]:
        """Return every workspace, in the order of their ids."""
        rows = await self.connection.execute(select(workspace).order_by(workspace.c.id))
        return [_of(r) for r in rows]

    async def workspace_of(self, id_: WorkspaceId) -> Workspace:
        """Return a workspace by our id; raises KeyError when there is none."""
        row = await self._first(select(workspace).where(workspace.c.id == id_))
        if row is None:
            raise KeyError(id_)
        return _of(row)

    async def notes(self, workspace_id: WorkspaceId, prefix: str = "") -> Mapping[str, str]:
        """Return an adapter's notes whose keys begin with ``prefix``."""
        # SQLite's LIKE takes "a" for "A".
        begins = func.substr(note.c.key, 1, len(prefix)) == prefix
        here = (note.c.workspace_id == workspace_id, begins)
        rows = await self.connection.execute(select(note.c.key, note.c.value).where(*here))
        return {r.key: r.value for r in rows}

    async def prune(self, before: datetime) -> None:
        """Forget the notes of before an instant."""
        await self.connection.execute(delete(note).where(note.c.at < before))

    async def freeze(self, id_: WorkspaceId, now: datetime) -> None:
        """Freeze a workspace, unless it is frozen already."""
        here = (workspace.c.id == id_, workspace.c.frozen_at.is_(None))
        await self.connection.execute(update(workspace).where(*here).values(frozen_at=now))

    async def thaw(self, id_: WorkspaceId) -> None:
        """Let a workspace go on."""
        await self.connection.execute(update(workspace).where(workspace.c.id == id_).values(frozen_at=None))

    async def cursor(self, workspace_id: WorkspaceId) -> str | None:
        """Return from where an adapter reads on."""
        row = await self._first(select(workspace.c.cursor).where(workspace.c.id == workspace_id))
        return None if row is None else row.cursor

    async def save(self, workspace_id: WorkspaceId, batch: Batch) -> None:
        """Keep what a batch tells; a language or zone that is not told stays as it was.

        Of whom nobody can address, nothing is kept, unless they were addressed before.
        """
        dialect = self.connection.dialect.name
        for renumbered in batch.renumbered:
            await self.moved(workspace_id, renumbered.old, renumbered.new)
        strangers = {p.external for p in batch.people if not p.addressable}
        if strangers:
            strangers -= await self.told_of(workspace_id, strangers)
        people = [p for p in batch.people if p.external not in strangers]
        if people:
            rows: list[dict[str, Any]] = [
                {
                    "id": derived("member", workspace_id, p.external),
                    "workspace_id": workspace_id,
                    "external": p.external,
                    "name": p.name,
                    "folded": p.name.casefold(),
                    "language": p.language,
                    "zone": p.zone if p.zone in _zones() else None,
                    "topics": [],
                    "addressable": p.addressable,
                    "quiet_from": _MEMBER.quiet_from,
                    "quiet_to": _MEMBER.quiet_to,
                    "weekly_budget": _MEMBER.weekly_budget,
                }
                for p in people
            ]
            await self._save(
                insert_or_update(dialect, member, ("id",), ("name", "folded", "addressable"), ("language", "zone")),
                rows,
            )
        if batch.channels:
            persons = {c.person: derived("member", workspace_id, c.person) for c in batch.channels if c.person}
            known = {r.id for r in await self._where_in(select(member.c.id), member.c.id, persons.values())}
            ours = await self._channel_ids(workspace_id, {c.external for c in batch.channels})
            rows = [
                {
                    "id": ours[c.external],
                    "workspace_id": workspace_id,
                    "external": c.external,
                    "name": "" if c.direct else c.name,
                    "direct": c.direct,
                    "person_id": persons[c.person] if c.person and persons[c.person] in known else None,
                }
                for c in batch.channels
            ]
            keys = ("workspace_id", "external")
            await self._save(insert_or_update(dialect, channel, keys, ("name", "direct"), ("person_id",)), rows)
        if batch.notes:
            await self._note(workspace_id, batch.notes)
        if batch.cursor is not None:
            await self.connection.execute(
                update(workspace).where(workspace.c.id == workspace_id).values(cursor=batch.cursor)
            )

    async def channel(self, workspace_id: WorkspaceId, external: str) -> ChannelId | None:
        """Return our id of a channel, None when it was never told of."""
        here = {"workspace": workspace_id, "external": external}
        found: ChannelId | None = await self.connection.scalar(_CHANNEL, here)
        return found

    async def moved(self, workspace_id: WorkspaceId, old: str, new_: str) -> None:
        """Let a channel go by another id, and all that says where it stands with it."""
        ours = await self.channel(workspace_id, old)
        if ours is not None and old != new_:
            await Renumbering(self.connection, workspace_id, ours, old, new_).do()

    async def channel_named(self, workspace_id: WorkspaceId, name: str) -> ChannelId | None:
        """Return the one channel with this external id, else of this name, whatever its case."""
        query = select(channel.c.id, channel.c.external, channel.c.name).where(
            channel.c.workspace_id == workspace_id, channel.c.direct.is_(False)
        )
        rows = (await self.connection.execute(query)).all()
        exact = [r.id for r in rows if r.external == name]
        alike = exact or [r.id for r in rows if r.name.casefold() == name.casefold()]
        return alike[0] if len(alike) == 1 else None

    async def channel_external(self, channel_: ChannelId) -> str:
        """Return the platform's id of a channel; raises KeyError when there is none."""
        return (await self.channel_names([channel_]))[channel_][0]

    async def channel_names(self, channels: Collection[ChannelId]) -> Mapping[ChannelId, tuple[str, str]]:
        """Return (external id, name) of channels."""
        rows = await self._where_in(select(channel.c.id, channel.c.external, channel.c.name), channel.c.id, channels)
        return {r.id: (r.external, r.name) for r in rows}

    async def is_direct(self, channel_: ChannelId) -> bool:
        """Whether a channel is a direct conversation."""
        return bool(await self.connection.scalar(select(channel.c.direct).where(channel.c.id == channel_)))

    async def member(self, workspace_id: WorkspaceId, external: str) -> MemberId | None:
        """Return an addressable person."""
        return (await self.by_external(workspace_id, [external])).get(external)

    async def known(self, workspace_id: WorkspaceId, external: str) -> MemberId | None:
        """Return a person we were told of, addressable or not."""
        here = (member.c.workspace_id == workspace_id, member.c.external == external)
        found: MemberId | None = await self.connection.scalar(select(member.c.id).where(*here))
        return found

    async def told_of(self, workspace_id: WorkspaceId, externals: Collection[str]) -> frozenset[str]:
        """Return which of these people we were told of, addressable or not."""
        query = select(member.c.external).where(member.c.workspace_id == workspace_id)
        return frozenset(row.external for row in await self._where_in(query, member.c.external, externals))

    async def members(self, ids: Collection[MemberId]) -> Mapping[MemberId, Member]:
        """Return people by our ids; unknown ones are left out."""
        return {r.id: _member(r) for r in await self._rows(_MEMBERS, ids)}

    async def externals(self, ids: Collection[MemberId]) -> Mapping[MemberId, str]:
        """Return the platform's ids of people."""
        return {r.id: r.external for r in await self._rows(_EXTERNALS, ids)}

    async def by_external(self, workspace_id: WorkspaceId, externals: Collection[str]) -> Mapping[str, MemberId]:
        """Return our ids of addressable people by the platform's."""
        rows = await self._rows(_BY_EXTERNAL, externals, workspace=workspace_id)
        return {r.external: r.id for r in rows}

    async def named(self, workspace_id: WorkspaceId, name: str) -> MemberId | None:
        """Return the one addressable person with this external id, else of this name, whatever its case."""
        # On Matrix the sign before a name is part of the id.
        exact = await self.by_external(workspace_id, [name, f"@{name}"])
        if exact:
            return exact.get(name) or exact[f"@{name}"]
        query = select(member.c.id).where(
            member.c.workspace_id == workspace_id,
            member.c.folded == name.casefold(),
            member.c.addressable.is_(True),
        )
        found = (await self.connection.execute(query.limit(2))).scalars().all()
        return found[0] if len(found) == 1 else None

    async def message(self, channel_: ChannelId, external: str) -> MessageId:
        """Return our id of a member's message, noting it if it is new; a view only returns it."""
        here = (message.c.channel_id == channel_, message.c.external == external)
        there: MessageId | None = await self.connection.scalar(select(message.c.id).where(*here))
        if there is not None:
            return there
        id_ = message_id(channel_, external)
        if self.writes:
            await new(self.connection, message, {"id": id_, "channel_id": channel_, "external": external}, "id")
        return MessageId(id_)

    async def met(self, workspace_id: WorkspaceId, channel_: str, external: str) -> bool:
        """Whether a member's message was noted."""
        query = select(message.c.id).join(channel, channel.c.id == message.c.channel_id)
        here = (channel.c.workspace_id == workspace_id, channel.c.external == channel_, message.c.external == external)
        return await self._first(query.where(*here)) is not None

    async def locate(self, ids: Collection[MessageId]) -> Mapping[MessageId, tuple[str, str]]:
        """Return (channel, message) in the platform's ids."""
        query = select(message.c.id, channel.c.external.label("place"), message.c.external).join(
            channel, channel.c.id == message.c.channel_id
        )
        return {r.id: (r.place, r.external) for r in await self._where_in(query, message.c.id, ids)}

    async def note(self, workspace_id: WorkspaceId, place: Said) -> None:
        """Note where a message of ours stands, instead of whatever was noted for it or there."""
        await self.connection.execute(
            delete(said).where(
                or_(
                    and_(said.c.binding_id == place.binding, said.c.label == place.label),
                    and_(
                        said.c.workspace_id == workspace_id,
                        said.c.channel == place.channel,
                        said.c.external.in_(place.parts),
                    ),
                )
            )
        )
        owner = await self._first(select(binding.c.community_id).where(binding.c.id == place.binding))
        if owner is None or not place.parts:
            return
        rows = [
            {
                "binding_id": place.binding,
                "label": place.label,
                "position": position,
                "community_id": owner.community_id,
                "workspace_id": workspace_id,
                "channel": place.channel,
                "external": external,
            }
            for position, external in enumerate(place.parts)
        ]
        await self.connection.execute(said.insert(), rows)

    async def said(self, binding_: BindingId, label: Label) -> Said | None:
        """Return where a message of ours stands, None when it is not on the platform."""
        query = (
            select(said.c.channel, said.c.external)
            .where(said.c.binding_id == binding_, said.c.label == label)
            .order_by(said.c.position)
        )
        rows = (await self.connection.execute(query)).all()
        if not rows:
            return None
        return Said(binding=binding_, label=label, channel=rows[0].channel, parts=tuple(r.external for r in rows))

    async def label(self, workspace_id: WorkspaceId, channel_: str, external: str) -> tuple[BindingId, Label] | None:
        """Return what we said there, if this message is ours."""
        return (await self.labels(workspace_id, [(channel_, external)])).get((channel_, external))

    async def labels(
        self, workspace_id: WorkspaceId, places: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], tuple[BindingId, Label]]:
        """Return what we said at these places."""
        query = select(said.c.channel, said.c.external, said.c.binding_id, said.c.label).where(
            said.c.workspace_id == workspace_id
        )
        rows = await self._where_in(query, tuple_(said.c.channel, said.c.external), places)
        return {(r.channel, r.external): (r.binding_id, r.label) for r in rows}

    async def _channel_ids(self, workspace_id: WorkspaceId, externals: Collection[str]) -> dict[str, str]:
        """Return our ids for channels by the platform's: those they have, else new ones.

        A channel that goes by another id meanwhile has kept the id of ours that derives from its first.
        """
        query = select(channel.c.id, channel.c.external).where(channel.c.workspace_id == workspace_id)
        ids = {r.external: r.id for r in await self._where_in(query, channel.c.external, externals)}
        fresh = {external: channel_id(workspace_id, external) for external in externals if external not in ids}
        while fresh:
            rows = await self._where_in(select(channel.c.id), channel.c.id, fresh.values())
            taken = {r.id for r in rows}
            ids |= {external: id_ for external, id_ in fresh.items() if id_ not in taken}
            fresh = {external: channel_id(workspace_id, id_) for external, id_ in fresh.items() if id_ in taken}
        return ids

    async def _first(self, query: Any) -> Row[Any] | None:  # noqa: ANN401 - a Select of any columns
        row: Row[Any] | None = (await self.connection.execute(query)).first()
        return row

    async def _rows(self, statement: Any, values: Collection[Any], **others: Any) -> list[Row[Any]]:  # noqa: ANN401 - as above
        """Return the rows of a statement with ``VALUES``."""
        rows: list[Row[Any]] = []
        for some in chunks(values):
            rows += (await self.connection.execute(statement, {**others, "values": some})).all()
        return rows

    async def _where_in(self, query: Any, column: Any, values: Collection[Any]) -> list[Row[Any]]:  # noqa: ANN401 - as above
        rows: list[Row[Any]] = []
        for some in chunks(values):
            rows += (await self.connection.execute(query.where(column.in_(some)))).all()
        return rows

    async def _note(self, workspace_id: WorkspaceId, notes: Sequence[Note]) -> None:
        last = {n.key: n for n in notes}
        gone = [key for key, n in last.items() if n.value is None]
        for some in chunks(gone):
            here = (note.c.workspace_id == workspace_id, note.c.key.in_(some))
            await self.connection.execute(delete(note).where(*here))
        rows = [
            {"workspace_id": workspace_id, "key": key, "value": n.value, "at": n.at}
            for key, n in sorted(last.items())
            if n.value is not None
        ]
        if rows:
            write = insert_or_update(self.connection.dialect.name, note, ("workspace_id", "key"), ("value", "at"))
            await self.connection.execute(write, rows)

    async def _save(self, statement: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - as above
        """Write rows in one order for everybody, so that two writers cannot wait for each other."""
        await self.connection.execute(statement, sorted(rows, key=lambda r: str(r["id"])))


def _of(row: Row[Any]) -> Workspace:
    return Workspace(id=row.id, platform=row.platform, external=row.external, frozen_at=row.frozen_at)


def _member(row: Row[Any]) -> Member:
    return Member(
        id=row.id,
        name=row.name,
        language=None if row.own_language == "each" else row.own_language or row.language,
        zone=row.own_zone or row.zone,
        topics=tuple(row.topics),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        weekly_budget=row.weekly_budget,
        paused_until=row.paused_until,
    )


@cache
def _zones() -> frozenset[str]:
    """Return the zones that this machine knows; another one is as good as none."""
    return frozenset(available_timezones())
