"""Erasing one member: each column as its rule says, and what names them in tables that nobody knows any more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    and_,
    delete,
    false,
    func,
    inspect,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.personal import Personal, adapter_of, is_id, is_json, rule_of, ruled
from storage.remembering import Key
from storage.scrubbing import ELLIPSIS, GONE, Who, without
from storage.sql import chunks, new

_DELETING = frozenset({"row", "kept"})


@dataclass
class Erasure:
    """The erasure of one member, in its unit's transaction."""

    connection: AsyncConnection
    key: Key
    who: Who
    now: datetime
    _places: list[str] = field(default_factory=list)
    _workspace: str | None = None
    _messages: set[str] = field(default_factory=set)

    async def over(self, known: Sequence[Table]) -> None:
        """Erase over these tables, which have to come with what refers to a table before it."""
        await self._look()
        await self._quieten()
        for table in known:
            await self._table(table)
        for some in chunks(self._messages):
            await self.connection.execute(delete(tables.message).where(tables.message.c.id.in_(some)))
        await self.connection.run_sync(_unknown, {table.name for table in known}, self.who)

    async def _look(self) -> None:
        """Find the direct conversations with the member, by our ids and the platform's."""
        channel, member = tables.channel, tables.member
        rooms = await self.connection.execute(
            select(channel.c.id, channel.c.external).where(channel.c.person_id == self.who.id)
        )
        self._places = [place for row in rooms for place in (row.id, row.external)]
        query = select(member.c.workspace_id).where(member.c.id == self.who.id)
        self._workspace = await self.connection.scalar(query)

    async def _quieten(self) -> None:
        """Delete what was still to change the direct messages that are to go."""
        said, outbox = tables.said, tables.outbox
        theirs = [select(table.c.binding_id, table.c.label).where(or_(*self._named(table))) for table in (said, outbox)]
        labels = {(r.binding_id, r.label) for query in theirs for r in await self.connection.execute(query)}
        for some in chunks(labels):
            under = tuple_(outbox.c.binding_id, outbox.c.under).in_(some)
            await self.connection.execute(delete(outbox).where(under))

    async def _table(self, table: Table) -> None:
        named = self._named(table)
        if named:
            await self._remember(table, or_(*named))
            await self.connection.execute(delete(table).where(or_(*named)))
        for column, rule in ruled(table):
            match rule.erase:
                case "empty":
                    empty = update(table).where(self._names(column, rule)).values({column: None})
                    await self.connection.execute(empty)
                case "within" if is_json(column):
                    await self._scrub(column)
                case "within":
                    named_in = update(table).where(names(column, self.who))
                    left = func.replace(column, self.who.id, ELLIPSIS)
                    await self.connection.execute(named_in.values({column: left}))
                case _:
                    pass

    def _named(self, table: Table) -> list[ColumnElement[bool]]:
        """Return the conditions under which a row is to go."""
        return [self._names(column, rule) for column, rule in ruled(table) if rule.erase in _DELETING]

    def _names(self, column: Column[Any], rule: Personal) -> ColumnElement[bool]:
        if not rule.place:
            return names(column, self.who)
        below = [column.startswith(f"{place}/", autoescape=True) for place in self._places]
        here = or_(false(), column.in_(self._places), *below)
        table = column.table
        return and_(table.c.workspace_id == self._workspace, here) if "workspace_id" in table.c else here

    async def _remember(self, table: Table, going: ColumnElement[bool]) -> None:
        """Keep the hashes that rules ask for, and the ids of the messages that the rows stand for."""
        await remember(self.connection, self.key, table, going, self.now)
        messages = [c for c, rule in ruled(table) if rule.message]
        if not messages:
            return
        for row in (await self.connection.execute(select(*messages).where(going))).mappings():
            self._messages |= {row[c] for c in messages if row[c]}

    async def _scrub(self, column: Column[Any]) -> None:
        """Take the member out of a column of JSON; rows go of which nothing is left."""
        table = column.table
        keys = list(table.primary_key.columns)
        who = here(table, self.who)
        raw = type_coerce(column, Text).label("raw")
        for row in (await self.connection.execute(select(*keys, raw).where(mentions(column, who)))).mappings():
            this = and_(*(key == row[key] for key in keys))
            left = without(json.loads(row["raw"]), who)
            try:
                value = GONE if left is GONE else adapter_of(column).validate_python(left)
            except ValidationError:
                value = GONE
            if value is GONE:
                await self.connection.execute(delete(table).where(this))
            else:
                await self.connection.execute(update(table).where(this).values({column: value}))


async def remember(
    connection: AsyncConnection, key: Key, table: Table, going: ColumnElement[bool], now: datetime
) -> None:
    """Keep a keyed hash of each row that is to go, where the table's rules ask for it."""
    found = next(((c, rule) for c, rule in ruled(table) if rule.erase == "kept"), None)
    if found is None:
        return
    column, rule = found
    for row in (await connection.execute(select(table).where(going))).mappings():
        parts = (str(row[table.c[name]] or "") for name in rule.of)
        kept = {"hash": key.hash(table.name, row[column], *parts), "at": now}
        await new(connection, tables.kept, kept, "hash")


def here(table: Table, who: Who) -> Who:
    """Return by which ids a table knows a member: by the platform's only where it says of which workspace it is."""
    return who if "workspace_id" in table.c else Who(who.id)


def names(column: Column[Any], who: Who) -> ColumnElement[bool]:
    """Return whether a column names a member by our id: is it, or contains it in words or JSON."""
    return column == who.id if is_id(column) else type_coerce(column, Text).contains(who.id, autoescape=True)


def mentions(column: Column[Any], who: Who) -> ColumnElement[bool]:
    """Return whether a column of JSON may mention a member, by our id or the platform's."""
    raw = type_coerce(column, Text)
    ids = [who.id] if who.external is None else [who.id, json.dumps(who.external, ensure_ascii=False)]
    return or_(*(raw.contains(one, autoescape=True) for one in ids))


def refers_to_messages(column: Column[Any]) -> bool:
    """Whether a column holds ids of messages."""
    rule = rule_of(column)
    return rule is not None and rule.message


def _unknown(connection: Connection, known: set[str], who: Who) -> None:
    """Delete the rows that name the member in tables of rituals that are not installed any more."""
    there = inspect(connection).get_table_names()
    strange = [name for name in there if name not in known and not name.startswith("alembic_version")]
    if not strange:
        return
    found = MetaData()
    found.reflect(connection, only=strange)
    for table in reversed(found.sorted_tables):
        if table.name in strange:
            texts = [c for c in table.columns if isinstance(c.type, String)]
            named = [c.contains(who.id, autoescape=True) for c in texts]
            connection.execute(delete(table).where(or_(false(), *named)))
