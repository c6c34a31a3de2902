"""Matrix as the bot's process sees it: a homeserver, and a folder with the account and its keys."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.local.seed import SEEDS
from adapters.matrix.session import MatrixSession
from adapters.matrix.settings import MatrixSettings
from bot.core.incoming import Batch, ChannelProfile, Pressed, Submitted
from bot.core.model import Fact
from bot.engine.engine import Engine
from bot.engine.founding import START
from bot.engine.respond import respond
from bot.engine.walk import settle

SEED = SEEDS["en"]
PATIENCE = 30.0


@dataclass(frozen=True)
class MatrixBot:
    """Where the bot is at work: ``home`` is the room of its community, founded by ``founder``."""

    settings: MatrixSettings
    folder: Path
    home: str
    founder: str

    @asynccontextmanager
    async def at_work(
        self, engine: Engine, heard: Callable[[], Awaitable[int]]
    ) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        session = MatrixSession(engine, self.settings, self.folder, at=lambda _: engine.clock(), poll_ms=0)
        await session.open()

        async def rest() -> None:
            await heard()
            # The server tells of what the bot itself writes, too.
            before = None
            while (there := await _cursor(session)) != before:
                before = there
                await session.once()
                await session.idle()
                await settle(engine)

        try:
            await self._found(session)
            yield rest
        finally:
            await session.close()

    async def _found(self, session: MatrixSession) -> None:
        """Found the seeded community by the form, unless it is there."""
        engine, workspace = session.engine, session.workspace
        async with engine.database.view() as unit:
            if await unit.commons.at_homes(workspace, {self.home}):
                return
        deadline = time.monotonic() + PATIENCE
        while self.home not in session.port.rooms.known:
            assert time.monotonic() < deadline, "the bot did not come into the room"
            await session.once()
            await asyncio.sleep(0.01)
        await session.idle()
        form = Submitted(
            fact=Fact("matrix:seed"),
            at=engine.clock(),
            channel=self.home,
            author=self.founder,
            form=f"found:{self.home}",
            values={
                "name": SEED.name,
                "language": "en",
                "address": "vous",
                "zone": SEED.zone,
                "region": "",
                "weekly_question.cadence": SEED.cadence,
            },
        )
        here = ChannelProfile(external=self.home, name=SEED.home, direct=False, person=None)
        people = tuple(await session.port.people(self.home))
        await respond(engine, workspace, form, Batch(people=people, channels=(here,)))
        async with engine.database.view() as unit:
            channel = await unit.directory.channel(workspace, self.home)
            draft = await unit.lives.draft_at(channel) if channel else None
        assert draft is not None
        start = Pressed(
            fact=Fact("matrix:seed:start"),
            at=engine.clock(),
            channel=self.home,
            author=self.founder,
            message=None,
            action=START,
            value=draft.id,
        )
        await respond(engine, workspace, start)
        await settle(engine)


async def _cursor(session: MatrixSession) -> str | None:
    async with session.engine.database.view() as unit:
        return await unit.directory.cursor(session.workspace)
