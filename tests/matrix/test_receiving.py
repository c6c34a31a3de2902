"""What happens in rooms is heard once, and only what is for the bot: of its own time, and from people."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.events import MessageDeleted, MessageEdited, MessagePosted, ReactionChanged
from bot.core.plain import written
from storage import tables
from tests.matrix.client import RefusedError
from tests.matrix.hall import Hall, hall
from tests.matrix.person import Person, user_name
from tests.matrix.synapse import Synapse

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def authors(home: Hall) -> set[str | None]:
    """Return of whom facts are stored."""
    async with home.database.view() as unit:
        facts = (await unit.connection.execute(select(tables.inbox.c.heard))).scalars()
    return {getattr(fact, "author", None) for fact in facts}


# Its own time


async def test_what_was_said_before_the_bot_came_is_not_heard(place: Hall) -> None:
    ana = place.ana
    room = await ana.create_room("Kitchen", public=True)
    await ana.say(room, "!causerie help")
    await ana.invite(room, place.me)
    await place.rest(3)
    assert await place.alone(ana) == []

    await ana.say(room, "!causerie help")
    await place.rest()

    assert len(await place.alone(ana)) == 1


async def test_what_was_said_before_the_first_sync_is_not_heard(place: Hall, synapse: Synapse, tmp_path: Path) -> None:
    bot, ana = await place.person("Causerie"), place.ana
    room = await ana.create_room("Kitchen", invite=[bot.id])
    await bot.join(room)
    await ana.say(room, "!causerie help")
    async with hall(synapse, tmp_path / "matrix", bot=bot.account) as late:
        await late.rest()
        assert late.session.port.rooms.direct == {}

        await ana.say(room, "!causerie help")
        await late.rest()

        assert len(await late.alone(ana)) == 1


async def test_what_was_said_while_the_bot_was_out_of_the_room_is_not_heard(home: Hall) -> None:
    await home.ana.kick(home.home, home.me)
    await home.rest()
    await home.ana.say(home.home, "!causerie bare while away")
    await home.bo.say(home.home, "In between")
    await home.ana.invite(home.home, home.me)
    await home.rest(3)
    await home.ana.say(home.home, "!causerie bare now")
    await home.bo.say(home.home, "Here again")
    await home.rest()

    assert home.commands == ["now"]
    assert home.posted() == ["Here again"]


async def test_a_kick_and_an_invitation_that_are_told_together_replay_nothing(home: Hall) -> None:
    await home.ana.kick(home.home, home.me)
    await home.ana.say(home.home, "!causerie bare while away")
    await home.ana.invite(home.home, home.me)
    bot = Person(home.ana.http, home.ana.url, home.account)
    await bot.join(home.home)
    await home.ana.say(home.home, "!causerie bare now")
    await home.rest()

    assert home.commands == ["now"]


# By whom


async def test_of_the_bot_itself_nothing_is_heard(home: Hall) -> None:
    await home.post("!causerie bare me")
    bot = Person(home.ana.http, home.ana.url, home.account)
    said = await bot.say(home.home, "!causerie bare again")
    await bot.react(home.home, said, "1️⃣")
    await bot.edit(home.home, said, "!causerie bare edited")
    await bot.redact(home.home, said)
    await home.rest()

    assert home.heard == []
    assert home.me not in await authors(home)


async def test_notices_are_what_programs_say(home: Hall) -> None:
    asked = await home.post()

    await home.bo.notice(home.home, "!causerie bare robot")
    notice = await home.bo.say(home.home, "Counted.", thread=asked, kind="m.notice")
    await home.bo.send(
        home.home,
        "m.room.message",
        {
            "msgtype": "m.notice",
            "body": "* Counted again.",
            "m.new_content": {"msgtype": "m.notice", "body": "Counted again."},
            "m.relates_to": {"rel_type": "m.replace", "event_id": notice},
        },
    )
    await home.bo.say(home.home, "A map.", thread=asked)
    await home.rest()

    assert home.commands == []
    assert home.posted() == ["A map."]
    assert home.events(MessageEdited) == []


async def test_who_is_ignored_is_not_heard_and_nothing_is_kept_of_them(
    place: Hall, synapse: Synapse, tmp_path: Path
) -> None:
    async with hall(synapse, tmp_path / "matrix", ignored=("@bridge-*:localhost",)) as home:
        account = await asyncio.to_thread(synapse.register, f"bridge-{user_name('Puppet')}")
        puppet = Person(home.ana.http, synapse.url, account)
        await home.found(await home.room(home.bo, puppet), home.ana)
        asked = await home.post()

        answer = await puppet.say(home.home, "A map.", thread=asked)
        await puppet.edit(home.home, answer, "Two maps.")
        await puppet.react(home.home, asked, "1️⃣")
        await puppet.say(home.home, "!causerie bare")
        await puppet.leave(home.home)
        await home.ana.invite(home.home, puppet.id)
        await puppet.join(home.home)
        await home.rest()
        await puppet.create_room(direct=True, invite=[home.me])
        await home.rest()

        assert home.heard == []
        assert await home.members() == {"Ana", "Bo"}
        assert puppet.id not in home.session.port.rooms.direct
        async with home.engine.database.view() as unit:
            assert await unit.directory.known(home.session.workspace, puppet.id) is None
        assert puppet.id not in await authors(home)


# Commands


CALLED = [
    ("!causerie bare it", None),
    ("!CAUSERIE bare it", None),
    ("{name}: bare it", None),
    ("{NAME}, bare it", None),
    ("{name} bare it", '<a href="https://matrix.to/#/{me}">{name}</a> bare it'),
    ("{name}: bare it", '<a href="matrix:u/{plain}?action=chat">{name}</a>: bare it'),
    ("{me} bare it", None),
]


async def test_a_command_is_understood_however_the_bot_is_called(home: Hall) -> None:
    name = home.session.port.rooms.known[home.home].names[home.me]
    known = {"name": name, "NAME": name.upper(), "me": home.me, "plain": home.me.removeprefix("@")}

    for words, html in CALLED:
        await home.bo.say(home.home, words.format(**known), html=html and html.format(**known))
    await home.rest()

    assert home.commands == ["it"] * len(CALLED)


async def test_what_only_mentions_it_is_no_command(home: Hall) -> None:
    name = home.session.port.rooms.known[home.home].names[home.me]
    for words in ("What does !causerie bare do?", "!causeriebare", f"{name} was nice", "> !causerie bare"):
        await home.bo.say(home.home, words)
    await home.rest()

    assert home.commands == []
    assert len(home.posted()) == 4


async def test_commands_are_understood_outside_of_communities_and_in_threads(home: Hall) -> None:
    asked = await home.post()
    elsewhere = await home.room(home.bo, name="Elsewhere")

    await home.bo.say(home.home, "!causerie bare below", thread=asked)
    await home.bo.say(elsewhere, "!causerie help")
    await home.rest()

    assert home.commands == ["below"]
    assert home.posted() == []
    assert any("help" in said for said in await home.alone(home.bo))


async def test_a_command_that_is_edited_is_not_given_again(home: Hall) -> None:
    given = await home.bo.say(home.home, "!causerie bare once")
    await home.rest()
    words = await home.bo.say(home.home, "Never mind")
    await home.rest()

    await home.bo.edit(home.home, given, "!causerie bare twice")
    await home.bo.edit(home.home, words, "!causerie bare thrice")
    await home.bo.edit(home.home, given, "Nothing")
    await home.rest()

    assert home.commands == ["once"]
    assert home.posted() == ["Never mind"]
    assert home.events(MessageEdited) == []


# Answers


async def test_answers_are_heard_in_the_thread_and_as_replies(home: Hall) -> None:
    asked = await home.post()

    await home.bo.say(home.home, "In the thread", thread=asked)
    first = await home.ana.say(home.home, "By replying", reply=asked)
    await home.bo.say(home.home, "To somebody in the thread", thread=asked, reply=first)
    await home.bo.say(home.home, "> <@somebody:localhost> What helps?\n\nAs old clients do", reply=asked)
    await home.bo.say(home.home, "Beside it")
    await home.rest()

    heard = {written(e.text): e.thread for e in home.events(MessagePosted)}
    assert heard == {
        "In the thread": home.label,
        "By replying": home.label,
        "To somebody in the thread": home.label,
        "As old clients do": home.label,
        "Beside it": None,
    }


async def test_an_answer_is_edited_by_its_author_alone(home: Hall) -> None:
    asked = await home.post()
    answer = await home.bo.say(home.home, "A map.", thread=asked)
    await home.rest()

    await home.ana.edit(home.home, answer, "Nonsense.")
    await home.bo.edit(home.home, answer, "A map on the wall.")
    await home.bo.edit(home.home, asked, "What hurts?")
    await home.rest()

    (edited,) = home.events(MessageEdited)
    assert (written(edited.text), edited.thread) == ("A map on the wall.", home.label)
    assert edited.message == home.events(MessagePosted)[0].message


async def test_an_answer_is_taken_back(home: Hall) -> None:
    asked = await home.post()
    answer = await home.bo.say(home.home, "A map.", thread=asked)
    other = await home.bo.say(home.home, "A list.", reply=asked)
    await home.rest()

    await home.bo.redact(home.home, answer)
    await home.ana.redact(home.home, other)
    await home.rest()

    assert [(e.message, e.thread) for e in home.events(MessageDeleted)] == [
        (e.message, home.label) for e in home.events(MessagePosted)
    ]


async def test_what_the_bot_said_may_be_taken_away_by_a_moderator(home: Hall) -> None:
    asked = await home.post()

    await home.ana.redact(home.home, asked)
    await home.rest()

    assert [(e.message, e.thread) for e in home.events(MessageDeleted)] == [(None, home.label)]


async def test_a_reaction_is_put_and_taken_off(home: Hall) -> None:
    asked = await home.post()
    answer = await home.bo.say(home.home, "A map.", thread=asked)
    await home.rest()

    reaction = await home.ana.react(home.home, asked, "📥")
    beside = await home.ana.react(home.home, answer, "👍")
    await home.rest()
    with pytest.raises(RefusedError, match="M_DUPLICATE_ANNOTATION"):
        await home.ana.react(home.home, asked, "📥")
    await home.ana.redact(home.home, reaction)
    await home.ana.redact(home.home, beside)
    await home.rest()

    told = [(e.emoji, e.removed, e.thread, e.actor is not None) for e in home.events(ReactionChanged)]
    # What is on a member's own message, only rituals that listen everywhere hear.
    assert told == [("📥", False, home.label, True), ("📥", True, home.label, True)]


async def test_who_takes_off_the_reaction_of_another_is_not_who_reacted(home: Hall) -> None:
    asked = await home.post()
    reaction = await home.bo.react(home.home, asked, "📥")
    await home.rest()

    await home.ana.redact(home.home, reaction)
    await home.rest()

    put, taken = home.events(ReactionChanged)
    assert taken.removed
    assert taken.actor == put.actor


async def test_what_is_said_once_is_heard_once(home: Hall) -> None:
    asked = await home.post()
    since = home.session._since  # noqa: SLF001 - where an interrupted sync would read on
    await home.bo.say(home.home, "A map.", thread=asked)
    await home.bo.say(home.home, "!causerie bare once")
    await home.rest()

    home.session._since = since  # noqa: SLF001 - as above
    await home.rest()

    assert home.posted() == ["A map."]
    assert home.commands == ["once"]
    assert await home.alone(home.bo) == ["Done."]
