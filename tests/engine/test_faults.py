"""What goes wrong in one place stays there: one parcel, one ritual, one person, one stranger."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.effects import Care, Configure, DirectMessage, Edit, Effect, Post, Wake, Whisper, Withdraw
from bot.core.events import ButtonPressed, CommandGiven, Due
from bot.core.incoming import Batch, Profile
from bot.core.model import CommunityId, Label, OfficeName
from bot.core.text import Button, Plain, Text, paragraph
from bot.engine.agendas import awaken
from bot.engine.dispatch import dispatch_ready
from bot.engine.platform import RetryLaterError
from bot.engine.reconcile import reconcile
from tests.engine.planted import count, said
from tests.engine.platform import Later, Lost, wording
from tests.engine.test_setup import SETUP, begun
from tests.engine.world import World, dump, whispers

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


async def test_a_zone_that_nobody_knows_holds_up_nobody(world: World) -> None:
    async with world.database.unit() as unit:
        person = Profile(external="bo", name="Bo", zone="Mars/Olympus")
        await unit.directory.save(world.workspace, Batch(people=(person,)))
        await unit.commit()
    await world.allow("chi", zone="Mars/Olympus")
    direct = [DirectMessage(Label(who), world.to(who), said(who), Care.DUTY) for who in ("bo", "chi")]
    world.bare.on(CommandGiven, *direct[:1], Post(Label("post"), said("post")))

    await world.command("ana", "bare")

    assert world.platform.direct("bo") == ["bo"]
    assert world.platform.seen("C1") == ["post"]


async def test_a_nudge_that_has_to_wait_for_the_platform_spends_once(world: World) -> None:
    await world.allow("bo", weekly_budget=1)
    world.platform.fail("nudge", Later(MINUTE))
    world.bare.on(CommandGiven, DirectMessage(Label("nudge"), world.to("bo"), said("nudge"), Care.NUDGE))
    await world.command("ana", "bare")

    await world.after(2 * MINUTE)

    assert world.platform.direct("bo") == ["nudge"]


async def test_what_was_lost_is_not_sent_again_to_who_refused_meanwhile(world: World) -> None:
    world.platform.fail("nudge", Lost(accepted=False))
    world.bare.on(CommandGiven, DirectMessage(Label("nudge"), world.to("bo"), said("nudge"), Care.NUDGE))
    await world.command("ana", "bare")
    binding = await world.binding("bare")
    await world.press("bo", Button(f"{binding.id}:core.refuse", Plain("No more of these")))

    await world.after(10 * MINUTE)

    assert world.platform.direct("bo") == []
    assert await world.outbox() == [("nudge", "refused")]


async def test_what_is_there_is_found_even_when_it_would_be_too_late_to_send_it(world: World) -> None:
    world.platform.fail("soon", Lost(accepted=True))
    until = world.clock.at + 10 * timedelta(seconds=1)
    world.bare.on(CommandGiven, DirectMessage(Label("soon"), world.to("bo"), said("soon"), Care.DUTY, until))
    await world.command("ana", "bare")

    await world.after(10 * MINUTE)

    assert await world.outbox() == [("soon", "sent")]


async def test_what_nobody_was_told_can_be_taken_back_and_changed(world: World) -> None:
    await world.allow("bo", weekly_budget=0)
    nudge = DirectMessage(Label("nudge"), world.to("bo"), said("nudge"), Care.NUDGE)
    world.bare.on(CommandGiven, nudge, Edit(Label("nudge"), said("other")), Withdraw(Label("nudge")))

    await world.command("ana", "bare")

    assert {status for _, status in await world.outbox()} == {"withdrawn"}


async def test_settings_that_are_no_longer_valid_can_be_set_anew(world: World) -> None:
    await world.configured(tone="loud", much=3)

    async def mend(_: object, __: object, ___: object) -> Sequence[Effect]:
        return (Configure({"tone": "dry"}), Whisper(paragraph("mended")))

    world.notes.wakes = [Wake(Label("later"), world.clock.at + DAY, DAY)]
    world.notes.when(CommandGiven, mend)
    world.notes.on(Due, Post(Label("due"), said("due")))

    assert whispers(await world.command("ana", "notes")) == ["mended"]

    assert (await world.binding("notes")).settings == {"tone": "dry", "much": 3}
    await world.after(2 * DAY)
    assert world.platform.seen("C1") == ["due"]


async def test_a_ritual_whose_agenda_fails_stops_nobody_from_governing(world: World) -> None:
    async def broken(_: object, __: object) -> Sequence[Wake]:
        raise ValueError("an agenda")

    rituals = dict(world.engine.registry.rituals)
    rituals["bare"] = replace(rituals["bare"], agenda=broken)
    world.engine = replace(world.engine, registry=replace(world.engine.registry, rituals=rituals))

    told = whispers(await world.command("ana", "pause until 2026-12-24"))

    assert len(told) == 1
    async with world.database.view() as unit:
        assert (await unit.commons.community(world.communities["C1"].id)).paused_until is not None


async def test_who_was_deactivated_leaves_the_seat(world: World) -> None:
    world.platform.present["C1"] = [p for p in world.platform.present["C1"] if p.external != "ana"]
    async with world.database.unit() as unit:
        gone = Profile(external="ana", name="Ana", addressable=False)
        await unit.directory.save(world.workspace, Batch(people=(gone,)))
        await unit.commit()

    assert await reconcile(world.engine) == 1
    await world.settle()

    async with world.database.view() as unit:
        home = world.communities["C1"].id
        assert not await unit.commons.belongs(home, world.members["ana"])
        offices = await unit.commons.offices(home, world.clock.at)
        assert [o for o in offices if o.name is OfficeName.COORDINATOR] == []
    assert len(world.platform.seen("C1")) == 1


async def test_a_community_has_no_home_in_a_direct_conversation(small: World) -> None:
    reply = await small.command("bo", "setup", "C3")
    assert reply.form is not None
    told = await small.submit("bo", "found:D-unknown", SETUP)

    assert whispers(told) == ["A community has a channel as its home. Type /bot setup in that channel."]
    assert (await small.command("bo", "setup", None)).form is None


async def test_two_who_send_the_form_at_once_found_one_community(world: World) -> None:
    replies = await asyncio.gather(*(world.submit(who, "found:C3", SETUP) for who in ("bo", "chi")))

    first, second = sorted(replies, key=lambda reply: reply.form is not None)
    assert "Nothing has been said" in whispers(first)[0]
    assert second.form is not None
    assert "began to set up this channel" in wording(second.form.intro or Text())
    assert len(await begun(world)) == 1


async def test_a_platform_that_fails_at_the_founding_is_tried_again(world: World) -> None:
    present = world.platform.people

    async def away(channel: str, *, patient: bool = False) -> Sequence[Profile]:
        raise OSError(channel, patient)

    world.platform.people = away  # type: ignore[method-assign]
    await world.submit("bo", "found:C3", SETUP)
    world.platform.people = present  # type: ignore[method-assign]
    assert await begun(world) == []

    await world.after(5 * MINUTE)

    assert await begun(world) == ["New ones"]


async def test_a_platform_that_asks_to_wait_at_the_founding_is_asked_no_sooner(world: World) -> None:
    present, asked = world.platform.people, list[bool]()

    async def busy(channel: str, *, patient: bool = False) -> Sequence[Profile]:
        asked.append(patient)
        if len(asked) == 1:
            raise RetryLaterError(3 * MINUTE)
        return await present(channel, patient=patient)

    world.platform.people = busy  # type: ignore[method-assign]
    await world.submit("bo", "found:C3", SETUP)
    await world.after(2 * MINUTE)
    assert asked == [False]

    await world.after(2 * MINUTE)

    assert asked == [False, False]
    assert await begun(world) == ["New ones"]


async def test_only_who_compares_members_is_patient(world: World) -> None:
    asked = list[bool]()

    async def noted(channel: str, *, patient: bool = False) -> Sequence[Profile]:
        asked.append(patient)
        return world.platform.present[channel]

    world.platform.people = noted  # type: ignore[method-assign]
    await reconcile(world.engine)

    assert asked == [True, True]


async def test_strangers_press_nothing(world: World) -> None:
    world.notes.when(ButtonPressed, count)
    there = await world.binding("notes", "C2")

    told = whispers(await world.press("chi", Button(f"{there.id}:any", Plain("Any"))))

    assert told == ["Only members of this community can do this."]
    assert await world.tally("C2") == 0


@pytest.mark.parametrize("action", ["core:which", "nobody:any", "nothing"])
async def test_a_forged_button_is_no_longer_in_use(world: World, action: str) -> None:
    before = await dump(world.database, ("inbox", "claim"))

    told = whispers(await world.press("bo", Button(action, Plain("Any"), CommunityId("nowhere") + " status")))

    assert told == ["This is no longer in use: what it was for is over. Nothing was changed."]
    assert await dump(world.database, ("inbox", "claim")) == before


async def test_a_deletion_does_not_overtake_a_message_that_failed_once(world: World) -> None:
    heard: list[str] = []
    failing = [True]

    async def note(_: object, event: object, __: object) -> Sequence[Effect]:
        if failing and failing.pop():
            raise ValueError("once")
        heard.append(type(event).__name__)
        return ()

    for kind in world.notes.ritual().hears:
        if kind.event.__name__ in {"MessagePosted", "MessageDeleted"}:
            world.notes.when(kind.event, note)
    world.bare.on(CommandGiven)
    world.notes.on(CommandGiven, Post(Label("root"), said("root")))
    await world.command("ana", "notes")
    root = world.platform.the("root").id
    message = await world.say("bo", "words", thread=root)
    await world.delete(message.message, author="bo", thread=root)
    assert heard == []

    await world.after(MINUTE)

    assert heard == ["MessagePosted", "MessageDeleted"]


async def test_an_answer_goes_to_who_asked_while_the_loops_work(world: World) -> None:
    world.bare.on(CommandGiven, Whisper(paragraph("answer")))
    stop = asyncio.Event()

    async def loop() -> None:
        while not stop.is_set():
            await dispatch_ready(world.engine)
            await asyncio.sleep(0)

    looping = asyncio.create_task(loop())
    told = [whispers(await world.command("bo", "bare")) for _ in range(20)]
    stop.set()
    await looping

    assert told == [["answer"]] * 20


async def test_at_start_every_agenda_is_made_anew(world: World) -> None:
    world.bare.wakes = [Wake(Label("later"), world.clock.at + DAY, DAY)]
    world.bare.on(Due, Post(Label("due"), said("due")))

    await awaken(world.engine)
    await world.after(2 * DAY)

    assert world.platform.seen("C1") == ["due"]
