"""What concerns one member is answered wherever they ask, and concerns nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.core.commands import commands_of
from bot.core.effects import Care, DirectMessage
from bot.core.events import CommandGiven
from bot.core.incoming import Batch, ChannelProfile, Profile, Submitted
from bot.core.model import Fact, Label, Scope
from bot.core.text import File
from bot.engine.personal.commands import TREE, plainly, thanked
from bot.engine.platform import Reply
from bot.engine.respond import respond
from tests.engine.planted import said
from tests.engine.platform import buttons_by_label
from tests.engine.world import World, dump, whispers

DAY = timedelta(days=1)
FOREVER = 40 * DAY


async def alone(world: World, who: str, words: str, channel: str = "D1") -> Reply:
    """Let a member say something to the bot alone."""
    room = ChannelProfile(external=channel, name=who, direct=True, person=who)
    async with world.database.unit() as unit:
        await unit.directory.save(world.workspace, Batch(channels=(room,)))
        await unit.commit()
    return await world.ask(world.message(who, words, channel=channel, direct=True))


async def opened(world: World, who: str) -> dict[str, str]:
    """Open the form, and return what it holds."""
    reply = await world.command(who, "me")
    *_, change = buttons_by_label(reply.whispers[0]).values()
    form = (await world.press(who, change)).form
    assert form is not None
    return {field.name: field.value for field in form.fields}


async def nudged(world: World, who: str, words: str = "nudge", home: str = "C1") -> list[str]:
    """Let a ritual nudge somebody, and return what they were sent in all."""
    world.bare.on(CommandGiven, DirectMessage(Label(words), world.to(who), said(words), Care.NUDGE))
    await world.command("ana", "bare", home)
    return world.platform.direct(who)


def test_every_command_here_is_the_members() -> None:
    assert {command.scope for command in commands_of(TREE)} == {Scope.MEMBER}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Stop!", "stop"),
        ("STOP", "stop"),
        ("arrête", "stop"),
        ("arretez.", "stop"),
        ("Arrête de m’écrire !", "stop"),
        ("stop writing to me, please", "stop"),
        ("unsubscribe", "stop"),
        ("Désabonner", "stop"),
        ("me désabonner", "stop"),
        ("Aide ?", "Aide"),
        ("stop help", "stop help"),
        ("question add Why?", "question add Why?"),
        ("", ""),
        ("…", ""),
    ],
)
def test_bare_words_are_understood(typed: str, meant: str) -> None:
    assert plainly(typed) == meant


@pytest.mark.parametrize("typed", ["merci", "Merci !", "thanks", "Thank you.", "MERCI BEAUCOUP", "thanks!!"])
def test_thanks_are_understood(typed: str) -> None:
    assert thanked(typed)
    assert not thanked(f"{typed} but no")


async def test_the_sheet_tells_how_somebody_is_written_to(world: World) -> None:
    expected = [
        "Language: that of each community. Time zone: that of each community.",
        "Quiet hours: none.",
        "At most 2 messages a week that you did not ask for.",
        "Communities: Practice C1, Practice C2.",
    ]
    assert whispers(await world.command("bo", "me")) == ["\n".join(expected)]
    assert whispers(await world.command("bo", "moi", channel="C3")) == ["\n".join(expected)]
    assert whispers(await alone(world, "bo", "me")) == ["\n".join(expected)]


async def test_somebody_of_no_community_is_answered_too(world: World) -> None:
    async with world.database.unit() as unit:
        await unit.directory.save(world.workspace, Batch(people=(Profile(external="dee", name="Dee"),)))
        await unit.commit()

    assert "Communities: none yet." in whispers(await alone(world, "dee", "me"))[0]
    assert whispers(await alone(world, "dee", "stop"))[0].startswith("Understood:")
    assert whispers(await alone(world, "dee", "data export"))[0].startswith("Two files")
    (message,) = [m for m in world.platform.messages if m.channel == "D:dee"]
    assert [b.name for b in message.body.blocks if isinstance(b, File)] == ["causerie-data.html", "causerie-data.json"]


async def test_the_form_changes_what_was_changed_in_it(world: World) -> None:
    values = await opened(world, "bo")
    assert values == {
        "language": "each",
        "zone": "",
        "quiet_from": "00:00",
        "quiet_to": "00:00",
        "budget": "2",
        "pause": "",
        "topics": "",
    }

    reply = await world.submit(
        "bo",
        "core:me.settings",
        values
        | {
            "language": "fr",
            "zone": "Montréal",
            "quiet_from": "19 h 30",
            "quiet_to": "8 am",
            "budget": "0",
            "pause": "2026-12-07",
            "topics": "marking; first  aid, marking",
        },
    )

    assert reply.errors == {}
    async with world.database.view() as unit:
        bo = await unit.members.preferences(world.members["bo"])
    assert (bo.language, bo.zone, bo.quiet_from, bo.quiet_to) == ("fr", "America/Montreal", time(19, 30), time(8))
    assert (bo.weekly_budget, bo.topics) == (0, ("marking", "first aid"))
    assert bo.paused_until == datetime(2026, 12, 7, 5, tzinfo=UTC)
    again = await opened(world, "bo")
    assert again["pause"] == "2026-12-07"
    reply = await world.submit("bo", "core:me.settings", again)
    assert whispers(reply) == ["Rien n’a changé."]
    emptied = again | {"pause": "", "zone": "", "topics": ""}
    await world.submit("bo", "core:me.settings", emptied)
    async with world.database.view() as unit:
        bo = await unit.members.preferences(world.members["bo"])
    assert (bo.paused_until, bo.zone, bo.topics) == (None, None, ())


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("language", "it", "Choose one of these."),
        ("zone", "Nowhere", "There is no time zone"),
        ("quiet_from", "25:00", "Write for instance 19:00 or 7 pm."),
        ("quiet_to", "soon", "Write for instance 19:00 or 7 pm."),
        ("quiet_to", "", "Write for instance 19:00 or 7 pm."),
        ("budget", "8", "from 0 to 7"),
        ("budget", "-1", "from 0 to 7"),
        ("budget", "two", "from 0 to 7"),
        ("pause", "2026-11-23", "a day after today"),
        ("pause", "2030-01-01", "more than two years away"),
        ("topics", ",".join(f"t{n}" for n in range(13)), "At most 12 topics"),
        ("topics", "x" * 41, "at most 40 characters"),
    ],
)
async def test_a_wrong_value_is_said_beside_its_field(small: World, field: str, value: str, told: str) -> None:
    values = await opened(small, "bo")
    before = await dump(small.database, ("inbox", "claim"))

    reply = await small.submit("bo", "core:me.settings", values | {field: value, "budget": "1"} | {field: value})

    assert list(reply.errors) == [field]
    assert told in whispers(Reply(whispers=tuple(reply.errors.values())))[0]
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_a_budget_of_none_means_none_and_a_pause_ends_by_itself(world: World) -> None:
    await world.submit("bo", "core:me.settings", {"budget": "0"})
    assert await nudged(world, "bo", "unwanted") == []

    await world.submit("bo", "core:me.settings", {"budget": "2", "pause": "2026-12-01"})
    assert await nudged(world, "bo", "later") == []
    await world.until(datetime(2026, 12, 1, tzinfo=UTC))

    assert world.platform.direct("bo") == ["later"]
    assert "Paused" not in whispers(await world.command("bo", "me"))[0]


async def test_stop_ends_all_that_was_not_asked_for(world: World) -> None:
    await alone(world, "bo", "Stop!")
    reply = await alone(world, "bo", "stop")
    assert whispers(reply) == ["Understood: from now on you receive only what you ask for, from any community."]
    assert await nudged(world, "bo") == []
    assert await nudged(world, "bo", "there", "C2") == []
    standing = DirectMessage(Label("s"), world.to("bo"), said("standing"), Care.STANDING)
    duty = DirectMessage(Label("d"), world.to("bo"), said("duty"), Care.DUTY)
    world.bare.on(CommandGiven, standing, duty)
    await world.command("ana", "bare")
    assert world.platform.direct("bo") == ["duty"]

    undo = buttons_by_label(reply.whispers[0])["Receive them again"]
    for _ in range(2):
        assert whispers(await world.press("bo", undo)) == ["These messages will come again."]

    assert await nudged(world, "bo", "again") == ["duty", "again"]


async def test_who_holds_an_office_is_told_what_still_comes(world: World) -> None:
    (told,) = whispers(await alone(world, "ana", "stop"))

    assert "You coordinate Practice C1: what belongs to this office still comes." in told
    assert "`/bot coordinator remove`" not in told
    assert "/bot coordinator remove" in told


async def test_each_refusal_can_be_lifted(world: World) -> None:
    async with world.database.unit() as unit:
        for home, ritual in (("C1", "notes"), ("C2", "notes"), ("C1", "bare")):
            await unit.members.refuse(world.members["bo"], world.communities[home].id, ritual, world.clock.at)
            world.clock.at += timedelta(seconds=1)
        await unit.commit()

    reply = await world.command("bo", "me")

    shown = buttons_by_label(reply.whispers[0])
    assert list(shown) == ["Receive again: Notes in Practice C1", "Receive again: Notes in Practice C2", "Change"]
    assert "Refused: Bare in Practice C1." in whispers(reply)[0]
    await world.press("bo", shown["Receive again: Notes in Practice C1"])
    values = await opened(world, "bo")
    refused = [name for name in values if name.startswith("refusal")]
    assert len(refused) == 2
    await world.submit("bo", "core:me.settings", dict.fromkeys(refused, "lifted"))
    assert "Refused" not in whispers(await world.command("bo", "me"))[0]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("merci", "With pleasure."),
        ("Good morning, how do you do?", "I did not understand that."),
        ("2", "I did not understand that."),
        ("statsu", "Did you mean"),
        ("me again", "Nothing is expected"),
        ("help me", "your language, your hours"),
        ("data", "data export"),
    ],
)
async def test_words_to_the_bot_alone(small: World, typed: str, told: str) -> None:
    (answer,) = whispers(await alone(small, "chi", typed))
    assert told in answer
    assert len(answer) < 400


async def test_an_old_button_of_nobodys_community_says_so(small: World) -> None:
    for action in ("core:me.other", "core:nothing"):
        button = next(iter(buttons_by_label((await small.command("bo", "me")).whispers[0]).values()))
        (told,) = whispers(await small.press("bo", type(button)(action, button.label)))
        assert "no longer in use" in told


async def test_the_same_fact_twice_is_answered_once(small: World) -> None:
    values = {"budget": "1"}
    heard = Submitted(
        fact=Fact("again"), at=small.clock.at, channel="C1", author="bo", form="core:me.settings", values=values
    )
    assert whispers(await small.ask(heard))[0].startswith("Saved.")
    assert (await respond(small.engine, small.workspace, heard)).whispers == ()
