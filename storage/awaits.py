"""What may be answered to in words."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.awaited import Awaited
from bot.core.model import WorkspaceId
from bot.engine.ports import Whose
from storage.sql import insert_or_update
from storage.tables import awaited as table

_PLACE = ("workspace_id", "channel", "thread")


class SqlAwaits:
    """``ports.Awaits`` on a connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, workspace: WorkspaceId, channel: str, thread: str) -> Awaited | None:
        """Return what may be answered there."""
        here = (table.c.workspace_id == workspace, table.c.channel == channel, table.c.thread == thread)
        return cast("Awaited | None", await self._connection.scalar(select(table.c.awaited).where(*here)))

    async def put(
        self, workspace: WorkspaceId, channel: str, thread: str, awaited: Awaited | None, now: datetime, whose: Whose
    ) -> None:
        """Note what may be answered there from now on, or that nothing is."""
        if awaited is None:
            here = (table.c.workspace_id == workspace, table.c.channel == channel, table.c.thread == thread)
            await self._connection.execute(delete(table).where(*here))
            return
        row = {
            "workspace_id": workspace,
            "channel": channel,
            "thread": thread,
            "community_id": whose.community,
            "member_id": whose.member,
            "awaited": awaited,
            "at": now,
        }
        dialect = self._connection.dialect.name
        write = insert_or_update(dialect, table, _PLACE, ("awaited", "at"), ("community_id", "member_id"))
        await self._connection.execute(write, row)

    async def prune(self, before: datetime) -> None:
        """Forget what was last noted before an instant."""
        await self._connection.execute(delete(table).where(table.c.at < before))
