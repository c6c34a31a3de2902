"""A bot on a platform, in a process of its own, that dies at a named place when told to."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from adapters.local.clock import PlaygroundClock
from bot.app import opened
from bot.config import Config
from bot.engine.engine import Engine
from bot.engine.walk import walk

BEGIN = datetime(2026, 11, 24, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kill:
    """Die when ``place`` (any place when None) is passed for the ``passing``-th time during an order."""

    passing: int
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Put the clock to ``at``, hear what members do, and let everything happen until ``until``."""

    at: datetime
    until: datetime
    kill: Kill | None = None


class Bot(Protocol):
    """A platform as the bot's process sees it. It travels there."""

    def at_work(
        self, engine: Engine, heard: Callable[[], Awaitable[int]]
    ) -> AbstractAsyncContextManager[Callable[[], Awaitable[None]]]:
        """Put the adapter to work, and give what lets everything happen that can happen now.

        ``heard`` waits until the platform has told all that it has to tell, and returns how much it told.
        """
        ...


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


def play(folder: Path, url: str, bot: Bot, orders: Connection) -> None:
    """Do what is ordered, answering each order with the places passed, until there is no more."""
    asyncio.run(_play(folder, url, bot, orders))


async def _play(folder: Path, url: str, bot: Bot, orders: Connection) -> None:
    config = Config.model_validate({"data": {"folder": str(folder)}, "storage": {"url": url}})
    clock = PlaygroundClock(lambda: BEGIN, folder / "playground.clock")
    places = Places()

    async def told() -> Any:  # noqa: ANN401 - an order, or how much was told
        return await asyncio.to_thread(orders.recv)

    async def heard() -> int:
        orders.send(clock())
        return int(await told())

    async def ordered() -> Order | None:
        order: Order | None = await told()
        if order is not None:
            places.begin(order.kill)
            clock.put(max(order.at, clock()))
        return order

    order = await ordered()
    async with opened(config, clock=clock, probe=places) as app, bot.at_work(app.engine, heard) as rest:
        while order is not None:
            await rest()
            async for instant in walk(app.engine, order.until):
                clock.put(max(instant, clock()))
                await rest()
            clock.put(order.until)
            await rest()
            orders.send(places.passed)
            order = await ordered()
