"""In encrypted rooms the bot reads its members, and they read it: members by a client library that is not its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.core.effects import Edit
from bot.core.events import MessageDeleted, MessageEdited, MessagePosted
from bot.core.model import Label
from bot.core.plain import written
from bot.core.text import paragraph
from tests.matrix.hall import Hall, hall
from tests.matrix.members import Member, Members, Message
from tests.matrix.person import Person, user_name
from tests.matrix.synapse import Registered, Synapse


@dataclass
class Sealed:
    """A hall whose people are members of encrypted rooms."""

    place: Hall
    members: Members
    synapse: Synapse
    accounts: dict[str, Registered] = field(default_factory=dict)

    async def member(self, name: str, *, signed: bool = True) -> tuple[Member, Registered]:
        account = await asyncio.to_thread(self.synapse.register, user_name(name), shown=name)
        made = await self.members.login(
            name,
            self.synapse.url,
            account.user_id,
            account.password,
            token=account.token,
            device=account.device_id,
            signed=signed,
        )
        self.accounts[account.user_id] = account
        return made, account

    def person(self, account: Registered) -> Person:
        """Return somebody on the raw API, who sees what is sealed as it is."""
        return Person(self.place.ana.http, self.synapse.url, account)

    async def room(self, maker: Member, *others: Member, encrypted: bool = True) -> str:
        """Return a room, the home of a community, with the bot in it, which its members know to be there."""
        invited = [self.place.me, *(other.id for other in others)]
        room = await maker.create_room("Kitchen", invite=invited, encrypted=encrypted)
        for other in others:
            await other.join(room)
        await self.place.rest(3)
        for seer in (maker, *others):
            for seen in (self.place.me, *(other.id for other in others)):
                await seer.sees(room, seen)
        self.place.ana = self.person(self.accounts[maker.id])
        await self.place.found(room)
        return room


@pytest.fixture
async def sealed(synapse: Synapse, members: Members, tmp_path: Path) -> AsyncIterator[Sealed]:
    async with hall(synapse, tmp_path / "matrix", encrypt_direct=True) as place:
        yield Sealed(place, members, synapse)


def readable(message: Message) -> bool:
    return message.encrypted and message.undecryptable is None and message.shield == "NONE"


async def test_who_deals_only_with_signed_devices_reads_the_bot_and_is_read(sealed: Sealed) -> None:
    place = sealed.place
    (anna, _), (bob, _) = await sealed.member("Anna"), await sealed.member("Bob")
    await anna.only_signed()
    await bob.only_signed()
    room = await sealed.room(anna, bob)
    asked = await place.post()
    await place.do(Edit(Label(place.label), paragraph("What helps you?")))
    for reader in (anna, bob):
        message = await reader.until(room, "What helps you?")
        assert (message.id, readable(message), message.versions) == (asked, True, ("What helps?", "What helps you?"))

    answer = await anna.say(room, "A map.", thread=asked)
    await bob.say(room, "A list.", reply=asked)
    await place.rest()
    await anna.edit(room, answer, "A map on the wall.")
    await bob.edit(room, answer, "Nonsense.")
    await anna.redact(room, answer)
    await bob.say(room, "!causerie bare it")
    await place.rest()

    assert {written(e.text): e.thread for e in place.events(MessagePosted)} == {
        "A map.": place.label,
        "A list.": place.label,
    }
    assert [written(e.text) for e in place.events(MessageEdited)] == []
    assert [e.thread for e in place.events(MessageDeleted)] == [place.label]
    assert place.commands == ["it"]


async def test_what_was_said_in_a_room_for_two_is_read_by_who_comes_after_it_was_said(sealed: Sealed) -> None:
    place = sealed.place
    anna, _ = await sealed.member("Anna")
    await anna.only_signed()
    room = await sealed.room(anna)
    await anna.say(room, "!causerie bare it")
    await place.rest()

    direct = await anna.until_invited()
    await anna.join(direct)
    first = await anna.until(direct, "Done.")
    assert readable(first)
    assert first.notice
    await anna.sees(direct, place.me)
    await place.rest()
    await anna.say(direct, "bare again")
    await place.rest()

    assert place.commands == ["it", "again"]
    assert len([m for m in await anna.messages(direct) if m.body == "Done." and readable(m)]) == 2


async def test_each_device_of_a_member_reads_and_is_read_signed_or_not(sealed: Sealed) -> None:
    place = sealed.place
    anna, account = await sealed.member("Anna")
    bob, _ = await sealed.member("Bob", signed=False)
    room = await sealed.room(anna, bob)
    await place.post("First")
    phone = await sealed.members.login(
        "Anna's phone", sealed.synapse.url, account.user_id, account.password, signed=False
    )
    await place.rest()
    await place.post("Second")

    for reader in (anna, bob, phone):
        second = await reader.until(room, "Second")
        assert (second.encrypted, second.undecryptable) == (True, None)
    await phone.sees(room, place.me)
    await phone.say(room, "From the phone")
    await bob.say(room, "From a device that nobody signed")
    await place.rest()

    assert sorted(place.posted()) == ["From a device that nobody signed", "From the phone"]


async def test_encryption_is_turned_on_in_the_middle_of_a_room_s_life(sealed: Sealed) -> None:
    place = sealed.place
    (anna, account), (bob, _) = await sealed.member("Anna"), await sealed.member("Bob")
    room = await sealed.room(anna, bob, encrypted=False)
    clear = await place.post("In the clear")
    assert not (await anna.until(room, "In the clear")).encrypted

    algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
    await sealed.person(account).set_state(room, "m.room.encryption", algorithm)
    await place.rest()
    await place.post("Sealed")
    for reader in (anna, bob):
        assert readable(await reader.until(room, "Sealed"))
    await anna.say(room, "An answer", thread=clear)
    await place.rest()

    assert place.posted() == ["An answer"]
    kinds = [e["type"] for e in await sealed.person(account).messages(room) if e["sender"] == place.me]
    assert kinds[-1] == "m.room.encrypted"


async def test_who_comes_reads_from_then_on_and_who_left_no_more(sealed: Sealed) -> None:
    place = sealed.place
    (anna, _), (bob, account) = await sealed.member("Anna"), await sealed.member("Bob")
    room = await sealed.room(anna)
    early = await place.post("Before Bob")

    await anna.invite(room, bob.id)
    await bob.join(room)
    await place.rest()
    await place.post("With Bob")
    assert readable(await bob.until(room, "With Bob"))
    assert (await bob.until(room, lambda message: message.id == early)).undecryptable

    await bob.leave(room)
    await anna.sees(room, bob.id, "leave")
    await place.rest()
    unread = await place.post("Without Bob")
    assert readable(await anna.until(room, "Without Bob"))
    await anna.invite(room, bob.id)
    await bob.join(room)
    await place.rest()
    await place.post("With Bob again")
    assert readable(await bob.until(room, "With Bob again"))
    assert (await bob.until(room, lambda message: message.id == unread)).undecryptable
    assert account.user_id == bob.id


async def test_what_is_sealed_changes_no_room_and_takes_nothing_back(sealed: Sealed) -> None:
    place = sealed.place
    anna, account = await sealed.member("Anna")
    room = await sealed.room(anna)
    asked = await place.post()
    answer = await anna.say(room, "A map.", thread=asked)
    await place.rest()
    # Anna's client seals nothing but messages; the bot's own keys do.
    olm = place.session.port.sealing.client.olm
    villain = sealed.person(account)
    odd: list[Any] = [None, 1, "x", [], {}, {"body": 1, "msgtype": []}, {"m.relates_to": "x"}]
    plaintexts: list[dict[str, Any]] = [
        {"type": "m.room.redaction", "content": {"redacts": answer}},
        {"type": "m.room.tombstone", "content": {"replacement_room": room}},
        {"type": "m.room.member", "state_key": place.me, "content": {"membership": "leave"}},
        *(
            {"type": kind, "content": content}
            for kind in ("m.room.message", "m.reaction", "m.poll.start")
            for content in odd
        ),
        {"type": 1, "content": {}},
        {},
    ]
    for plaintext in plaintexts:
        content = olm.group_encrypt(room, dict(plaintext))
        await villain.send(room, "m.room.encrypted", {**content, "m.relates_to": {"m.in_reply_to": 1}})
    gone = olm.group_encrypt(room, {"type": "m.room.member", "content": {"membership": "leave"}})
    await villain.set_state(room, "m.room.encrypted", gone, key=account.user_id)
    await anna.say(room, "A list.", thread=asked)
    await place.rest()

    assert place.events(MessageDeleted) == []
    assert [words for words in place.posted() if words] == ["A map.", "A list."]
    assert place.session.port.rooms.known[room].replaced_by == ""
    assert await place.members() == {"Anna"}


async def test_a_client_need_not_tell_the_key_of_its_device(sealed: Sealed) -> None:
    place = sealed.place
    anna, account = await sealed.member("Anna")
    room = await sealed.room(anna)
    said = await anna.say(room, "Words")
    await place.rest()
    event = next(e for e in await sealed.person(account).messages(room) if e["event_id"] == said)
    untold = {key: value for key, value in event["content"].items() if key not in {"sender_key", "device_id"}}

    opened = place.session.port.sealing.read(room, {**event, "content": untold})

    assert opened is not None
    assert opened["content"]["body"] == "Words"
