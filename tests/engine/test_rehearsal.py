"""A rehearsal says what will really be said, and nothing of it happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.core.effects import Care, DirectMessage, Effect, Post, Wake
from bot.core.events import CommandGiven, Due, Event
from bot.core.model import Label
from bot.engine.rehearsal import rehearse
from tests.engine.planted import Now, Store, count, said
from tests.engine.platform import wording
from tests.engine.world import World, dump, whispers

HOUR = timedelta(hours=1)


@pytest.fixture
async def planned(world: World) -> World:
    """A ritual that counts in public and nudges Bo, for a fortnight."""

    async def decide(store: Store, event: Event, moment: Now) -> Sequence[Effect]:
        await count(store, event, moment)
        number = (await store.tally()).count
        root = Label(f"said/{number}")
        return (
            Post(root, said(f"number {number} {moment.new_id()} {moment.random.random()}")),
            Post(Label(f"under/{number}"), said(f"under {number}"), under=root),
            DirectMessage(Label(f"nudge/{number}"), world.to("bo"), said(f"nudge {number}"), Care.NUDGE),
        )

    world.notes.when(Due, decide)
    start = world.clock.at
    world.notes.wakes[:] = [Wake(Label(f"w{n}"), start + timedelta(days=2 * n + 1), HOUR) for n in range(7)]
    await world.command("ana", "notes")
    return world


async def test_it_changes_nothing(planned: World) -> None:
    before = await dump(planned.database)

    said_ = await rehearse(planned.engine, planned.communities["C1"].id, 3)

    assert len(said_) > 14
    assert await dump(planned.database) == before
    assert planned.platform.messages == []


async def test_it_equals_what_is_then_said(planned: World) -> None:
    rehearsed = await rehearse(planned.engine, planned.communities["C1"].id, 3)

    await planned.after(timedelta(weeks=3))

    really = [(m.at, m.people, m.thread is not None, m.words) for m in planned.platform.messages]
    assert [(s.at, s.people, s.thread, wording(s.body)) for s in rehearsed] == really


async def test_what_lies_in_the_outbox_is_part_of_it(planned: World) -> None:
    await planned.allow("bo", paused_until=planned.clock.at + timedelta(days=2))
    planned.bare.on(
        CommandGiven,
        DirectMessage(Label("later"), planned.to("bo"), said("waiting"), Care.DUTY),
        Post(Label("p"), said("x")),
    )
    await planned.command("ana", "bare")

    rehearsed = await rehearse(planned.engine, planned.communities["C1"].id, 1)

    assert "waiting" in [wording(s.body) for s in rehearsed]
    assert "x" not in [wording(s.body) for s in rehearsed]


async def test_the_other_community_is_not_played(planned: World) -> None:
    assert await rehearse(planned.engine, planned.communities["C2"].id, 3) == []


async def test_anybody_may_ask_for_it_in_the_chat(planned: World) -> None:
    before = await dump(planned.database, ("inbox", "claim"))

    (told,) = whispers(await planned.command("chi", "rehearse 3"))

    assert "number 1" in told
    assert await dump(planned.database, ("inbox", "claim")) == before
