"""Whoever was away, the bot or the server: what was said meanwhile is heard once, in order, and answered once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from adapters.matrix.session import MatrixSession
from bot.engine.walk import settle
from tests.matrix.client import Event
from tests.matrix.founding import found, rest
from tests.matrix.house import House
from tests.matrix.members import Member
from tests.matrix.person import OFTEN, Person, people, user_name
from tests.matrix.synapse import Synapse, running

Someone = Person | Member
Make = Callable[[str], Awaitable[Someone]]
NEXT_QUESTION: Final = datetime(2026, 11, 30, 9, tzinfo=UTC)
PATIENCE: Final = 60.0


class Failing(Exception):  # noqa: N818 - what a probe raises
    """Something broke at a place."""


@dataclass
class Faulty:
    """A probe that raises once at a place, when it is told to."""

    place: str = ""

    def __call__(self, place: str) -> None:
        if place == self.place:
            self.place = ""
            raise Failing(place)


@dataclass
class Village:
    """A community in a room, and what is said there."""

    house: House
    people: Sequence[Someone]
    room: str

    @asynccontextmanager
    async def bot(self, probe: Faulty | None = None) -> AsyncIterator[MatrixSession]:
        """Give the bot at work, with everything taken in that it missed."""
        async with self.house.at_work(*[probe] if probe else [], encrypt_direct=self.encrypted) as session:
            yield session

    @property
    def encrypted(self) -> bool:
        return isinstance(self.people[0], Member)

    async def events(self) -> list[Event]:
        first = self.people[0]
        return await (first.events(self.room) if isinstance(first, Member) else first.messages(self.room))

    async def heard(self) -> list[str]:
        """Return the events that the bot heard, in order."""
        return await self.house.heard(self.room, await self.events())

    async def question(self) -> str:
        """Return the question that was asked; there is one."""
        bot = self.house.bot.user_id
        (asked,) = [
            e["event_id"]
            for e in await self.events()
            if e["sender"] == bot and "Answer in the thread" in e["content"].get("body", "")
        ]
        return str(asked)

    async def comes(self, someone: Someone) -> None:
        await self.people[0].invite(self.room, someone.id)
        await someone.join(self.room)
        if isinstance(someone, Member):
            await someone.sees(self.room, self.house.bot.user_id)

    async def answers_to(self, someone: Someone) -> list[str]:
        """Return the answers to somebody's commands, in the room where they talk with the bot alone."""
        bot, found_ = self.house.bot.user_id, list[str]()
        for room in await someone.invited():
            await someone.join(room)
            told = await (someone.events(room) if isinstance(someone, Member) else someone.messages(room))
            found_ += [
                e["content"].get("body", "") for e in told if e["sender"] == bot and e["type"] == "m.room.message"
            ]
        return found_


@pytest.fixture(params=["plain", "encrypted"])
def make(request: pytest.FixtureRequest) -> Make:
    """Give what makes people: on the raw API, or with a client that encrypts."""
    made: Make = request.getfixturevalue("member" if request.param == "encrypted" else "person")
    return made


@pytest.fixture
async def village(make: Make, synapse: Synapse, tmp_path: Path) -> Village:
    return await founded(make, synapse, tmp_path)


async def founded(make: Make, synapse: Synapse, folder: Path) -> Village:
    """Return a community of three that was just founded, of which the bot went away."""
    three = [await make(name) for name in ("Nadia Benali", "Paul Martin", "Tom Becker")]
    bot = await asyncio.to_thread(synapse.register, user_name("Causerie"), shown="Causerie")
    house = House(synapse, folder, bot)
    nadia, *others = three
    room = await nadia.create_room("practice", encrypted=isinstance(nadia, Member))
    village = Village(house, three, room)
    await nadia.invite(room, bot.user_id)
    async with village.bot() as session:
        await found(session, room, nadia.id)
        await rest(session)
    for other in others:
        await nadia.invite(room, other.id)
        await other.join(room)
    for person in three:
        if isinstance(person, Member):
            await person.sees(room, bot.user_id)
            for other in others:
                await person.sees(room, other.id)
    async with village.bot() as session:
        await nadia.say(room, "!causerie question now")
        await rest(session)
    return village


async def test_what_was_said_in_a_long_absence_is_heard_once_and_in_order(village: Village, make: Make) -> None:
    nadia, paul, tom = village.people
    room, question = village.room, await village.question()
    zoe = await make("Zoé Lambert")
    chatter = 21 if village.encrypted else 51
    async with village.bot() as session:
        old = await tom.say(room, "Standing.", thread=question)
        await rest(session)
    before = await village.heard()
    assert before[-1] == old

    async def chat(part: int) -> None:
        for n in range(chatter):
            await (nadia, paul)[n % 2].say(room, f"Chatter {part} {n}")

    first = await paul.say(room, "With a round of names.", thread=question)
    await chat(1)
    unsaid = await tom.say(room, "Sitting.", thread=question)
    await village.comes(zoe)
    third = await zoe.say(room, "May I?", thread=question)
    await chat(2)
    edit = await paul.edit(room, first, "With a *long* round of names.")
    await chat(3)
    gone = await tom.redact(room, old)
    await tom.redact(room, unsaid)
    await chat(4)
    last = await nadia.say(room, "In pairs.", thread=question)
    await tom.leave(room)
    await chat(5)
    came = {e["state_key"]: e for e in await village.events() if e["type"] == "m.room.member"}

    async with village.bot() as session:
        await rest(session)
    heard = (await village.heard())[len(before) :]
    assert heard == [first, came[zoe.id]["event_id"], third, edit, gone, last, came[tom.id]["event_id"]]
    async with village.bot() as session:
        await rest(session)
        assert await village.heard() == [*before, *heard]


async def test_a_command_that_was_given_while_the_bot_was_away_is_answered_once(village: Village) -> None:
    paul = village.people[1]
    await paul.say(village.room, "!causerie question answer By command: tea.")
    await paul.say(village.room, "!causerie status")
    for _ in range(2):
        async with village.bot() as session:
            await rest(session)

    answers = await village.answers_to(paul)
    assert len(answers) == len(set(answers)) == 2
    kept = [e for e in await village.events() if "By command: tea." in e["content"].get("body", "")]
    assert [e["sender"] for e in kept] == [paul.id, village.house.bot.user_id]


@pytest.mark.parametrize("place", ["matrix.keys", "receive.begin", "receive.stored", "receive.committed"])
async def test_what_could_not_be_stored_is_taken_in_again(village: Village, place: str) -> None:
    _, paul, tom = village.people
    room, question = village.room, await village.question()
    before = await village.heard()
    fault = Faulty()
    async with village.bot(fault) as session:
        await rest(session)
        said = [await paul.say(room, "One.", thread=question), await tom.say(room, "Two.", thread=question)]
        fault.place = place
        with pytest.raises(Failing):
            await session.once()
        assert not fault.place
        await rest(session)
        assert await village.heard() == [*before, *said]

        # In a session that goes on, and in a new one, keys that came with what failed are still there.
        said.append(await paul.say(room, "Three.", thread=question))
        fault.place = place
        with pytest.raises(Failing):
            await session.once()
    async with village.bot() as session:
        await rest(session)
        assert await village.heard() == [*before, *said]


async def test_an_answer_whose_key_comes_late_waits_for_it_over_a_restart(
    member: Callable[[str], Awaitable[Member]], synapse: Synapse, tmp_path: Path
) -> None:
    village = await founded(member, synapse, tmp_path)
    paul = village.people[1]
    assert isinstance(paul, Member)
    room, question = village.room, await village.question()
    before = await village.heard()
    async with village.bot() as session:
        await paul.hold_keys()
        said = await paul.say(room, "Sealed.", thread=question)
        asked = await paul.say(room, "!causerie status")
        await rest(session)
        assert await village.heard() == before
    async with village.bot() as session:
        await rest(session)
        assert await village.heard() == before
    await paul.hold_keys(on=False)

    async with village.bot() as session:
        await rest(session)
        assert sorted((await village.heard())[len(before) :]) == sorted([said, asked])
    async with village.bot() as session:
        await rest(session)
    assert sorted((await village.heard())[len(before) :]) == sorted([said, asked])
    assert len(await village.answers_to(paul)) == 1


async def test_whoever_has_not_come_into_a_conversation_yet_can_read_later_what_was_said_after_a_restart(
    member: Callable[[str], Awaitable[Member]], synapse: Synapse, tmp_path: Path
) -> None:
    village = await founded(member, synapse, tmp_path)
    paul = village.people[1]
    for words in ("!causerie status", "!causerie help"):
        async with village.bot() as session:
            await paul.say(village.room, words)
            await rest(session)

    answers = await village.answers_to(paul)
    assert len(answers) == 2
    assert all(answers)


@pytest.fixture
def own_synapse() -> Iterator[Synapse]:
    """Give a homeserver of the test's own, which may be killed."""
    with running() as server:
        yield server


async def test_a_server_that_is_killed_and_started_again_is_read_on_from_where_it_was(
    own_synapse: Synapse, tmp_path: Path
) -> None:
    async with people(own_synapse) as person:
        village = await founded(person, own_synapse, tmp_path)
        _, paul, _ = village.people
        room, question = village.room, await village.question()
        before = await village.heard()
        async with village.house.at_work(encrypt_direct=False, poll_ms=10_000) as session:
            running_ = asyncio.create_task(session.run())
            said = [await paul.say(room, "Before.", thread=question)]
            await until(village.heard, [*before, *said])
            own_synapse.kill()
            village.house.clock.at = NEXT_QUESTION
            await settle(session.engine)
            own_synapse.start()
            said.append(await paul.say(room, "After.", thread=question))
            await until(village.heard, [*before, *said])
            village.house.clock.at += timedelta(hours=1)
            await settle(session.engine)
            running_.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running_
        bot = village.house.bot.user_id
        words = [str(e["content"].get("body")) for e in await village.events() if e["sender"] == bot]
        assert len([w for w in words if "Answer in the thread" in w]) == 2


async def until(now: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Wait until something is as it is wanted."""
    deadline = time.monotonic() + PATIENCE
    while (there := await now()) != wanted:
        assert time.monotonic() < deadline, there
        await asyncio.sleep(OFTEN)
