"""The homeserver and the people that the tests of Matrix stand on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from tests.matrix.client import RefusedError
from tests.matrix.person import Person, people, said
from tests.matrix.synapse import Synapse, SynapseFailedError, SynapseMissingError, running

ROOT = Path(__file__).parents[2]
Make = Callable[[str], Awaitable[Person]]


async def test_what_is_said_can_be_read_back_by_another(person: Make) -> None:
    anna, bob = await person("Anna"), await person("Bob")
    room = await anna.create_room("Kitchen", invite=[bob.id])
    assert await bob.until_invited() == room
    await bob.join(room)

    question = await anna.say(room, "Tea?", html="<b>Tea?</b>", mentions=[bob.id])
    answer = await bob.say(room, "Yes", thread=question)
    await bob.edit(room, answer, "Yes, please")
    await anna.react(room, answer, "👍")
    gone = await bob.notice(room, "Not meant")
    await bob.redact(room, gone)

    events = {event["event_id"]: event for event in await bob.messages(room, limit=5)}
    assert events[question]["content"]["m.mentions"] == {"user_ids": [bob.id]}
    assert events[answer]["content"]["m.relates_to"]["rel_type"] == "m.thread"
    assert events[answer]["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"] == "Yes, please"
    assert events[gone]["content"] == {}
    assert [e["content"]["m.relates_to"]["key"] for e in events.values() if e["type"] == "m.reaction"] == ["👍"]
    assert await anna.joined() == await bob.joined() == [room]
    assert await anna.members(room) == {anna.id: "join", bob.id: "join"}


async def test_a_room_changes_and_moves(person: Make) -> None:
    anna, bob = await person("Anna"), await person("Bob")
    room = await anna.create_room("Kitchen", invite=[bob.id], version="11")
    await bob.join(room)
    await anna.set_power(room, bob.id, 50)
    await bob.set_topic(room, "Tea")
    await bob.set_name("Robert")

    assert (await anna.state(room, "m.room.topic"))["topic"] == "Tea"
    await anna.until(room, lambda event: event["content"].get("displayname") == "Robert")
    assert (await anna.state(room, "m.room.member", bob.id))["displayname"] == "Robert"
    assert await anna.state(room, "m.room.encryption") == {}

    moved = await anna.upgrade(room)

    assert (await bob.state(room, "m.room.tombstone"))["replacement_room"] == moved
    assert (await anna.state(moved, "m.room.create"))["predecessor"]["room_id"] == room
    with pytest.raises(RefusedError, match="M_FORBIDDEN"):
        await bob.say(moved, "Am I here?")


async def test_a_direct_room_is_marked_by_who_made_it(person: Make) -> None:
    anna, bob = await person("Anna"), await person("Bob")

    rooms = [await anna.create_room(direct=True, invite=[bob.id], encrypted=encrypted) for encrypted in (False, True)]

    assert await anna.call("GET", "user", anna.id, "account_data", "m.direct") == {bob.id: rooms}
    assert (await anna.state(rooms[0], "m.room.member", bob.id))["is_direct"] is True
    assert [bool(await anna.state(room, "m.room.encryption")) for room in rooms] == [False, True]
    assert sorted(await bob.invited()) == sorted(rooms)


async def test_people_go_or_are_made_to(person: Make) -> None:
    anna, bob, cleo, dora = [await person(name) for name in ("Anna", "Bob", "Cleo", "Dora")]
    room = await anna.create_room("Kitchen", public=True)
    for other in (bob, cleo, dora):
        await other.join(room)

    await bob.leave(room)
    await anna.kick(room, cleo.id)
    await anna.ban(room, dora.id)

    assert await anna.members(room) == {anna.id: "join", bob.id: "leave", cleo.id: "leave", dora.id: "ban"}
    await bob.deactivate()
    with pytest.raises(RefusedError, match="M_UNKNOWN_TOKEN"):
        await bob.joined()


async def test_who_waits_in_vain_reads_what_was_there(person: Make) -> None:
    anna = await person("Anna")
    room = await anna.create_room("Kitchen")
    await anna.say(room, "Tea?")

    with pytest.raises(AssertionError, match=r"m\.room\.message Tea\?"):
        await anna.until(room, lambda event: said(event) == "Coffee?", seconds=0.1)


async def test_another_start_finds_what_was_there() -> None:
    with running() as own:
        async with people(own) as make:
            anna = await make("Anna")
            room = await anna.create_room("Kitchen")
            said_before = await anna.say(room, "Stopped")
            own.restart()
            said_later = await anna.say(room, "Killed")
            own.kill()
            own.start()

            assert [e["event_id"] for e in await anna.messages(room)][-2:] == [said_before, said_later]


def test_a_homeserver_ends_when_the_tests_are_killed(tmp_path: Path) -> None:
    tests = f"""
import time
from pathlib import Path
from tests.matrix.synapse import Synapse
server = Synapse(Path({str(tmp_path)!r}))
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", tests], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = psutil.Process(int(process.stdout.readline()))
        process.kill()

    server.wait(timeout=10)


def test_a_homeserver_that_does_not_start_says_why(tmp_path: Path) -> None:
    server = Synapse(tmp_path, server_name="no name of a server")

    with pytest.raises(SynapseFailedError, match="has an invalid format"):
        server.start()

    server.kill()


def test_without_synapse_the_message_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "synapse", None)

    with pytest.raises(SynapseMissingError, match="pip install"):
        Synapse(tmp_path).start()


async def test_by_default_those_who_say_much_have_to_wait(strict_synapse: Synapse) -> None:
    async with people(strict_synapse) as make:
        anna = await make("Anna")
        room = await anna.create_room("Kitchen")

        with pytest.raises(RefusedError, match="429 M_LIMIT_EXCEEDED") as refused:
            await say_on(anna, room, times=20)

        assert refused.value.retry_after > 0
        assert 8 <= len([e for e in await anna.messages(room) if e["type"] == "m.room.message"]) < 20


async def test_without_limits_nobody_waits(person: Make) -> None:
    anna = await person("Anna")
    rooms = [await anna.create_room(str(number)) for number in range(12)]

    await say_on(anna, rooms[0], times=30)

    assert len([e for e in await anna.messages(rooms[0]) if e["type"] == "m.room.message"]) == 30


async def say_on(speaker: Person, room: str, times: int) -> None:
    for number in range(times):
        await speaker.say(room, str(number))
