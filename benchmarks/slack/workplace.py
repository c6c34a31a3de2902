"""A workspace on a double of Slack, with a bot in a process of its own, and what people do there."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bot.app import now
from tests.slack.double import Message, SlackDouble, buttons

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 300.0
"""Seconds for whatever is waited for; a benchmark fails for nothing that is slow."""
WAITING = "SELECT count(*) FROM inbox WHERE next_at IS NOT NULL"
ANSWERS = "SELECT count(*) FROM weekly_question_answer"
FACTS = "SELECT count(*) FROM fact"


@dataclass(frozen=True)
class Workplace:
    """A double, the people in it, and the channels where all of them and the bot are.

    ``file``: the bot's SQLite file. ``threads``: by channel, the question that is answered there.
    """

    double: SlackDouble
    people: Sequence[str]
    channels: Sequence[str]
    file: Path
    threads: dict[str, str] = field(default_factory=dict)

    async def round_trip(self, words: str, number: int) -> tuple[float, float]:
        """Return the seconds until a command was acknowledged, and until its answer was there."""
        user, channel = self.people[0], self.channels[number % len(self.channels)]
        self.double.whispers[user] = []
        begun = perf_counter()
        envelope = self.double.slash(user, channel, words)

        async def acked() -> float:
            await self.double.until(lambda: envelope.acked, PATIENCE)
            return perf_counter() - begun

        async def answered() -> float:
            await self.double.until(lambda: self.double.ephemerals(user), PATIENCE)
            return perf_counter() - begun

        times = await asyncio.gather(acked(), answered())
        assert len(self.double.ephemerals(user)) == 1, "a command has one answer"
        return times[0], times[1]

    async def found(self) -> None:
        """Found a community in each channel and let each ask its question, by what people do."""
        founder = self.people[0]
        for number, channel in enumerate(self.channels):
            self.double.slash(founder, channel, "setup")
            await self.double.until(lambda: self.double.views(founder), PATIENCE)
            self.double.submit(founder, {"name": f"Practice {number}", "weekly_question.cadence": "monday 09:00"})
            ts, action, value = await self._offered(founder, "Start")
            self.double.press(founder, channel, ts, action, value)
            await self._said(channel, 1)
            self.double.slash(founder, channel, "question now")
            self.threads[channel] = (await self._said(channel, 2))[-1].ts
        await self.double.drained(PATIENCE)
        await self.rest()

    async def rest(self) -> None:
        """Wait until the bot has handled everything that it stored."""
        while self.count(WAITING):  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.01)

    def count(self, query: str) -> int:
        """Return a number from the bot's file."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            return int(connection.execute(query).fetchone()[0])

    async def _offered(self, user: str, label: str) -> tuple[str, str, str]:
        """Return the message of a button, its action and its value."""

        def found() -> list[tuple[str, str, str]]:
            whispers = self.double.ephemerals(user)
            return [(m.ts, action, value) for m in whispers for name, action, value in buttons(m) if name == label]

        await self.double.until(found, PATIENCE)
        return found()[-1]

    async def _said(self, channel: str, number: int) -> list[Message]:
        """Return what the bot said in a channel, once it is so much."""

        def found() -> list[Message]:
            return [m for m in self.double.messages(channel) if m.bot_id]

        await self.double.until(lambda: len(found()) >= number, PATIENCE)
        return found()


@asynccontextmanager
async def workplace(folder: Path, *, people: int = 5, channels: int = 1) -> AsyncIterator[Workplace]:
    """Give a workspace without a bot."""
    async with SlackDouble(clock=now) as double:
        double.ack_timeout = PATIENCE
        users = [double.add_user(f"Member {number}") for number in range(people)]
        rooms = [double.add_channel(f"practice-{number}", users, with_bot=True) for number in range(channels)]
        yield Workplace(double, users, rooms, folder / "causerie.sqlite")


@asynccontextmanager
async def causerie(at: Workplace) -> AsyncIterator[None]:
    """Have Causerie at work there, with a community in each channel."""
    async with _process(("benchmarks.slack.bot",), environ(at.double, at.file.parent)):
        await at.double.connected(2, PATIENCE)
        await at.found()
        yield


@asynccontextmanager
async def bolt(at: Workplace, *, stored: bool) -> AsyncIterator[None]:
    """Have the bare Bolt app at work there; ``stored``: with an inbox."""
    tokens = (at.double.api_url, at.double.bot_token, at.double.app_token)
    words = ("benchmarks.slack.bolt", *tokens, *((str(at.file),) if stored else ()))
    async with _process(words, os.environ):
        await at.double.connected(1, PATIENCE)
        yield


def environ(double: SlackDouble, folder: Path) -> dict[str, str]:
    """Return what Causerie is told to be at work on a double."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CAUSERIE__DATA__FOLDER": str(folder),
        "CAUSERIE__SLACK__BOT_TOKEN": double.bot_token,
        "CAUSERIE__SLACK__APP_TOKEN": double.app_token,
        "CAUSERIE__SLACK__API_URL": double.api_url,
    }


@asynccontextmanager
async def _process(words: Sequence[str], told: Mapping[str, str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *words, env=told, cwd=ROOT)
    try:
        yield
        assert process.returncode is None, f"{words[0]} ended"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
