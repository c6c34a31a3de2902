"""What the bot says notifies whom it should, and what it offers is chosen by words and by reactions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix.api import PAGE
from bot.core.effects import Care, DirectMessage, Edit, Post, Whisper
from bot.core.events import ButtonPressed, CommandGiven
from bot.core.model import Label
from bot.core.text import Button, Mention, Paragraph, Plain, Text, buttons, paragraph, quote
from bot.engine.walk import settle
from tests.matrix.client import Event, RefusedError
from tests.matrix.hall import Hall, hall
from tests.matrix.person import Person, user_name
from tests.matrix.synapse import Synapse
from tests.matrix.test_places import ours
from tests.matrix.working import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFFER = paragraph("Which?") + buttons(Button("pick", Plain("Tea"), "tea"), Button("pick", Plain("Coffee"), "coffee"))
ONE = paragraph("Which?") + buttons(Button("pick", Plain("Water"), "water"))


def pressed(home: Hall) -> list[str]:
    return [event.value for event in home.events(ButtonPressed)]


async def offered(home: Hall, room: str, reader: Person) -> dict[str, list[str]]:
    """Return the keys of the bot's own reactions by the message on which they are."""
    found: dict[str, list[str]] = {}
    for event in await home.events_by_me(room, reader, "m.reaction"):
        relation = event["content"]["m.relates_to"]
        found.setdefault(relation["event_id"], []).append(relation["key"])
    return found


async def asked_alone(home: Hall, person: Person) -> tuple[str, str]:
    """Let somebody be asked something alone, and return the room and the message."""
    home.bare.on(CommandGiven, Whisper(OFFER))
    await person.say(home.home, "!causerie bare it")
    await home.rest()
    home.bare.when(CommandGiven, home.obey)
    room = (await home.direct(person))[-1]
    await home.rest()
    return room, (await home.events_by_me(room, person))[-1]["event_id"]


def contents(events: list[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        yield event["content"]


# Whom it notifies


async def test_what_is_said_to_all_is_a_message_and_an_answer_is_a_notice(home: Hall) -> None:
    await home.post()
    await home.bo.say(home.home, "!causerie bare it")
    await home.rest()
    (room,) = await home.direct(home.bo)

    said = (await home.events_by_me(home.home, home.bo))[-1]["content"]
    (answer,) = contents(await home.events_by_me(room, home.bo))
    assert (said["msgtype"], said["m.mentions"]) == ("m.text", {})
    assert (answer["msgtype"], answer["m.mentions"]) == ("m.notice", {})


async def test_who_is_addressed_is_notified_and_nobody_in_a_quote(home: Hall) -> None:
    bo, ana = await ours(home, home.bo), await ours(home, home.ana)
    words = Text((Paragraph((Plain("@room and "), Mention(bo), Plain(" and @ana: look"))),))
    await home.do(Post(Label("quoted"), paragraph("Somebody said:") + quote(words)))
    await home.do(Post(Label("called"), Text((Paragraph((Mention(ana), Plain(", @room"))),))))
    await home.do(Edit(Label("called"), Text((Paragraph((Mention(bo), Plain(", @room"))),))))

    quoted, called, edited = contents((await home.events_by_me(home.home, home.bo))[-3:])
    assert quoted["m.mentions"] == {}
    assert called["m.mentions"] == {"user_ids": [home.ana.id]}
    assert edited["m.mentions"] == {}
    assert edited["m.new_content"]["m.mentions"] == {"user_ids": [home.bo.id]}
    assert await highlights(home.bo) == []
    assert [body for body in await highlights(home.ana) if "look" in body] == []
    assert len(await highlights(home.ana)) == 1


async def highlights(person: Person) -> list[str]:
    """Return the words of messages by which the homeserver notifies somebody by name."""
    told = await person.call("GET", "notifications", only="highlight")
    return [
        each["event"]["content"].get("body", "")
        for each in told["notifications"]
        if each["event"]["type"] == "m.room.message"
    ]


async def test_a_command_that_is_answered_alone_gets_a_sign(home: Hall) -> None:
    command = await home.bo.say(home.home, "!causerie bare it")
    await home.rest()

    assert (await offered(home, home.home, home.bo))[command] == ["✉️"]
    (room,) = await home.direct(home.bo)
    await home.rest()
    again = await home.bo.say(room, "bare it")
    await home.rest()
    assert again not in await offered(home, room, home.bo)


# What it offers


async def test_what_is_offered_alone_is_chosen_once(home: Hall) -> None:
    room, message = await asked_alone(home, home.bo)
    assert (await offered(home, room, home.bo))[message] == ["1️⃣", "2️⃣"]

    await home.bo.react(room, message, "👍")
    await home.bo.react(room, message, "3️⃣")
    await home.bo.react(room, message, "2\u20e3")
    await home.rest()
    await home.bo.react(room, message, "1️⃣")
    await home.bo.say(room, "1")
    await home.rest()

    assert pressed(home) == ["coffee"]
    assert [event.actor for event in home.events(ButtonPressed)] == [await ours(home, home.bo)]


@pytest.mark.parametrize("words", ["2", "Coffee", "2."])
async def test_what_is_offered_is_chosen_in_words(home: Hall, words: str) -> None:
    room, _ = await asked_alone(home, home.bo)

    await home.bo.say(room, words)
    await home.rest()

    assert pressed(home) == ["coffee"]


async def test_nobody_chooses_for_another(home: Hall) -> None:
    room = await home.bo.create_room(direct=True, invite=[home.me])
    await home.rest(3)
    there, message = await asked_alone(home, home.bo)
    assert there == room
    await home.bo.invite(room, home.ana.id)
    await home.ana.join(room)
    await home.rest()

    await home.ana.react(room, message, "1️⃣")
    await home.ana.say(room, "2")
    await home.rest()

    bo = await ours(home, home.bo)
    assert bo not in {event.actor for event in home.events(ButtonPressed)}


async def test_what_is_offered_to_all_each_may_choose(home: Hall) -> None:
    await home.do(Post(Label("offer"), OFFER))
    message = (await home.events_by_me(home.home, home.bo))[-1]["event_id"]
    assert (await offered(home, home.home, home.bo))[message] == ["1️⃣", "2️⃣"]

    first = await home.bo.react(home.home, message, "1️⃣")
    await home.ana.react(home.home, message, "2️⃣")
    await home.rest()
    await home.bo.redact(home.home, first)
    await home.bo.say(home.home, "Coffee", thread=message)
    await home.ana.say(home.home, "1", reply=message)
    await home.rest()

    assert pressed(home) == ["tea", "coffee", "coffee", "tea"]


async def test_what_is_no_longer_offered_is_not_chosen(home: Hall) -> None:
    await home.do(Post(Label("offer"), OFFER))
    message = (await home.events_by_me(home.home, home.bo))[-1]["event_id"]

    await home.do(Edit(Label("offer"), ONE))
    await home.session.port.idle()
    assert (await offered(home, home.home, home.bo))[message] == ["1️⃣"]
    await home.bo.react(home.home, message, "2️⃣")
    await home.bo.react(home.home, message, "1️⃣")
    await home.rest()
    assert pressed(home) == ["water"]

    await home.do(Edit(Label("offer"), paragraph("Nothing more.")))
    await home.session.port.idle()
    assert message not in await offered(home, home.home, home.bo)
    await home.ana.react(home.home, message, "1️⃣")
    await home.rest()
    assert pressed(home) == ["water"]


async def test_what_is_no_longer_offered_is_taken_away_however_many_reacted(home: Hall) -> None:
    await home.do(Post(Label("offer"), OFFER))
    message = (await home.events_by_me(home.home, home.bo))[-1]["event_id"]
    for number in range(PAGE + 1):
        await home.bo.react(home.home, message, f"{number} thanks")
    await home.session.once()

    await home.do(Edit(Label("offer"), paragraph("Nothing more.")))
    await home.session.port.idle()

    assert message not in await offered(home, home.home, home.bo)


async def test_a_reaction_that_is_there_already_is_as_good_as_placed(home: Hall) -> None:
    asked = await home.post()
    bot = Person(home.ana.http, home.ana.url, home.account)
    await bot.react(home.home, asked, "1️⃣")

    home.session.port.offer(home.session.port.rooms.known[home.home], asked, 2, "another key")
    await home.session.port.idle()

    assert (await offered(home, home.home, home.bo))[asked] == ["1️⃣", "2️⃣"]


# At the homeserver's pace

PAUSE = timedelta(milliseconds=100)


async def at_most(synapse: Synapse, person: Person, user: str, *, per_second: int, burst: int) -> None:
    """Let somebody say so much, for a test to last no minutes; the limits of all else are as they were."""
    admin = await asyncio.to_thread(synapse.register, user_name("Admin"), admin=True)
    where = f"{synapse.url}/_synapse/admin/v1/users/{user}/override_ratelimit"
    limits = {"messages_per_second": per_second, "burst_count": burst}
    async with person.http.post(where, json=limits, headers={"Authorization": f"Bearer {admin.token}"}) as answer:
        assert answer.status == 200, await answer.text()


async def sent(home: Hall) -> None:
    """Wait until everything is sent, the clock going with the homeserver's."""
    deadline = time.monotonic() + PATIENCE
    while any(status != "sent" for _, status in await home.outbox()):
        assert time.monotonic() < deadline, await home.outbox()
        home.clock.at += PAUSE
        await asyncio.sleep(PAUSE.total_seconds())
        await settle(home.engine)


async def test_at_the_limits_of_a_homeserver_all_is_said_once_and_in_order(
    strict_synapse: Synapse, tmp_path: Path
) -> None:
    async with hall(strict_synapse, tmp_path / "matrix") as home:
        await home.found(await home.room(home.bo), home.ana)
        said = [f"Word {number}" for number in range(30)]
        await at_most(strict_synapse, home.ana, home.me, per_second=10, burst=3)
        await home.do(*(Post(Label(word), paragraph(word)) for word in said))
        await sent(home)
        await home.bo.say(home.home, "!causerie bare it")
        await home.rest()

        assert [words for words in await home.said(home.home, home.bo) if words.startswith("Word")] == said
        assert await home.alone(home.bo) == ["Done."]


async def test_at_the_limits_of_a_homeserver_a_room_for_two_is_made_later(
    strict_synapse: Synapse, tmp_path: Path
) -> None:
    async with hall(strict_synapse, tmp_path / "matrix") as home:
        await home.found(await home.room(home.bo), home.ana)
        bo = await ours(home, home.bo)
        bot = Person(home.ana.http, home.ana.url, home.account)
        with suppress(RefusedError):
            for _ in range(20):
                await bot.create_room()

        await home.do(DirectMessage(Label("waits"), frozenset({bo}), paragraph("A word"), Care.DUTY))
        assert dict(await home.outbox())["waits"] == "pending"
        await sent(home)

        assert await home.alone(home.bo) == ["A word"]
        assert len(home.session.port.rooms.direct[home.bo.id]) == 1


async def test_who_gives_a_command_in_french_is_answered_in_french(home: Hall) -> None:
    await home.bo.say(home.home, "!causerie aide")
    await home.rest()
    assert "Pour la coordination" in (await home.alone(home.bo))[-1]
    await home.bo.say(home.home, "!causerie setup")
    await home.rest()

    assert "revient à la coordination" in (await home.alone(home.bo))[-1]


async def test_a_question_of_a_form_is_answered_by_a_reaction_as_long_as_it_is_open(home: Hall) -> None:
    await home.bo.say(home.home, "!causerie me")
    await home.rest()
    room = (await home.direct(home.bo))[-1]
    await home.bo.say(room, "1")
    await home.rest()
    asked = (await home.events_by_me(room, home.bo))[-1]
    assert (await offered(home, room, home.bo))[asked["event_id"]][:2] == ["1️⃣", "2️⃣"]

    await home.bo.react(room, asked["event_id"], "2️⃣")
    await home.rest()
    then = await home.said(room, home.bo)
    assert then[-1] != asked["content"]["body"]
    assert "not one of the choices" not in then[-1]

    await home.bo.react(room, asked["event_id"], "1️⃣")
    await home.rest()
    assert await home.said(room, home.bo) == then
