"""All that is kept of a member, found by the rules on the columns: given to them, or erased."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, exists, false, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import MemberId, WorkspaceId
from bot.engine.ports import Held
from storage import tables, versions
from storage.erasure import Erasure, here, mentions, names, refers_to_messages, remember
from storage.forgetting import forget_workspace
from storage.personal import Personal, Rule, adapter_of, is_json, label_of, rule_of, ruled, title_of
from storage.remembering import Key
from storage.ritual import Storages
from storage.scrubbing import GONE, Who, without

_OWNING = frozenset({"row", "kept", "empty"})


@dataclass(frozen=True, slots=True)
class SqlRecords:
    """``ports.Records`` on a connection; ``flush`` writes what rituals changed in this transaction so far."""

    connection: AsyncConnection
    storages: Storages
    key: Key
    flush: Callable[[], Awaitable[None]]

    async def lock(self, member: MemberId) -> None:
        """Lock the communities of the member's workspace, in one order for everybody, and the member's row."""
        if self.connection.dialect.name != "postgresql":
            return
        home = select(tables.member.c.workspace_id).where(tables.member.c.id == member).scalar_subquery()
        communities = select(tables.community.c.id).where(tables.community.c.workspace_id == home)
        await self.connection.execute(communities.order_by(tables.community.c.id).with_for_update(key_share=True))
        await self.connection.execute(select(tables.member.c.id).where(tables.member.c.id == member).with_for_update())

    async def held(self, member: MemberId) -> Sequence[Held]:
        """Return the rows of each table that are the member's by a rule, the member's own row first."""
        await self.flush()
        who = await self._who(member)
        found = [held for table in self._tables() if (held := await self._held(table, who)).rows]
        return sorted(found, key=lambda held: held.table != tables.member.name)

    async def erase(self, member: MemberId, now: datetime) -> None:
        """Erase as each column's rule says, and what names the member in tables of rituals that are gone."""
        await self.flush()
        erasure = Erasure(self.connection, self.key, await self._who(member), now)
        await erasure.over([*reversed(self._tables())])

    async def purge(self, workspace: WorkspaceId, before: datetime, now: datetime) -> bool:
        """Delete every row of a workspace that was frozen before an instant, but a keyed hash of each refusal.

        Communities are locked before the workspace, as whoever works on one of them does.
        """
        here = tables.workspace.c.id == workspace
        communities = select(tables.community.c.id).where(tables.community.c.workspace_id == workspace)
        await self.connection.execute(communities.order_by(tables.community.c.id).with_for_update())
        since = await self.connection.scalar(select(tables.workspace.c.frozen_at).where(here).with_for_update())
        if since is None or since >= before:
            return False
        people = select(tables.member.c.id).where(tables.member.c.workspace_id == workspace)
        for table in self._tables():
            for column, rule in ruled(table):
                if rule.erase == "kept":
                    await remember(self.connection, self.key, table, column.in_(people), now)
        await forget_workspace(self.connection, workspace)
        return True

    async def honours(self) -> bool:
        """Whether there is a key, where there are hashes."""
        there = await self.connection.scalar(select(exists(tables.kept.select())))
        return self.key.there or not there

    async def prune(self) -> None:
        """Forget where messages stand that no column refers to, and of which no fact of late tells."""
        message, channel, inbox = tables.message, tables.channel, tables.inbox
        place = (
            select(channel.c.external).where(channel.c.id == message.c.channel_id).correlate(message).scalar_subquery()
        )
        lately = exists().where(inbox.c.about == place + "/" + message.c.external)
        referring = [c for table in self._tables() for c in table.columns if refers_to_messages(c)]
        referred = [exists().where(column == message.c.id) for column in referring]
        await self.connection.execute(delete(message).where(not_(or_(false(), lately, *referred))))

    def _tables(self) -> list[Table]:
        """Return every table, what is referred to before what refers to it."""
        return [table for part in versions.parts(self.storages) for table in part.metadata.sorted_tables]

    async def _who(self, member: MemberId) -> Who:
        query = select(tables.member.c.external).where(tables.member.c.id == member)
        return Who(member, await self.connection.scalar(query))

    async def _held(self, table: Table, who: Who) -> Held:
        columns = [c for c in table.columns if _given(rule_of(c))]
        known = here(table, who)
        owned = [names(c, known) for c, r in ruled(table) if r.erase in _OWNING and r.export and not r.place]
        written = [c for c, rule in ruled(table) if rule.erase == "within" and rule.export and is_json(c)]
        suspected = [mentions(c, known) for c in written]
        query = select(*table.columns, or_(false(), *owned).label("owned")).where(or_(false(), *owned, *suspected))
        rows = (await self.connection.execute(query.order_by(*table.primary_key.columns))).mappings()
        theirs = [row for row in rows if row["owned"] or any(_written(c, row[c], known) for c in written)]
        return Held(
            table.name,
            title_of(table),
            tuple((c.name, label_of(c)) for c in columns),
            tuple(tuple(row[c] for c in columns) for row in theirs),
        )


def _given(rule: Rule | None) -> bool:
    """Whether a column is shown to the member whose row it is."""
    return not isinstance(rule, Personal) or rule.export


def _written(column: Column[Any], value: object, who: Who) -> bool:
    """Whether a value was written by a member as a whole."""
    return value is not None and without(adapter_of(column).dump_python(value, mode="json"), who) is GONE
