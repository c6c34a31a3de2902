"""What members allow, refuse and choose; what is kept of them, and how it is forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.attention import Availability
from bot.core.awaited import Filling, Options
from bot.core.dialogue import Dialogue
from bot.core.forms import Field, Form
from bot.core.i18n import words
from bot.core.incoming import Batch, ChannelProfile, Commanded, Incoming, Profile, Said
from bot.core.model import ChannelId, Fact, Label, Member, MemberId, Office, OfficeName
from bot.core.text import Mention, Named, Plain, Text, paragraph
from bot.engine.ports import Preferences, Refusal, Whose
from bot.engine.ports import Said as Placed
from storage import remembering, tables
from storage.database import SqlDatabase
from storage.remembering import Key, KeyUnusableError
from tests.contracts.conftest import NOW, Place, found
from tests.contracts.notes import STORAGES
from tests.contracts.test_outbox import lease, parcel, put
from tests.engine.world import dump

t, _ = words("causerie")
DAY = timedelta(days=1)


async def allowed(database: SqlDatabase, place: Place, ritual: str = "notes", days: int = 0) -> Availability:
    async with database.view() as unit:
        people = [place.ana, MemberId("x")]
        (ana,) = await unit.members.availability(people, place.community, ritual, NOW + days * DAY)
        assert await unit.members.availability([], place.community, ritual, NOW) == ()
    return ana


async def test_the_zone_is_the_members_or_the_communitys(database: SqlDatabase, place: Place) -> None:
    assert (await allowed(database, place)).zone == "UTC"
    async with database.unit() as unit:
        profile = Profile(external="U-ana", name="Ana", zone="America/Toronto")
        await unit.directory.save(place.workspace, Batch(people=(profile,)))
        await unit.commit()
    assert (await allowed(database, place)).zone == "America/Toronto"


async def test_nudges_of_the_last_week_are_spent_once_per_parcel(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        for day, key in ((0, "a"), (1, "b"), (2, "a")):
            await unit.members.spend([place.bo, place.ana], key, NOW + day * DAY)
        await unit.members.spend([], "c", NOW)
        await unit.commit()
    assert (await allowed(database, place, days=2)).spent == (NOW, NOW + DAY)
    assert (await allowed(database, place, days=7)).spent == (NOW + DAY,)
    assert (await allowed(database, place, days=8)).spent == ()


async def test_a_refusal_is_of_one_ritual_in_one_community(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T1", "C7")
    assert other.ana == place.ana
    async with database.unit() as unit:
        for _twice in range(2):
            await unit.members.refuse(place.ana, place.community, "notes", NOW)
        await unit.commit()
    assert (await allowed(database, place)).refused
    assert not (await allowed(database, place, "community")).refused
    assert not (await allowed(database, other)).refused
    async with database.unit() as unit:
        assert await unit.members.refused(place.ana) == [Refusal(place.community, "notes")]
        await unit.members.accept(place.ana, place.community, "notes")
        assert await unit.members.refused(place.ana) == []
        await unit.commit()
    assert not (await allowed(database, place)).refused


async def test_everything_can_be_refused(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.members.refuse(place.ana, None, None, NOW)
        await unit.commit()
    assert (await allowed(database, place)).refused
    assert (await allowed(database, place, "community")).refused
    async with database.unit() as unit:
        await unit.members.accept(place.ana, None, None)
        await unit.commit()
    assert not (await allowed(database, place)).refused


async def test_what_a_member_chose_wins_over_the_platform(database: SqlDatabase, place: Place) -> None:
    profile = Profile(external="U-ana", name="Ana", language="fr", zone="America/Toronto")
    chosen = Preferences(
        language="en",
        zone="Asia/Kathmandu",
        topics=("marking", "é"),
        quiet_from=time(20, 30),
        quiet_to=time(7),
        weekly_budget=0,
        paused_until=NOW + DAY,
    )
    async with database.unit() as unit:
        assert await unit.members.preferences(place.ana) == Preferences()
        await unit.members.prefer(place.ana, chosen)
        await unit.directory.save(place.workspace, Batch(people=(profile,)))
        assert await unit.members.preferences(place.ana) == chosen
        ana = (await unit.directory.members([place.ana]))[place.ana]
        await unit.members.prefer(place.ana, replace(chosen, language="each", zone=None))
        again = (await unit.directory.members([place.ana]))[place.ana]
        with pytest.raises(KeyError):
            await unit.members.preferences(MemberId("x"))
        await unit.commit()
    assert ana == Member(
        id=place.ana,
        name="Ana",
        language="en",
        zone="Asia/Kathmandu",
        topics=("marking", "é"),
        quiet_from=time(20, 30),
        quiet_to=time(7),
        weekly_budget=0,
        paused_until=NOW + DAY,
    )
    assert (again.language, again.zone) == (None, "America/Toronto")
    now = await allowed(database, place)
    assert (now.zone, now.weekly_budget, now.paused_until) == ("America/Toronto", 0, NOW + DAY)


async def live(database: SqlDatabase, place: Place, other: Place) -> None:
    """Write something of Ana's into every kind of table, and something of Bo's beside it."""
    line = t("{who} named {name} coordinator.", who=Named(place.bo), name=Named(place.ana))
    async with database.unit() as unit:
        direct = ChannelProfile(external="D1", name="Ana", direct=True, person="U-ana")
        await unit.directory.save(place.workspace, Batch(channels=(direct,)))
        for who in (place.ana, place.bo):
            office = Office(name=OfficeName.COORDINATOR, member=who, since=NOW)
            await unit.commons.appoint(place.community, office)
            await unit.members.refuse(who, None, None, NOW)
            await unit.members.spend([who], "key", NOW)
            await unit.commons.write(place.community, NOW, who, line)
        await unit.members.refuse(place.ana, other.community, "notes", NOW)
        for label, channel, part in (("root", "C1", "1"), ("hello", "D1", "2"), (f"to/{place.ana}", "C1", "3")):
            note = Placed(binding=place.notes.id, label=Label(label), channel=channel, parts=(part,))
            await unit.directory.note(place.workspace, note)
        form = Form("f", Plain("Form"), (Field("a", Plain("A")), Field("b", Plain("B"))))
        filling = Filling(Dialogue(form, {"a": "half of what Ana says"}))
        await unit.awaits.put(place.workspace, "D1", "", filling, NOW, Whose(place.ana))
        await unit.awaits.put(place.workspace, "C1", "1", Options(()), NOW, Whose(None, place.community))
        about = Text((*paragraph(Mention(MemberId("U-ana")), " says hello").blocks,))
        facts: list[Incoming] = [
            Said(fact=Fact("one"), at=NOW, channel="C1", author="U-ana", message="5", text=paragraph("hers")),
            Said(fact=Fact("two"), at=NOW, channel="C1", author="U-bo", message="6", text=about),
            Commanded(fact=Fact("three"), at=NOW, channel="D1", author="U-ana", words="me"),
        ]
        await unit.inbox.put(place.workspace, [(fact, False) for fact in facts], NOW)
        done = await unit.inbox.get(place.workspace, Fact("three"))
        assert done is not None
        await unit.inbox.done(done.id, NOW)
        await unit.commit()
    thanks = paragraph("Thank you ", Named(place.ana), " and ", Named(place.bo))
    await put(
        database,
        parcel(place, "direct", kind="direct", channel=None, destination=f"direct:{place.ana}", to={place.ana}),
        parcel(place, "later", kind="edit", channel=None, destination="message:x", under="direct", held=True),
        parcel(place, "post", body=thanks),
    )


async def cells(database: SqlDatabase) -> str:
    """Return every cell of every table."""
    return "\n".join(f"{table}: {row}" for table, rows in (await dump(database)).items() for row in rows)


async def test_a_member_is_given_all_that_is_theirs(database: SqlDatabase, place: Place) -> None:
    await live(database, place, await found(database, "T1", "C7"))
    async with database.unit() as unit:
        held = {one.table: one for one in await unit.records.held(place.ana)}
        nobody = await unit.records.held(MemberId("x"))
    assert next(iter(held)) == "member"
    assert {name: len(one.rows) for name, one in held.items()} == {
        "member": 1,
        "awaited": 1,
        "channel": 1,
        "inbox": 1,
        "journal": 1,
        "membership": 2,
        "nudge": 1,
        "office": 1,
        "outbox": 1,
        "refusal": 2,
    }
    names = [name for name, _ in held["member"].columns]
    assert "folded" not in names
    assert held["member"].rows[0][names.index("name")] == "Ana"
    assert all(one.title is not None for one in held.values())
    assert nobody == []


async def test_nothing_is_left_of_a_member_but_a_hash_of_each_refusal(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T1", "C7")
    await live(database, place, other)

    async with database.unit() as unit:
        await unit.records.lock(place.ana)
        await unit.records.erase(place.ana, NOW)
        await unit.commit()

    left = await cells(database)
    assert re.findall(rf"{place.ana}|U-ana|\bAna\b|D1|half of|hers", left) == []
    rows = await dump(database)
    assert len(rows["kept"]) == 2
    assert {table: len(rows[table]) for table in ("office", "refusal", "nudge", "journal", "inbox", "outbox")} == {
        "office": 1,
        "refusal": 1,
        "nudge": 1,
        "journal": 2,
        "inbox": 2,
        "outbox": 1,
    }
    async with database.view() as unit:
        (_, actor, line), (_, nobody, _) = await unit.commons.journal(place.community, 9)
        assert {actor, nobody} == {place.bo, None}
        assert line.params == {"who": Named(place.bo), "name": Plain("…")}
        assert [s.heard.fact for s in await unit.inbox.ready(NOW + DAY, 9)] == ["two"]
        assert await unit.directory.said(place.notes.id, Label("root")) is not None
        assert await unit.awaits.of(place.workspace, "C1", "1") == Options(())
        assert set(await unit.commons.member_ids(place.community)) == {place.bo, place.chi}


async def test_who_was_erased_is_erased_again_without_harm(database: SqlDatabase, place: Place) -> None:
    await live(database, place, await found(database, "T1", "C7"))
    async with database.unit() as unit:
        await unit.records.erase(place.ana, NOW)
        before = await unit.records.held(place.bo)
        await unit.records.erase(place.ana, NOW)
        assert await unit.records.held(place.bo) == before


async def test_a_refusal_is_honoured_when_somebody_comes_back(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T1", "C7")
    async with database.unit() as unit:
        await unit.members.refuse(place.ana, place.community, "notes", NOW)
        await unit.records.erase(place.ana, NOW)
        await unit.directory.save(place.workspace, Batch(people=(Profile(external="U-ana", name="Ana"),)))
        await unit.commit()

    assert (await allowed(database, place)).refused
    assert not (await allowed(database, place, "community")).refused
    assert not (await allowed(database, other)).refused
    async with database.unit() as unit:
        assert await unit.members.refused(place.ana) == [Refusal(place.community, "notes")]
        assert await unit.members.refused(place.bo) == []
        await unit.commons.join(place.community, place.ana, NOW)
        await unit.commit()
    async with database.copy(place.community) as rehearsal:
        assert (await allowed(rehearsal, place)).refused
    async with database.unit() as unit:
        await unit.members.accept(place.ana, place.community, "notes")
        assert await unit.members.refused(place.ana) == []
        await unit.commit()
    assert not (await allowed(database, place)).refused


async def test_a_message_being_sent_to_somebody_erased_is_confirmed_by_nobody(
    database: SqlDatabase, place: Place
) -> None:
    await put(
        database,
        parcel(place, "direct", kind="direct", channel=None, destination=f"direct:{place.ana}", to={place.ana}),
    )
    (leased,) = await lease(database)
    async with database.unit() as unit:
        await unit.records.erase(place.ana, NOW)
        await unit.commit()
    async with database.unit() as unit:
        assert await unit.outbox.leased(leased.id) is None
        await unit.outbox.bury(leased.id, "gone", NOW)
        await unit.outbox.retry(leased.id, NOW, "later", doubt=True)
        await unit.commit()
    assert (await dump(database))["outbox"] == []


async def test_tables_of_rituals_that_are_gone_are_cleared_too(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        (await (await unit.open(place.notes)).tally()).author = place.ana
        await unit.commit()
    async with database.unit() as unit:
        records = replace(unit.records, storages={})
        await records.erase(place.ana, NOW)
        await unit.commit()
    assert (await dump(database))["notes_tally"] == []


async def test_what_may_be_answered_is_forgotten_and_whose_it_was_stays(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        whose = Whose(place.ana, place.community)
        await unit.awaits.put(place.workspace, "D1", "", Options(()), NOW, whose)
        await unit.awaits.put(place.workspace, "D1", "", Options(()), NOW + DAY, Whose())
        await unit.awaits.prune(NOW + DAY)
        row = (await unit.connection.execute(select(tables.awaited))).one()
        assert (row.member_id, row.community_id) == (place.ana, place.community)
        await unit.awaits.prune(NOW + 2 * DAY)
        assert await unit.awaits.of(place.workspace, "D1", "") is None


async def test_where_a_message_stands_is_forgotten_when_nothing_refers_to_it(
    database: SqlDatabase, place: Place
) -> None:
    async with database.unit() as unit:
        kept = await unit.directory.message(place.home, "1")
        lately = await unit.directory.message(place.home, "2")
        forgotten = await unit.directory.message(place.home, "3")
        elsewhere = await unit.directory.message(ChannelId("nowhere"), "2")
        (await (await unit.open(place.notes)).tally()).author = kept
        heard = Said(fact=Fact("f"), at=NOW, channel="C1", author="U-bo", message="2", text=paragraph("hello"))
        await unit.inbox.put(place.workspace, [(heard, False)], NOW)
        await unit.commit()
    async with database.unit() as unit:
        await unit.records.prune()
        await unit.commit()
    async with database.view() as unit:
        ids = set((await unit.connection.execute(select(tables.message.c.id))).scalars())
    assert ids == {kept, lately}
    assert {forgotten, elsewhere} & ids == set()


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / remembering.FILE
    key, again = Key(lambda: b"k" * 32, file), Key(lambda: b"j" * 32, file)
    assert not key.there
    assert key.hash("a", "b") == again.hash("a", "b")
    assert key.hash("a", "b") != key.hash("ab")
    assert key.there
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
    file.write_bytes(b"short")
    with pytest.raises(KeyUnusableError, match=r"erasure\.key"):
        key.read()
    with pytest.raises(KeyUnusableError, match="nowhere"):
        Key(lambda: b"k" * 32, tmp_path / "nowhere" / "erasure.key").read()


async def test_a_key_that_is_missing_is_noticed(sqlite_database: str, tmp_path: Path) -> None:
    file = tmp_path / remembering.FILE
    database = await SqlDatabase.open(sqlite_database, storages=STORAGES, key=Key(lambda: b"k" * 32, file))
    place = await found(database)
    async with database.unit() as unit:
        await unit.members.refuse(place.ana, None, None, NOW)
        await unit.records.erase(place.ana, NOW)
        assert await unit.records.honours()
        await unit.commit()
    file.unlink()
    async with database.unit() as unit:
        assert not await unit.records.honours()
        await unit.directory.save(place.workspace, Batch(people=(Profile(external="U-ana", name="Ana"),)))
        await unit.members.accept(place.ana, None, None)
        await unit.commit()
    assert not (await allowed(database, place)).refused
    assert not file.exists()
    await database.close()


async def test_a_parcel_of_nobodys_community_comes_back_as_it_was(database: SqlDatabase, place: Place) -> None:
    await put(
        database,
        replace(
            parcel(place, "alone", kind="direct", channel=None, destination="d", to={place.ana}),
            community=None,
            binding=None,
        ),
    )
    (leased,) = await lease(database)
    assert (leased.community, leased.binding, leased.to) == (None, None, frozenset({place.ana}))
