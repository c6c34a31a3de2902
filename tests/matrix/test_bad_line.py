"""What is sent over a bad line is on the server once, whatever became of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix.login import Wanted, login
from adapters.matrix.platform import KEY
from adapters.matrix.session import MatrixSession
from bot.core.text import Text, paragraph
from bot.engine.platform import OutcomeUnknownError, Outgoing, Placed, RetryLaterError
from tests.matrix.client import Event
from tests.matrix.founding import rest
from tests.matrix.house import TUESDAY, House
from tests.matrix.lossy import AnswerLost, Broken, Dropped, Fault, Late, Limited, Lossy, lossy
from tests.matrix.members import Member
from tests.matrix.person import Person, user_name
from tests.matrix.synapse import Synapse

SENT = r"PUT .*/send/m\.room\.(message|encrypted)/"
FAULTS: dict[str, Sequence[Fault]] = {
    "answer lost": (AnswerLost(),),
    "answer lost twice": (AnswerLost(), AnswerLost()),
    "dropped": (Dropped(), Dropped()),
    "asked to wait": (Limited(), Limited()),
    "HTML for an answer": (Broken(),),
    "HTML after it arrived": (Broken(arrived=True),),
    "late": (Late(0.3),),
}
everything = pytest.mark.parametrize("faults", FAULTS.values(), ids=list(FAULTS))


@pytest.fixture
async def line(synapse: Synapse) -> AsyncIterator[Lossy]:
    async with lossy(synapse.url) as there:
        yield there


@pytest.fixture
async def house(synapse: Synapse, tmp_path: Path) -> House:
    bot = await asyncio.to_thread(synapse.register, user_name("Causerie"), shown="Causerie")
    return House(synapse, tmp_path, bot)


@asynccontextmanager
async def met(house: House, someone: Person | Member, **settings: Any) -> AsyncIterator[tuple[MatrixSession, str]]:  # noqa: ANN401
    """Give the bot at work in a room with somebody, and the room."""
    async with house.at_work(**settings) as session:
        room = await someone.create_room("practice", encrypted=isinstance(someone, Member))
        await someone.invite(room, house.bot.user_id)
        await rest(session)
        assert room in session.port.rooms.known
        if isinstance(someone, Member):
            await someone.sees(room, house.bot.user_id)
        yield session, room


def post(room: str, words: str = "What did you learn?", **rest: Any) -> Outgoing:  # noqa: ANN401 - its fields
    return Outgoing(key="parcel", kind="post", since=TUESDAY, body=paragraph(words), channel=room, **rest)


async def deliver(session: MatrixSession, outgoing: Outgoing) -> Placed:
    """Send as the outbox does: what may have arrived is looked for before it is sent again."""
    doubt = False
    for _ in range(10):
        try:
            placed = await (session.port.find(outgoing) if doubt else session.port.send(outgoing))
        except RetryLaterError as later:
            await asyncio.sleep((later.after or timedelta()).total_seconds())
        except OutcomeUnknownError:
            doubt = True
        else:
            if placed is not None:
                return placed
            doubt = False
    raise AssertionError("it was not sent")


async def by_bot(house: House, someone: Person | Member, room: str) -> list[Event]:
    """Return what the bot posted and edited in a room; what greets or answers is none of that."""
    told = await (someone.events(room) if isinstance(someone, Member) else someone.messages(room))
    ours = [e for e in told if e["sender"] == house.bot.user_id]
    return [e for e in ours if KEY in e["content"] or "m.new_content" in e["content"]]


@everything
async def test_a_post_is_there_once(
    house: House, person: Callable[[str], Awaitable[Person]], line: Lossy, faults: Sequence[Fault]
) -> None:
    nadia = await person("Nadia")
    async with met(house, nadia, homeserver=line.url) as (session, room):
        line.fail(SENT, *faults)
        placed = await deliver(session, post(room))

        assert not line.failing
        assert [e["event_id"] for e in await by_bot(house, nadia, room)] == list(placed.parts)


async def test_an_answer_in_a_thread_is_there_once(
    house: House, person: Callable[[str], Awaitable[Person]], line: Lossy
) -> None:
    nadia = await person("Nadia")
    async with met(house, nadia, homeserver=line.url) as (session, room):
        root = await nadia.say(room, "Coffee?")
        line.fail(SENT, AnswerLost())
        placed = await deliver(session, post(room, "Tea.", thread=root))

        (said,) = await by_bot(house, nadia, room)
        assert said["event_id"] == placed.parts[0]
        assert said["content"]["m.relates_to"]["event_id"] == root


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("fault", [AnswerLost(), Dropped(), Limited()], ids=["answer lost", "dropped", "to wait"])
async def test_a_message_of_two_parts_is_there_once_and_whole(
    house: House, person: Callable[[str], Awaitable[Person]], line: Lossy, before: int, fault: Fault
) -> None:
    nadia = await person("Nadia")
    long = Text(tuple(block for n in range(60) for block in paragraph(f"{n} " + "what was said, " * 70).blocks))
    async with met(house, nadia, homeserver=line.url) as (session, room):
        line.fail(SENT, *[Late(0)] * before, fault, fault)
        placed = await deliver(session, replace(post(room), body=long))

        said = await by_bot(house, nadia, room)
        assert not line.failing
        assert [e["event_id"] for e in said] == list(placed.parts)
        assert len(placed.parts) > 1
        assert said[0]["content"]["body"].startswith("0 ")
        assert "59 what was said" in said[-1]["content"]["body"]


async def test_an_edit_is_there_once(house: House, person: Callable[[str], Awaitable[Person]], line: Lossy) -> None:
    nadia = await person("Nadia")
    async with met(house, nadia, homeserver=line.url) as (session, room):
        placed = await deliver(session, post(room))
        line.fail(SENT, AnswerLost())
        edit = replace(post(room, "What did you forget?"), key="edit", kind="edit", targets=placed.parts)
        assert await deliver(session, edit) == placed

        said = await by_bot(house, nadia, room)
        assert [e["content"].get("m.new_content", {}).get("body") for e in said] == [None, "What did you forget?"]


@pytest.mark.parametrize(
    "request_", ["POST .*/createRoom", "PUT .*/account_data/", SENT], ids=["room", "list", "words"]
)
@pytest.mark.parametrize("again", [False, True], ids=["at once", "after a restart"])
async def test_one_room_is_made_for_a_conversation(
    house: House, person: Callable[[str], Awaitable[Person]], line: Lossy, request_: str, *, again: bool
) -> None:
    nadia = await person("Nadia")
    direct = replace(post(""), kind="direct", channel=None, people=(nadia.id,))
    settings: dict[str, Any] = {"homeserver": line.url, "encrypt_direct": False}
    async with met(house, nadia, **settings) as (session, _):
        # What may be asked twice without harm is, once, by the HTTP client itself.
        line.fail(request_, AnswerLost(), *[AnswerLost()] * (again and request_.startswith("PUT")))
        if again:
            with pytest.raises(OutcomeUnknownError):
                await session.port.send(direct)
        else:
            await deliver(session, direct)
    async with house.at_work(**settings) as session:
        await rest(session)
        placed = await session.port.find(direct) or await session.port.send(direct)

        assert not line.failing
        assert await nadia.invited() == [placed.channel]
        await nadia.join(placed.channel)
        assert [e["event_id"] for e in await by_bot(house, nadia, placed.channel)] == list(placed.parts)
        assert session.port.rooms.alone(placed.channel) == nadia.id
        assert placed.channel in session.port.rooms.direct[nadia.id]


@pytest.mark.parametrize("fault", [AnswerLost(), Dropped(), Limited()], ids=["answer lost", "dropped", "to wait"])
async def test_a_sealed_post_is_there_once_and_can_be_read(
    house: House, member: Callable[[str], Awaitable[Member]], line: Lossy, fault: Fault
) -> None:
    nadia = await member("Nadia")
    async with met(house, nadia, homeserver=line.url) as (session, room):
        line.fail(SENT, fault, fault)
        placed = await deliver(session, post(room))

        there = await nadia.until(room, "What did you learn?")
        assert [there.id] == list(placed.parts)
        assert there.encrypted
        assert len(await by_bot(house, nadia, room)) == 1


@pytest.mark.parametrize("request_", ["keys/query", "keys/claim", "sendToDevice", "keys/upload"])
@pytest.mark.parametrize("fault", [AnswerLost(), Broken()], ids=["answer lost", "HTML"])
async def test_keys_that_could_not_be_exchanged_are_exchanged_before_anything_is_said(
    house: House, member: Callable[[str], Awaitable[Member]], line: Lossy, request_: str, fault: Fault
) -> None:
    nadia = await member("Nadia")
    async with met(house, nadia, homeserver=line.url) as (session, room):
        line.fail(request_, fault)
        await deliver(session, post(room))

        assert (await nadia.until(room, "What did you learn?")).undecryptable is None


async def test_it_is_found_by_its_key_when_the_server_has_forgotten_the_transaction(
    house: House, person: Callable[[str], Awaitable[Person]], line: Lossy
) -> None:
    nadia = await person("Nadia")
    async with met(house, nadia, homeserver=line.url) as (session, room):
        line.fail(SENT, AnswerLost(), AnswerLost())
        with pytest.raises(OutcomeUnknownError):
            await session.port.send(post(room))
    for n in range(130):
        await nadia.say(room, f"Meanwhile {n}")
    # A new device's transactions are others, as are those of the same one after a day.
    bot = house.bot
    await login(house.home, Wanted(user=bot.user_id, homeserver=line.url, password=bot.password, again=True))

    async with house.at_work(homeserver=line.url) as session:
        await rest(session)
        placed = await session.port.find(post(room))

        assert placed is not None
        assert [e["event_id"] for e in await by_bot(house, nadia, room)] == list(placed.parts)


async def test_nothing_is_sent_while_nobody_listens_and_then_once(
    house: House, person: Callable[[str], Awaitable[Person]], line: Lossy
) -> None:
    nadia = await person("Nadia")
    async with met(house, nadia, homeserver=line.url) as (session, room):
        await line.down()
        with pytest.raises(RetryLaterError):
            await session.port.send(post(room))
        await line.up()
        placed = await deliver(session, post(room))

        assert [e["event_id"] for e in await by_bot(house, nadia, room)] == list(placed.parts)
