"""The runner looks again where a platform failed, an hour later and not a day, and when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.core.incoming import Profile
from bot.engine.freezing import freeze, thaw
from bot.engine.runner import Runner
from tests.engine.world import World


class Asked:
    """Who is in a channel is asked of the platform; a test waits until it was."""

    def __init__(self, world: World) -> None:
        self.channels: asyncio.Queue[str] = asyncio.Queue()
        self._people = world.platform.people
        object.__setattr__(world.platform, "people", self.people)

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:  # noqa: ARG002 - the port's
        self.channels.put_nowait(channel)
        return await self._people(channel)

    async def next(self) -> str:
        return await asyncio.wait_for(self.channels.get(), 10)


async def test_what_could_not_be_compared_is_compared_an_hour_later(small: World) -> None:
    asked = Asked(small)
    small.platform.away.add("C1")
    runner = Runner(small.engine, small.clock, timedelta(hours=9))
    task = asyncio.create_task(runner.run())
    try:
        assert {await asked.next(), await asked.next()} == {"C1", "C2"}
        for _ in range(2):
            small.clock.at += timedelta(hours=1, seconds=1)
            runner.nudge()
            assert await asked.next() == "C1"
            small.platform.away.clear()
        small.clock.at += timedelta(hours=22)
        runner.nudge()
        assert {await asked.next(), await asked.next()} == {"C1", "C2"}
        assert asked.channels.empty()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_members_are_compared_when_a_workspace_comes_back(small: World) -> None:
    asked = Asked(small)
    runner = Runner(small.engine, small.clock, timedelta(hours=9))
    task = asyncio.create_task(runner.run())
    try:
        assert {await asked.next(), await asked.next()} == {"C1", "C2"}
        await freeze(small.engine, small.workspace)
        runner.nudge()
        small.platform.present["C1"].pop()

        small.engine.platforms[small.workspace] = small.platform
        await thaw(small.engine, small.workspace)
        small.engine.nudge()

        assert {await asked.next(), await asked.next()} == {"C1", "C2"}
        small.engine.nudge()
        await asyncio.sleep(0.1)
        assert asked.channels.empty()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
