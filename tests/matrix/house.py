"""A bot that comes and goes: its database, account and keys stay, as do the people and the room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters.matrix import account
from adapters.matrix.session import MatrixSession
from bot.app import opened as app_opened
from bot.config import Config
from bot.engine.engine import derived, unprobed
from bot.engine.ports import Probe
from storage import tables
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.engine.world import Hands
from tests.matrix.client import Event
from tests.matrix.synapse import Registered, Synapse
from tests.matrix.working import opened

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)


@dataclass
class House:
    """Where the bot is at work, with the keys in ``folder``."""

    synapse: Synapse
    folder: Path
    bot: Registered
    clock: Hands = field(default_factory=lambda: Hands(TUESDAY))

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.folder}/causerie.sqlite"

    @property
    def home(self) -> Path:
        """The adapter's folder."""
        return account.home(self.folder)

    @asynccontextmanager
    async def at_work(self, probe: Probe = unprobed, **settings: Any) -> AsyncIterator[MatrixSession]:  # noqa: ANN401
        """Give the bot, at work step by step, as long as the block lasts."""
        config = Config.model_validate({"data": {"folder": str(self.folder)}, "storage": {"url": self.url}})
        async with app_opened(config, clock=self.clock, probe=probe) as app:
            session = await opened(app.engine, self.synapse, folder=self.home, bot=self.bot, **settings)
            try:
                yield session
            finally:
                await session.close()

    async def heard(self, room: str, events: Iterable[Event]) -> list[str]:
        """Return which of the events of a room were heard, in the order in which they were."""
        database = await SqlDatabase.open(self.url, storages=installed(), migrate=False)
        facts = {f"matrix:{self.bot.user_id}:{room}:{event['event_id']}": str(event["event_id"]) for event in events}
        # Of what is done with, a digest is kept.
        facts |= {derived("fact", fact): event for fact, event in facts.items()}
        try:
            async with database.view() as unit:
                found = await unit.connection.scalars(select(tables.inbox.c.fact).order_by(tables.inbox.c.id))
                return [facts[fact] for fact in found if fact in facts]
        finally:
            await database.close()
