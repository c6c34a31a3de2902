"""A channel that goes by another id of the platform's stays the same channel with us."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.core.awaited import Options
from bot.core.incoming import Batch, ChannelProfile, Commanded, Renumbered
from bot.core.incoming import Said as Heard
from bot.core.model import Fact, Label
from bot.core.text import Text
from bot.engine.ports import Parcel, Said, Unit, Whose
from storage.database import SqlDatabase
from storage.tables import channel, inbox, message
from tests.contracts.conftest import NOW, Place, found


def heard(fact: str, place: str, message_: str) -> Heard:
    return Heard(fact=Fact(fact), at=NOW, channel=place, author="U-bo", message=message_, text=Text())


async def moved(database: SqlDatabase, place: Place, old: str = "C1", new: str = "G1") -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(renumbered=(Renumbered(old, new),)))
        await unit.commit()


async def put(unit: Unit, place: Place, *facts: Heard | Commanded) -> None:
    await unit.inbox.put(place.workspace, [(fact, False) for fact in facts], NOW)


async def test_it_keeps_our_id_its_community_and_its_profile(database: SqlDatabase, place: Place) -> None:
    for _ in range(2):
        await moved(database, place)
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(channels=(ChannelProfile(external="G1", name="renamed"),)))
        assert await unit.directory.channel(place.workspace, "C1") is None
        assert await unit.directory.channel(place.workspace, "G1") == place.home
        assert await unit.directory.channel_names([place.home]) == {place.home: ("G1", "renamed")}
        homes = await unit.commons.at_homes(place.workspace, ["C1", "G1", "C2"])
        assert homes == {"G1": (place.home, place.community)}


async def test_its_threads_stay_open(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        one = Said(binding=place.notes.id, label=Label("round/1"), channel="C1", parts=("10", "11"))
        await unit.directory.note(place.workspace, one)
        await unit.awaits.put(place.workspace, "C1", "10", Options(()), NOW, Whose())
        noted = await unit.directory.message(place.home, "20")
        await unit.commit()

    await moved(database, place)

    async with database.unit() as unit:
        assert await unit.directory.label(place.workspace, "G1", "11") == (place.notes.id, "round/1")
        said = await unit.directory.said(place.notes.id, Label("round/1"))
        assert said == Said(binding=place.notes.id, label=Label("round/1"), channel="G1", parts=("10", "11"))
        assert await unit.awaits.of(place.workspace, "G1", "10") == Options(())
        assert await unit.directory.message(place.home, "20") == noted
        assert await unit.directory.met(place.workspace, "G1", "20")
        assert await unit.directory.locate([noted]) == {noted: ("G1", "20")}


async def test_what_waits_to_be_handled_follows(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T2", "C1")
    async with database.unit() as unit:
        await put(unit, place, heard("done", "C1", "20"), heard("waits", "C1", "21"), heard("else", "C2", "22"))
        await put(unit, place, Commanded(fact=Fact("asked"), at=NOW, channel="C1", author="U-bo", words="help"))
        await put(unit, other, heard("theirs", "C1", "20"))
        done = await unit.inbox.get(place.workspace, Fact("done"))
        assert done is not None
        await unit.inbox.done(done.id, NOW)
        await unit.commit()

    await moved(database, place)

    async with database.view() as unit:
        for fact, there in {"waits": "G1", "asked": "G1", "else": "C2"}.items():
            stored = await unit.inbox.get(place.workspace, Fact(fact))
            assert stored is not None
            assert stored.heard == (
                heard(fact, there, "21" if fact == "waits" else "22")
                if fact != "asked"
                else Commanded(fact=Fact("asked"), at=NOW, channel="G1", author="U-bo", words="help")
            )
        query = select(inbox.c.channel, inbox.c.about).where(inbox.c.workspace_id == place.workspace)
        rows = (await unit.connection.execute(query.order_by(inbox.c.id))).all()
        assert [tuple(r) for r in rows] == [("G1", "G1/20"), ("G1", "G1/21"), ("C2", "C2/22"), ("G1", None)]
        theirs = await unit.inbox.get(other.workspace, Fact("theirs"))
        assert theirs is not None
        assert theirs.heard == heard("theirs", "C1", "20")


async def test_what_was_noted_of_the_new_id_gives_way(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(channels=(ChannelProfile(external="G1", name="new"),)))
        strange = await unit.directory.channel(place.workspace, "G1")
        assert strange is not None
        kept = await unit.directory.message(place.home, "20")
        await unit.directory.message(strange, "20")
        moves = await unit.directory.message(strange, "21")
        for label, there in (("a", "C1"), ("b", "G1")):
            await unit.directory.note(
                place.workspace, Said(binding=place.notes.id, label=Label(label), channel=there, parts=("10",))
            )
        await unit.outbox.put(
            Parcel(
                key="k",
                kind="post",
                workspace=place.workspace,
                community=place.community,
                binding=place.notes.id,
                label=Label("c"),
                destination=f"channel:{strange}",
                channel=strange,
                not_before=NOW,
                next_at=NOW,
            )
        )
        await unit.commit()

    await moved(database, place)

    async with database.unit() as unit:
        assert await unit.directory.channel(place.workspace, "G1") == place.home
        assert len((await unit.connection.execute(select(channel).where(channel.c.external == "G1"))).all()) == 1
        assert await unit.directory.message(place.home, "20") == kept
        assert await unit.directory.message(place.home, "21") == moves
        assert len((await unit.connection.execute(select(message))).all()) == 2
        assert await unit.directory.label(place.workspace, "G1", "10") == (place.notes.id, "b")
        waits = await unit.outbox.unsent(place.notes.id, Label("c"))
        assert waits is not None
        assert (waits.channel, waits.destination) == (place.home, f"channel:{place.home}")


@pytest.mark.parametrize(("old", "new"), [("C9", "G1"), ("C2", "C1"), ("C1", "C1")])
async def test_nothing_moves_from_nowhere_or_into_a_community(
    database: SqlDatabase, place: Place, old: str, new: str
) -> None:
    await moved(database, place, old, new)
    async with database.view() as unit:
        assert await unit.directory.channel(place.workspace, "C1") == place.home
        assert await unit.directory.channel(place.workspace, "C2") not in {None, place.home}
        assert await unit.directory.channel(place.workspace, "G1") is None


async def test_a_channel_that_is_told_of_by_a_former_id_is_another_one(database: SqlDatabase, place: Place) -> None:
    await moved(database, place)
    for _ in range(2):
        async with database.unit() as unit:
            profiles = (ChannelProfile(external="C1", name="late"), ChannelProfile(external="G1", name="now"))
            await unit.directory.save(place.workspace, Batch(channels=profiles))
            await unit.commit()
    async with database.view() as unit:
        late = await unit.directory.channel(place.workspace, "C1")
        assert late not in {None, place.home}
        assert await unit.directory.channel_external(place.home) == "G1"
    await moved(database, place)
    async with database.view() as unit:
        assert await unit.directory.channel_external(place.home) == "G1"


async def test_a_message_in_a_channel_that_nobody_told_of_is_not_noted(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await put(unit, place, heard("f", "C9", "1"))
        assert (await unit.connection.execute(select(message))).all() == []
