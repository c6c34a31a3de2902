"""Forget a workspace, a community, or one of its rituals: every row of it, in every table that the database has.

The walk is over the database itself, not over what is installed: the tables of a ritual that was uninstalled are
emptied too. A row belongs to whom its ``community_id`` or ``binding_id`` names; without such a column, to whom the row
belongs that it refers to. What is of a workspace may also say whose member or whose channel it is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, MetaData, Select, Table, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import BindingId, CommunityId, WorkspaceId
from storage import tables

_OWNERS = {
    "binding_id": tables.binding.name,
    "community_id": tables.community.name,
    "member_id": tables.member.name,
    "channel_id": tables.channel.name,
    "workspace_id": tables.workspace.name,
}
Ids = Sequence[str] | Select[tuple[str]]


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


async def forget_workspace(connection: AsyncConnection, id_: WorkspaceId) -> None:
    """Delete every row of a workspace, its own last."""
    t = tables
    facts = select(t.inbox.c.fact).where(t.inbox.c.workspace_id == id_)
    await connection.execute(delete(t.claim).where(t.claim.c.fact.in_(facts)))
    rituals = select(t.binding.c.id).join(t.community, t.community.c.id == t.binding.c.community_id)
    within: dict[str, Ids] = {
        "binding_id": rituals.where(t.community.c.workspace_id == id_),
        "community_id": select(t.community.c.id).where(t.community.c.workspace_id == id_),
        "member_id": select(t.member.c.id).where(t.member.c.workspace_id == id_),
        "channel_id": select(t.channel.c.id).where(t.channel.c.workspace_id == id_),
    }
    every = await connection.run_sync(_tables)
    for column, ids in within.items():
        # Owners are looked up until all that names them is gone, referring to them or not.
        await connection.run_sync(_forget, [table for table in every if table.name != _OWNERS[column]], column, ids)
    await connection.run_sync(_forget, every, "workspace_id", [id_])


def _tables(connection: Connection) -> Sequence[Table]:
    """Return every table there is, those that refer to others before these."""
    found = MetaData()
    found.reflect(connection)
    return list(reversed(found.sorted_tables))


def _forget(connection: Connection, every: Sequence[Table], column: str, ids: Ids) -> None:
    for table in every:
        rows = theirs(table, column, ids)
        if rows is not None:
            connection.execute(delete(table).where(rows))


def theirs(table: Table, column: str, ids: Ids, below: frozenset[str] = frozenset()) -> ColumnElement[bool] | None:
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
