"""A real Synapse with a bot in a process of its own, and somebody who talks with it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from adapters.matrix.account import home
from adapters.matrix.login import Wanted, login
from benchmarks.matrix.talk import Talk
from benchmarks.start import CAUSERIE
from tests.matrix.synapse import Registered, Synapse

ROOT = Path(__file__).parent.parent.parent
KEEP, START = "==", "1"
"""In a dialogue: that all the rest stays as it is, and that the community begins."""
PATIENCE = 300.0
"""Seconds for whatever is waited for; a benchmark fails for nothing that is slow."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody who is in a room with the bot, and in one for the two of them; the bot has joined both."""

    talk: Talk
    room: str
    direct: str


async def account(server: Synapse, name: str = "") -> Registered:
    """Return a new account."""
    return await asyncio.to_thread(server.register, f"{name or 'member'}-{uuid4().hex[:8]}")


async def bot_account(server: Synapse, folder: Path) -> Registered:
    """Return a new account whose keys are where Causerie looks for them in its data folder."""
    bot = await account(server, "causerie")
    wanted = Wanted(user=bot.user_id, homeserver=server.url, password=bot.password)
    await login(home(folder), wanted)
    return bot


@asynccontextmanager
async def causerie(server: Synapse, talk: Talk, folder: Path, *, encrypted: bool) -> AsyncIterator[Place]:
    """Have Causerie at work, with a community in the room."""
    bot = await bot_account(server, folder)
    async with process([CAUSERIE, "run"], environ(server, bot, folder)):
        rooms = await _rooms(talk, bot, encrypted=encrypted)
        place = await _arrived(talk, bot, *rooms)
        await _found(place)
        yield place


@asynccontextmanager
async def echo(server: Synapse, talk: Talk, folder: Path, *, encrypted: bool) -> AsyncIterator[Place]:
    """Have the bare bot at work; what it is to join is there before it."""
    bot = await account(server, "echo")
    room, direct = await _rooms(talk, bot, encrypted=encrypted)
    words = (server.url, bot.user_id, bot.password, room, direct, *((str(folder),) if encrypted else ()))
    async with process([sys.executable, "-m", "benchmarks.matrix.echo", *words], os.environ):
        yield await _arrived(talk, bot, room, direct)


def environ(server: Synapse, bot: Registered, folder: Path) -> dict[str, str]:
    """Return what Causerie is told to be at work there."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CAUSERIE__DATA__FOLDER": str(folder),
        "CAUSERIE__MATRIX__USER": bot.user_id,
        "CAUSERIE__MATRIX__HOMESERVER": server.url,
        "CAUSERIE__LOG__LEVEL": "info",
    }


@asynccontextmanager
async def process(words: Sequence[str], told: Mapping[str, str]) -> AsyncIterator[None]:
    """Have a program at work."""
    running = await asyncio.create_subprocess_exec(*words, env=told, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    try:
        yield
        assert running.returncode is None, f"{words} ended"
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


async def _rooms(talk: Talk, bot: Registered, *, encrypted: bool) -> tuple[str, str]:
    room = await talk.person.create_room("Practice", invite=[bot.user_id], encrypted=encrypted)
    direct = await talk.person.create_room(invite=[bot.user_id], encrypted=encrypted, direct=True)
    return room, direct


async def _arrived(talk: Talk, bot: Registered, room: str, direct: str) -> Place:
    async with asyncio.timeout(PATIENCE):
        for id_ in (room, direct):
            while (await talk.person.members(id_)).get(bot.user_id) != "join":  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.02)
    return Place(talk, room, direct)


async def _found(place: Place) -> None:
    """Found a community in the room and let it ask its question, by what people say."""
    await place.talk.rest()
    for where, words in (
        (place.room, "!causerie setup"),
        (place.direct, "Practice"),
        (place.direct, KEEP),
        (place.direct, START),
        (place.room, "!causerie question now"),
    ):
        await place.talk.say(where, words)
        await place.talk.rest()
