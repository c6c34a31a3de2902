"""First contact: a channel without a community, its setup form, the draft, and the start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.effects import Post, Wake
from bot.core.events import CommandGiven, Due
from bot.core.incoming import Invited, Joined
from bot.core.model import Label
from bot.core.text import Text
from bot.engine.rehearsal import rehearse
from bot.engine.sweep import tidy
from storage.tables import community
from tests.engine.planted import count, said
from tests.engine.platform import buttons_by_label, wording
from tests.engine.world import World, dump, whispers

SETUP = {
    "name": "New ones",
    "language": "en",
    "bilingual": "one",
    "address": "vous",
    "zone": "Montréal",
    "region": "",
    "stage": "launch",
    "ritual": "notes",
}
DAY = timedelta(days=1)


async def begun(world: World) -> list[str]:
    """Return the names of the drafts."""
    async with world.database.view() as unit:
        return list(
            (await unit.connection.execute(select(community.c.name).where(community.c.state == "draft"))).scalars()
        )


async def running(world: World) -> list[str]:
    async with world.database.view() as unit:
        return [c.name for c in await unit.commons.communities() if not c.name.startswith("Practice")]


async def test_an_invitation_is_answered_by_one_line_that_leads_to_the_form(small: World) -> None:
    reply = await small.ask(Invited(fact=small.fact(), at=small.clock.at, channel="C3", author="bo"))
    assert reply.line is not None
    assert wording(reply.line) == "Causerie is here. /bot setup makes this channel the home of a community."
    (button,) = buttons_by_label(reply.line).values()

    opened = await small.press("bo", button, channel="C3")

    assert opened.form is not None
    assert opened.form.id == "found:C3"


async def test_an_invitation_into_a_home_is_met_with_silence(small: World) -> None:
    reply = await small.ask(Invited(fact=small.fact(), at=small.clock.at, channel="C1", author="bo"))

    assert (reply.line, reply.whispers) == (None, ())


async def test_the_form_asks_in_order_and_says_what_is_kept(world: World) -> None:
    reply = await world.command("bo", "setup", "C3")

    assert reply.form is not None
    names = [f.name for f in reply.form.fields]
    assert names == ["name", "language", "bilingual", "address", "zone", "region", "stage", "ritual", "notes.tone"]
    ritual = next(f for f in reply.form.fields if f.name == "ritual")
    assert [c.value for c in ritual.choices] == ["notes", "bare", "-"]
    assert next(f for f in reply.form.fields if f.name == "name").value == "Room c3"
    assert "What is kept:" in wording(reply.form.intro or Text())


async def test_who_has_no_time_zone_has_to_say_the_community_s(world: World) -> None:
    reply = await world.command("bo", "setup", "C3")

    assert reply.form is not None
    zone = next(f for f in reply.form.fields if f.name == "zone")
    assert (zone.value, zone.required) == ("", True)
    refused = await world.submit("bo", "found:C3", SETUP | {"zone": ""})
    assert list(refused.errors) == ["zone"]


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(world: World) -> None:
    before = await dump(world.database, ("inbox", "claim"))
    wrong = {"zone": "Atlantis", "name": "", "language": "it", "stage": "over", "ritual": "chess"}

    reply = await world.submit("bo", "found:C3", SETUP | wrong)
    inside = await world.submit("bo", "found:C3", SETUP | {"notes.tone": "loud"})

    assert sorted(reply.errors) == sorted(wrong)
    assert "Atlantis" in wording(reply.errors["zone"])
    assert list(inside.errors) == ["notes.tone"]
    assert await dump(world.database, ("inbox", "claim")) == before


async def test_a_draft_is_rehearsed_and_says_and_hears_nothing(world: World) -> None:
    world.notes.when(CommandGiven, count)
    world.notes.on(Due, Post(Label("asked"), said("what is asked")))
    world.notes.wakes[:] = [Wake(Label("w"), world.clock.at + DAY, DAY)]

    (told,) = (await world.submit("bo", "found:C3", SETUP)).whispers

    assert "New ones: what would be said in the next 4 weeks" in wording(told)
    assert "Bo set up the community New ones here" in wording(told).replace("bo set", "Bo set")
    assert "what is asked" in wording(told)
    assert list(buttons_by_label(told)) == ["Start", "Change"]
    await world.hear(Joined(fact=world.fact(), at=world.clock.at, channel="C3", author="ana"))
    await world.command("bo", "notes", "C3")
    await world.after(2 * timedelta(hours=20))
    assert world.platform.seen("C3") == []
    assert await begun(world) == ["New ones"]
    async with world.database.view() as unit:
        drafts = (await unit.connection.execute(select(community.c.id).where(community.c.state == "draft"))).scalars()
        (draft,) = list(drafts)
        assert await unit.wakes.coming(draft, 9) == []


async def test_the_start_opens_it_for_those_who_are_there(world: World) -> None:
    (told,) = (await world.submit("bo", "found:C3", SETUP)).whispers
    world.platform.present["C3"] = world.platform.present["C1"][:2]

    await world.press("bo", buttons_by_label(told)["Start"])

    assert len(world.platform.seen("C3")) == 1
    async with world.database.view() as unit:
        new = next(c for c in await unit.commons.communities() if c.name == "New ones")
        assert (new.zone, new.stage, new.state) == ("America/Montreal", "launch", "open")
        assert set(await unit.commons.member_ids(new.id)) == world.to("ana", "bo")
        assert [b.ritual for b in await unit.commons.bindings(new.id)] == ["community", "notes"]
        ((_, actor, _),) = await unit.commons.journal(new.id, 9)
        assert actor == world.members["bo"]
    before = await dump(world.database, ("inbox", "claim"))
    (again,) = whispers(await world.press("bo", buttons_by_label(told)["Start"]))
    assert "This setup is over" in again
    assert await dump(world.database, ("inbox", "claim")) == before


async def test_commands_wait_for_the_start(small: World) -> None:
    await small.submit("bo", "found:C3", SETUP)

    (told,) = whispers(await small.command("bo", "status", "C3"))

    assert told == "The community of this channel has not started. /bot setup shows where it stands."
    assert "setup" in whispers(await small.command("chi", "help", "C3"))[0]


async def test_a_community_may_begin_without_a_ritual(small: World) -> None:
    await small.found("bo", "C3", SETUP | {"ritual": "-"})

    async with small.database.view() as unit:
        new = next(c for c in await unit.commons.communities() if c.name == "New ones")
        assert [b.ritual for b in await unit.commons.bindings(new.id)] == ["community"]


async def test_a_draft_is_changed_with_what_was_set(world: World) -> None:
    values = SETUP | {"notes.tone": "dry", "bilingual": "both"}
    (told,) = (await world.submit("bo", "found:C3", values)).whispers
    form = (await world.press("bo", buttons_by_label(told)["Change"])).form
    assert form is not None
    held = {f.name: f.value for f in form.fields}
    assert held == values | {"zone": "America/Montreal"}

    (anew,) = (await world.submit("bo", form.id, held | {"name": "Renamed"})).whispers

    assert await begun(world) == ["Renamed"]
    (stale,) = whispers(await world.press("bo", buttons_by_label(told)["Start"]))
    assert "This setup is over" in stale
    await world.press("bo", buttons_by_label(anew)["Start"])
    assert await running(world) == ["Renamed"]


async def test_another_one_takes_a_draft_over_after_a_word(world: World) -> None:
    both = [(await world.command(who, "setup", "C3")).form for who in ("bo", "chi")]
    assert all(form is not None for form in both)
    (told,) = (await world.submit("bo", "found:C3", SETUP)).whispers
    (refused,) = whispers(await world.press("chi", buttons_by_label(told)["Start"]))
    assert "bo" in refused

    reply = await world.submit("chi", "found:C3", SETUP | {"name": "Mine"})

    assert reply.whispers == ()
    assert reply.form is not None
    assert next(f.value for f in reply.form.fields if f.name == "name") == "Mine"
    intro = wording(reply.form.intro or Text())
    assert intro.startswith("bo began to set up this channel at 14:00. Sending this form takes it over.")
    assert await begun(world) == ["New ones"]
    (mine,) = (await world.submit("chi", reply.form.id, SETUP | {"name": "Mine"})).whispers
    assert await begun(world) == ["Mine"]
    (stale,) = whispers(await world.press("bo", buttons_by_label(told)["Start"]))
    assert "This setup is over" in stale
    await world.press("chi", buttons_by_label(mine)["Start"])
    assert await running(world) == ["Mine"]


async def test_who_types_setup_where_another_began_reads_it_in_the_form(small: World) -> None:
    await small.submit("bo", "found:C3", SETUP)

    form = (await small.command("chi", "setup", "C3")).form

    assert form is not None
    assert wording(form.intro or Text()).startswith("bo began to set up this channel")
    assert next(f.value for f in form.fields if f.name == "name") == "New ones"


async def test_a_home_is_not_set_up_again(world: World) -> None:
    await world.found("bo", "C3", SETUP)
    before = await dump(world.database, ("inbox", "claim"))

    told = whispers(await world.submit("chi", "found:C3", SETUP | {"name": "Mine"}))

    assert told == ["New ones has its home here already."]
    assert await dump(world.database, ("inbox", "claim")) == before


async def test_where_the_bot_is_not_nothing_can_begin(small: World) -> None:
    del small.platform.present["C3"]

    (told,) = whispers(await small.submit("bo", "found:C3", SETUP))

    assert "Invite me there" in told
    assert await begun(small) == []


@pytest.mark.parametrize(("wait", "left"), [(timedelta(hours=23), ["New ones"]), (timedelta(hours=25), [])])
async def test_a_draft_is_forgotten_after_a_day(world: World, wait: timedelta, left: list[str]) -> None:
    before = await dump(world.database, ("inbox", "claim", "member"))
    (told,) = (await world.submit("bo", "found:C3", SETUP)).whispers

    await world.after(wait)
    await tidy(world.engine)

    assert await begun(world) == left
    await world.press("bo", buttons_by_label(told)["Start"])
    assert await running(world) == left
    if not left:
        assert await dump(world.database, ("inbox", "claim", "member")) == before


async def test_a_draft_of_yesterday_starts_no_more_even_before_it_is_tidied(small: World) -> None:
    (told,) = (await small.submit("bo", "found:C3", SETUP)).whispers
    small.clock.at += timedelta(hours=25)

    (stale,) = whispers(await small.press("bo", buttons_by_label(told)["Start"]))

    assert "This setup is over" in stale
    assert await running(small) == []


async def test_the_rehearsal_of_a_draft_comes_true(small: World) -> None:
    small.notes.on(Due, Post(Label("asked"), said("what is asked")))
    small.notes.wakes[:] = [Wake(Label("w"), small.clock.at + DAY, DAY)]
    (told,) = (await small.submit("bo", "found:C3", SETUP)).whispers
    async with small.database.view() as unit:
        home = await unit.directory.channel(small.workspace, "C3")
        assert home is not None
        draft = await unit.lives.draft_at(home)
    assert draft is not None
    rehearsed = [wording(s.body) for s in await rehearse(small.engine, draft.id, 1)]

    await small.press("bo", buttons_by_label(told)["Start"])
    await small.after(timedelta(weeks=1))

    assert small.platform.seen("C3") == rehearsed
    assert len(rehearsed) == 2


async def test_whoever_is_not_in_the_channel_sets_up_nothing_there(small: World) -> None:
    (told,) = whispers(await small.submit("ana", "found:C3", SETUP))

    assert told.startswith("You are not in #")
    assert await begun(small) == []
