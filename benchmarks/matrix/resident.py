"""A bot in a crowded room, and its peer: ``python -m benchmarks.matrix.resident WHO URL USER PASSWORD ROOM FOLDER``.

WHO is ``causerie`` or ``nio``. It tells what was taken as a line of JSON, and goes on at each line that it is sent.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psutil

from adapters.matrix.account import home
from adapters.matrix.session import MatrixSession
from adapters.matrix.settings import MatrixSettings
from bot.app import now, opened
from bot.config import load
from bot.core.text import paragraph
from bot.engine.platform import Outgoing

MIB = 2**20
TIMES = 5
WORDS = "What did you try this week?"


async def causerie(url: str, user: str, _: str, room: str, folder: str) -> None:
    """Hear, and send as the outbox does."""
    config = load(None, {"CAUSERIE__DATA__FOLDER": folder})
    async with opened(config) as app:
        session = MatrixSession(app.engine, MatrixSettings(user=user, homeserver=url), home(Path(folder)))
        await session.open()
        _tell(sync=await _timed(session.once), memory=_memory())
        await _next()

        async def send(key: str) -> None:
            outgoing = Outgoing(key=key, kind="post", since=now(), body=paragraph(WORDS), channel=room)
            await session.port.send(outgoing)

        async def people() -> None:
            await session.port.people(room)

        there = await _timed(people)
        _tell(people=there, send=await _several(send, "plain"), memory=_memory())
        await _next()
        while not session.port.rooms.of(room).encrypted:
            await session.once()
        first = await _timed(lambda: send("sealed"))
        shared = session.port.sealing.client.olm.outbound_group_sessions[room]
        given = len(shared.users_shared_with | shared.users_ignored)
        _tell(first=first, given=given, send=await _several(send, "sealed"), memory=_memory())
        await _next()


async def nio(url: str, user: str, password: str, room: str, folder: str) -> None:
    """Do the same by the bare library."""
    from nio import AsyncClient, AsyncClientConfig, ErrorResponse  # noqa: PLC0415 - the other does not load it here

    client = AsyncClient(url, user, store_path=folder, config=AsyncClientConfig(encryption_enabled=True))
    await client.login(password)

    async def asked(answer: Awaitable[Any]) -> None:
        assert not isinstance(await answer, ErrorResponse)

    async def send(_: str) -> None:
        content = {"msgtype": "m.text", "body": WORDS}
        await asked(client.room_send(room, "m.room.message", content, ignore_unverified_devices=True))

    await client.keys_upload()
    _tell(sync=await _timed(lambda: asked(client.sync(full_state=True))), memory=_memory())
    await _next()
    there = await _timed(lambda: asked(client.joined_members(room)))
    _tell(people=there, send=await _several(send, "plain"), memory=_memory())
    await _next()
    while not client.rooms[room].encrypted:
        await client.sync()

    async def first_sealed() -> None:
        # As ``sync_forever`` does beside: without it nobody is given the key.
        if client.should_query_keys:
            await asked(client.keys_query())
        await send("sealed")

    first = await _timed(first_sealed)
    shared = client.olm.outbound_group_sessions[room]
    given = len(shared.users_shared_with | shared.users_ignored)
    _tell(first=first, given=given, send=await _several(send, "sealed"), memory=_memory())
    await _next()
    await client.close()


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begun = perf_counter()
    await work()
    return perf_counter() - begun


async def _several(send: Callable[[str], Awaitable[None]], key: str) -> float:
    return median([await _timed(lambda number=number: send(f"{key}-{number}")) for number in range(TIMES)])  # type: ignore[misc]


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / MIB


def _tell(**taken: float) -> None:
    sys.stdout.write(f"{json.dumps(taken)}\n")
    sys.stdout.flush()


async def _next() -> None:
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    asyncio.run({"causerie": causerie, "nio": nio}[sys.argv[1]](*sys.argv[2:]))
