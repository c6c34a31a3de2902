"""Where the platform says who is in charge of a channel: they do what coordinators may, and nobody else begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.incoming import Invited, Joined, Left
from tests.engine.platform import buttons_by_label
from tests.engine.test_home import closed
from tests.engine.test_own_words import orphaned, used
from tests.engine.test_setup import SETUP, begun, running
from tests.engine.world import World, dump, whispers


def moderated(world: World, *held: tuple[str, str]) -> World:
    """Let the platform say that these people, each in a channel, are in charge there, and nobody else."""
    told = frozenset(held)
    can = world.platform.capabilities
    world.platform.capabilities = replace(can, moderates=lambda channel, person: (channel, person) in told)
    return world


def refusal(channel: str) -> str:
    return f"Only who moderates #{channel} can do this. Ask one of its moderators."


async def test_who_moderates_begins_a_community(small: World) -> None:
    moderated(small, ("C3", "bo"))

    assert (await small.command("bo", "setup", "C3")).form is not None
    await small.found("bo", "C3", SETUP)

    assert await running(small) == ["New ones"]


async def test_who_does_not_moderate_is_shown_no_form_and_begins_nothing(small: World) -> None:
    moderated(small, ("C3", "chi"), ("C1", "bo"))
    before = await dump(small.database, ("inbox", "claim"))
    reply = await small.ask(Invited(fact=small.fact(), at=small.clock.at, channel="C3", author="bo"))
    assert reply.line is not None
    (button,) = buttons_by_label(reply.line).values()

    told = [
        await small.command("bo", "setup", "C3"),
        await small.press("bo", button, channel="C3"),
        await small.submit("bo", "found:C3", SETUP),
    ]

    assert [(whispers(reply), reply.form) for reply in told] == [([refusal("C3")], None)] * 3
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_who_moderates_no_more_starts_no_more(small: World) -> None:
    moderated(small, ("C3", "bo"))
    (told,) = (await small.submit("bo", "found:C3", SETUP)).whispers

    moderated(small)
    refused = whispers(await small.press("bo", buttons_by_label(told)["Start"]))

    assert refused == [refusal("C3")]
    assert await running(small) == []
    moderated(small, ("C3", "bo"))
    await small.press("bo", buttons_by_label(told)["Start"])
    assert await running(small) == ["New ones"]


async def test_another_who_moderates_takes_a_draft_over(small: World) -> None:
    moderated(small, ("C3", "bo"), ("C3", "chi"))
    await small.submit("bo", "found:C3", SETUP)

    form = (await small.submit("chi", "found:C3", SETUP | {"name": "Mine"})).form
    assert form is not None
    await small.submit("chi", form.id, SETUP | {"name": "Mine"})

    assert await begun(small) == ["Mine"]


@pytest.mark.parametrize("coordinated", [True, False])
async def test_who_moderates_opens_a_community_again(small: World, coordinated: bool) -> None:  # noqa: FBT001 - a parameter of the test
    await closed(small)
    who = "ana" if coordinated else "bo"
    moderated(small, ("C1", who))

    buttons = buttons_by_label((await small.command(who, "setup")).whispers[0])
    assert list(buttons) == ["Open it again", "Set up a new one"]

    assert whispers(await small.press(who, buttons["Open it again"])) == ["Practice C1 is open again."]


async def test_who_coordinated_and_does_not_moderate_opens_nothing_again(small: World) -> None:
    await closed(small)
    moderated(small, ("C1", "bo"))

    assert whispers(await small.command("ana", "community reopen")) == [refusal("C1")]
    assert whispers(await small.command("ana", "setup")) == [refusal("C1")]
    (told,) = whispers(await small.command("chi", "community reopen"))
    assert told == "Only who coordinated it can open it again: ana."


async def test_who_moderates_the_home_does_what_a_coordinator_may(small: World) -> None:
    moderated(small, ("C1", "bo"))

    (told,) = whispers(await small.command("bo", "community rename Field visits"))
    (theirs,) = whispers(await small.command("ana", "community rename Visits"))

    assert (told, theirs) == (
        "The community is called Field visits from now on.",
        "The community is called Visits from now on.",
    )
    (refused,) = whispers(await small.command("chi", "community rename Mine"))
    assert refused == "Only a coordinator can do this: ana."


async def test_who_moderates_another_channel_is_in_charge_of_nothing_here(small: World) -> None:
    moderated(small, ("C2", "bo"), ("C3", "bo"))

    (refused,) = whispers(await small.command("bo", "community rename Mine"))

    assert refused == "Only a coordinator can do this: ana."


async def test_a_power_that_is_lost_is_lost_at_once(small: World) -> None:
    moderated(small, ("C1", "bo"))
    await small.command("bo", "community rename Field visits")
    moderated(small)

    (refused,) = whispers(await small.command("bo", "community rename Mine"))

    assert refused == "Only a coordinator can do this: ana."


async def test_an_empty_seat_is_for_who_moderates(world: World) -> None:
    moderated(world, ("C1", "bo"))
    assert await orphaned(world) == (
        "Nobody coordinates this community at the moment; its rituals go on. "
        "Whoever moderates this channel can take the seat: /bot coordinator take."
    )

    (refused,) = whispers(await world.command("chi", "coordinator take"))
    await world.command("bo", "coordinator take")

    assert refused == "Here the seat is for who moderates #C1. Ask them."
    async with world.database.view() as unit:
        offices = await unit.commons.offices(world.communities["C1"].id, world.clock.at)
    assert [o.member for o in offices] == [world.members["bo"]]


async def test_a_seat_that_is_taken_is_not_empty_for_who_moderates_either(small: World) -> None:
    moderated(small, ("C1", "bo"))

    (told,) = whispers(await small.command("bo", "coordinator take"))

    assert told == "The seat is not empty. To coordinate too, ask ana to name you."


async def test_the_text_for_moderators_has_its_own_words(small: World) -> None:
    await used(small, en="No one leads right now. Type `{prefix} coordinator take`.")
    moderated(small, ("C1", "bo"))

    assert "Whoever moderates this channel can take the seat" in await orphaned(small)
    assert "- orphaned-to-moderators –" in whispers(await small.command("bo", "texts list"))[0]


async def test_who_left_keeps_the_power_there_and_is_in_charge_of_nothing_here(small: World) -> None:
    await small.hear(Left(fact=small.fact(), at=small.clock.at, channel="C1", author="bo"))
    moderated(small, ("C1", "bo"))

    (refused,) = whispers(await small.command("bo", "community rename Field visits"))

    assert refused == "Only a coordinator can do this: ana."
    await small.hear(Joined(fact=small.fact(), at=small.clock.at, channel="C1", author="bo"))
    (told,) = whispers(await small.command("bo", "community rename Field visits"))
    assert told == "The community is called Field visits from now on."


async def test_where_the_platform_says_nothing_it_is_left_to_the_community(small: World) -> None:
    assert small.platform.capabilities.moderates is None
    await small.found("bo", "C3", SETUP)
    assert await running(small) == ["New ones"]
    (refused,) = whispers(await small.command("bo", "community rename Mine"))
    assert refused == "Only a coordinator can do this: ana."

    assert "Whoever would like the seat can type /bot coordinator take." in await orphaned(small)
    await small.hear(Joined(fact=small.fact(), at=small.clock.at, channel="C1", author="ana"))
    await small.command("bo", "coordinator take")

    assert whispers(await small.command("bo", "community rename Mine")) == ["The community is called Mine from now on."]
