"""Runner: the engine at work beside its adapters. An alarm wakes it at the next due instant; a nudge at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core.model import CommunityId, WorkspaceId
from bot.engine.agendas import awaken
from bot.engine.deliver import deliver
from bot.engine.dispatch import dispatch_ready
from bot.engine.engine import Engine
from bot.engine.platform import Platform
from bot.engine.ports import Clock
from bot.engine.reconcile import compare
from bot.engine.sweep import sweep, tidy
from bot.engine.walk import next_instant

log = logging.getLogger("causerie.runner")

TIDY_EVERY = timedelta(hours=1)
RECONCILE_EVERY = timedelta(days=1)
MEND_AFTER = timedelta(seconds=5)


class Runner:
    """Two loops, so that a slow platform holds up no ritual: one decides, one delivers.

    ``real`` is the machine's clock, by which the alarm is set; the engine's own may be ahead of it.
    """

    def __init__(self, engine: Engine, real: Clock, at_most: timedelta) -> None:
        self._engine = engine
        self._real = real
        self._at_most = at_most
        self._work = asyncio.Event()
        self._mail = asyncio.Event()
        self._alarm = AsyncIOScheduler(timezone="UTC")
        self._compare = asyncio.Event()
        self._compared: dict[WorkspaceId, Platform] = {}
        self._tidied: datetime | None = None
        engine.wakers.append(self.nudge)

    def nudge(self) -> None:
        """Look at once whether there is something to do."""
        self._work.set()
        self._mail.set()
        if self._came_back():
            self._compare.set()

    def _came_back(self) -> bool:
        """Whether a workspace is at work that was not when members were last compared, or was away since."""
        at_work = self._engine.platforms
        self._compared = {workspace: known for workspace, known in self._compared.items() if workspace in at_work}
        return any(self._compared.get(workspace) is not platform for workspace, platform in at_work.items())

    async def run(self) -> None:
        """Work until cancelled."""
        self._alarm.start()
        await awaken(self._engine)
        self.nudge()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._loop(self._work, self._decide))
                tasks.create_task(self._loop(self._mail, self._deliver))
                tasks.create_task(self._reconcile())
        finally:
            self._alarm.shutdown(wait=False)

    async def _loop(self, wanted: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await wanted.wait()
            wanted.clear()
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - a database that is away for a moment must not end the bot
                log.error("%s; trying again", type(error).__name__)  # noqa: TRY400 - a message may quote a member
                self._ring(self._engine.clock() + MEND_AFTER)

    async def _reconcile(self) -> None:
        """Compare memberships at start and daily, beside all else: a platform may take its time, or fail.

        So are they when a workspace comes back, of which nothing was heard meanwhile. Communities for which it failed
        are looked at again an hour later.
        """
        done: datetime | None = None
        failed: frozenset[CommunityId] = frozenset()
        while True:
            self._compare.clear()
            now = self._engine.clock()
            whole = done is None or now - done >= RECONCILE_EVERY or self._came_back()
            self._compared = dict(self._engine.platforms)
            if whole or failed:
                try:
                    compared = await compare(self._engine, None if whole else failed)
                    done, failed = now if whole else done, compared.failed
                    if compared.found:
                        self.nudge()
                except Exception as error:  # noqa: BLE001 - as above
                    done = None
                    log.error("%s while reconciling; trying again", type(error).__name__)  # noqa: TRY400 - as above
            await self._compare.wait()

    async def _decide(self) -> None:
        now = self._engine.clock()
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            await tidy(self._engine)
            self._compare.set()
        while await sweep(self._engine) + await dispatch_ready(self._engine):
            self._mail.set()
        self._ring(await next_instant(self._engine))

    async def _deliver(self) -> None:
        while await deliver(self._engine):
            self._work.set()
        self._ring(await next_instant(self._engine))

    def _ring(self, due: datetime | None) -> None:
        """Set the alarm to the next due instant, at most ``at_most`` away."""
        wait = min(due - self._engine.clock(), self._at_most) if due else self._at_most
        at = self._real() + max(wait, timedelta(milliseconds=20))
        self._alarm.add_job(self.nudge, "date", run_date=at, id="alarm", replace_existing=True, misfire_grace_time=None)
