"""The playground served: its chat on a file, its page on this machine's own address."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from adapters.local.chat import Chat
from adapters.local.clock import working_hour
from adapters.local.playground import MovableClock, Playground
from adapters.local.seed import SEEDS, seed
from adapters.local.session import LocalSession
from adapters.local.web import application
from bot.core.errors import CauserieError
from bot.core.model import Language
from bot.engine.engine import Engine

HOST = "127.0.0.1"


class PortTakenError(CauserieError):
    """Another program uses this port."""


class LocalSettings(BaseModel):
    """The adapter's table of the configuration. ``port`` 0 lets the machine choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int = Field(8765, ge=0, le=65535)
    language: Language = "en"
    plain: bool = False


class PlaygroundSession:
    """The playground at work."""

    def __init__(
        self, engine: Engine, folder: Path, settings: Mapping[str, Any], clock: MovableClock | None = None
    ) -> None:
        self.settings = LocalSettings.model_validate(dict(settings))
        self.chat = Chat(folder / "playground.sqlite", engine.clock)
        self.session = LocalSession(self.chat, engine, plain=self.settings.plain)
        self.desk = Playground(self.session, clock)
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Open the chat, seed it on the first day, and serve the page.

        Raises PortTakenError.
        """
        await self.session.open()
        if self.desk.clock is not None and not self.chat.noted("home"):
            # Who looks in at night finds people at work, not in their quiet hours.
            self.desk.clock.put(working_hour(self.desk.now(), SEEDS[self.settings.language].zone))
        await seed(self.session, self.settings.language)
        runner = web.AppRunner(application(self.chat, self.desk), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self.settings.port).start()
        except OSError as error:
            await runner.cleanup()
            self.chat.close()
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTakenError(
                f"{self.settings.port}. Stop it, or choose another with --port or `port` in [local]"
            ) from None
        self._runner = runner

    @property
    def address(self) -> str:
        """Return the page's address."""
        if self._runner is None:
            return ""
        return f"http://{HOST}:{self._runner.addresses[0][1]}/"

    async def run(self) -> None:
        """Take in what was done while the bot was away, then serve until cancelled."""
        try:
            await self.session.heard()
            await asyncio.Event().wait()
        finally:
            if self._runner is not None:
                await self._runner.cleanup()
            self.chat.close()
