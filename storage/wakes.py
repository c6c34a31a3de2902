"""The agenda of every binding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.effects import Wake
from bot.core.model import BindingId, CommunityId
from bot.engine.ports import DueWake
from storage.sql import chunks, insert_or_update
from storage.tables import binding, community, wake, workspace

_DUE = (
    select(
        wake.c.id,
        wake.c.binding_id,
        wake.c.label,
        wake.c.at,
        wake.c.grace,
        wake.c.what,
        community.c.workspace_id,
        binding.c.name,
    )
    .join(community, community.c.id == wake.c.community_id)
    .join(binding, binding.c.id == wake.c.binding_id)
    .order_by(wake.c.at, wake.c.binding_id, wake.c.label)
)
_CHANGED = ("at", "grace", "what")
_FROZEN = (
    select(community.c.id)
    .join(workspace, workspace.c.id == community.c.workspace_id)
    .where(workspace.c.frozen_at.is_not(None))
)
_AT_WORK = wake.c.community_id.not_in(_FROZEN)


@dataclass(frozen=True, slots=True)
class SqlWakes:
    """``ports.Wakes`` on a connection."""

    connection: AsyncConnection

    async def replace(self, binding: BindingId, community: CommunityId, wakes: Sequence[Wake], now: datetime) -> None:
        """Write what differs from what is there; most agendas do not change, and cost one reading."""
        query = select(wake.c.label, wake.c.at, wake.c.grace, wake.c.what).where(wake.c.binding_id == binding)
        there = {row.label: row for row in await self.connection.execute(query)}
        wished = {w.label: w for w in wakes}
        changed = [
            {
                "binding_id": binding,
                "community_id": community,
                "label": w.label,
                "at": w.at,
                "grace": w.grace,
                "what": w.what,
            }
            for w in wished.values()
            if w.label not in there or tuple(there[w.label])[1:] != (w.at, w.grace, w.what)
        ]
        if changed:
            statement = insert_or_update(self.connection.dialect.name, wake, ("binding_id", "label"), _CHANGED)
            await self.connection.execute(statement, changed)
        gone = [label for label, row in there.items() if label not in wished and row.at > now]
        for labels in chunks(gone):
            await self.connection.execute(delete(wake).where(wake.c.binding_id == binding, wake.c.label.in_(labels)))

    async def take(self, now: datetime, limit: int) -> Sequence[DueWake]:
        """Remove and return due wakes, none of a frozen workspace; on PostgreSQL rivals skip each other's."""
        query = _DUE.where(wake.c.at <= now, _AT_WORK).limit(limit).with_for_update(of=wake, skip_locked=True)
        rows = (await self.connection.execute(query)).all()
        for ids in chunks([row.id for row in rows]):
            await self.connection.execute(delete(wake).where(wake.c.id.in_(ids)))
        return [_due(row) for row in rows]

    async def coming(self, community: CommunityId, limit: int) -> Sequence[DueWake]:
        """Return a community's next wakes that people are told of."""
        query = _DUE.where(wake.c.community_id == community, wake.c.what.is_not(None)).limit(limit)
        return [_due(row) for row in await self.connection.execute(query)]

    async def next_at(self) -> datetime | None:
        """Return the instant of the next wake of all, of workspaces that are not frozen."""
        at: datetime | None = (await self.connection.execute(select(func.min(wake.c.at)).where(_AT_WORK))).scalar()
        return at


def _due(row: Any) -> DueWake:  # noqa: ANN401 - a row of any width
    return DueWake(
        binding=row.binding_id,
        workspace=row.workspace_id,
        label=row.label,
        at=row.at,
        grace=row.grace,
        what=row.what,
        name=row.name,
    )
