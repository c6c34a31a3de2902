"""Slack as the bot's process sees it, and what was heard of there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from adapters.slack.hear import slash
from adapters.slack.platform import METADATA
from adapters.slack.session import SlackSession
from adapters.slack.settings import SlackSettings
from adapters.slack.values import Me
from bot.core.model import Fact
from bot.engine.engine import Engine
from bot.engine.walk import settle
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.kill.driver import BEGIN
from tests.slack.double import Envelope, Message, SlackDouble

ACK_TIMEOUT = 20.0
"""Seconds: a loaded machine is slow, not wrong."""


@dataclass(frozen=True)
class SlackBot:
    """Slack as the bot's process sees it: an address and two tokens."""

    settings: SlackSettings

    @asynccontextmanager
    async def at_work(
        self, engine: Engine, heard: Callable[[], Awaitable[int]]
    ) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        session = SlackSession(engine, self.settings, pace=timedelta(), heartbeat=ACK_TIMEOUT)
        await session.open()
        running = asyncio.create_task(session.run())

        async def rest() -> None:
            # Slack tells of what the bot itself writes, too.
            before = -1
            while (told := await heard()) != before:
                before = told
                await session.idle()
                await settle(engine)

        try:
            yield rest
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def fact_of(double: SlackDouble, envelope: Envelope) -> Fact:
    """Return the key of a command."""
    me = Me(double.team, double.bot_user, double.bot_id, "", "")
    return slash(me, envelope.payload, BEGIN).fact


def is_prompt(double: SlackDouble, message: Message) -> bool:
    """Whether it answers somebody, or says to all what they did."""
    if message.user != double.bot_user or message.subtype is not None:
        return False
    metadata = message.metadata or {}
    keyed = metadata.get("event_type") == METADATA
    return not keyed or str(metadata["event_payload"]["key"]).startswith("line:")


async def heard(url: str, facts: Sequence[Fact]) -> frozenset[Fact]:
    """Return those that were stored."""
    database = await SqlDatabase.open(url, storages=installed(), migrate=False)
    try:
        async with database.view() as unit:
            return frozenset([fact for fact in facts if await unit.inbox.knows(fact)])
    finally:
        await database.close()
