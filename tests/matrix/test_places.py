"""What becomes of people and rooms on Matrix becomes of them here."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.effects import Care, DirectMessage, Post
from bot.core.events import MemberJoined, MessagePosted
from bot.core.model import Label, MemberId
from bot.core.text import Mention, MessageLink, Paragraph, Plain, Text, paragraph
from bot.engine.reconcile import reconcile
from bot.engine.walk import settle
from tests.matrix.hall import Hall, hall
from tests.matrix.lossy import Broken, Limited, lossy
from tests.matrix.person import Person
from tests.matrix.synapse import Synapse

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def ours(home: Hall, person: Person) -> MemberId:
    async with home.engine.database.view() as unit:
        known = await unit.directory.known(home.session.workspace, person.id)
    assert known is not None
    return known


# People


async def test_people_come_and_go(home: Hall) -> None:
    chi, dee = await home.person("Chi"), await home.person("Dee")
    for person in (chi, dee):
        await home.ana.invite(home.home, person.id)
    await home.rest()
    assert await home.members() == {"Ana", "Bo"}, "who is invited is not there"

    await chi.join(home.home)
    await dee.leave(home.home)
    await home.rest()
    assert await home.members() == {"Ana", "Bo", "Chi"}
    assert [event.actor for event in home.events(MemberJoined)] == [await ours(home, chi)]

    await chi.leave(home.home)
    await home.ana.kick(home.home, home.bo.id)
    await home.rest()
    assert await home.members() == {"Ana"}

    await home.ana.invite(home.home, chi.id)
    await chi.join(home.home)
    await home.rest()
    assert await home.members() == {"Ana", "Chi"}
    await home.ana.ban(home.home, chi.id)
    await home.rest()
    assert await home.members() == {"Ana"}


async def test_another_name_is_no_arrival_and_is_used_from_then_on(home: Hall) -> None:
    await home.bo.set_name("Bosco Lambert")
    told = {"displayname": "Bosco Lambert"}
    await home.bo.until(home.home, lambda e: e["type"] == "m.room.member" and told.items() <= e["content"].items())
    await home.rest()

    assert home.events(MemberJoined) == []
    assert await home.members() == {"Ana", "Bosco Lambert"}
    await home.do(Post(Label("named"), Text((Paragraph((Mention(await ours(home, home.bo)),)),))))
    assert (await home.said(home.home, home.bo))[-1] == "@Bosco Lambert"


async def test_what_happened_while_nobody_listened_is_found_out(home: Hall) -> None:
    chi = await home.person("Chi")
    await home.ana.invite(home.home, chi.id)
    await chi.join(home.home)
    await home.bo.leave(home.home)

    assert await reconcile(home.engine) == 2
    await settle(home.engine)
    assert await home.members() == {"Ana", "Chi"}
    assert len(home.events(MemberJoined)) == 1

    await home.rest()
    assert await home.members() == {"Ana", "Chi"}


async def test_a_name_keeps_nothing_that_no_database_holds(home: Hall) -> None:
    odd = {"membership": "join", "displayname": "Bo \0\nLambert"}
    await home.bo.set_state(home.home, "m.room.member", odd, home.bo.id)
    await home.rest()

    assert await home.members() == {"Ana", "Bo \ufffd Lambert"}


# The bot in its home


async def test_a_bot_that_was_kicked_says_so_to_who_coordinates_and_goes_on_when_it_is_back(home: Hall) -> None:
    await home.ana.kick(home.home, home.me)
    await home.rest()
    (told,) = await home.alone(home.ana)
    assert told.startswith("I am no longer in Kitchen: Practice can say nothing there.")
    assert await home.alone(home.bo) == []
    await home.do(Post(Label("later"), paragraph("Said late.")))
    await home.rest()

    await home.ana.invite(home.home, home.me)
    await home.rest(3)

    assert (await home.said(home.home, home.bo))[-1] == "Said late."
    assert await home.alone(home.ana) == [told]


async def test_a_bot_that_may_not_speak_says_so_and_speaks_when_it_may(home: Hall) -> None:
    levels = await home.ana.state(home.home, "m.room.power_levels")
    await home.ana.set_state(home.home, "m.room.power_levels", {**levels, "events_default": 50})
    await home.rest()
    await home.do(Post(Label("quiet"), paragraph("What helps?")))
    await home.rest()
    (told,) = await home.alone(home.ana)
    assert told.startswith("Only some people may write in Kitchen, and I am not among them")
    before = await home.said(home.home, home.bo)

    await home.ana.set_power(home.home, home.me, 50)
    await home.rest()

    assert await home.said(home.home, home.bo) == [*before, "What helps?"]


async def test_invitations_are_declined_from_whom_they_are_not_accepted(synapse: Synapse, tmp_path: Path) -> None:
    async with hall(synapse, tmp_path / "matrix", invites=("@ana-*:localhost",)) as place:
        declined = await place.bo.create_room("Not ours", invite=[place.me])
        accepted = await place.ana.create_room("Ours", invite=[place.me])
        await place.rest(3)

        assert (await place.bo.members(declined))[place.me] == "leave"
        assert (await place.ana.members(accepted))[place.me] == "join"
        assert await place.notes("invited/") == set()


async def test_an_invitation_into_a_space_is_declined(place: Hall) -> None:
    asked = {"preset": "private_chat", "creation_content": {"type": "m.space"}, "invite": [place.me]}
    space = (await place.bo.call("POST", "createRoom", body=asked))["room_id"]
    await place.rest()

    assert (await place.bo.members(space))[place.me] == "leave"


async def test_an_invitation_that_cannot_be_accepted_at_once_is_tried_again(
    synapse: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lossy(synapse.url) as line, hall(synapse, tmp_path / "matrix", homeserver=line.url) as place:
        line.fail("POST .*/join", Limited(), Broken())
        room = await place.ana.create_room("Kitchen", invite=[place.me])
        await place.rest()
        assert (await place.ana.members(room))[place.me] == "invite"
        assert await place.notes("invited/") == {f"invited/{room}"}

        monkeypatch.setattr("adapters.matrix.session.RETRY", 0.0)
        await place.rest(3)

        assert not line.failing
        assert (await place.ana.members(room))[place.me] == "join"
        assert await place.notes("invited/") == set()


# A room that takes another's place


async def test_a_community_moves_with_its_room(place: Hall) -> None:
    room = await place.room(place.bo, version="11", public=True)
    await place.found(room, place.ana)
    asked = await place.post()
    await place.bo.say(room, "Before.", thread=asked)
    await place.rest()

    new = await place.ana.upgrade(room, "12")
    await place.bo.join(new)
    await place.rest(3)
    old = place.label
    await place.do(Post(Label("after"), paragraph("Here we are.")))
    await place.rest()

    assert await place.said(new, place.bo) == ["Here we are."]
    await place.bo.say(new, "Beside it.")
    await place.rest()
    heard = [(words, event.thread) for words, event in zip(place.posted(), place.events(MessagePosted), strict=True)]
    assert heard == [("Before.", old), ("Beside it.", None)]
    linked = Text((Paragraph((MessageLink((Plain("What was asked"),), label=Label(old)), Plain(", in short."))),))
    await place.do(Post(Label("below"), linked, under=Label(old)))
    await place.rest()
    (said,) = [e["content"] for e in await place.events_by_me(new, place.bo) if "in short" in e["content"]["body"]]
    assert "m.relates_to" not in said, "in a thread of the room before nothing can be said any more"
    assert f'href="https://matrix.to/#/{room}/{asked}"' in said["formatted_body"]


async def test_a_room_is_not_followed_where_anybody_may_say_so(place: Hall) -> None:
    room = await place.room(place.bo, public=True, power={"events": {"m.room.tombstone": 0}, "state_default": 0})
    await place.found(room, place.ana)
    trap = await place.bo.create_room("Trap", public=True)
    await place.bo.set_state(room, "m.room.tombstone", {"body": "Moved", "replacement_room": trap})
    await place.rest(3)

    await place.post()

    assert place.me not in await place.bo.members(trap)
    assert (await place.said(room, place.bo))[-1] == "What helps?"


async def test_a_room_that_claims_to_take_another_s_place_does_not(place: Hall) -> None:
    room = await place.room(place.bo)
    await place.found(room, place.ana)
    claimed = {"predecessor": {"room_id": room, "event_id": "$any"}}
    asked = {"preset": "public_chat", "creation_content": claimed, "invite": [place.me]}
    await place.bo.call("POST", "createRoom", body=asked)
    await place.rest(3)

    await place.post()

    assert (await place.said(room, place.bo))[-1] == "What helps?"


async def test_a_room_for_the_invited_is_followed_when_the_bot_is_invited(place: Hall) -> None:
    room = await place.room(place.bo, version="11")
    await place.found(room, place.ana)
    new = await place.ana.upgrade(room, "12")
    await place.rest(3)
    assert place.me not in await place.ana.members(new)

    await place.ana.invite(new, place.me)
    await place.ana.invite(new, place.bo.id)
    await place.bo.join(new)
    await place.rest(3)
    await place.post()

    assert await place.said(new, place.bo) == ["What helps?"]


# Rooms for two


async def test_a_room_for_two_is_made_once_for_who_is_written_to(home: Hall) -> None:
    bo = await ours(home, home.bo)
    for number in range(2):
        await home.do(DirectMessage(Label(f"d{number}"), frozenset({bo}), paragraph(f"Word {number}"), Care.DUTY))
    await home.rest()

    (room,) = await home.direct(home.bo)
    assert await home.said(room, home.bo) == ["Word 0", "Word 1"]
    kept = await Person(home.ana.http, home.ana.url, home.account).call(
        "GET", "user", home.me, "account_data", "m.direct"
    )
    assert kept[home.bo.id] == [room]
    state = await home.bo.call("GET", "rooms", room, "state", "m.room.member", home.bo.id, format="event")
    assert state["unsigned"]["prev_content"]["is_direct"] is True
    levels = await home.bo.state(room, "m.room.power_levels")
    created = await home.bo.state(room, "m.room.create")
    assert levels["users"].get(home.bo.id, 0) == 0
    assert home.bo.id not in created.get("additional_creators", ())
    assert await home.bo.state(room, "m.room.encryption") == {}


async def test_rooms_for_two_are_encrypted_unless_it_is_turned_off(synapse: Synapse, tmp_path: Path) -> None:
    async with hall(synapse, tmp_path / "matrix", encrypt_direct=True) as place:
        room = await place.room(place.bo)
        await place.bo.say(room, "!causerie help")
        await place.rest()

        (direct,) = await place.direct(place.bo)
        assert (await place.bo.state(direct, "m.room.encryption"))["algorithm"] == "m.megolm.v1.aes-sha2"
        kinds = {e["type"] for e in await place.bo.messages(direct) if e["sender"] == place.me and "state_key" not in e}
        assert kinds == {"m.room.encrypted"}


async def test_a_person_begins_a_conversation_and_is_written_to_there(home: Hall) -> None:
    room = await home.bo.create_room(direct=True, invite=[home.me])
    await home.rest(3)
    assert await home.said(room, home.bo) == [], "it is no channel, and is not greeted"

    await home.bo.say(room, "bare it")
    await home.rest()
    bo = await ours(home, home.bo)
    await home.do(DirectMessage(Label("there"), frozenset({bo}), paragraph("A word"), Care.DUTY))

    assert home.commands == ["it"]
    assert await home.said(room, home.bo) == ["Done.", "A word"]
    assert await home.direct(home.bo) == [room]


async def test_of_two_conversations_the_newest_is_written_to_and_both_are_heard(home: Hall) -> None:
    first = await home.bo.create_room(direct=True, invite=[home.me])
    await home.rest(3)
    second = await home.bo.create_room(direct=True, invite=[home.me])
    await home.rest(3)

    await home.bo.say(first, "bare first")
    await home.bo.say(second, "bare second")
    await home.rest()
    bo = await ours(home, home.bo)
    await home.do(DirectMessage(Label("there"), frozenset({bo}), paragraph("A word"), Care.DUTY))
    assert sorted(home.commands) == ["first", "second"]
    assert await home.said(first, home.bo) == ["Done."]
    assert await home.said(second, home.bo) == ["Done.", "A word"]

    await home.bo.leave(second)
    await home.rest()
    await home.do(DirectMessage(Label("still"), frozenset({bo}), paragraph("Still there"), Care.DUTY))
    assert (await home.said(first, home.bo))[-1] == "Still there"


async def test_who_declines_is_left_alone_until_they_ask(home: Hall) -> None:
    bo = await ours(home, home.bo)
    await home.do(DirectMessage(Label("one"), frozenset({bo}), paragraph("One"), Care.DUTY))
    room = await home.bo.until_invited()
    await home.bo.leave(room)
    await home.rest()
    await home.do(DirectMessage(Label("two"), frozenset({bo}), paragraph("Two"), Care.DUTY))
    await home.rest()
    assert await home.bo.invited() == []
    assert "Bo" in (await home.alone(home.ana))[-1]
    assert dict(await home.outbox())["two"] == "dead"

    await home.bo.say(home.home, "!causerie bare it")
    await home.rest()

    assert await home.bo.invited() == [room]
    assert (await home.alone(home.bo))[-1] == "Done."


async def test_who_left_a_conversation_comes_back_to_it_by_asking(home: Hall) -> None:
    await home.bo.say(home.home, "!causerie bare it")
    await home.rest()
    (room,) = await home.direct(home.bo)
    await home.rest()
    await home.bo.leave(room)
    await home.rest()

    await home.bo.say(home.home, "!causerie bare again")
    await home.rest()

    assert await home.alone(home.bo) == ["Done.", "Done."]
    assert await home.direct(home.bo) == [room]


async def test_where_a_third_person_is_words_are_no_commands_and_nothing_private_is_said(home: Hall) -> None:
    chi = await home.person("Chi")
    room = await home.bo.create_room(direct=True, invite=[home.me])
    await home.rest(3)
    await home.bo.invite(room, chi.id)
    await home.rest()
    await home.bo.say(room, "bare it")
    await home.rest()
    assert home.commands == []

    await chi.join(room)
    await home.rest()
    await home.bo.say(room, "bare it")
    await home.bo.say(room, "!causerie bare asked")
    await home.rest()

    assert home.commands == ["asked"]
    assert await home.said(room, home.bo) == []
    (alone,) = set(await home.direct(home.bo)) - {room}
    assert await home.said(alone, home.bo) == ["Done."]
