"""What a platform will never accept is told to whoever coordinates, once, with what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.core.effects import Care, DirectMessage, Edit, Effect, Fetch, Post
from bot.core.events import CommandGiven
from bot.core.model import Label
from bot.engine.platform import Trouble
from tests.engine.planted import said
from tests.engine.platform import Refuses, buttons_by_label
from tests.engine.world import World, dump

DAY = timedelta(days=1)
ARCHIVED = (
    "#C1 is archived: Practice C1 can say nothing there. "
    "Unarchive it and invite me again, or choose another home: /bot community move #channel."
)
LEFT = "I am no longer in #C1: Practice C1 can say nothing there. Invite me again, and what waits is said."
SHARED = (
    "#C1 is shared with another organisation: I no longer speak there. "
    "Choose another home: /bot community move #channel, or ask whoever runs me."
)
BARRED = (
    "Only some people may write in #C1, and I am not among them: Practice C1 can say nothing there. "
    "Let me write there, or choose another home: /bot community move #channel."
)
SCOPE = (
    "I lack the permission chat:write: Practice C1 could not do something here. "
    "Whoever installed me can add it and install me again."
)
CLOSED = "bo’s account is closed. A message was not sent; there is nothing to do."
UNREACHABLE = "I cannot write to bo. A message was not sent; it may work once they have written to me."


def post(words: str) -> Post:
    return Post(Label(words), said(words))


def direct(world: World, words: str, *people: str) -> DirectMessage:
    return DirectMessage(Label(words), world.to(*people), said(words), Care.ANSWER)


async def refused(world: World, trouble: Trouble | None, *effects: Effect, detail: str = "", home: str = "C1") -> None:
    """Let a ritual say something that the platform refuses."""
    for effect in effects:
        if isinstance(effect, Post | DirectMessage | Edit):
            world.platform.fail(_words(effect), Refuses(trouble, detail))
    world.bare.on(CommandGiven, *effects)
    await world.command("chi" if home == "C1" else "bo", "bare", home)


def _words(effect: Any) -> str:  # noqa: ANN401 - any effect with a body
    return str(effect.body.blocks[0].children[0].text)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Trouble.ARCHIVED, ARCHIVED),
        (Trouble.ABSENT, LEFT),
        (Trouble.SHARED, SHARED),
        (Trouble.BARRED, BARRED),
        (Trouble.SCOPE, SCOPE),
    ],
)
async def test_what_could_not_be_said_at_home_is_told_once_a_month(world: World, trouble: Trouble, told: str) -> None:
    await world.command("ana", "coordinator add Bo")
    for words in ("one", "two", "three"):
        await refused(world, trouble, post(words), detail="chat:write" if trouble is Trouble.SCOPE else "")
    heard = [said_ for who in ("ana", "bo", "chi") for said_ in world.platform.direct(who)]
    assert [said_ for said_ in heard if "named you" not in said_] == [told, told]

    await world.after(9 * DAY)
    await refused(world, trouble, post("four"), detail="chat:write" if trouble is Trouble.SCOPE else "")
    assert world.platform.direct("ana") == [told, told]


@pytest.mark.parametrize(
    ("trouble", "told"),
    [(Trouble.GONE, CLOSED), (Trouble.UNREACHABLE, UNREACHABLE), (Trouble.SHARED, UNREACHABLE)],
)
async def test_what_could_not_be_said_to_somebody_is_told(small: World, trouble: Trouble, told: str) -> None:
    await refused(small, trouble, direct(small, "one", "bo"), direct(small, "two", "bo"))
    assert small.platform.direct("ana") == [told]
    assert small.platform.direct("bo") == []


async def test_several_people_are_named_together(small: World) -> None:
    await refused(small, Trouble.GONE, direct(small, "one", "bo", "chi"))
    (told,) = small.platform.direct("ana")
    assert told.startswith("I cannot write to ")
    assert "bo" in told
    assert "chi" in told


async def test_nobody_is_told_about_themselves(small: World) -> None:
    await refused(small, Trouble.GONE, direct(small, "one", "ana"))
    assert small.platform.messages == []
    assert await small.outbox() == [("one", "dead")]


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_a_notice_begets_no_other(world: World, trouble: Trouble) -> None:
    for told in (ARCHIVED, CLOSED, UNREACHABLE):
        world.platform.fail(told, Refuses(trouble, "im:write"))
    await refused(world, Trouble.ARCHIVED, post("one"))
    await refused(world, Trouble.GONE, direct(world, "two", "bo"))

    await world.after(DAY)

    assert world.platform.messages == []
    assert [status for _, status in await world.outbox()] == ["dead"] * 4


def _elsewhere() -> Sequence[Effect]:
    return (Post(Label("reply"), said("reply"), under=Label("root")), Edit(Label("root"), said("edited")))


async def test_a_channel_that_the_community_left_is_nobodys_trouble(world: World) -> None:
    world.bare.on(CommandGiven, post("root"))
    await world.command("chi", "bare")
    world.platform.present["C3"].append(world.platform.present["C1"][0])
    await world.command("ana", "community move room-C3")
    before = world.platform.direct("ana")

    for trouble in (Trouble.ARCHIVED, Trouble.ABSENT, Trouble.SHARED, Trouble.BARRED):
        await refused(world, trouble, *_elsewhere())
        assert world.platform.direct("ana") == before
    assert ("reply", "dead") in await world.outbox()
    await refused(world, Trouble.SCOPE, Edit(Label("root"), said("again")), detail="chat:write", home="C3")
    assert len(world.platform.direct("ana")) == len(before) + 1


async def test_what_changes_a_message_to_somebody_is_nobodys_trouble(small: World) -> None:
    small.bare.on(CommandGiven, direct(small, "hello", "bo"))
    await small.command("chi", "bare")
    await refused(small, Trouble.GONE, Edit(Label("hello"), said("changed"), small.to("bo")))
    assert small.platform.direct("ana") == []
    assert [row for row in await small.outbox() if row[1] == "dead"] == [("hello", "dead")]


async def test_what_changes_a_message_at_home_is_told(small: World) -> None:
    small.bare.on(CommandGiven, post("hello"))
    await small.command("chi", "bare")
    await refused(small, Trouble.ARCHIVED, Edit(Label("hello"), said("changed")))
    assert small.platform.direct("ana") == [ARCHIVED]


async def test_what_concerns_no_community_or_has_no_trouble_is_not_told(small: World) -> None:
    await refused(small, None, post("one"))
    await refused(small, Trouble.GONE, post("two"))
    small.bare.on(CommandGiven, Fetch(Label("read"), thread=Label("one")))
    await small.command("chi", "bare")
    await small.command("bo", "data export")
    (given,) = small.platform.direct("bo")
    small.clock.at += timedelta(days=1)
    small.platform.fail(given, Refuses(Trouble.GONE))
    await small.command("bo", "data export")
    assert (await small.outbox())[-1] == ("export", "dead")
    assert small.platform.direct("ana") == []


async def test_a_notice_waits_out_quiet_hours(small: World) -> None:
    await small.allow("ana", paused_until=small.clock.at + DAY)
    await refused(small, Trouble.ARCHIVED, post("one"))
    assert small.platform.direct("ana") == []
    await small.after(DAY)
    assert small.platform.direct("ana") == [ARCHIVED]


async def test_who_is_erased_meanwhile_is_named_no_more(world: World) -> None:
    await world.allow("ana", paused_until=world.clock.at + DAY)
    await refused(world, Trouble.GONE, direct(world, "one", "bo"))
    bo = world.members["bo"]
    asked = await world.command("bo", "data erase")
    await world.press("bo", next(iter(buttons_by_label(asked.whispers[0]).values())))

    await world.after(2 * DAY)

    assert world.platform.direct("ana") == []
    rows = await dump(world.database)
    assert not [row for some in rows.values() for row in some if bo in row]
