"""What stays of a fact once it is handled: a key that tells nothing, and of what was said in private no place."""

from __future__ import annotations

from sqlalchemy import select

from bot.core.incoming import Batch, ChannelProfile
from storage.database import SqlDatabase
from storage.tables import claim, inbox
from tests.engine.world import World


async def test_nothing_tells_who_said_something_in_private(world: World) -> None:
    private = world.message("bo", "help", channel="D-bo", direct=True)
    async with world.database.unit() as unit:
        room = ChannelProfile(external="D-bo", name="", direct=True)
        await unit.directory.save(world.workspace, Batch(channels=(room,)))
        await unit.commit()

    await world.ask(private)

    assert isinstance(world.database, SqlDatabase)
    async with world.database.unit() as unit:
        rows = (await unit.connection.execute(select(inbox))).all()
        claims = (await unit.connection.execute(select(claim))).all()
    assert rows
    assert "D-bo" not in f"{rows}{claims}"
    assert private.fact not in [row.fact for row in rows]
