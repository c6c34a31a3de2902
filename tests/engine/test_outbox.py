"""The outbox: in order per destination, nobody held up, once, and never beyond what a member allows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.core.effects import Care, DirectMessage, Post
from bot.core.events import CommandGiven
from bot.core.model import Label
from bot.engine.deliver import deliver
from bot.engine.freezing import freeze, thaw
from bot.engine.platform import Outgoing, Placed
from bot.engine.sweep import tidy
from storage.database import SqlDatabase
from tests.engine.planted import STORAGES, said
from tests.engine.platform import Later, Lost, Refuses
from tests.engine.world import World, dump, engine_on

MINUTE = timedelta(minutes=1)


class StoppedError(BaseException):
    """The process ends here."""


def posts(*words: str) -> list[Post]:
    return [Post(Label(w), said(w)) for w in words]


async def test_a_channel_keeps_its_order_when_its_first_has_to_wait(world: World) -> None:
    world.platform.fail("one", Later(MINUTE))
    world.bare.on(CommandGiven, *posts("one", "two", "three"))

    await world.command("ana", "bare")
    assert world.platform.seen("C1") == []
    await world.after(2 * MINUTE)

    assert world.platform.seen("C1") == ["one", "two", "three"]


async def test_a_channel_that_waits_holds_up_no_other(world: World) -> None:
    world.platform.fail("one", Later(MINUTE))
    world.bare.on(CommandGiven, *posts("one"))
    await world.command("ana", "bare")
    world.bare.on(CommandGiven, *posts("other"), DirectMessage(Label("d"), world.to("bo"), said("hi"), Care.ANSWER))

    await world.command("ana", "bare", "C2")

    assert world.platform.seen("C1") == []
    assert world.platform.seen("C2") == ["other"]
    assert world.platform.direct("bo") == ["hi"]


async def test_what_waits_for_its_root_holds_up_nobody(world: World) -> None:
    await world.allow("bo", paused_until=world.clock.at + timedelta(days=1))
    later = DirectMessage(Label("later"), world.to("bo"), said("later"), Care.DUTY)
    world.bare.on(CommandGiven, later, Post(Label("reply"), said("reply"), under=Label("later")), *posts("free"))

    await world.command("ana", "bare")

    assert world.platform.seen("C1") == ["free"]
    assert await world.outbox() == [("later", "pending"), ("reply", "held"), ("free", "sent")]


async def test_a_wait_that_was_asked_for_is_kept(world: World) -> None:
    world.platform.fail("one", Later(timedelta(hours=3)))
    world.bare.on(CommandGiven, *posts("one"))
    await world.command("ana", "bare")

    await world.after(timedelta(hours=2, minutes=59))
    assert world.platform.seen("C1") == []
    await world.after(MINUTE)

    assert world.platform.seen("C1") == ["one"]


async def test_a_platform_that_is_away_for_a_while_gets_it_once(world: World) -> None:
    world.platform.fail("one", *[Later() for _ in range(20)])
    world.bare.on(CommandGiven, *posts("one"))
    await world.command("ana", "bare")

    await world.after(timedelta(hours=4))

    assert world.platform.seen("C1") == ["one"]


async def test_a_platform_that_never_comes_back_leaves_a_dead_letter(small: World) -> None:
    small.platform.fail("one", *[Later() for _ in range(50)])
    small.bare.on(CommandGiven, *posts("one", "two"))
    await small.command("ana", "bare")

    await small.after(timedelta(days=1))

    assert await small.outbox() == [("one", "dead"), ("two", "sent")]


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("broken", [True, False])
async def test_what_may_have_been_said_is_looked_for_before_it_is_said_again(
    world: World,
    accepted: bool,  # noqa: FBT001 - a parameter of the test
    broken: bool,  # noqa: FBT001 - as above
    caplog: pytest.LogCaptureFixture,
) -> None:
    world.platform.lag = timedelta(seconds=50)
    world.platform.fail("my pin is 4711", Lost(accepted, broken))
    world.bare.on(CommandGiven, Post(Label("one"), said("my pin is 4711")), *posts("two"))
    await world.command("ana", "bare")
    assert world.platform.seen("C1") == (["my pin is 4711"] if accepted else [])

    await world.after(5 * MINUTE)

    assert world.platform.seen("C1") == ["my pin is 4711", "two"]
    assert "4711" not in caplog.text


async def test_what_was_being_sent_when_the_engine_stopped_is_looked_for(world: World) -> None:
    world.bare.on(CommandGiven, *posts("one"))
    before = world.engine.probe

    def stops(place: str) -> None:
        before(place)
        if place == "deliver.sent":
            raise StoppedError

    object.__setattr__(world.engine, "probe", stops)
    with pytest.raises(StoppedError):
        await world.command("ana", "bare")
    object.__setattr__(world.engine, "probe", before)
    assert await world.outbox() == [("one", "sending")]

    await world.away(2 * MINUTE)
    await tidy(world.engine)
    await world.after(2 * MINUTE)

    assert world.platform.seen("C1") == ["one"]
    assert await world.outbox() == [("one", "sent")]


async def test_what_is_said_under_what_nobody_says_is_never_said(world: World) -> None:
    world.bare.on(CommandGiven, Post(Label("reply"), said("reply"), under=Label("nowhere")), *posts("free"))

    await world.command("ana", "bare")

    assert await world.outbox() == [("reply", "held"), ("free", "sent")]


async def test_what_is_refused_is_kept_and_can_be_sent_again(world: World) -> None:
    world.platform.fail("one", Refuses())
    world.bare.on(CommandGiven, *posts("one", "two"), Post(Label("under"), said("under"), under=Label("one")))
    await world.command("ana", "bare")
    assert world.platform.seen("C1") == ["two"]
    assert await world.outbox() == [("one", "dead"), ("two", "sent"), ("under", "withdrawn")]

    async with world.database.unit() as unit:
        (dead,) = await unit.outbox.rows(all_=False, limit=10)
        assert dead.error == "not in this channel"
        assert await unit.outbox.replay(dead.id, world.clock.at) == 1
        await unit.commit()
    await world.settle()

    assert world.platform.seen("C1") == ["two", "one"]


async def test_the_pace_of_a_destination_is_kept(small: World) -> None:
    small.platform.pace = timedelta(seconds=1)
    small.bare.on(CommandGiven, *posts("one", "two", "three"))
    start = small.clock.at

    await small.command("ana", "bare")
    await small.after(MINUTE)

    assert [m.at - start for m in small.platform.messages] == [timedelta(seconds=n) for n in range(3)]


async def test_a_message_expires(world: World) -> None:
    until = world.clock.at + timedelta(hours=1)
    world.platform.fail("soon", Later(timedelta(hours=2)))
    direct = DirectMessage(Label("soon"), world.to("bo"), said("soon"), Care.ANSWER, until=until)
    world.bare.on(CommandGiven, direct)
    await world.command("ana", "bare")

    await world.after(timedelta(hours=3))

    assert world.platform.messages == []
    assert await world.outbox() == [("soon", "expired")]


async def test_a_message_that_would_come_after_its_end_is_not_kept_at_all(small: World) -> None:
    await small.allow("bo", paused_until=small.clock.at + timedelta(days=2))
    until = small.clock.at + timedelta(days=1)
    small.bare.on(CommandGiven, DirectMessage(Label("soon"), small.to("bo"), said("soon"), Care.DUTY, until=until))

    await small.command("ana", "bare")

    assert await small.outbox() == []


async def test_a_workspace_that_is_away_waits(small: World) -> None:
    small.bare.on(CommandGiven, *posts("one"))
    platform = small.engine.platforms.pop(small.workspace)
    await small.command("ana", "bare")
    assert await small.outbox() == [("one", "pending")]
    small.engine.platforms[small.workspace] = platform

    await small.after(2 * MINUTE)

    assert small.platform.seen("C1") == ["one"]


async def test_two_engines_on_one_database_lose_and_double_nothing(world: World, migrated_url: str) -> None:
    world.bare.on(CommandGiven, *posts(*(f"{n:02}" for n in range(12))))
    second = await SqlDatabase.open(migrated_url, storages=STORAGES)
    other = engine_on(second, world.clock, world.notes, world.bare)
    other.platforms[world.workspace] = world.platform
    try:
        platform = world.engine.platforms.pop(world.workspace)
        await world.command("ana", "bare")
        await world.command("ana", "bare", "C2")
        world.engine.platforms[world.workspace] = platform
        world.clock.at += 2 * MINUTE

        async def pump(engine: object) -> None:
            for _ in range(40):
                await deliver(engine)  # type: ignore[arg-type]

        await asyncio.gather(pump(world.engine), pump(other), pump(world.engine), pump(other))
    finally:
        await second.close()

    expected = [f"{n:02}" for n in range(12)]
    assert world.platform.seen("C1") == expected
    assert world.platform.seen("C2") == expected


async def test_words_are_forgotten_once_they_are_said(world: World) -> None:
    world.bare.on(CommandGiven, *posts("hush"))
    await world.command("ana", "bare")
    await world.say("bo", "a secret of Bo")

    rows = await dump(world.database, ("said",))

    assert not [row for table in rows.values() for row in table if "a secret of Bo" in row or "text='hush'" in row]


async def test_what_is_looked_for_is_not_older_than_its_first_sending(world: World) -> None:
    world.platform.fail("one", Later(3 * MINUTE), Lost(accepted=False), Lost(accepted=True))
    world.bare.on(CommandGiven, *posts("one"))
    await world.command("ana", "bare")
    put = world.clock.at

    await world.after(30 * MINUTE)

    first, second = world.platform.looked
    assert put + 3 * MINUTE <= first < second
    # It was not there: what is sent again is not older than this.
    assert second >= first + timedelta(seconds=35)
    assert world.platform.the("one").at >= second
    assert world.platform.seen("C1") == ["one"]


async def test_what_stays_in_doubt_is_looked_for_since_its_first_sending(world: World) -> None:
    world.platform.fail("one", Lost(accepted=False))
    world.bare.on(CommandGiven, *posts("one"))
    sent = world.clock.at
    await world.command("ana", "bare")
    platform = world.engine.platforms.pop(world.workspace)
    await world.after(timedelta(days=1))
    world.engine.platforms[world.workspace] = platform

    await world.after(MINUTE)

    assert world.platform.looked == [sent]
    assert world.platform.seen("C1") == ["one"]


async def test_what_is_being_sent_when_its_workspace_is_frozen_waits(world: World) -> None:
    world.platform.fail("one", Lost(accepted=False))
    world.bare.on(CommandGiven, *posts("one"))
    send = world.platform.send

    async def sending(outgoing: Outgoing) -> Placed:
        await freeze(world.engine, world.workspace)
        return await send(outgoing)

    object.__setattr__(world.platform, "send", sending)
    await world.command("ana", "bare")
    object.__setattr__(world.platform, "send", send)
    async with world.database.view() as unit:
        assert [r.status for r in await unit.outbox.rows(all_=False, limit=9)] == ["doubt"]
    await world.after(timedelta(days=1))
    assert world.platform.messages == []

    world.engine.platforms[world.workspace] = world.platform
    await thaw(world.engine, world.workspace)
    await world.after(MINUTE)

    assert world.platform.seen("C1") == ["one"]
