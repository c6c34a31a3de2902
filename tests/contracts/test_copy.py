"""A copy has one community whole, and nothing of the others; what happens in it stays there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.effects import Wake
from bot.core.incoming import Batch, Internal, Profile, Said
from bot.core.model import CommunityId, Fact, Label, Office, OfficeName
from bot.core.text import paragraph
from bot.engine.ports import Said as Placed
from storage.database import SqlDatabase
from storage.tables import member
from tests.contracts.conftest import NOW, Place, found
from tests.contracts.test_outbox import lease, parcel, put

HOUR = timedelta(hours=1)


async def live(database: SqlDatabase, place: Place) -> None:
    """Write something into every kind of table."""
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(people=(Profile(external="U-far", name="Far"),)))
        await unit.commons.appoint(place.community, Office(name=OfficeName.COORDINATOR, member=place.ana, since=NOW))
        await unit.members.refuse(place.bo, None, None, NOW)
        await unit.members.spend([place.ana], "key", NOW)
        note = Placed(binding=place.notes.id, label=Label("root"), channel="C1", parts=("1", "2"))
        await unit.directory.note(place.workspace, note)
        await unit.wakes.replace(place.notes.id, place.community, [Wake(Label("w"), NOW + HOUR, HOUR)], NOW)
        tally = await (await unit.open(place.notes)).tally()
        tally.count, tally.author = 7, await unit.directory.message(place.home, "5")
        reply = Said(fact=Fact(f"{place.home}:5"), at=NOW, channel="C1", message="5", text=paragraph("Bonjour"))
        due = Internal(fact=Fact(f"{place.home}:due"), at=NOW, binding=place.notes.id, event="due", label=Label("w"))
        await unit.inbox.put(place.workspace, [(reply, False), (due, False)], NOW)
        await unit.commit()


async def test_a_community_is_copied_whole(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T2", "C1")
    await live(database, place)
    await live(database, other)
    async with database.copy(place.community) as copied, copied.view() as unit:
        assert copied.exclusive
        assert [c.id for c in await unit.commons.communities()] == [place.community]
        assert await unit.commons.bindings(place.community) == [place.core, place.notes]
        assert set(await unit.commons.member_ids(place.community)) == {place.ana, place.bo, place.chi}
        assert [o.member for o in await unit.commons.offices(place.community, NOW)] == [place.ana]
        ana, bo = [
            (await unit.members.availability([m], place.community, "notes", NOW))[0] for m in (place.ana, place.bo)
        ]
        assert (ana.spent, ana.refused, bo.refused) == ((NOW,), False, True)
        assert (await unit.directory.said(place.notes.id, Label("root"))) is not None
        assert await unit.wakes.next_at() == NOW + HOUR
        tally = await (await unit.open(place.notes)).tally()
        assert tally.count == 7
        assert await unit.directory.locate([tally.author]) == {tally.author: ("C1", "5")}
        facts = [s.heard.fact for s in await unit.inbox.ready(NOW, 9)]
        assert facts == [f"{place.home}:5", f"{place.home}:due"]
        people = (await unit.connection.execute(select(member.c.external).order_by(member.c.external))).scalars()
        assert list(people) == ["U-ana", "U-bo", "U-chi"]


async def test_what_waits_comes_along_without_its_lease_and_the_dead_stay(database: SqlDatabase, place: Place) -> None:
    await put(
        database,
        parcel(place, "dead", destination="d"),
        parcel(place, "leased"),
        parcel(place, "direct", kind="direct", channel=None, destination="m", to=frozenset({place.ana})),
    )
    dead, *_ = await lease(database)
    async with database.unit() as unit:
        await unit.outbox.bury(dead.id, "never accepted", NOW)
        await unit.commit()
    async with database.copy(place.community) as copied:
        assert [p.key for p in await lease(copied)] == ["leased", "direct"]


async def test_what_happens_in_a_copy_stays_there(database: SqlDatabase, place: Place) -> None:
    await live(database, place)
    async with database.copy(place.community) as copied, copied.unit() as unit:
        (await (await unit.open(place.notes)).tally()).count = 99
        await unit.wakes.take(NOW + HOUR, 9)
        await unit.commit()
    async with database.view() as unit:
        assert (await (await unit.open(place.notes)).tally()).count == 7
        assert await unit.wakes.next_at() == NOW + HOUR


async def test_a_copy_of_nobody(database: SqlDatabase) -> None:
    with pytest.raises(KeyError):
        async with database.copy(CommunityId("nobody")):
            pass
