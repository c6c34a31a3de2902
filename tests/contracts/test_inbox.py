"""The inbox: every fact once, oldest first, held until its root is known, dead but not lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.core.incoming import Commanded, Deleted, Incoming, Internal, Joined, Said
from bot.core.model import ChannelId, Fact, Label, MessageId
from bot.core.text import paragraph
from bot.engine.ports import Stored
from storage.database import SqlDatabase
from tests.contracts.conftest import NOW, Place

MINUTE = timedelta(minutes=1)


def reply(number: int, channel: str = "C1") -> Said:
    return Said(
        fact=Fact(f"local:{channel}:{number}"),
        at=NOW,
        channel=channel,
        author="U-ana",
        thread="1",
        message=str(number),
        text=paragraph("Bonjour"),
    )


async def put(database: SqlDatabase, place: Place, *facts: Incoming, held: bool = False) -> set[Fact]:
    async with database.unit() as unit:
        new = await unit.inbox.put(place.workspace, [(f, held) for f in facts], NOW)
        await unit.commit()
    return new


async def ready(database: SqlDatabase, after: timedelta = timedelta()) -> list[Stored]:
    async with database.view() as unit:
        return list(await unit.inbox.ready(NOW + after, 100))


async def test_a_fact_is_new_once(database: SqlDatabase, place: Place) -> None:
    one, two = reply(1), reply(2)
    assert await put(database, place, one, one) == {one.fact}
    assert await put(database, place, one, two) == {two.fact}
    assert await put(database, place) == set()
    assert [s.heard for s in await ready(database)] == [one, two]


async def test_every_kind_comes_back_as_it_went(database: SqlDatabase, place: Place) -> None:
    facts: list[Incoming] = [
        reply(1),
        Joined(fact=Fact("j"), at=NOW, channel="C1", author="U-bo"),
        Commanded(fact=Fact("c"), at=NOW, channel="C1", author="U-bo", words="status"),
        Internal(
            fact=Fact("i"), at=NOW, binding=place.notes.id, event="due", label=Label("ask/1"), payload={"a": [1, "é"]}
        ),
    ]
    await put(database, place, *facts)
    found = await ready(database, MINUTE)
    assert [s.heard for s in found] == facts
    assert all(s.workspace == place.workspace and s.tries == 0 and not s.held for s in found)


async def test_what_is_said_of_a_message_waits_for_what_was_said_before(database: SqlDatabase, place: Place) -> None:
    said, gone = reply(1), Deleted(fact=Fact("gone"), at=NOW, channel="C1", author="U-ana", thread="1", message="1")
    other = reply(2)
    await put(database, place, said, gone, other)
    assert [s.heard for s in await ready(database)] == [said, other]
    async with database.unit() as unit:
        first, second = await unit.inbox.ready(NOW, 100)
        await unit.inbox.failed(first.id, NOW + MINUTE, "Oops")
        await unit.inbox.done(second.id, NOW)
        # Nothing is due before the message itself is tried again.
        assert await unit.inbox.next_at() == NOW + MINUTE
        await unit.commit()
    assert await ready(database) == []
    async with database.unit() as unit:
        await unit.inbox.done(first.id, NOW)
        await unit.commit()
    assert [s.heard for s in await ready(database)] == [gone]


async def test_a_handled_fact_stays_handled(database: SqlDatabase, place: Place) -> None:
    await put(database, place, reply(1))
    (stored,) = await ready(database)
    async with database.unit() as unit:
        await unit.inbox.done(stored.id, NOW)
        # Another who had begun on it comes too late.
        await unit.inbox.failed(stored.id, NOW, "Oops")
        await unit.inbox.hold(stored.id, NOW)
        await unit.commit()
    assert await ready(database, MINUTE) == []


async def test_where_several_work_an_answer_is_left_to_whoever_was_asked(database: SqlDatabase, place: Place) -> None:
    asked = Commanded(fact=Fact("c"), at=NOW, channel="C1", author="U-bo", words="status")
    await put(database, place, asked)
    assert [s.heard for s in await ready(database)] == ([asked] if database.exclusive else [])
    assert [s.heard for s in await ready(database, MINUTE)] == [asked]
    async with database.view() as unit:
        assert await unit.inbox.get(place.workspace, asked.fact) is not None


async def test_a_batch_of_many(database: SqlDatabase, place: Place) -> None:
    facts = [reply(n) for n in range(1000)]
    assert len(await put(database, place, *facts)) == 1000
    async with database.view() as unit:
        first = await unit.inbox.ready(NOW, 32)
        then = await unit.inbox.ready(NOW, 32, first[-1].id)
    assert [s.heard for s in (*first, *then)] == facts[:64]


async def test_messages_are_known_with_their_facts(database: SqlDatabase, place: Place) -> None:
    await put(database, place, reply(1))
    async with database.view() as unit:
        message = await unit.directory.message(place.home, "1")
        assert await unit.directory.locate([message]) == {message: ("C1", "1")}
        stranger = await unit.directory.message(ChannelId(place.home), "2")
        assert await unit.directory.locate([stranger, MessageId("x")]) == {}


async def test_done_forgets_the_words_and_keeps_the_key(database: SqlDatabase, place: Place) -> None:
    one = reply(1)
    await put(database, place, one)
    async with database.unit() as unit:
        stored = await unit.inbox.get(place.workspace, one.fact)
        assert stored is not None
        await unit.inbox.done(stored.id, NOW)
        assert await unit.inbox.get(place.workspace, one.fact) is None
        assert await unit.inbox.next_at() is None
        await unit.commit()
    assert await ready(database) == []
    assert await put(database, place, one) == set()
    async with database.unit() as unit:
        await unit.inbox.prune(NOW + MINUTE)
        await unit.commit()
    assert await put(database, place, one) == {one.fact}


async def test_a_claim_is_taken_once_per_binding_and_kept_while_its_fact_is(
    database: SqlDatabase, place: Place
) -> None:
    one = reply(1)
    await put(database, place, one)
    async with database.unit() as unit:
        assert await unit.inbox.claim(one.fact, place.notes.id, NOW)
        assert not await unit.inbox.claim(one.fact, place.notes.id, NOW)
        assert await unit.inbox.claim(one.fact, place.core.id, NOW)
        await unit.inbox.prune(NOW + MINUTE)
        assert not await unit.inbox.claim(one.fact, place.notes.id, NOW)
        await unit.inbox.done((await unit.inbox.ready(NOW, 1))[0].id, NOW)
        await unit.inbox.prune(NOW + MINUTE)
        assert await unit.inbox.claim(one.fact, place.notes.id, NOW)


async def test_of_many_claims_at_once_one_wins(database: SqlDatabase, place: Place) -> None:
    async def claim() -> bool:
        async with database.unit() as unit:
            won = await unit.inbox.claim(Fact("f"), place.notes.id, NOW)
            await asyncio.sleep(0)
            await unit.commit()
        return won

    assert sorted(await asyncio.gather(*(claim() for _ in range(50)))) == [False] * 49 + [True]


async def test_of_many_puts_at_once_one_is_new(database: SqlDatabase, place: Place) -> None:
    facts = [reply(n) for n in range(20)]
    orders = [facts if n % 2 else list(reversed(facts)) for n in range(10)]
    new = await asyncio.gather(*(put(database, place, *order) for order in orders))
    assert sorted(f for some in new for f in some) == sorted(f.fact for f in facts)


async def test_a_held_reply_waits_for_its_channel(database: SqlDatabase, place: Place) -> None:
    await put(database, place, reply(1), reply(2, "C2"), held=True)
    assert await ready(database) == []
    async with database.unit() as unit:
        await unit.inbox.release("C1")
        await unit.commit()
    assert [(s.heard.fact, s.held) for s in await ready(database)] == [(reply(1).fact, False)]


async def test_a_held_reply_does_not_wait_for_ever(database: SqlDatabase, place: Place) -> None:
    await put(database, place, reply(1), held=True)
    (late,) = await ready(database, MINUTE)
    assert late.held
    async with database.unit() as unit:
        await unit.inbox.hold(late.id, NOW + 3 * MINUTE)
        assert await unit.inbox.next_at() == NOW + 3 * MINUTE
        await unit.commit()
    assert await ready(database, 2 * MINUTE) == []
    assert [s.held for s in await ready(database, 3 * MINUTE)] == [True]


async def test_a_failure_is_tried_again_and_dies_at_last(database: SqlDatabase, place: Place) -> None:
    await put(database, place, reply(1), reply(2))
    async with database.unit() as unit:
        one, two = await unit.inbox.ready(NOW, 10)
        await unit.inbox.failed(one.id, NOW + MINUTE, "LookupError")
        await unit.inbox.failed(two.id, None, "LookupError")
        await unit.commit()
    assert await ready(database) == []
    assert [(s.id, s.tries) for s in await ready(database, MINUTE)] == [(one.id, 1)]
    async with database.unit() as unit:
        assert await unit.inbox.next_at() == NOW + MINUTE
        assert [(d.fact, d.at, d.error) for d in await unit.inbox.dead()] == [(two.heard.fact, NOW, "LookupError")]
        assert await unit.inbox.revive(one.id) == 0
        assert await unit.inbox.revive(two.id) == 1
        assert await unit.inbox.revive(None) == 0
        await unit.commit()
    assert [(s.heard, s.tries) for s in await ready(database)] == [(reply(2), 0)]


async def test_the_dead_are_forgotten_with_history(database: SqlDatabase, place: Place) -> None:
    await put(database, place, reply(1), reply(2))
    async with database.unit() as unit:
        one, _ = await unit.inbox.ready(NOW, 10)
        await unit.inbox.failed(one.id, None, "LookupError")
        await unit.inbox.prune(NOW)
        assert len(await unit.inbox.dead()) == 1
        await unit.inbox.prune(NOW + MINUTE)
        assert await unit.inbox.dead() == []
        assert len(await unit.inbox.ready(NOW, 10)) == 1
