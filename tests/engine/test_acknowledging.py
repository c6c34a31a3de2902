"""Whoever waits is acknowledged once what they asked is stored, and before it is dispatched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from bot.core.awaited import Awaited, Filling, Options
from bot.core.degrade import Capabilities
from bot.core.dialogue import Dialogue
from bot.core.effects import Whisper
from bot.core.events import ButtonPressed, CommandGiven
from bot.core.forms import Field, Form
from bot.core.incoming import Commanded
from bot.core.model import Fact, WorkspaceId
from bot.core.text import Button, Plain
from bot.engine.platform import Reply
from bot.engine.ports import Whose
from bot.engine.respond import respond
from tests.engine.planted import count, said
from tests.engine.test_personal import alone
from tests.engine.world import World, whispers

PLAIN = Capabilities(buttons=False, forms=False, whispers=False, threads=True, edits=True)


def asked(world: World, words: str = "notes") -> Commanded:
    return Commanded(fact=world.fact(), at=world.clock.at, channel="C1", author="bo", words=words)


class Acknowledged:
    """What was so when an adapter was to acknowledge: whether the fact was stored, and what had been counted."""

    def __init__(self, world: World, fact: Fact) -> None:
        self.world, self.fact = world, fact
        self.seen: list[tuple[bool, int]] = []

    async def __call__(self) -> None:
        async with self.world.database.view() as unit:
            stored = await unit.inbox.knows(self.fact)
        self.seen.append((stored, await self.world.tally()))


async def test_it_is_stored_then_acknowledged_then_handled(world: World) -> None:
    world.notes.when(CommandGiven, count)
    heard = asked(world)
    acknowledged = Acknowledged(world, heard.fact)

    await respond(world.engine, world.workspace, heard, received=acknowledged)
    assert acknowledged.seen == [(True, 0)]
    assert await world.tally() == 1

    assert await respond(world.engine, world.workspace, heard, received=acknowledged) == Reply()
    assert acknowledged.seen == [(True, 0), (True, 1)]
    assert await world.tally() == 1


async def test_what_cannot_be_acknowledged_is_handled_all_the_same(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.notes.on(CommandGiven, Whisper(said("done")))

    async def fails() -> None:
        raise ValueError("a secret")

    assert whispers(await respond(world.engine, world.workspace, asked(world), received=fails)) == ["done"]
    assert "acknowledging failed: ValueError" in caplog.text
    assert "a secret" not in caplog.text


async def test_what_was_not_stored_is_not_acknowledged(world: World) -> None:
    heard = asked(world)
    acknowledged = Acknowledged(world, heard.fact)
    with pytest.raises(IntegrityError):
        await respond(world.engine, WorkspaceId("nowhere"), heard, received=acknowledged)

    world.engine.answering.add(heard.fact)
    assert await respond(world.engine, world.workspace, heard, received=acknowledged) == Reply()
    assert acknowledged.seen == []


async def test_what_comes_again_while_it_is_answered_is_acknowledged_too(world: World) -> None:
    heard = asked(world)
    again = Acknowledged(world, heard.fact)

    async def twice() -> None:
        assert await respond(world.engine, world.workspace, heard, received=again) == Reply()

    await respond(world.engine, world.workspace, heard, received=twice)
    assert again.seen == [(True, 0)]


@pytest.mark.parametrize("form", [False, True])
async def test_words_that_stand_for_something_are_acknowledged(world: World, form: bool) -> None:  # noqa: FBT001 - a parameter of the test
    await alone(world, "bo", "help")
    world.platform.capabilities = PLAIN
    world.bare.on(ButtonPressed, Whisper(said("pressed")))
    bare = await world.binding("bare")
    fields = tuple(Field(name=name, label=Plain(name)) for name in ("first", "second"))
    waits: Awaited = (
        Filling(Dialogue(Form(id="f", title=Plain("A form"), fields=fields)))
        if form
        else Options((Button(f"{bare.id}:go", Plain("Go")),))
    )
    async with world.database.unit() as unit:
        await unit.awaits.put(world.workspace, "D1", "", waits, world.clock.at, Whose(world.members["bo"]))
        await unit.commit()
    heard = world.message("bo", "1", channel="D1", direct=True)
    acknowledged = Acknowledged(world, heard.fact)

    reply = await respond(world.engine, world.workspace, replace(heard), received=acknowledged)

    assert acknowledged.seen == [(True, 0)]
    assert ("second" in whispers(reply)[0]) if form else (whispers(reply) == ["pressed"])
