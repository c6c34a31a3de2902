"""The outbox: once per key, in order per destination, by one sender, and nothing lost in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.effects import Care
from bot.core.incoming import Batch, ChannelProfile
from bot.core.model import Label, WorkspaceId
from bot.core.text import Text, paragraph
from bot.engine.ports import Parcel
from storage import tables
from storage.database import SqlDatabase
from storage.unit import SqlUnit
from tests.contracts.conftest import NOW, Place

MINUTE = timedelta(minutes=1)


def parcel(place: Place, key: str, **rest: Any) -> Parcel:  # noqa: ANN401 - fields of Parcel
    return Parcel(
        **{
            "key": key,
            "kind": "post",
            "workspace": place.workspace,
            "community": place.community,
            "binding": place.notes.id,
            "label": Label(key),
            "destination": "channel:C1",
            "channel": place.home,
            "body": paragraph(f"words of {key}"),
            "not_before": NOW,
            "next_at": NOW,
            **rest,
        }
    )


async def put(database: SqlDatabase, *parcels: Parcel) -> list[bool]:
    async with database.unit() as unit:
        new = [await unit.outbox.put(p) for p in parcels]
        await unit.commit()
    return new


async def workspaces(unit: SqlUnit) -> list[WorkspaceId]:
    return [WorkspaceId(w) for w in await unit.connection.scalars(select(tables.workspace.c.id))]


async def lease(
    database: SqlDatabase, now: datetime = NOW, limit: int = 32, resting: Collection[str] = ()
) -> list[Parcel]:
    async with database.unit() as unit:
        leased = await unit.outbox.lease(now, now + MINUTE, limit, await workspaces(unit), resting)
        await unit.commit()
    return list(leased)


async def lease_keys(database: SqlDatabase, now: datetime = NOW) -> list[str]:
    return [p.key for p in await lease(database, now)]


async def next_at(database: SqlDatabase) -> datetime | None:
    async with database.view() as unit:
        return await unit.outbox.next_at(await workspaces(unit))


async def send(database: SqlDatabase, now: datetime = NOW) -> list[str]:
    """Lease and confirm until nothing can go; return the keys in order."""
    keys: list[str] = []
    while leased := await lease(database, now):
        for one in leased:
            async with database.unit() as unit:
                await unit.outbox.sent(one.id, now)
                await unit.commit()
            keys.append(one.key)
    return keys


async def statuses(database: SqlDatabase) -> dict[str, str]:
    async with database.view() as unit:
        return await statuses_of(unit)


async def statuses_of(unit: SqlUnit) -> dict[str, str]:
    return {r.key: r.status for r in await unit.outbox.rows(all_=True, limit=100)}


async def test_a_parcel_comes_back_as_it_went_once_per_key(database: SqlDatabase, place: Place) -> None:
    given = parcel(
        place,
        "a",
        kind="direct",
        to=frozenset({place.ana, place.bo}),
        destination="direct:ana,bo",
        channel=None,
        care=Care.NUDGE,
        until=NOW + MINUTE,
        job={"thread": "x"},
    )
    assert await put(database, given, parcel(place, "a", label=Label("other"))) == [True, False]
    (leased,) = await lease(database)
    assert leased == Parcel(**{f: getattr(given, f) for f in given.__slots__} | {"id": leased.id})


async def test_one_per_destination_in_order(database: SqlDatabase, place: Place) -> None:
    await put(
        database, *(parcel(place, f"{d}{n}", destination=d) for n in range(3) for d in ("channel:C1", "channel:C2"))
    )
    first = await lease(database)
    assert [p.key for p in first] == ["channel:C10", "channel:C20"]
    assert await lease(database) == []
    async with database.unit() as unit:
        await unit.outbox.sent(first[0].id, NOW)
        await unit.commit()
    assert await lease_keys(database) == ["channel:C11"]


async def test_what_rests_is_left(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"), parcel(place, "b", destination="channel:C2"))
    assert [p.key for p in await lease(database, resting={"channel:C1"})] == ["b"]


async def test_a_limit_is_kept(database: SqlDatabase, place: Place) -> None:
    await put(database, *(parcel(place, f"p{n}", destination=f"d{n}") for n in range(5)))
    assert [p.key for p in await lease(database, limit=2)] == ["p0", "p1"]


async def test_what_waits_holds_nobody_up(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "later", not_before=NOW + MINUTE), parcel(place, "now"))
    assert await next_at(database) == NOW
    assert await send(database) == ["now"]
    assert await next_at(database) == NOW + MINUTE
    assert await send(database, NOW + MINUTE) == ["later"]
    assert await next_at(database) is None


async def test_a_retry_goes_first(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"), parcel(place, "b"))
    (a,) = await lease(database)
    async with database.unit() as unit:
        await unit.outbox.retry(a.id, NOW + MINUTE, "away", doubt=False)
        await unit.commit()
    assert await lease(database) == []
    assert await next_at(database) == NOW + MINUTE
    (again,) = await lease(database, NOW + MINUTE)
    assert (again.key, again.tries, again.doubt) == ("a", 1, False)


async def test_a_postponed_parcel_lets_others_pass(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"), parcel(place, "b"))
    (a,) = await lease(database)
    async with database.unit() as unit:
        await unit.outbox.postpone(a.id, NOW + MINUTE)
        await unit.commit()
    (b,) = await lease(database)
    assert b.key == "b"
    # "a" is the head again, but its destination has a sender.
    assert await lease(database, NOW + MINUTE) == []
    assert await next_at(database) == NOW + MINUTE


async def test_a_reply_waits_for_its_root_and_holds_nobody_up(database: SqlDatabase, place: Place) -> None:
    await put(
        database,
        parcel(place, "root", destination="channel:C2"),
        parcel(place, "reply", under=Label("root"), held=True),
        parcel(place, "other"),
    )
    assert await statuses(database) == {"root": "pending", "reply": "held", "other": "pending"}
    assert await lease_keys(database) == ["root", "other"]
    async with database.unit() as unit:
        row = await unit.outbox.rows(all_=False, limit=9)
        await unit.outbox.sent(next(r.id for r in row if r.key == "root"), NOW)
        await unit.outbox.sent(next(r.id for r in row if r.key == "other"), NOW)
        await unit.commit()
    assert await send(database) == ["reply"]


async def test_a_reply_put_after_its_root_went_does_not_wait(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "root"))
    await send(database)
    await put(database, parcel(place, "reply", under=Label("root"), held=True))
    assert await send(database) == ["reply"]


async def test_a_reply_and_the_confirmation_of_its_root_may_cross(database: SqlDatabase, place: Place) -> None:
    for number in range(20):
        root, reply = f"root{number}", f"reply{number}"
        await put(database, parcel(place, root))
        (leased,) = await lease(database)

        async def confirm(leased: Parcel = leased) -> None:
            async with database.unit() as unit:
                assert await unit.outbox.leased(leased.id) is not None
                await asyncio.sleep(0)
                await unit.outbox.sent(leased.id, NOW)
                await unit.commit()

        async def record(root: str = root, reply: str = reply) -> None:
            async with database.unit() as unit:
                await unit.commons.lock(place.community)
                await unit.outbox.put(parcel(place, reply, under=Label(root), held=True))
                await unit.commit()

        await asyncio.gather(*((confirm(), record()) if number % 2 else (record(), confirm())))
        assert await send(database) == [reply]


@pytest.mark.parametrize("ended", ["withdrawn", "expired", "refused"])
async def test_what_was_to_go_under_it_ends_with_it(database: SqlDatabase, place: Place, ended: Any) -> None:  # noqa: ANN401 - a literal
    await put(
        database,
        parcel(place, "root"),
        parcel(place, "reply", under=Label("root"), held=True),
        parcel(place, "edit", kind="edit", label=Label("root"), under=Label("root"), held=True, destination="m"),
        parcel(place, "below", under=Label("reply"), held=True),
        parcel(place, "stranger", binding=place.core.id, under=Label("root"), held=True),
    )
    async with database.unit() as unit:
        root = await unit.outbox.unsent(place.notes.id, Label("root"))
        assert root is not None
        await unit.outbox.drop(root.id, ended, NOW)
        await unit.commit()
    gone = dict.fromkeys(("root", "reply", "edit", "below"), ended)
    assert await statuses(database) == gone | {"stranger": "held"}
    await put(database, parcel(place, "late", under=Label("root"), held=True))
    assert (await statuses(database))["late"] == ended
    assert await lease(database) == []


async def test_what_changes_a_message_that_was_never_put_ends_at_once(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "edit", kind="edit", under=Label("refused"), held=True, destination="m"))
    assert await statuses(database) == {"edit": "withdrawn"}


async def test_a_reply_whose_root_was_forgotten_is_forgotten_too(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "orphan", under=Label("root"), held=True))
    async with database.unit() as unit:
        await unit.outbox.prune(NOW)
        assert (await statuses_of(unit)) == {"orphan": "held"}
        await unit.outbox.prune(NOW + MINUTE)
        assert (await statuses_of(unit)) == {}


async def test_a_process_takes_only_what_its_platforms_can_carry(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"))
    async with database.unit() as unit:
        assert await unit.outbox.lease(NOW, NOW + MINUTE, 32, [WorkspaceId("elsewhere")]) == ()
        assert await unit.outbox.next_at([WorkspaceId("elsewhere")]) is None
        assert await unit.outbox.next_at([place.workspace]) == NOW


async def test_an_edit_that_ends_takes_nothing_with_it(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "root"), parcel(place, "reply", under=Label("root"), held=True))
    await put(database, parcel(place, "edit", kind="edit", label=Label("root"), under=Label("root"), destination="m"))
    _, edit = await lease(database)
    async with database.unit() as unit:
        await unit.outbox.bury(edit.id, "never accepted", NOW)
        await unit.commit()
    assert await statuses(database) == {"root": "sending", "reply": "held", "edit": "dead"}


async def test_what_was_not_leased_can_be_reworded(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"), parcel(place, "e", kind="edit", label=Label("b")))
    async with database.unit() as unit:
        unsent = await unit.outbox.unsent(place.notes.id, Label("a"))
        assert unsent is not None
        await unit.outbox.reword(unsent.id, paragraph("better words"))
        assert await unit.outbox.unsent(place.notes.id, Label("b")) is None
        assert await unit.outbox.unsent(place.core.id, Label("a")) is None
        await unit.commit()
    (a,) = await lease(database)
    assert a.body == paragraph("better words")
    async with database.unit() as unit:
        assert await unit.outbox.unsent(place.notes.id, Label("a")) is None
        await unit.outbox.reword(a.id, paragraph("too late"))
        assert (await unit.outbox.leased(a.id) or a).body == paragraph("better words")


async def test_sent_forgets_the_words_and_keeps_the_key(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"))
    assert await send(database) == ["a"]
    assert await put(database, parcel(place, "a")) == [False]
    async with database.unit() as unit:
        (row,) = await unit.outbox.rows(all_=True, limit=9)
        assert (row.status, row.next_at) == ("sent", NOW)
        assert await unit.outbox.rows(all_=False, limit=9) == []
        assert await unit.outbox.leased(row.id) is None
        await unit.outbox.prune(NOW + MINUTE)
        await unit.commit()
    assert await put(database, parcel(place, "a")) == [True]


async def test_a_lease_that_ran_out_is_in_doubt(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"), parcel(place, "b"))
    (a,) = await lease(database)
    assert await next_at(database) == NOW + MINUTE
    async with database.unit() as unit:
        assert await unit.outbox.overdue(NOW, NOW) == 0
        assert await unit.outbox.overdue(NOW + MINUTE, NOW + 2 * MINUTE) == 1
        assert await unit.outbox.leased(a.id) is None
        # The first sender comes back too late to change anything.
        await unit.outbox.retry(a.id, NOW + 9 * MINUTE, "away", doubt=False)
        await unit.commit()
    assert await statuses(database) == {"a": "doubt", "b": "pending"}
    # What may be on its way is not looked for before it must be visible; nothing overtakes it.
    assert await lease(database, NOW + MINUTE) == []
    (again,) = await lease(database, NOW + 2 * MINUTE)
    assert (again.key, again.doubt) == ("a", True)
    async with database.unit() as unit:
        await unit.outbox.doubtless(again.id, NOW + 2 * MINUTE)
        await unit.commit()
    (fresh,) = await lease(database, NOW + 2 * MINUTE)
    assert (fresh.key, fresh.doubt) == ("a", False)


async def test_at_start_every_lease_is_in_doubt(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"))
    await lease(database)
    async with database.unit() as unit:
        assert await unit.outbox.overdue(NOW, NOW + MINUTE, everything=True) == 1


async def test_what_may_be_on_the_platform_is_in_flight(database: SqlDatabase, place: Place) -> None:
    async def flying() -> bool:
        async with database.view() as unit:
            return await unit.outbox.in_flight(place.home)

    await put(database, parcel(place, "e", kind="edit", channel=None, destination="m"), parcel(place, "a"))
    assert not await flying()
    _, a = await lease(database)
    assert await flying()
    async with database.unit() as unit:
        await unit.outbox.retry(a.id, NOW, "unknown", doubt=True)
        await unit.commit()
    assert await flying()
    assert await send(database) == ["a"]
    assert not await flying()


async def test_dead_letters_keep_their_words_and_can_be_replayed(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"), parcel(place, "b"), parcel(place, "under", under=Label("a"), held=True))
    (a,) = await lease(database)
    async with database.unit() as unit:
        await unit.outbox.bury(a.id, "never accepted", NOW)
        await unit.commit()
    assert await statuses(database) == {"a": "dead", "b": "pending", "under": "withdrawn"}
    assert await send(database) == ["b"]
    async with database.unit() as unit:
        (dead,) = await unit.outbox.rows(all_=False, limit=9)
        assert (dead.error, dead.tries, dead.next_at) == ("never accepted", 1, NOW)
        assert await unit.outbox.replay(a.id + 99, NOW) == 0
        assert await unit.outbox.replay(a.id, NOW) == 1
        assert await unit.outbox.replay(None, NOW) == 0
        await unit.commit()
    (again,) = await lease(database)
    assert (again.body, again.tries) == (a.body, 0)


async def test_what_died_in_a_channel_lately_can_be_replayed(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(channels=(ChannelProfile(external="C9", name="other"),)))
        other = await unit.directory.channel(place.workspace, "C9")
        await unit.commit()
    kept: dict[str, dict[str, Any]] = {
        "late": {},
        "later": {"until": NOW + 5 * MINUTE},
        "doubted": {},
        "early": {},
        "too late": {"until": NOW + 3 * MINUTE},
        "elsewhere": {"channel": other},
        "edit": {"kind": "edit"},
        "waits": {},
    }
    await put(database, *(parcel(place, key, destination=key, **rest) for key, rest in kept.items()))
    for one in await lease(database):
        async with database.unit() as unit:
            if one.key == "waits":
                await unit.outbox.postpone(one.id, NOW + 9 * MINUTE)
            elif one.key == "doubted":
                await unit.outbox.retry(one.id, NOW + MINUTE, "unknown", doubt=True)
                await unit.outbox.bury(one.id, "unknown", NOW + MINUTE)
            else:
                await unit.outbox.bury(one.id, "not there", NOW if one.key == "early" else NOW + MINUTE)
            await unit.commit()

    async with database.unit() as unit:
        assert await unit.outbox.replay_in(place.home, NOW + MINUTE, NOW + 3 * MINUTE) == 3
        assert await unit.outbox.replay_in(place.home, NOW + MINUTE, NOW + 3 * MINUTE) == 0
        await unit.commit()

    again = {one.key: one for one in await lease(database, NOW + 3 * MINUTE)}
    assert {key: (one.tries, one.doubt) for key, one in again.items()} == {
        "late": (0, False),
        "later": (0, False),
        "doubted": (0, True),
    }


async def test_open_rows_outlive_history(database: SqlDatabase, place: Place) -> None:
    await put(database, parcel(place, "a"), parcel(place, "w", not_before=NOW + MINUTE))
    (a,) = await lease(database)
    async with database.unit() as unit:
        await unit.outbox.bury(a.id, "never accepted", NOW)
        await unit.outbox.prune(NOW + MINUTE)
        await unit.commit()
    assert await statuses(database) == {"w": "pending"}


async def test_of_many_senders_no_two_get_the_same(database: SqlDatabase, place: Place) -> None:
    await put(database, *(parcel(place, f"{d}/{n}", destination=str(d)) for d in range(40) for n in range(2)))
    leased = await asyncio.gather(*(lease(database, NOW, 5) for _ in range(20)))
    destinations = [p.destination for some in leased for p in some]
    assert len(destinations) == len(set(destinations))
    assert all(p.key.endswith("/0") for some in leased for p in some)


async def test_many_senders_keep_each_destination_in_order(database: SqlDatabase, place: Place) -> None:
    await put(database, *(parcel(place, f"{d}/{n}", destination=str(d)) for n in range(6) for d in range(4)))
    order: list[str] = []

    async def drive() -> None:
        while len(order) < 24:
            for one in await lease(database, NOW, 2):
                order.append(one.key)
                async with database.unit() as unit:
                    await unit.outbox.sent(one.id, NOW)
                    await unit.commit()

    await asyncio.gather(*(drive() for _ in range(5)))
    for destination in "0123":
        assert [k for k in order if k[0] == destination] == [f"{destination}/{n}" for n in range(6)]


async def test_an_empty_body_and_an_empty_outbox(database: SqlDatabase, place: Place) -> None:
    assert await next_at(database) is None
    assert await lease(database) == []
    await put(database, parcel(place, "d", kind="delete", body=Text(), channel=None))
    (d,) = await lease(database)
    assert d.body == Text()
