"""A community's name and home: it is renamed, moves, closes, and is opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.effects import Post, Wake
from bot.core.events import CommandGiven, Due, MessagePosted
from bot.core.incoming import Joined
from bot.core.model import Label
from bot.engine.reconcile import reconcile
from bot.engine.sweep import tidy
from tests.engine.planted import count, said
from tests.engine.platform import Lost, Refuses, buttons_by_label
from tests.engine.test_setup import SETUP
from tests.engine.world import World, dump, whispers

DAY = timedelta(days=1)


@pytest.fixture
def planned(world: World) -> World:
    """A ritual that counts what it hears, and asks every day for forty days."""
    world.notes.when(MessagePosted, count)
    world.notes.on(Due, Post(Label("asked"), said("what is asked")))
    start = world.clock.at
    world.notes.wakes[:] = [Wake(Label(f"w{n}"), start + n * DAY, timedelta(hours=1)) for n in range(1, 41)]
    return world


async def closed(world: World) -> None:
    reply = await world.command("ana", "community close")
    await world.press("ana", buttons_by_label(reply.whispers[0])["Yes, close it"])


async def journal(world: World, home: str = "C1") -> int:
    async with world.database.view() as unit:
        return len(await unit.commons.journal(world.communities[home].id, 50))


async def test_a_new_name_is_in_the_journal(small: World) -> None:
    (told,) = whispers(await small.command("ana", "community rename  Field   visits"))
    assert told == "The community is called Field visits from now on."

    (history,) = whispers(await small.command("bo", "history"))
    assert "renamed the community from Practice C1 to Field visits" in history
    (same,) = whispers(await small.command("ana", "community rename Field visits"))
    assert same == "That is its name already."
    (long,) = whispers(await small.command("ana", f"community rename {'x' * 61}"))
    assert "1 to 60" in long


async def test_a_move_tells_both_channels_and_makes_nobody_a_newcomer(planned: World) -> None:
    root = Post(Label("root"), said("the question"))
    planned.bare.on(CommandGiven, root)
    planned.notes.on(CommandGiven, root)
    await planned.command("ana", "notes")
    asked = planned.platform.the("the question")
    planned.platform.present["C3"] = planned.platform.present["C1"][:2]

    (told,) = whispers(await planned.command("ana", "community move #room-C3"))

    assert told == "Practice C1 has its home in #C3 from now on."
    assert "moves to #C3" in planned.platform.seen("C1")[-1]
    assert "comes here from #C1" in planned.platform.seen("C3")[-1]
    async with planned.database.view() as unit:
        moved = await unit.commons.community(planned.communities["C1"].id)
        assert set(await unit.commons.member_ids(moved.id)) == planned.to("ana", "bo")
    assert await reconcile(planned.engine) == 0

    planned.notes.on(
        CommandGiven, Post(Label("after"), said("below"), under=Label("root")), Post(Label("n"), said("new"))
    )
    await planned.command("ana", "notes", "C3")
    below, new = planned.platform.the("below"), planned.platform.the("new")
    assert (below.channel, below.thread, new.channel) == ("C1", asked.id, "C3")
    before = await planned.tally()
    await planned.say("bo", "an answer", thread=asked.id)
    assert await planned.tally() == before + 1
    await planned.after(DAY)
    assert planned.platform.seen("C3")[-1] == "what is asked"


async def test_a_coordinator_who_is_not_in_the_new_channel_ends(small: World) -> None:
    await small.command("ana", "coordinator add Chi")
    small.platform.present["C3"] = small.platform.present["C1"][:2]

    await small.command("ana", "community move room-C3")

    (listed,) = whispers(await small.command("bo", "coordinator list", "C3"))
    assert listed == f"Coordinated by {'ana'}."
    (history,) = whispers(await small.command("bo", "history", "C3"))
    assert "chi is not in the new channel, and no longer coordinates." in history


@pytest.mark.parametrize(
    ("who", "words", "why"),
    [
        ("ana", "community move #room-C1", "already"),
        ("ana", "community move #room-C2", "is the home of Practice C2"),
        ("ana", "community move #nowhere", "There is no channel #nowhere"),
        ("ana", "community move", "Missing"),
        ("ana", "community move #room-C3", "You are not in #C3"),
        ("ana", "community move #empty", "I am not in #C4"),
        ("bo", "community move #room-C3", "Only a coordinator"),
        ("bo", "community close", "Only a coordinator"),
        ("bo", "community reopen", "is open already"),
    ],
)
async def test_what_cannot_be_done_changes_nothing(small: World, who: str, words: str, why: str) -> None:
    await small.channel("C4", "empty")
    before = await dump(small.database, ("inbox", "claim"))

    (told,) = whispers(await small.command(who, words))

    assert why in told
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_a_channel_that_is_being_set_up_is_taken(small: World) -> None:
    await small.submit("bo", "found:C3", SETUP)
    small.platform.present["C3"] = small.platform.present["C1"]

    (told,) = whispers(await small.command("ana", "community move #room-C3"))

    assert "is the home of New ones" in told


async def test_closing_asks_once_and_can_be_left(planned: World) -> None:
    reply = await planned.command("ana", "community close")
    before = await dump(planned.database, ("inbox", "claim"))
    assert list(buttons_by_label(reply.whispers[0])) == ["Yes, close it", "Leave it"]

    (told,) = whispers(await planned.press("ana", buttons_by_label(reply.whispers[0])["Leave it"]))
    (refused,) = whispers(await planned.press("bo", buttons_by_label(reply.whispers[0])["Yes, close it"]))

    assert told == "Left as it is."
    assert "Only a coordinator" in refused
    assert await dump(planned.database, ("inbox", "claim")) == before


async def test_a_closed_community_says_so_and_then_says_and_hears_nothing(planned: World) -> None:
    await planned.command("ana", "notes")
    await closed(planned)
    (told,) = planned.platform.seen("C1")
    assert "Practice C1 closes here" in told
    assert "Wednesday 23 December" in told
    heard = await dump(planned.database, ("inbox", "claim", "message", "member"))

    await planned.say("bo", "still here")
    await planned.hear(Joined(fact=planned.fact(), at=planned.clock.at, channel="C1", author="bo"))
    await planned.after(3 * DAY)

    assert planned.platform.seen("C1") == [told]
    after = await dump(planned.database, ("inbox", "claim", "message", "member"))
    after["outbox"] = heard["outbox"] = []
    after["said"] = heard["said"] = []
    assert after == heard
    (elsewhere,) = whispers(await planned.command("chi", "status", "C3"))
    assert "There is no community here yet" in elsewhere


@pytest.mark.parametrize("accepted", [True, False])
async def test_what_was_in_doubt_when_it_closed_is_said_when_it_opens_again(small: World, *, accepted: bool) -> None:
    small.platform.fail("hello all", Lost(accepted=accepted))
    small.notes.on(CommandGiven, Post(Label("hello"), said("hello all")))
    await small.command("ana", "notes")
    await closed(small)
    await small.after(2 * DAY)
    assert ("hello all" in small.platform.seen("C1")) is accepted

    await small.command("ana", "community reopen")
    await small.after(DAY)

    assert small.platform.seen("C1").count("hello all") == 1


async def test_dead_letters_of_a_closed_community_are_not_said(small: World) -> None:
    small.platform.fail("hello all", Refuses())
    small.notes.on(CommandGiven, Post(Label("hello"), said("hello all")))
    await small.command("ana", "notes")
    await closed(small)
    async with small.database.unit() as unit:
        assert await unit.outbox.replay(None, small.clock.at) == 1
        await unit.commit()

    await small.after(DAY)

    assert "hello all" not in small.platform.seen("C1")


async def test_what_is_said_in_its_channel_is_not_meant_for_another(small: World) -> None:
    await closed(small)
    before = await dump(small.database, ("inbox", "claim"))

    told = [*whispers(await small.command("ana", "community close")), *whispers(await small.command("bo", "status"))]

    assert (
        told == ["Practice C1 was closed in this channel on Monday 23 November. /bot setup shows what can be done."] * 2
    )
    assert await dump(small.database, ("inbox", "claim")) == before
    (elsewhere,) = whispers(await small.command("bo", "status", "C3"))
    assert "Practice C2 has its home" in elsewhere


async def test_it_is_opened_again_by_who_coordinated_it(planned: World) -> None:
    await closed(planned)
    planned.platform.present["C1"] = planned.platform.present["C1"][:2]
    (refused,) = whispers(await planned.command("bo", "community reopen"))
    assert refused == "Only who coordinated it can open it again: ana."

    (told,) = whispers(await planned.command("ana", "community reopen"))

    assert told == "Practice C1 is open again."
    assert "ana opened Practice C1 again" in planned.platform.seen("C1")[-1]
    async with planned.database.view() as unit:
        members = await unit.commons.member_ids(planned.communities["C1"].id)
    assert set(members) == planned.to("ana", "bo")
    assert await journal(planned) == 2
    await planned.after(2 * DAY)
    assert planned.platform.seen("C1")[-1] == "what is asked"


async def test_setup_in_its_channel_tells_of_it_and_offers_both(small: World) -> None:
    await closed(small)
    (theirs,) = (await small.command("bo", "setup")).whispers
    assert list(buttons_by_label(theirs)) == ["Set up a new one"]
    reply = await small.command("ana", "setup")
    (told,) = whispers(reply)
    assert told == (
        "Practice C1 had its home here, and was closed on Monday 23 November. "
        "It can be opened again until Wednesday 23 December, by ana."
    )
    buttons = buttons_by_label(reply.whispers[0])
    assert list(buttons) == ["Open it again", "Set up a new one"]

    assert whispers(await small.press("ana", buttons["Open it again"])) == ["Practice C1 is open again."]
    assert whispers(await small.press("ana", buttons["Open it again"])) == ["Practice C1 is open already."]


async def test_a_new_one_in_its_place_keeps_it_closed(small: World) -> None:
    await closed(small)
    buttons = buttons_by_label((await small.command("ana", "setup")).whispers[0])
    form = (await small.press("ana", buttons["Set up a new one"])).form
    assert form is not None
    await small.found("ana", "C1", SETUP)
    taken = "New ones has its home here by now, so Practice C1 cannot be opened again in this channel."

    assert whispers(await small.press("ana", buttons["Open it again"])) == [taken]
    assert whispers(await small.command("ana", "community reopen")) == [taken]


async def test_where_none_was_closed_there_is_none_to_open(small: World) -> None:
    (told,) = whispers(await small.command("bo", "community reopen", "C3"))
    assert "No community was closed in this channel of late" in told
    (nowhere,) = whispers(await small.command("bo", "community reopen", None))
    assert "in that channel" in nowhere


@pytest.mark.parametrize(("days", "again"), [(29, True), (31, False)])
async def test_after_thirty_days_it_is_gone(small: World, days: int, *, again: bool) -> None:
    other = small.communities["C2"].id
    await closed(small)
    small.clock.at += days * DAY

    told = whispers(await small.command("ana", "community reopen"))
    assert (told == ["Practice C1 is open again."]) is again
    await tidy(small.engine)

    rows = [row for rows in (await dump(small.database)).values() for row in rows]
    assert any(small.communities["C1"].id in row for row in rows) is again
    assert any(other in row for row in rows)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("pause until 20 november 2026", "a day after today"),
        ("pause until 2027-12-24", "A pause lasts a year at most"),
        ("pause until 2029-01-01", "more than two years"),
    ],
)
async def test_a_pause_is_to_come_and_at_most_a_year(small: World, words: str, why: str) -> None:
    (told,) = whispers(await small.command("ana", words))

    assert why in told
