"""A member's data are given to them and erased, at once, whatever is under way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import text

from bot.core.effects import Care, DirectMessage, Edit, Post, Wake, Withdraw
from bot.core.events import CommandGiven, MemberErased, MessagePosted
from bot.core.incoming import Batch, Note, Profile
from bot.core.model import Label
from bot.core.text import File, Named, paragraph
from bot.engine.receive import receive
from bot.engine.sweep import tidy
from tests.engine.planted import count, said, verbatim
from tests.engine.platform import Lost, buttons_by_label
from tests.engine.test_personal import alone, nudged
from tests.engine.world import World, dump, whispers

DAY = timedelta(days=1)
FOREVER = 40 * DAY


class Tags(HTMLParser):
    """Counts what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [tag, *(name for name, _ in attrs)]

    def handle_data(self, data: str) -> None:
        self.words += data


async def test_data_are_given_at_once_in_two_files(world: World) -> None:
    await world.allow("bo", quiet_from=time(1), quiet_to=time(23), paused_until=world.clock.at + FOREVER)
    async with world.database.unit() as unit:
        nasty = Profile(external="bo", name='Bo <script>alert("1")</script>')
        await unit.directory.save(world.workspace, Batch(people=(nasty,)))
        line = verbatim("Bo & co")
        await unit.commons.write(world.communities["C1"].id, world.clock.at, world.members["bo"], line)
        await unit.members.refuse(world.members["bo"], world.communities["C1"].id, "notes", world.clock.at)
        await unit.commit()

    await world.command("bo", "data export")

    (message,) = [m for m in world.platform.messages if m.channel == "D:bo"]
    html, json_ = [b for b in message.body.blocks if isinstance(b, File)]
    tables = json.loads(json_.content)["tables"]
    assert tables["member"][0]["external"] == "bo"
    assert len(tables["membership"]) == 2
    assert tables["journal"][0]["line"]["params"]["words"]["text"] == "Bo & co"
    assert set(tables) == {"member", "membership", "journal", "refusal"}
    page = Tags()
    page.feed(html.content)
    assert "script" not in page.seen
    assert not {"img", "link", "iframe", "src", "href", "onclick"} & set(page.seen)
    for shown in ("<script>", "Practice C1", "Bo & co", "Your communities", "Monday 23 November, 14:00", "Notes"):
        assert shown in page.words
    assert (await world.outbox())[-1] == ("export", "sent")


async def lived(world: World) -> None:
    """Let Bo take part in everything, with some of it under way."""
    world.notes.when(MessagePosted, count)
    await world.say("bo", "words of Bo", message="u-bo")
    await world.allow("bo", paused_until=world.clock.at + FOREVER)
    for words, care in (("waits", Care.NUDGE), ("waits too", Care.DUTY)):
        named = Label(f"{words}/{world.members['bo']}")
        world.notes.on(CommandGiven, DirectMessage(named, world.to("bo"), said(words), care))
        await world.command("ana", "notes")
    thanks = paragraph("Thanks to ", Named(world.members["bo"]))
    world.notes.on(CommandGiven, Post(Label("thanks"), thanks))
    world.platform.fail("Thanks to bo", *[Lost(accepted=False)] * 3)
    await world.command("bo", "notes")
    await world.command("ana", "coordinator add @Bo", "C2")
    await world.command("bo", "coordinator remove @Ana", "C2")
    await alone(world, "bo", "help")


async def left_of(world: World, who: str, name: str) -> dict[str, list[str]]:
    """Return the rows that name somebody, by table."""
    rows = await dump(world.database)
    signs = (world.members[who], f"'{who}'", f'"{who}"', name)
    return {t: found for t, them in rows.items() if (found := [r for r in them if any(s in r for s in signs)])}


async def test_erasing_asks_once_and_leaves_nothing_but_a_hash(world: World) -> None:
    await lived(world)
    await alone(world, "bo", "stop")

    reply = await alone(world, "bo", "data erase")

    asked = whispers(reply)[0]
    assert asked.startswith("All that is kept of you would be erased at once, in every community.")
    assert "You coordinate Practice C2" in asked
    shown = buttons_by_label(reply.whispers[0])
    assert list(shown) == ["Erase it all", "Leave it"]
    assert whispers(await world.press("bo", shown["Leave it"])) == ["Left as it is."]
    assert (await left_of(world, "bo", "Bo"))["member"]

    reply = await world.press("bo", shown["Erase it all"])

    (told,) = whispers(reply)
    assert told.splitlines() == [
        "Done: all that was kept of you is erased.",
        "",
        "What you refused goes on being honoured: 1 keyed hash is kept for that.",
    ]
    await world.after(FOREVER)
    assert await left_of(world, "bo", "Bo") == {}
    assert len((await dump(world.database))["kept"]) == 1
    assert world.platform.direct("bo") == []
    assert world.platform.seen("C2")[-1].startswith("Nobody coordinates this community at the moment")
    (told,) = whispers(await world.command("ana", "history", "C2"))
    assert "A coordinator’s office has ended." in told
    assert "…" in told


async def test_who_was_erased_and_comes_back_is_still_left_alone(world: World) -> None:
    await alone(world, "bo", "stop")
    reply = await alone(world, "bo", "data erase")
    await world.press("bo", buttons_by_label(reply.whispers[0])["Erase it all"])
    async with world.database.unit() as unit:
        await unit.directory.save(world.workspace, Batch(people=(Profile(external="bo", name="Bo"),)))
        await unit.commons.join(world.communities["C1"].id, world.members["bo"], world.clock.at)
        await unit.commit()

    assert await nudged(world, "bo") == []
    reply = await world.command("bo", "me")
    assert "Refused: all that you do not ask for." in whispers(reply)[0]
    await world.press("bo", buttons_by_label(reply.whispers[0])["Receive them again"])
    await world.allow("bo", quiet_from=time(0), quiet_to=time(0))

    assert await nudged(world, "bo", "welcome") == ["welcome"]


async def test_a_question_asked_long_ago_erases_nothing(small: World) -> None:
    reply = await small.command("bo", "data erase")
    await small.after(2 * DAY)

    button = buttons_by_label(reply.whispers[0])["Erase it all"]
    for value in (button.value, "", "soon", "2026-11-23T14:00:00", "2030-01-01T00:00:00+00:00"):
        (told,) = whispers(await small.press("bo", replace(button, value=value)))
        assert "asked too long ago" in told
    assert (await left_of(small, "bo", "Bo"))["member"]


async def test_erased_while_a_message_is_being_sent(world: World) -> None:
    world.notes.on(CommandGiven, DirectMessage(Label("hello"), world.to("bo"), said("hello"), Care.ANSWER))
    world.platform.fail("hello", Lost(accepted=True))
    await world.command("ana", "notes")
    assert dict(await world.outbox())["hello"] == "doubt"
    reply = await world.command("bo", "data erase")

    await world.press("bo", buttons_by_label(reply.whispers[0])["Erase it all"])
    await world.after(DAY)

    assert "hello" not in dict(await world.outbox())
    assert world.platform.direct("bo") == ["hello"]
    assert await left_of(world, "bo", "Bo") == {}


async def test_a_ritual_says_otherwise_what_named_somebody(world: World) -> None:
    named = Post(Label("named"), paragraph("By ", Named(world.members["bo"])))
    world.notes.on(CommandGiven, named)
    await world.command("ana", "notes")
    world.notes.on(MemberErased, Post(Label("after"), paragraph("It is gone, ", Named(world.members["bo"]))))

    reply = await world.command("bo", "data erase")
    await world.press("bo", buttons_by_label(reply.whispers[0])["Erase it all"])

    assert world.platform.seen("C1")[-1] == "It is gone, …"
    assert await left_of(world, "bo", "Bo") == {}


async def test_a_ritual_that_fails_keeps_nobody_from_being_erased(world: World) -> None:
    async def fail(*_: object) -> list[Post]:
        raise ValueError("words of Bo")

    world.notes.when(MemberErased, fail)
    reply = await world.command("bo", "data erase")

    await world.press("bo", buttons_by_label(reply.whispers[0])["Erase it all"])

    assert await left_of(world, "bo", "Bo") == {}


async def test_a_ritual_whose_statement_fails_keeps_nobody_from_being_erased(world: World) -> None:
    async def fail(store: Any, *_: object) -> list[Post]:  # noqa: ANN401 - the ritual's own
        (await store.tally()).count += 1
        await store.session.execute(text("SELECT nothing FROM nowhere"))
        return []

    world.notes.when(MemberErased, fail)

    await erased(world, "bo")

    assert await left_of(world, "bo", "Bo") == {}
    assert await world.tally() == 0


@pytest.mark.parametrize("over", ["community close", "ritual remove Notes"])
async def test_what_is_over_says_otherwise_what_named_somebody_and_nothing_more(small: World, over: str) -> None:
    named = paragraph("By ", Named(small.members["bo"]))
    small.notes.on(CommandGiven, Post(Label("named"), named), Post(Label("taken back"), named))
    await small.command("ana", "notes")
    (button, *_) = buttons_by_label((await small.command("ana", over)).whispers[0]).values()
    await small.press("ana", button)
    small.notes.on(
        MemberErased,
        Edit(Label("named"), said("By …")),
        Withdraw(Label("taken back")),
        Post(Label("more"), said("more")),
    )
    small.notes.wakes[:] = [Wake(Label("later"), small.clock.at + DAY, DAY)]

    await erased(small, "bo")

    heard = [words for words in small.platform.seen("C1") if "closes here" not in words]
    assert heard == ["By …"]
    assert small.platform.seen("C2") == ["more"]
    ours = (await small.binding("bare")).community
    async with small.database.view() as unit:
        assert await unit.wakes.coming(ours, 9) == []


async def erased(world: World, who: str) -> None:
    """Let somebody have all that is kept of them erased."""
    reply = await world.command(who, "data erase", "C2")
    await world.press(who, buttons_by_label(reply.whispers[0])["Erase it all"], channel="C2")


async def test_what_is_answered_to_in_words_is_forgotten_after_a_week(small: World) -> None:
    small.platform.capabilities = type(small.platform.capabilities)(
        buttons=False, forms=False, whispers=False, threads=True, edits=True
    )
    world = small
    world.notes.on(CommandGiven, DirectMessage(Label("choose"), world.to("bo"), said("choose"), Care.NUDGE))
    await world.command("ana", "notes")
    # In their conversation as a whole, and on the message itself.
    assert len((await dump(world.database))["awaited"]) == 2
    assert all(world.members["bo"] in row for row in (await dump(world.database))["awaited"])

    world.clock.at += 8 * DAY
    await tidy(world.engine)

    assert (await dump(world.database))["awaited"] == []


async def test_what_an_adapter_notes_is_forgotten_after_a_year(small: World) -> None:
    note = Note("seen/m1", "{}", small.clock.at)
    await receive(small.engine, small.workspace, Batch(notes=(note,)))

    for days, kept in ((364, {note.key: note.value}), (2, {})):
        small.clock.at += days * DAY
        await tidy(small.engine)
        async with small.database.view() as unit:
            assert await unit.directory.notes(small.workspace) == kept
