"""The platform of the year: it takes everything at once, writes it down, and tells who cares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from benchmarks.year.chronicle import Delivery, Event
from bot.core.degrade import Capabilities
from bot.core.incoming import Incoming, Profile, Said
from bot.core.text import Paragraph, Text
from bot.core.text import words as plain
from bot.engine.platform import Outgoing, Placed
from bot.engine.ports import Clock
from storage.database import SqlDatabase
from storage.tables import binding, channel, community, outbox

DIRECT = "D:"
"""A direct conversation is called so, with the person's id after it."""


@dataclass
class Plaza:
    """``told`` hears of each message that arrived, with the platform's message id."""

    database: SqlDatabase
    clock: Clock
    events: list[Event]
    told: Callable[[Delivery, Outgoing, str], None]
    present: dict[str, dict[str, Profile]] = field(default_factory=dict)
    written: dict[tuple[str, str], Said] = field(default_factory=dict)
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(buttons=True, forms=True, whispers=True, threads=True, edits=True)
    )
    pace: timedelta = timedelta()
    lag: timedelta = timedelta()
    prefix: str = "/causerie"
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """What is sent side by side arrives in one order, so that a seed gives one year."""

    async def send(self, outgoing: Outgoing) -> Placed:
        """Write down who gets what, when; edits and deletions reach nobody."""
        async with self._turn:
            return await self._sent(outgoing)

    async def _sent(self, outgoing: Outgoing) -> Placed:
        place = outgoing.channel or DIRECT + ",".join(outgoing.people)
        if outgoing.kind not in {"post", "direct"}:
            return Placed(place, outgoing.targets)
        message = f"B{outgoing.key}"
        delivery = await self._delivery(outgoing)
        self.events.append(delivery)
        self.told(delivery, outgoing, message)
        return Placed(place, (message,))

    async def _delivery(self, outgoing: Outgoing) -> Delivery:
        """Return what arrives; the outbox's row says for which purpose."""
        query = (
            select(outbox.c.label, outbox.c.care, outbox.c.binding_id, binding.c.ritual, channel.c.external)
            .join(binding, binding.c.id == outbox.c.binding_id)
            .join(community, community.c.id == outbox.c.community_id)
            .join(channel, channel.c.id == community.c.home_id)
            .where(outbox.c.key == outgoing.key)
        )
        async with self.database.view() as unit:
            row = (await unit.connection.execute(query)).one()
        return Delivery(
            at=self.clock(),
            home=row.external,
            ritual=row.ritual,
            question=row.binding_id,
            label=row.label,
            care=row.care if outgoing.kind == "direct" else "",
            people=outgoing.people,
            thread=outgoing.thread,
            words=first_words(outgoing.body),
        )

    async def find(self, outgoing: Outgoing) -> Placed | None:
        """Find nothing: no outcome is ever unknown here."""
        del outgoing
        return None

    async def fetch(self, channel_: str, thread: str) -> Sequence[Incoming]:
        """Return what was written in a thread."""
        return [said for (place, _), said in self.written.items() if place == channel_ and said.thread == thread]

    async def read(self, channel_: str, message: str) -> Incoming | None:
        """Return one message."""
        return self.written.get((channel_, message))

    async def people(self, channel_: str, *, patient: bool = False) -> Sequence[Profile]:  # noqa: ARG002 - the port's
        """Return who is in a channel."""
        return list(self.present.get(channel_, {}).values())


def first_words(body: Text) -> str:
    """Return the first paragraph in plain words."""
    first = next((b for b in body.blocks if isinstance(b, Paragraph)), Paragraph(()))
    return " ".join("".join(plain(node) for node in first.children).split())
