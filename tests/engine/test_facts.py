"""A fact is handled once by each binding, whatever is delivered twice, fails, or dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.core.effects import Effect, Post
from bot.core.events import CommandGiven, Event, MemberJoined, MessagePosted
from bot.core.incoming import Batch, Joined, Profile
from bot.core.model import Label
from bot.engine.dispatch import dispatch_ready
from bot.engine.receive import receive
from bot.engine.sweep import tidy
from tests.engine.planted import Decision, Now, Store, count, said
from tests.engine.platform import Lost
from tests.engine.world import World, whispers

SECRET = "my pin is 4711"  # noqa: S105 - a member's words, to be looked for in logs


async def counted(store: Store, event: MessagePosted, moment: Now) -> Sequence[Effect]:
    await count(store, event, moment)
    return (Post(Label(f"answer/{event.fact}"), said(f"{event.fact}")),)


async def test_fifty_facts_delivered_twice_at_once_give_fifty_answers(world: World) -> None:
    world.notes.when(MessagePosted, counted)
    facts = [world.message("bo", f"answer {n}") for n in range(50)]

    async def deliver(fact: object) -> None:
        await receive(world.engine, world.workspace, Batch(heard=(fact,)))  # type: ignore[arg-type]
        await dispatch_ready(world.engine)

    await asyncio.gather(*(deliver(f) for f in [*facts, *facts]))
    await world.settle()

    assert await world.tally() == 50
    assert sorted(world.platform.seen("C1")) == sorted(f.fact for f in facts)


async def test_a_fact_that_comes_again_much_later_is_known(world: World) -> None:
    world.notes.when(MessagePosted, count)
    heard = await world.say("bo", "hi")

    await world.after(timedelta(days=29))
    await tidy(world.engine)
    await world.hear(heard)

    assert await world.tally() == 1


async def test_a_prompt_that_comes_again_is_not_answered_again(small: World) -> None:
    small.notes.when(CommandGiven, count)
    small.told = 100
    await small.command("bo", "notes")
    small.told = 100

    reply = await small.command("bo", "notes")

    assert reply.whispers == ()
    assert await small.tally() == 1


async def test_what_nobody_hears_is_not_stored(small: World) -> None:
    for heard in (
        small.message("bo", "elsewhere", channel="C3"),
        small.message("bo", "in a thread", thread="u1", channel="C3"),
        Joined(fact=small.fact(), at=small.clock.at, channel="C3", author="bo"),
    ):
        assert await receive(small.engine, small.workspace, Batch(heard=(heard,))) == set()


async def test_the_cursor_is_saved_with_the_facts(world: World) -> None:
    await receive(world.engine, world.workspace, Batch(heard=(world.message("bo", "hi"),), cursor="9"))

    async with world.database.view() as unit:
        assert await unit.directory.cursor(world.workspace) == "9"


async def test_strangers_and_bots_are_not_heard(small: World) -> None:
    small.notes.when(MessagePosted, count)
    await receive(
        small.engine, small.workspace, Batch(people=(Profile(external="other", name="Other bot", addressable=False),))
    )

    await small.say("other", "beep")
    await small.say("nobody", "hi")

    assert await small.tally() == 0


async def test_who_joins_belongs(small: World) -> None:
    small.notes.when(MemberJoined, count)
    joined = Joined(fact=small.fact(), at=small.clock.at, channel="C2", author="chi")

    await small.hear(joined)

    async with small.database.view() as unit:
        assert await unit.commons.belongs(small.communities["C2"].id, small.members["chi"])
    assert await small.tally("C2") == 1


def failing(times: int) -> Decision:
    left = [times]

    async def decide(store: Store, event: Event, moment: Now) -> Sequence[Effect]:
        await count(store, event, moment)
        if left[0]:
            left[0] -= 1
            raise ValueError(SECRET)
        return (Post(Label("late"), said("At last.")),)

    return decide


async def test_a_handler_that_fails_is_tried_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.notes.when(MessagePosted, failing(2))
    world.bare.on(MessagePosted, Post(Label("other"), said("The others go on.")))

    await world.say("bo", SECRET)
    assert world.platform.seen("C1") == ["The others go on."]
    assert await world.tally() == 0

    await world.after(timedelta(minutes=1))
    assert world.platform.seen("C1") == ["The others go on.", "At last."]
    assert await world.tally() == 1
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


async def test_a_fact_whose_handling_fails_too_often_is_kept_and_replayed(world: World) -> None:
    world.notes.when(MessagePosted, failing(6))
    world.bare.when(MessagePosted, counted_once("The others go on."))
    await world.say("bo", SECRET)

    await world.after(timedelta(hours=2))

    async with world.database.view() as unit:
        (dead,) = await unit.inbox.dead()
    assert dead.fact == "f1"
    assert dead.error == "ValueError"
    assert await world.tally() == 0
    async with world.database.unit() as unit:
        assert await unit.inbox.revive(dead.id) == 1
        await unit.commit()
    await world.settle()
    async with world.database.view() as unit:
        assert await unit.inbox.dead() == []
    assert await world.tally() == 1
    assert world.platform.seen("C1") == ["The others go on.", "At last."]


def counted_once(words: str) -> Decision:
    async def decide(_: Store, event: Event, __: Now) -> Sequence[Effect]:
        return (Post(Label(f"once/{event.fact}"), said(words)),)

    return decide


async def test_who_waits_is_told_that_it_failed(small: World) -> None:
    small.notes.when(CommandGiven, failing(1))

    told = whispers(await small.command("bo", "notes " + SECRET))

    assert told == ["Something went wrong on our side. What you asked for is kept and will be tried again."]
    await small.after(timedelta(minutes=1))
    assert small.platform.seen("C1") == ["At last."]


async def test_one_fact_at_a_time_changes_a_community(world: World) -> None:
    world.notes.when(MessagePosted, count)
    heard = tuple(world.message("bo", f"{n}", channel="C1" if n % 2 else "C2") for n in range(40))
    await receive(world.engine, world.workspace, Batch(heard=heard))

    await asyncio.gather(*(dispatch_ready(world.engine) for _ in range(4)))

    assert (await world.tally("C1"), await world.tally("C2")) == (20, 20)


async def test_a_reply_whose_root_is_in_flight_is_held_and_then_counted(world: World) -> None:
    world.platform.fail("Root.", Lost(accepted=True))
    world.bare.on(CommandGiven, Post(Label("root"), said("Root.")))
    await world.command("ana", "bare")
    root = world.platform.the("Root.").id

    async def answered(_: Store, event: MessagePosted, __: Now) -> Sequence[Effect]:
        return (Post(Label("answered"), said(f"under {event.thread}")),)

    world.bare.when(MessagePosted, answered)
    await world.say("bo", "quick", thread=root)
    assert world.platform.seen("C1") == ["Root."]

    await world.after(timedelta(minutes=2))
    assert world.platform.seen("C1") == ["Root.", "under root"]
