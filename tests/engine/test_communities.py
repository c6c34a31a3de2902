"""Which community a word is about, who may say it there, and how a new one begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.effects import Post
from bot.core.events import CommandGiven, MessagePosted
from bot.core.incoming import Batch, ChannelProfile, Left, Profile, Renumbered
from bot.core.model import Label
from bot.engine.ports import Stored
from bot.engine.receive import receive
from bot.engine.reconcile import Compared, compare, reconcile
from tests.engine.planted import count, said
from tests.engine.platform import buttons_by_label
from tests.engine.test_setup import SETUP, begun
from tests.engine.world import World, dump, whispers


@pytest.fixture
def counting(small: World) -> World:
    small.notes.when(CommandGiven, count)
    return small


async def test_the_channels_community_is_meant(counting: World) -> None:
    await counting.command("bo", "notes", "C2")

    assert (await counting.tally("C1"), await counting.tally("C2")) == (0, 1)


@pytest.mark.parametrize("channel", [None, "C3"])
async def test_elsewhere_a_members_only_community_is_meant(counting: World, channel: str | None) -> None:
    await counting.command("chi", "notes", channel)

    assert (await counting.tally("C1"), await counting.tally("C2")) == (1, 0)


async def test_who_has_several_is_asked_which(counting: World) -> None:
    reply = await counting.command("bo", "notes", "C3")
    assert whispers(reply) == ["About which of your communities?"]
    choices = buttons_by_label(reply.whispers[0])
    assert list(choices) == ["Practice C1", "Practice C2"]
    assert (await counting.tally("C1"), await counting.tally("C2")) == (0, 0)

    await counting.press("bo", choices["Practice C2"])

    assert (await counting.tally("C1"), await counting.tally("C2")) == (0, 1)


async def test_a_choice_that_is_not_yours_changes_nothing(counting: World) -> None:
    choices = buttons_by_label((await counting.command("bo", "notes", "C3")).whispers[0])
    before = await dump(counting.database, ("inbox", "claim"))

    told = whispers(await counting.press("chi", choices["Practice C2"]))

    assert len(told) == 1
    assert await dump(counting.database, ("inbox", "claim")) == before


async def test_words_to_the_bot_alone_are_a_command(counting: World) -> None:
    heard = counting.message("chi", "notes please", channel="D1", direct=True)
    async with counting.database.unit() as unit:
        await unit.directory.save(
            counting.workspace, Batch(channels=(ChannelProfile(external="D1", name="", direct=True),))
        )
        await unit.commit()

    await counting.ask(heard)

    assert await counting.tally("C1") == 1


async def test_what_only_a_coordinator_may_do_is_refused_with_their_names(small: World) -> None:
    before = await dump(small.database, ("inbox", "claim"))

    (told,) = whispers(await small.command("bo", "pause until 4 january"))

    assert "ana" in told
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_where_there_is_none_the_way_to_begin_is_shown(small: World) -> None:
    left = [Left(fact=small.fact(), at=small.clock.at, channel="C1", author="chi")]
    await small.hear(*left)

    told = whispers(await small.command("chi", "status", "C3"))

    assert told == ["There is no community here yet. Type /bot setup in the channel that is to be its home."]


async def test_the_last_coordinators_leaving_is_told_and_the_seat_can_be_taken(world: World) -> None:
    await world.hear(Left(fact=world.fact(), at=world.clock.at, channel="C1", author="ana"))
    assert "Nobody coordinates this community" in world.platform.seen("C1")[0]

    await world.command("bo", "coordinator take")
    (told,) = whispers(await world.command("chi", "coordinator take"))

    assert "bo" in told
    async with world.database.view() as unit:
        offices = await unit.commons.offices(world.communities["C1"].id, world.clock.at)
    assert [o.member for o in offices] == [world.members["bo"]]


async def test_joins_and_departures_that_were_missed_are_made_up_for(world: World) -> None:
    people = world.platform.present["C1"]
    world.platform.present["C1"], world.platform.present["C2"] = people[:2], people

    assert await reconcile(world.engine) == 2
    await world.settle()

    async with world.database.view() as unit:
        assert set(await unit.commons.member_ids(world.communities["C1"].id)) == world.to("ana", "bo")
        assert set(await unit.commons.member_ids(world.communities["C2"].id)) == world.to("ana", "bo", "chi")
    assert await reconcile(world.engine) == 0


async def test_a_last_coordinator_who_left_the_workspace_is_told_of_and_followed(world: World) -> None:
    ana, *others = world.platform.present["C1"]
    world.platform.present["C1"] = [replace(ana, addressable=False), *others]

    assert await reconcile(world.engine) == 1
    await world.settle()

    (told,) = world.platform.seen("C1")
    assert told == (
        "Nobody coordinates this community at the moment; its rituals go on. "
        "Whoever would like the seat can type /bot coordinator take."
    )
    await world.command("bo", "coordinator take")
    (listed,) = whispers(await world.command("chi", "coordinator list"))
    assert listed == "Coordinated by bo."


async def test_the_last_coordinator_cannot_leave_the_office_without_naming_another(small: World) -> None:
    before = await dump(small.database, ("inbox", "claim"))

    (told,) = whispers(await small.command("ana", "coordinator remove Ana"))

    assert told == "ana is the only coordinator. Name another first: /bot coordinator add @name."
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_a_platform_that_shows_nobody_changes_nothing(small: World) -> None:
    small.platform.present.clear()

    assert await reconcile(small.engine) == 0


@pytest.mark.parametrize("how", ["compare", "begin"])
async def test_bots_and_guests_of_a_channel_are_not_kept(small: World, how: str) -> None:
    robot = Profile(external="robot", name="Robot", addressable=False)
    room = "C1" if how == "compare" else "C3"
    small.platform.present[room] = [*small.platform.present[room], robot]

    if how == "compare":
        await reconcile(small.engine)
    else:
        await small.submit("bo", "found:C3", SETUP)
        assert len(await begun(small)) == 1

    assert "Robot" not in str(await dump(small.database))


async def test_a_pause_ends_by_itself(world: World) -> None:
    await world.command("ana", "pause until 25 november")
    (status,) = whispers(await world.command("bo", "status"))
    assert "Paused until Wednesday 25 November." in status

    await world.after(timedelta(days=2))

    (status,) = whispers(await world.command("bo", "status"))
    assert "Paused" not in status
    async with world.database.view() as unit:
        assert (await unit.commons.community(world.communities["C1"].id)).paused_until is None


async def test_a_community_goes_on_when_its_channel_goes_by_another_id(world: World) -> None:
    world.bare.on(CommandGiven, Post(Label("asked"), said("asked")))
    await world.command("ana", "bare")
    root = world.platform.the("asked").id
    world.bare.on(MessagePosted, Post(Label("heard"), said("heard")))
    waits = world.message("bo", "before", thread=root)
    await receive(world.engine, world.workspace, Batch(heard=(waits,)))
    profile = ChannelProfile(external="G1", name="room-C1")

    after = world.message("chi", "after", channel="G1", thread=root)
    batch = Batch(renumbered=(Renumbered("C1", "G1"),), channels=(profile,), heard=(after,))
    await receive(world.engine, world.workspace, batch)
    heard = [stored.heard.fact for stored in await _waiting(world)]
    await world.settle()

    assert heard == [waits.fact, after.fact]
    assert await _waiting(world) == []
    assert world.platform.seen("G1") == ["heard"]
    assert whispers(await world.command("ana", "status", "G1"))[0].startswith("Practice C1 has its home in #G1.")


async def _waiting(world: World) -> Sequence[Stored]:
    async with world.database.view() as unit:
        return await unit.inbox.ready(world.clock.at, 10)


async def test_a_community_that_cannot_be_compared_keeps_no_other_from_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.platform.present["C1"].pop()
    world.platform.present["C2"].pop()
    world.platform.away.add("C1")

    compared = await compare(world.engine)

    failed = world.communities["C1"].id
    assert compared == Compared(1, frozenset({failed}))
    assert f"comparing the members of {failed} failed: ValueError" in caplog.text
    world.platform.away.clear()
    assert await compare(world.engine, compared.failed) == Compared(1)
    assert await reconcile(world.engine) == 0
