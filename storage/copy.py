"""Copy one community: its rows in every table, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, Table, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import CommunityId
from storage import versions
from storage.personal import OWN_ID
from storage.ritual import Storages
from storage.sql import chunks
from storage.tables import (
    binding,
    channel,
    community,
    inbox,
    kept,
    member,
    message,
    nudge,
    outbox,
    refusal,
    workspace,
)

Row = dict[str, Any]
Rows = list[tuple[Table, list[Row]]]


async def read(connection: AsyncConnection, storages: Storages, id_: CommunityId) -> Rows:
    """Return a community's rows, table by table in the order in which they can be written.

    What the rows refer to (members, messages, channels) is found by our ids wherever they stand in them. Leases are
    dropped; dead letters, and facts of others, stay behind. Raises KeyError when there is no such community.
    """
    found: dict[Table, list[Row]] = {community: await _all(connection, select(community).where(community.c.id == id_))}
    if not found[community]:
        raise KeyError(id_)
    home = found[community][0]
    tables = [t for part in versions.parts(storages) for t in part.metadata.sorted_tables]
    for table in tables:
        if "community_id" in table.c:
            found[table] = await _all(connection, select(table).where(table.c.community_id == id_))
    found[outbox] = [_unleased(row) for row in found[outbox] if row["status"] != "dead"]
    found[workspace] = await _all(connection, select(workspace).where(workspace.c.id == home["workspace_id"]))
    found[inbox] = await _all(connection, _facts(found, home))
    ids = set(_ids(row for rows in found.values() for row in rows))
    found[message] = await _in(connection, message, message.c.id, ids)
    found[channel] = await _in(connection, channel, channel.c.id, ids | set(_ids(found[message])))
    ids |= set(_ids(found[channel]))
    found[member] = await _in(connection, member, member.c.id, ids)
    people = {row["id"] for row in found[member]}
    found[nudge] = await _in(connection, nudge, nudge.c.member_id, people)
    everywhere = await _in(connection, refusal, refusal.c.member_id, people)
    found[refusal] += [row for row in everywhere if row["community_id"] is None]
    found[kept] = await _all(connection, select(kept))
    return [(table, found[table]) for table in tables if found.get(table)]


async def write(connection: AsyncConnection, rows: Rows) -> None:
    """Write rows into an empty database."""
    for table, some in rows:
        await connection.execute(table.insert(), some)


def _facts(found: dict[Table, list[Row]], home: Row) -> Select[Any]:
    """Select the facts still to be handled that concern the community: of its home channel, or of its bindings."""
    bindings = [row["id"] for row in found[binding]]
    external = select(channel.c.external).where(channel.c.id == home["home_id"]).scalar_subquery()
    of_home = and_(inbox.c.workspace_id == home["workspace_id"], inbox.c.channel == external)
    return select(inbox).where(inbox.c.next_at.is_not(None), or_(inbox.c.binding_id.in_(bindings), of_home))


def _unleased(row: Row) -> Row:
    return row | {"status": "pending", "leased_until": None} if row["status"] == "sending" else row


def _ids(rows: Iterable[Row]) -> Iterator[str]:
    """Yield whatever may be one of our ids."""
    for row in rows:
        for value in row.values():
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, str) and len(one) == OWN_ID:
                    yield one


async def _in(connection: AsyncConnection, table: Table, column: Any, values: set[str]) -> list[Row]:  # noqa: ANN401 - a column of any type
    rows: list[Row] = []
    for some in chunks(sorted(values)):
        rows += await _all(connection, select(table).where(column.in_(some)))
    return rows


async def _all(connection: AsyncConnection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
