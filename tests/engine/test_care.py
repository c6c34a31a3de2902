"""Care: what is not asked for keeps within each member's week, hours, pauses and refusals."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.core.effects import Care, DirectMessage
from bot.core.events import CommandGiven
from bot.core.model import Label
from tests.engine.planted import said
from tests.engine.platform import buttons_by_label
from tests.engine.world import World, whispers

DAY = timedelta(days=1)


def direct(world: World, words: str, care: Care = Care.NUDGE, *to: str) -> DirectMessage:
    return DirectMessage(Label(words), world.to(*(to or ("bo",))), said(words), care)


async def send(world: World, words: str, care: Care = Care.NUDGE, *to: str, home: str = "C1") -> None:
    world.bare.on(CommandGiven, direct(world, words, care, *to))
    await world.command("ana", "bare", home)


async def test_the_budget_is_the_members_across_their_communities(world: World) -> None:
    await send(world, "one")
    await send(world, "two", home="C2")
    await send(world, "three", home="C2")
    assert world.platform.direct("bo") == ["one", "two"]

    await world.after(timedelta(days=6, hours=23))
    assert world.platform.direct("bo") == ["one", "two"]
    await world.after(timedelta(hours=1))

    assert world.platform.direct("bo") == ["one", "two", "three"]


async def test_nudges_committed_together_still_keep_within_the_budget(world: World) -> None:
    world.bare.on(CommandGiven, *(direct(world, f"{n}") for n in range(3)))

    await world.command("ana", "bare")
    assert world.platform.direct("bo") == ["0", "1"]
    await world.after(8 * DAY)

    assert world.platform.direct("bo") == ["0", "1", "2"]


async def test_a_conversation_spends_everybodys_budget(world: World) -> None:
    await send(world, "both", Care.NUDGE, "bo", "chi")
    await send(world, "bo again")

    await send(world, "bo waits")
    await send(world, "chi has one left", Care.NUDGE, "chi")

    assert world.platform.direct("bo", "chi") == ["both"]
    assert world.platform.direct("bo") == ["bo again"]
    assert world.platform.direct("chi") == ["chi has one left"]


async def test_duties_and_answers_spend_no_budget(world: World) -> None:
    for n in range(4):
        await send(world, f"duty {n}", Care.DUTY)
        await send(world, f"answer {n}", Care.ANSWER)

    assert len(world.platform.direct("bo")) == 8


async def test_quiet_hours_are_the_members_own(world: World) -> None:
    await world.allow("bo", zone="Asia/Kathmandu", quiet_from=time(19), quiet_to=time(8))
    await send(world, "duty", Care.DUTY)
    await send(world, "answer", Care.ANSWER)
    assert world.platform.direct("bo") == ["answer"]

    await world.after(DAY)

    assert world.platform.direct("bo") == ["answer", "duty"]
    assert world.platform.the("duty").at == datetime(2026, 11, 24, 2, 15, tzinfo=UTC)


async def test_quiet_hours_hold_up_nothing_else_for_that_member(world: World) -> None:
    await world.allow("bo", quiet_from=time(13), quiet_to=time(20))
    await send(world, "later", Care.DUTY)

    await send(world, "now", Care.ANSWER)

    assert world.platform.direct("bo") == ["now"]


async def test_a_pause_of_the_member_is_waited_out(world: World) -> None:
    await world.allow("bo", paused_until=world.clock.at + 3 * DAY)
    await send(world, "duty", Care.DUTY)

    await world.after(3 * DAY - timedelta(minutes=1))
    assert world.platform.direct("bo") == []
    await world.after(timedelta(minutes=1))

    assert world.platform.direct("bo") == ["duty"]


async def test_a_pause_of_the_community_is_waited_out_there_alone(world: World) -> None:
    await world.pause(world.clock.at + 3 * DAY)
    await send(world, "here")
    await send(world, "there", home="C2")
    assert world.platform.direct("bo") == ["there"]

    await world.after(3 * DAY)

    assert world.platform.direct("bo") == ["there", "here"]


async def test_care_is_looked_at_again_when_it_is_sent(world: World) -> None:
    await world.allow("bo", paused_until=world.clock.at + DAY)
    await send(world, "duty", Care.DUTY)
    await send(world, "nudge")
    await world.allow("bo", paused_until=world.clock.at + 2 * DAY, weekly_budget=0)

    await world.after(timedelta(days=1, hours=12))
    assert world.platform.direct("bo") == []
    await world.after(DAY)

    assert world.platform.direct("bo") == ["duty"]
    assert dict(await world.outbox())["nudge"] == "refused"


async def test_no_more_of_these_is_honoured_and_undone_as_lightly(world: World) -> None:
    await send(world, "first")
    put = world.platform.the("first")

    reply = await world.press("bo", put.buttons["No more of these"], put.id)
    assert whispers(reply) == ["Understood: no more of these."]
    await send(world, "unwanted")
    await send(world, "duty", Care.DUTY)
    await send(world, "elsewhere", home="C2")
    assert world.platform.direct("bo") == ["first", "duty", "elsewhere"]
    await world.after(10 * DAY)

    undo = buttons_by_label(reply.whispers[0])["Receive them again"]
    assert whispers(await world.press("bo", undo)) == ["These messages will come again."]
    await send(world, "welcome")
    assert world.platform.direct("bo") == ["first", "duty", "elsewhere", "welcome"]


async def test_what_waits_when_it_is_refused_is_never_said(world: World) -> None:
    for words in ("one", "two", "three"):
        await send(world, words)
    put = world.platform.the("one")

    await world.press("bo", put.buttons["No more of these"], put.id)
    await world.after(10 * DAY)

    assert world.platform.direct("bo") == ["one", "two"]


async def test_one_who_refuses_ends_it_for_a_conversation(world: World) -> None:
    await send(world, "hello", Care.NUDGE, "chi")
    put = world.platform.the("hello")
    await world.press("chi", put.buttons["No more of these"], put.id)

    await send(world, "both", Care.NUDGE, "bo", "chi")

    assert world.platform.direct("bo", "chi") == []
