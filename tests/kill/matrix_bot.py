"""Matrix as the bot's process sees it: a homeserver, and a folder with the account and its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.matrix.session import MatrixSession
from adapters.matrix.settings import MatrixSettings
from bot.engine.engine import Engine
from tests.matrix import founding


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
            await founding.rest(session)

        try:
            await founding.found(session, self.home, self.founder)
            yield rest
        finally:
            await session.close()
