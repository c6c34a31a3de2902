"""A community has several rituals, of several kinds or of one; it adds, renames and takes away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.effects import Post, Wake
from bot.core.events import CommandGiven, Due
from bot.core.i18n import words
from bot.core.model import Label
from bot.engine.sweep import tidy
from tests.engine.planted import count, said
from tests.engine.platform import Later, buttons_by_label, wording
from tests.engine.world import World, dump, whispers

t, _ = words("planted")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def names(world: World) -> list[str]:
    async with world.database.view() as unit:
        bindings = await unit.commons.bindings(world.communities["C1"].id)
    return [b.name or b.ritual for b in bindings]


async def taken_away(world: World, name: str) -> None:
    reply = await world.command("ana", f"ritual remove {name}")
    await world.press("ana", buttons_by_label(reply.whispers[0])["Yes, take it away"])


async def test_one_more_of_a_kind_has_a_name_and_an_agenda_of_its_own(world: World) -> None:
    world.notes.wakes[:] = [Wake(Label("w"), world.clock.at + DAY, HOUR, t("the tally"))]
    world.notes.on(Due, Post(Label("asked"), said("what is asked")))
    await world.command("ana", "notes")

    told = whispers(await world.command("ana", "ritual add notes Friday tip"))

    assert told == ["Added: Friday tip.\n\nnotes is warm"]
    assert await names(world) == ["community", "notes", "bare", "Friday tip"]
    (status,) = whispers(await world.command("bo", "status"))
    assert "Tuesday 24 November, 14:00: the tally (Friday tip)" in status
    assert "Tuesday 24 November, 14:00: the tally\n" in f"{status}\n"
    assert "\n\nFriday tip\n\nnotes is warm" in status
    await world.after(DAY)
    assert world.platform.seen("C1").count("what is asked") == 2


async def test_who_speaks_to_one_of_several_is_asked_which(small: World) -> None:
    small.notes.when(CommandGiven, count)
    await small.command("ana", "ritual add notes Friday tip")

    reply = await small.command("bo", "notes well")

    assert whispers(reply) == ["Which one do you mean?"]
    choices = buttons_by_label(reply.whispers[0])
    assert list(choices) == ["Notes", "Friday tip"]
    await small.press("bo", choices["Friday tip"])
    assert await small.tally() == 0
    await small.press("bo", choices["Notes"])
    assert await small.tally() == 1


async def test_the_form_adds_what_it_says(small: World) -> None:
    form = (await small.command("ana", "ritual add")).form
    assert form is not None
    assert [f.name for f in form.fields] == ["ritual", "name", "notes.tone"]
    values = {"ritual": "notes", "name": "Monday tip", "notes.tone": "dry"}
    refused = await small.submit("bo", form.id, values)
    assert "Only a coordinator" in whispers(refused)[0]

    wrong = await small.submit("ana", form.id, values | {"name": "", "notes.tone": "loud"})
    assert sorted(wrong.errors) == ["name", "notes.tone"]
    assert await small.submit("ana", form.id, values | {"ritual": "chess"}) != await small.submit(
        "ana", form.id, values
    )

    (listed,) = whispers(await small.command("bo", "ritual list"))
    assert "Monday tip (Notes)\n\nnotes is dry" in listed
    assert "- notes – Notes" in listed
    (history,) = whispers(await small.command("bo", "history"))
    assert "ana added Monday tip." in history


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("ritual add chess Friday tip", "There is no ritual chess to add. There are: notes, bare."),
        ("ritual add notes", "There is one of this kind already: give this one a name, such as Friday tip."),
        ("ritual add notes BARE", "Another ritual here is called BARE. Give this one another name."),
        (f"ritual add notes {'x' * 41}", "Give a name of 1 to 40 characters."),
        ("ritual remove chess", "No ritual here is called chess. /bot ritual list shows them."),
    ],
)
async def test_a_wrong_name_is_refused_in_words(small: World, given: str, why: str) -> None:
    before = await dump(small.database, ("inbox", "claim"))

    assert whispers(await small.command("ana", given)) == [why]
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_a_title_is_understood_as_a_ritual(small: World) -> None:
    assert whispers(await small.command("ana", "ritual add NOTES Second")) == ["Added: Second.\n\nnotes is warm"]


async def test_a_ritual_is_renamed(small: World) -> None:
    form = (await small.command("ana", "ritual rename Friday tip")).form
    assert form is not None
    notes = await small.binding("notes")
    assert {f.name: f.value for f in form.fields} == {"which": notes.id, "name": "Friday tip"}

    taken = await small.submit("ana", form.id, {"which": notes.id, "name": "bare"})
    assert list(taken.errors) == ["name"]
    await small.submit("ana", form.id, {"which": notes.id, "name": " Friday   tip "})

    assert await names(small) == ["community", "Friday tip", "bare"]
    await taken_away(small, "bare")
    assert whispers(await small.command("ana", "ritual rename Monday tip")) == ["It is called Monday tip from now on."]


async def test_taking_away_asks_once_and_can_be_undone_for_a_day(world: World) -> None:
    world.notes.wakes[:] = [Wake(Label("w"), world.clock.at + 2 * DAY, HOUR, t("the tally"))]
    world.notes.when(CommandGiven, count)
    await world.command("ana", "notes")
    reply = await world.command("ana", "ritual remove notes")
    (question,) = whispers(reply)
    assert question.startswith("This takes away Notes: it asks nothing more")
    yes = buttons_by_label(reply.whispers[0])["Yes, take it away"]

    gone = await world.press("ana", yes)

    assert "Notes is taken away." in whispers(gone)[0]
    assert await names(world) == ["community", "bare"]
    (unheard,) = whispers(await world.command("bo", "notes"))
    assert unheard == "Notes is not on in this community."
    (status,) = whispers(await world.command("bo", "status"))
    assert "the tally" not in status
    assert whispers(await world.press("ana", yes)) == ["It was taken away already."]
    undo = buttons_by_label(gone.whispers[0])["Undo"]
    assert "Only a coordinator" in whispers(await world.press("bo", undo))[0]

    await world.after(DAY)
    await tidy(world.engine)
    assert whispers(await world.press("ana", undo)) == ["Notes goes on.\n\nnotes is warm"]
    assert await world.tally() == 1
    (status,) = whispers(await world.command("bo", "status"))
    assert "Wednesday 25 November, 14:00: the tally" in status
    assert whispers(await world.press("ana", undo)) == ["There is nothing to undo: it goes on, or it is gone for good."]


async def test_after_a_day_it_is_gone_for_good(world: World) -> None:
    world.notes.when(CommandGiven, count)
    await world.command("ana", "notes")
    notes = await world.binding("notes")
    reply = await world.command("ana", "ritual remove notes")
    yes = buttons_by_label(reply.whispers[0])["Yes, take it away"]
    undo = buttons_by_label((await world.press("ana", yes)).whispers[0])["Undo"]
    world.clock.at += DAY + HOUR

    (late,) = whispers(await world.press("ana", undo))
    await tidy(world.engine)

    assert "This could be undone until Tuesday 24 November, 14:00." in late
    kept = await dump(world.database, ("inbox", "journal", "community"))
    assert not [row for rows in kept.values() for row in rows if notes.id in row]
    assert await names(world) == ["community", "bare"]


async def test_what_took_its_name_meanwhile_has_to_give_way(small: World) -> None:
    reply = await small.command("ana", "ritual remove notes")
    yes = buttons_by_label(reply.whispers[0])["Yes, take it away"]
    undo = buttons_by_label((await small.press("ana", yes)).whispers[0])["Undo"]
    await small.command("ana", "ritual add notes")

    (told,) = whispers(await small.press("ana", undo))

    assert told == "Another ritual is called Notes by now. Rename that one, then undo."
    assert await names(small) == ["community", "bare", "notes"]


async def test_which_of_several_is_asked_before_one_is_taken_away(small: World) -> None:
    form = (await small.command("ana", "ritual remove")).form
    assert form is not None
    bare = await small.binding("bare")

    (question,) = (await small.submit("ana", form.id, {"which": bare.id})).whispers

    assert wording(question).startswith("This takes away Bare")
    assert buttons_by_label(question)["Yes, take it away"].value.endswith(bare.id)


async def test_a_community_without_a_ritual_says_how_to_add_one(small: World) -> None:
    for name in ("notes", "bare"):
        await taken_away(small, name)

    assert "This community has no ritual yet." in whispers(await small.command("bo", "ritual list"))[0]
    for given in ("ritual remove", "ritual rename Tip"):
        (told,) = whispers(await small.command("ana", given))
        assert told == "This community has no ritual yet. /bot ritual add adds one."


async def test_what_was_to_be_said_waits_for_an_undoing(small: World) -> None:
    small.platform.fail("the question", Later(timedelta(minutes=5)))
    small.notes.on(CommandGiven, Post(Label("asked"), said("the question")))
    await small.command("ana", "notes")
    reply = await small.command("ana", "ritual remove Notes")
    done = await small.press("ana", buttons_by_label(reply.whispers[0])["Yes, take it away"])
    await small.after(timedelta(hours=1))
    assert small.platform.seen("C1") == []

    await small.press("ana", buttons_by_label(done.whispers[0])["Undo"])

    assert small.platform.seen("C1") == ["the question"]
