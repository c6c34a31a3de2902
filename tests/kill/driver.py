"""A bot on a playground, in a process of its own, that dies at a named place when told to."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from adapters.local.chat import Chat
from adapters.local.clock import PlaygroundClock
from adapters.local.seed import seed
from adapters.local.session import LocalSession
from bot.app import opened
from bot.config import Config
from bot.core.text import Text
from bot.engine.walk import settle, walk

BEGIN = datetime(2026, 11, 24, 10, tzinfo=UTC)
CHAT = "playground.sqlite"


@dataclass(frozen=True, slots=True)
class Kill:
    """Die when ``place`` (any place when None) is passed for the ``passing``-th time during an order."""

    passing: int
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Put the clock to ``at``, hear what members did, and let everything happen until ``until``."""

    at: datetime
    until: datetime
    kill: Kill | None = None


@dataclass(slots=True)
class Places:
    """The probe: counts passings by place, and kills."""

    kill: Kill | None = None
    passed: Counter[str] = field(default_factory=Counter)

    def begin(self, kill: Kill | None) -> None:
        self.kill = kill
        self.passed = Counter()

    def __call__(self, place: str) -> None:
        self.passed[place] += 1
        kill = self.kill
        if kill is None or kill.place not in {None, place}:
            return
        if kill.passing == (self.passed.total() if kill.place is None else self.passed[place]):
            os.kill(os.getpid(), signal.SIGKILL)


class LooseChat(Chat):
    """A platform that keeps the key of a message, and shows it twice when it is sent twice."""

    def post(self, key: str, channel: str, body: Text, thread: str | None = None) -> str:
        return super().post(f"{key} again {self.newest()}" if self.find(key) else key, channel, body, thread)


def play(folder: Path, url: str, orders: Connection) -> None:
    """Do what is ordered, answering each order with the places passed, until there is no more."""
    asyncio.run(_play(folder, url, orders))


async def _play(folder: Path, url: str, orders: Connection) -> None:
    config = Config.model_validate({"data": {"folder": str(folder)}, "storage": {"url": url}})
    clock = PlaygroundClock(lambda: BEGIN, folder / "playground.clock")
    places = Places()
    async with opened(config, clock=clock, probe=places) as app:
        with closing(LooseChat(folder / CHAT, clock)) as chat:
            session = LocalSession(chat, app.engine)
            await session.open()
            await seed(session, "en")
            while (order := orders.recv()) is not None:
                places.begin(order.kill)
                clock.put(max(order.at, clock()))
                await session.heard()
                async for instant in walk(app.engine, order.until):
                    clock.put(max(instant, clock()))
                    await settle(app.engine)
                clock.put(order.until)
                await settle(app.engine)
                orders.send(places.passed)
