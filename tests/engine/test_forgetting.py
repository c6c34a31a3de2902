"""Whatever is closed, taken away, brought back and tidied in whatever order, what is forgotten is forgotten whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.events import CommandGiven
from bot.core.incoming import Left
from bot.core.text import Button
from bot.engine.platform import Reply
from bot.engine.sweep import tidy
from storage.tables import binding, community
from tests.engine.planted import count
from tests.engine.platform import buttons_by_label
from tests.engine.test_setup import SETUP
from tests.engine.world import World, dump, opened

WAITS = {"hours": timedelta(hours=7), "days": timedelta(days=2), "month": timedelta(days=31)}
DEEDS = ("close", "reopen", "remove", "undo", "add", "notes", "draft", "start", "tidy", *WAITS)


class Story:
    """What was done, and the buttons and ids that came up on the way."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: set[str] = set()
        self.undo: Button | None = None
        self.start: Button | None = None

    async def do(self, deed: str) -> None:
        """Do one thing; what cannot be done now is refused, and that is all."""
        if deed in WAITS:
            self.world.clock.at += WAITS[deed]
        elif deed == "tidy":
            await tidy(self.world.engine)
        else:
            await self._said(deed)
        await self._note()

    async def _said(self, deed: str) -> None:
        world = self.world
        match deed:
            case "close":
                await self._pressed(await world.command("ana", "community close"), "Yes, close it")
            case "remove":
                gone = await self._pressed(await world.command("ana", "ritual remove Notes"), "Yes, take it away")
                self.undo = _button(gone, "Undo") or self.undo
            case "undo" if self.undo:
                await world.press("ana", self.undo)
            case "draft":
                self.start = _button(await world.submit("bo", "found:C3", SETUP), "Start") or self.start
            case "start" if self.start:
                await world.press("bo", self.start)
            case "add":
                await world.command("ana", f"ritual add notes Tip {world.told}")
            case "reopen" | "notes":
                await world.command("ana", {"reopen": "community reopen"}.get(deed, deed))

    async def _pressed(self, reply: Reply, label: str) -> Reply:
        button = _button(reply, label)
        return await self.world.press("ana", button) if button else Reply()

    async def _note(self) -> None:
        async with self.world.database.view() as unit:
            self.known |= set((await unit.connection.execute(select(community.c.id))).scalars())
            self.known |= set((await unit.connection.execute(select(binding.c.id))).scalars())

    async def forgotten(self) -> set[str]:
        """Return the ids of communities and rituals that were there once, and are no more."""
        known = self.known
        self.known = set()
        await self._note()
        there, self.known = self.known, known
        return known - there


def _button(reply: Reply, label: str) -> Button | None:
    return next((b for body in reply.whispers for name, b in buttons_by_label(body).items() if name == label), None)


async def play(deeds: Sequence[str]) -> None:
    async with opened(None) as world:
        world.notes.when(CommandGiven, count)
        await world.command("ana", "notes", "C2")
        # Whoever has another community speaks to that one where there is none.
        await world.command("ana", "coordinator add Bo", "C2")
        await world.hear(Left(fact=world.fact(), at=world.clock.at, channel="C2", author="ana"))
        other = [world.communities["C2"].id, *[(await world.binding(r, "C2")).id for r in ("community", "notes")]]
        before = [row for row in await _rows(world, other) if row[0] != "outbox"]
        story = Story(world)
        for deed in deeds:
            await story.do(deed)
        await tidy(world.engine)
        gone = await story.forgotten()
        assert await _rows(world, gone) == []
        # What was said long ago leaves the outbox in any case.
        assert [row for row in await _rows(world, other) if row[0] != "outbox"] == before


async def _rows(world: World, ids: Sequence[str] | set[str]) -> list[tuple[str, str]]:
    """Return the rows in which one of these ids stands, but for the keys of facts, which are kept for a while."""
    found = await dump(world.database, ("inbox", "claim"))
    return [(table, row) for table, rows in found.items() for row in rows if any(i in row for i in ids)]


@settings(max_examples=30)
@example(["notes", "close", "month", "tidy", "reopen"])
@example(["notes", "remove", "days", "undo", "tidy", "undo"])
@example(["remove", "hours", "undo", "close", "days", "reopen", "remove", "month"])
@example(["draft", "days", "tidy", "start", "draft", "start", "close"])
@given(st.lists(st.sampled_from(DEEDS), max_size=14))
def test_what_is_forgotten_leaves_no_row_and_touches_no_other(deeds: list[str]) -> None:
    asyncio.run(play(deeds))
