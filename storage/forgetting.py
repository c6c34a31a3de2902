"""Forget a community, or one of its rituals: every row of it, in every table that the database has.

The walk is over the database itself, not over what is installed: the tables of a ritual that was uninstalled are
emptied too. A row belongs to whom its ``community_id`` or ``binding_id`` names; without such a column, to whom the row
belongs that it refers to.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, MetaData, Table, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import BindingId, CommunityId
from storage import tables

_OWNERS = {"community_id": tables.community.name, "binding_id": tables.binding.name}


async def forget_community(connection: AsyncConnection, id_: CommunityId) -> None:
    """Delete every row of a community and of its rituals, ended ones included."""
    query = select(tables.binding.c.id).where(tables.binding.c.community_id == id_)
    rituals = list((await connection.execute(query)).scalars())
    every = await connection.run_sync(_tables)
    await connection.run_sync(_forget, every, "binding_id", rituals)
    await connection.run_sync(_forget, every, "community_id", [id_])


async def forget_ritual(connection: AsyncConnection, id_: BindingId) -> None:
    """Delete every row of a ritual."""
    await connection.run_sync(_forget, await connection.run_sync(_tables), "binding_id", [id_])


def _tables(connection: Connection) -> Sequence[Table]:
    """Return every table there is, those that refer to others before these."""
    found = MetaData()
    found.reflect(connection)
    return list(reversed(found.sorted_tables))


def _forget(connection: Connection, every: Sequence[Table], column: str, ids: Sequence[str]) -> None:
    for table in every:
        rows = theirs(table, column, ids)
        if rows is not None:
            connection.execute(delete(table).where(rows))


def theirs(
    table: Table, column: str, ids: Sequence[str], below: frozenset[str] = frozenset()
) -> ColumnElement[bool] | None:
    """Return which rows belong to the owners with these ids, None when such a table has no owner of this kind."""
    if column in table.c:
        return table.c[column].in_(ids)
    if table.name == _OWNERS[column]:
        return table.c.id.in_(ids)
    ways: list[ColumnElement[bool]] = []
    for key in table.foreign_keys:
        parent = key.column.table
        rows = None if parent.name in below else theirs(parent, column, ids, below | {table.name})
        if rows is not None:
            ways.append(key.parent.in_(select(key.column).where(rows)))
    return or_(*ways) if ways else None
