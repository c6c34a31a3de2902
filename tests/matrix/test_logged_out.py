"""The bot is logged out: it asks no more, says so once, loses nothing, and goes on when it is logged in again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix.login import Wanted, login
from adapters.matrix.session import MatrixSession
from bot.engine.engine import Engine
from storage.database import SqlDatabase
from tests.engine.planted import STORAGES, Planted
from tests.engine.world import Hands, engine_on
from tests.matrix.lossy import Lossy, lossy
from tests.matrix.person import OFTEN, Person, user_name
from tests.matrix.synapse import Registered, Synapse
from tests.matrix.working import PATIENCE, opened, working

LOGGED_OUT = "The Matrix server has logged the bot out"
Make = Callable[[str], Awaitable[Person]]


@dataclass
class Cut:
    """A bot whose requests are counted."""

    engine: Engine
    line: Lossy
    session: MatrixSession
    bot: Registered
    ana: Person
    room: str

    async def log_out(self) -> None:
        """Let its device be logged out, as by its user in another client."""
        account = self.session.account
        there = Person(self.ana.http, self.ana.url, Registered(account.user, account.device, account.token, ""))
        await there.log_out()

    async def log_in(self, folder: Path) -> None:
        """Do what the operator does."""
        wanted = Wanted(user=self.bot.user_id, homeserver=self.line.url, password=self.bot.password, again=True)
        await login(folder, wanted)


async def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(OFTEN)


@asynccontextmanager
async def cut(synapse: Synapse, person: Make, folder: Path) -> AsyncIterator[Cut]:
    """Give a bot at work, in a room with Ana."""
    clock = Hands(datetime.now(UTC))
    database = await SqlDatabase.in_memory(STORAGES)
    engine = engine_on(database, clock, Planted("bare"))
    bot = await asyncio.to_thread(synapse.register, user_name("Causerie"))
    ana = await person("Ana")
    try:
        async with lossy(synapse.url) as line:
            settings: dict[str, Any] = {"homeserver": line.url, "encrypt_direct": False}
            async with working(engine, synapse, folder=folder, bot=bot, **settings) as session:
                room = await ana.create_room("Kitchen", invite=[bot.user_id])
                await ana.until(room, lambda event: "Causerie is here" in str(event["content"].get("body")))
                yield Cut(engine, line, session, bot, ana, room)
    finally:
        await database.close()


async def test_logged_out_it_asks_no_more_says_so_once_and_goes_on(
    synapse: Synapse, person: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("adapters.matrix.session.LOOK_AGAIN", 0.02)
    async with cut(synapse, person, tmp_path) as there:
        await there.log_out()
        await until(lambda: LOGGED_OUT in caplog.text)
        assert there.engine.platforms == {}
        asked = len(there.line.asked)
        await there.ana.say(there.room, "!causerie help")
        await asyncio.sleep(1)
        assert there.line.asked[asked:] == []
        assert [record.levelno for record in caplog.records if LOGGED_OUT in record.getMessage()] == [logging.ERROR]

        before = there.session.account.device
        await there.log_in(tmp_path)
        direct = await there.ana.until_invited()

        assert there.session.account.device != before
        await there.ana.join(direct)
        await there.ana.until(direct, lambda event: "help" in str(event["content"].get("body")))
        assert there.session.workspace in there.engine.platforms


async def test_a_bot_that_starts_with_a_token_that_was_revoked_says_so_once_and_asks_no_more(
    synapse: Synapse, person: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with cut(synapse, person, tmp_path) as there:
        await there.log_out()
        await until(lambda: LOGGED_OUT in caplog.text)
        caplog.clear()
        second = await opened(there.engine, synapse, folder=tmp_path, homeserver=there.line.url)
        running = asyncio.create_task(second.run())
        await until(lambda: LOGGED_OUT in caplog.text)
        asked = len(there.line.asked)
        await asyncio.sleep(1)

        assert there.line.asked[asked:] == []
        assert there.engine.platforms == {}
        assert caplog.text.count(LOGGED_OUT) == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
