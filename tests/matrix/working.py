"""The adapter at work on the real homeserver: running by itself, or taken from sync to sync."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from adapters.matrix import account
from adapters.matrix.login import Wanted, login
from adapters.matrix.session import MatrixSession
from adapters.matrix.settings import MatrixSettings
from bot.engine.engine import Engine
from tests.matrix.person import OFTEN, user_name
from tests.matrix.synapse import Registered, Synapse

PATIENCE: Final = 30.0


async def opened(
    engine: Engine,
    synapse: Synapse,
    *,
    folder: Path,
    bot: Registered | None = None,
    poll_ms: int = 0,
    **settings: Any,  # noqa: ANN401 - as MatrixSettings takes them
) -> MatrixSession:
    """Open a session whose account is kept in ``folder``; where there is none yet, ``bot`` logs in, or a new user.

    Instants are the engine's.
    """
    there = account.read(folder)
    if there is None:
        if bot is None:
            bot = await asyncio.to_thread(synapse.register, user_name("Causerie"))
        there = await login(folder, Wanted(user=bot.user_id, homeserver=synapse.url, password=bot.password))
    wanted = MatrixSettings(**{"user": there.user, "homeserver": synapse.url} | settings)
    session = MatrixSession(engine, wanted, folder, at=lambda _: engine.clock(), poll_ms=poll_ms)
    await session.open()
    return session


@asynccontextmanager
async def stepped(
    engine: Engine,
    synapse: Synapse,
    *,
    folder: Path,
    bot: Registered | None = None,
    **settings: Any,  # noqa: ANN401 - as above
) -> AsyncIterator[MatrixSession]:
    """Give a session that has done its first sync; each ``once()`` takes in what is there, and waits for nothing."""
    session = await opened(engine, synapse, folder=folder, bot=bot, **settings)
    try:
        await session.once()
        yield session
    finally:
        await session.close()


@asynccontextmanager
async def working(
    engine: Engine,
    synapse: Synapse,
    *,
    folder: Path,
    bot: Registered | None = None,
    poll_ms: int = 10_000,
    **settings: Any,  # noqa: ANN401 - as above
) -> AsyncIterator[MatrixSession]:
    """Give a session that runs, after its first sync; it is stopped at once, whatever it waits for."""
    session = await opened(engine, synapse, folder=folder, bot=bot, poll_ms=poll_ms, **settings)
    running = asyncio.create_task(session.run())
    try:
        await synced(session, running, 1)
        yield session
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def synced(session: MatrixSession, running: asyncio.Task[None], times: int) -> None:
    """Wait until so many answers of the server were taken in."""
    deadline = time.monotonic() + PATIENCE
    while session.synced < times:
        if running.done():
            await running
        assert time.monotonic() < deadline, f"no sync after {PATIENCE} s"
        await asyncio.sleep(OFTEN)
