"""A channel goes by another id of its platform's: what says where something stands goes with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Table, case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.incoming import Internal
from bot.core.model import ChannelId, WorkspaceId
from storage.tables import awaited, channel, community, inbox, message, outbox, said


@dataclass(frozen=True, slots=True)
class Renumbering:
    """The channel ``ours`` of a workspace goes by ``new`` instead of ``old``."""

    connection: AsyncConnection
    workspace: WorkspaceId
    ours: ChannelId
    old: str
    new: str

    async def do(self) -> None:
        """Write it, unless a community lives by the new id already."""
        if not await self._free():
            return
        here = update(channel).where(channel.c.id == self.ours)
        await self.connection.execute(here.values(external=self.new))
        await self._follow(said, "external")
        await self._follow(awaited, "thread")
        await self._facts()

    async def _free(self) -> bool:
        """Let the channel that goes by the new id give way: what little there is of it becomes ours."""
        other = await self.connection.scalar(
            select(channel.c.id)
            .where(channel.c.workspace_id == self.workspace, channel.c.external == self.new)
            .with_for_update()
        )
        if other is None:
            return True
        if await self.connection.scalar(select(exists().where(community.c.home_id == other))):
            return False
        destination = case(
            (outbox.c.destination == f"channel:{other}", f"channel:{self.ours}"), else_=outbox.c.destination
        )
        said_there = update(outbox).where(outbox.c.channel_id == other)
        await self.connection.execute(said_there.values(channel_id=self.ours, destination=destination))
        twin = message.alias()
        known = exists().where(twin.c.channel_id == self.ours, twin.c.external == message.c.external)
        await self.connection.execute(delete(message).where(message.c.channel_id == other, known))
        heard_there = update(message).where(message.c.channel_id == other)
        await self.connection.execute(heard_there.values(channel_id=self.ours))
        await self.connection.execute(delete(channel).where(channel.c.id == other))
        return True

    async def _follow(self, table: Table, place: str) -> None:
        """Let what stands in the channel follow; where something stands by the new id already, that is newer."""
        twin = table.alias()
        newer = exists().where(
            twin.c.workspace_id == self.workspace, twin.c.channel == self.new, twin.c[place] == table.c[place]
        )
        await self.connection.execute(delete(table).where(*self._here(table), newer))
        await self.connection.execute(update(table).where(*self._here(table)).values(channel=self.new))

    async def _facts(self) -> None:
        """Let facts follow: those still to be handled, and where what was handled stood."""
        query = select(inbox.c.id, inbox.c.heard).where(*self._here(inbox), inbox.c.heard.is_not(None))
        for row in (await self.connection.execute(query)).all():
            if not isinstance(row.heard, Internal):
                heard = replace(row.heard, channel=self.new)
                await self.connection.execute(update(inbox).where(inbox.c.id == row.id).values(heard=heard))
        about = self.new + func.substr(inbox.c.about, len(self.old) + 1)
        await self.connection.execute(update(inbox).where(*self._here(inbox)).values(channel=self.new, about=about))

    def _here(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        return table.c.workspace_id == self.workspace, table.c.channel == self.old
