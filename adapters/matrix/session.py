"""Matrix at work for one account: what the server tells is stored with its token; whoever waits is answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from adapters.matrix import account
from adapters.matrix.account import Account
from adapters.matrix.api import LIMITED, Api
from adapters.matrix.coming import Coming
from adapters.matrix.hear import Hearing
from adapters.matrix.http import AwayError, RefusedError, Server
from adapters.matrix.intake import Intake
from adapters.matrix.keys import GONE, Keys, TokenRevokedError
from adapters.matrix.platform import MatrixPlatform
from adapters.matrix.reader import Reader
from adapters.matrix.rooms import Rooms
from adapters.matrix.sealing import Sealing
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.show import Answers
from bot.core.errors import CauserieError
from bot.core.model import WorkspaceId
from bot.engine.engine import Engine
from bot.engine.platform import RetryLaterError

log = logging.getLogger("causerie.matrix")

PLATFORM: Final = "matrix"
POLL_MS: Final = 30_000
"""For how long the server may keep us waiting for something new."""
FAREWELL: Final = 2.0
"""Seconds for which answers under way are waited for when the bot is stopped."""
LONGEST: Final = 60.0
"""Seconds between two tries to reach a server, at most."""
LOOK_AGAIN: Final = 60.0
"""Seconds after which it is looked whether somebody logged the bot in again."""
STUCK: Final = 5
"""Failures after which what came is taken in one thing after the other."""
RETRY: Final = 300.0
"""Seconds after which invitations that could not be accepted are tried again."""


class LoggedOutError(Exception):
    """The token is no longer good."""


class MatrixSession:
    """The adapter at work with one account."""

    def __init__(
        self,
        engine: Engine,
        settings: MatrixSettings,
        folder: Path,
        *,
        at: Callable[[int], datetime] | None = None,
        poll_ms: int = POLL_MS,
    ) -> None:
        """Take the engine, the settings and the adapter's folder.

        ``at`` makes an instant of a server's time in milliseconds; a server's clock that is ahead is not believed.
        """
        self.engine = engine
        self.settings = settings
        self.folder = folder
        self.workspace = WorkspaceId("")
        self.account: Account
        self.port: MatrixPlatform
        self.coming: Coming
        self.intake: Intake
        self.synced = 0
        """How many answers of the server were taken in."""
        self._at = at or self._instant
        self._poll = poll_ms
        self._keys: Keys | None = None
        self._server: Server | None = None
        self._reader: Reader
        self._tasks: set[asyncio.Task[None]] = set()
        self._settling: asyncio.Task[None] | None = None
        self._since: str | None = None
        self._whole = True
        self._retried = 0.0

    @property
    def address(self) -> str:
        """Say where it is at work."""
        return f"Matrix: {self.settings.user}"

    async def open(self) -> None:
        """Make the workspace known, with the keys that nobody else has open, and find the token to read on from.

        Raises what ``Keys.open`` and ``account.of`` raise.
        """
        kept = account.of(self.folder, self.settings.user)
        self.account = replace(kept, homeserver=kept.address(self.settings.homeserver))
        self._keys = Keys.open(self.folder, self.account)
        try:
            self._server = Server(self.account.homeserver, self.account.token)
            await self._server.__aenter__()
            await self._made(self._keys, self._server)
        except BaseException:
            await self.close()
            raise

    async def run(self) -> None:
        """Hear the server until cancelled; while it is away, or has logged us out, wait for it."""
        failed = 0
        try:
            while True:
                try:
                    await self._heard(singly=failed >= STUCK)
                    self._settle_beside()
                    failed = 0
                except LoggedOutError:
                    await self._logged_out()
                    failed = 0
                except Exception as error:  # noqa: BLE001 - whatever is away must not end the bot, and nothing is lost
                    failed += 1
                    await asyncio.sleep(self._pause(error, failed))
        finally:
            await self.close()

    async def once(self) -> None:
        """Ask once what is new, take it in, and exchange the keys that it calls for.

        Raises LoggedOutError, and whatever keeps it from being taken in.
        """
        await self._heard()
        await self._reader.sealing.settle()

    async def idle(self) -> None:
        """Wait until everything that came has been answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.port.idle()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside what is heard."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def _heard(self, *, singly: bool = False) -> None:
        """Ask once what is new, and take it in; ``singly``: as ``Intake.take`` has it, after it failed often."""
        reader = self._reader
        try:
            if self._whole:
                await self._published()
            answer = await reader.ask(self._since, whole=self._whole, timeout_ms=self._poll)
        except TokenRevokedError:
            raise LoggedOutError from None
        except RefusedError as refused:
            if refused.code in GONE:
                raise LoggedOutError from None
            raise
        news = await reader.news(answer, self._since)
        # The keys in it are kept; nothing else is yet.
        self.engine.probe("matrix.keys")
        # Nothing is sent before it is known in which rooms the bot is.
        self.engine.platforms[self.workspace] = self.port
        await self.intake.take(news, singly=singly)
        self._since, self._whole = news.cursor, False
        await self._tidy()
        self.synced += 1

    def _settle_beside(self) -> None:
        """Exchange keys while more is heard, one time after the other: who says something then need not wait."""
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._reader.sealing.settle())

    async def _made(self, keys: Keys, server: Server) -> None:
        me = self.account.user
        api, rooms = Api(server), Rooms(me)
        sealing = Sealing(keys, api)
        hearing = Hearing(me, self.settings.prefix, rooms, self._at)
        self._reader = Reader(api, rooms, sealing)
        self.port = MatrixPlatform(self.engine, api, rooms, sealing, self.settings, hearing, self._at)
        async with self.engine.database.unit() as unit:
            workspace = await unit.directory.workspace(PLATFORM, me)
            self._since = await unit.directory.cursor(workspace.id)
            await unit.commit()
        self.workspace = workspace.id
        answers = Answers(self.port, self.workspace)
        self.coming = Coming(self.engine, self.workspace, self.port)
        self.intake = Intake(
            self.engine, self.workspace, self.port, self._reader, hearing, answers, self.coming, self.later
        )
        await self.intake.begin()
        self._whole = True

    async def _published(self) -> None:
        """See to it that the server has the keys of this device, and no others. Raises what ``Server`` raises."""
        if self._keys is not None and self._server is not None:
            await self._keys.published(self._server)

    def _instant(self, milliseconds: int) -> datetime:
        """Return a server's instant; none is in the future, whatever a server says."""
        now = self.engine.clock()
        try:
            return min(datetime.fromtimestamp(milliseconds / 1000, UTC), now)
        except (ValueError, OverflowError, OSError):
            return now

    def _pause(self, error: Exception, failed: int) -> float:
        """Return for how many seconds to wait after a failure, and tell the operator of it."""
        wait = min(2.0 ** min(failed - 1, 10), LONGEST)
        if isinstance(error, RefusedError) and error.code == LIMITED:
            wait = error.after or wait
        if isinstance(error, RetryLaterError) and error.after is not None:
            wait = error.after.total_seconds()
        known = isinstance(error, AwayError | RefusedError | RetryLaterError | CauserieError)
        # The message of an error of ours may quote a member.
        log.warning("Matrix: %s; trying again in %.0f s", error if known else type(error).__name__, wait)
        return wait

    async def _tidy(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._retried >= RETRY:
            self._retried = now
            self.later(self.coming.answer())

    async def _logged_out(self) -> None:
        """Send nothing until the operator has logged the bot in again; nothing is lost meanwhile."""
        log.error(
            "The Matrix server has logged the bot out. `causerie matrix login --again` logs it in as a new device"
        )
        self.engine.platforms.pop(self.workspace, None)
        await self.close()
        token = self.account.token
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                known = account.of(self.folder, self.settings.user)
                if known.token != token:
                    await self.open()
                    self.engine.nudge()
                    return
            except Exception as error:  # noqa: BLE001 - it is tried again
                log.error("The bot cannot go on on Matrix: %s", error)  # noqa: TRY400 - it says what to do

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("an answer failed: %s", type(task.exception()).__name__)

    async def close(self) -> None:
        """Let answers that are under way be given, for a moment, and let go of everything."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FAREWELL)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)
            self._settling = None
        if hasattr(self, "port"):
            self._reader.sealing.close()
            await self.port.close()
        if self._keys is not None:
            await self._keys.close()
            self._keys = None
        if self._server is not None:
            await self._server.__aexit__(None, None, None)
            self._server = None
