"""The seeded community in a room on Matrix, and everything that happens there taken in, step by step."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from adapters.local.seed import SEEDS
from adapters.matrix.session import MatrixSession
from bot.core.incoming import Batch, ChannelProfile, Pressed, Submitted
from bot.core.model import Fact
from bot.engine.founding import START
from bot.engine.respond import respond
from bot.engine.walk import settle

SEED: Final = SEEDS["en"]
PATIENCE: Final = 30.0


async def found(session: MatrixSession, home: str, founder: str) -> None:
    """Found the seeded community by the form, unless it is there, in a room into which the bot is invited."""
    engine, workspace = session.engine, session.workspace
    async with engine.database.view() as unit:
        if await unit.commons.at_homes(workspace, {home}):
            return
    deadline = time.monotonic() + PATIENCE
    while home not in session.port.rooms.known:
        assert time.monotonic() < deadline, "the bot did not come into the room"
        await session.once()
        await asyncio.sleep(0.01)
    await session.idle()
    form = Submitted(
        fact=Fact("matrix:seed"),
        at=engine.clock(),
        channel=home,
        author=founder,
        form=f"found:{home}",
        values={
            "name": SEED.name,
            "language": "en",
            "address": "vous",
            "zone": SEED.zone,
            "region": "",
            "weekly_question.cadence": SEED.cadence,
        },
    )
    here = ChannelProfile(external=home, name=SEED.home, direct=False, person=None)
    people = tuple(await session.port.people(home))
    await respond(engine, workspace, form, Batch(people=people, channels=(here,)))
    async with engine.database.view() as unit:
        channel = await unit.directory.channel(workspace, home)
        draft = await unit.lives.draft_at(channel) if channel else None
    assert draft is not None
    start = Pressed(
        fact=Fact("matrix:seed:start"),
        at=engine.clock(),
        channel=home,
        author=founder,
        message=None,
        action=START,
        value=draft.id,
    )
    await respond(engine, workspace, start)
    await settle(engine)


async def rest(session: MatrixSession) -> None:
    """Take in everything that the server has, and let everything happen that can now."""
    # The server tells of what the bot itself writes, too.
    before: str | None = ""
    while (there := await cursor(session)) != before:
        before = there
        await session.once()
        await session.idle()
        await settle(session.engine)


async def cursor(session: MatrixSession) -> str | None:
    """Return how far was read."""
    async with session.engine.database.view() as unit:
        return await unit.directory.cursor(session.workspace)
