"""The commons: settings, members, offices, journal and ledger of a community."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.attention import LoadEntry
from bot.core.i18n import words
from bot.core.model import BindingId, ChannelId, Community, CommunityId, Fact, Office, OfficeName
from bot.core.text import Named
from storage.database import SqlDatabase
from tests.contracts.conftest import NOW, Place

t, _ = words("causerie")
DAY = timedelta(days=1)
COORDINATOR, FACILITATOR = OfficeName.COORDINATOR, OfficeName.FACILITATOR


async def test_a_community_comes_back_as_it_was_founded(database: SqlDatabase, place: Place) -> None:
    async with database.view() as unit:
        community = await unit.commons.community(place.community)
        assert community == Community(id=place.community, workspace=place.workspace, home=place.home, name="Practice")
        assert await unit.commons.at_home(place.home) == community
        assert await unit.commons.at_home(ChannelId("x")) is None
        assert await unit.commons.bindings(place.community) == [place.core, place.notes]
        assert await unit.commons.binding(place.notes.id) == place.notes
        assert await unit.commons.binding(BindingId("x")) is None
        assert await unit.commons.bound(place.notes.id) == (place.notes, community)
        assert await unit.commons.bound(BindingId("x")) is None
        homes = await unit.commons.at_homes(place.workspace, {"C1", "C2", "C9"})
        assert homes == {"C1": (place.home, place.community)}
        with pytest.raises(KeyError):
            await unit.commons.community(CommunityId("x"))


async def test_a_channel_is_the_home_of_one_community(database: SqlDatabase, place: Place) -> None:
    second = Community(id=CommunityId("2"), workspace=place.workspace, home=place.home, name="Second")
    async with database.unit() as unit:
        assert await unit.commons.found(second, [], NOW) is False
        assert [c.id for c in await unit.commons.communities()] == [place.community]


async def test_settings_can_be_changed(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        before = await unit.commons.community(place.community)
        after = replace(
            before,
            name="Pratique",
            language="fr",
            address="tu",
            zone="America/Toronto",
            region="CA-QC",
            paused_until=NOW + DAY,
        )
        await unit.commons.change(after)
        await unit.commons.configure(place.notes.id, {"rhythm": "monday 09:00", "count": 3, "of": ["é"]})
        await unit.commit()
    async with database.view() as unit:
        assert await unit.commons.community(place.community) == after
        notes = await unit.commons.binding(place.notes.id)
        assert notes is not None
        assert notes.settings == {"rhythm": "monday 09:00", "count": 3, "of": ["é"]}


async def test_members_join_leave_and_come_back(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        commons = unit.commons
        assert not await commons.join(place.community, place.ana, NOW + DAY)
        assert await commons.leave(place.community, place.ana, NOW + DAY)
        assert not await commons.leave(place.community, place.ana, NOW + DAY)
        assert not await commons.belongs(place.community, place.ana)
        assert set(await commons.member_ids(place.community)) == {place.bo, place.chi}
        assert await commons.of_member(place.ana) == []
        assert await commons.join(place.community, place.ana, NOW + 2 * DAY)
        assert await commons.belongs(place.community, place.ana)
        assert (await commons.member_ids(place.community))[-1] == place.ana


async def test_a_member_of_several_communities(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        home = await unit.directory.channel(place.workspace, "C2")
        assert home is not None
        second = Community(id=CommunityId("0"), workspace=place.workspace, home=home, name="Second")
        await unit.commons.found(second, [], NOW + DAY)
        await unit.commons.join(second.id, place.ana, NOW)
        assert [c.id for c in await unit.commons.of_member(place.ana)] == [place.community, second.id]
        assert [c.id for c in await unit.commons.communities()] == [place.community, second.id]


async def test_offices_are_held_from_until(database: SqlDatabase, place: Place) -> None:
    first = Office(name=COORDINATOR, member=place.bo, since=NOW)
    second = Office(name=COORDINATOR, member=place.ana, since=NOW + DAY)
    short = Office(name=FACILITATOR, member=place.chi, since=NOW, until=NOW + DAY)
    async with database.unit() as unit:
        commons = unit.commons
        for office in (second, first, short):
            await commons.appoint(place.community, office)
        held = await commons.offices(place.community, NOW)
        assert {o.member for o in held} == {place.bo, place.chi}
        assert await commons.offices(place.community, NOW + DAY) == [first, second]
        await commons.dismiss(place.community, COORDINATOR, place.bo, NOW + 2 * DAY)
        assert await commons.offices(place.community, NOW + 2 * DAY) == [second]
        assert [o.member for o in await commons.offices(place.community, NOW + DAY)] == [place.bo, place.ana]
        again = Office(name=COORDINATOR, member=place.bo, since=NOW + 2 * DAY)
        await commons.appoint(place.community, again)
        assert await commons.offices(place.community, NOW + 2 * DAY) == [second, again]


async def test_who_is_dismissed_at_once_can_be_appointed_at_once(database: SqlDatabase, place: Place) -> None:
    office = Office(name=COORDINATOR, member=place.bo, since=NOW)
    async with database.unit() as unit:
        await unit.commons.appoint(place.community, office)
        await unit.commons.dismiss(place.community, COORDINATOR, place.bo, NOW)
        assert await unit.commons.offices(place.community, NOW) == []
        await unit.commons.appoint(place.community, office)
        assert await unit.commons.offices(place.community, NOW) == [office]


async def test_the_journal_is_read_newest_first(database: SqlDatabase, place: Place) -> None:
    line = t("{name} left, and no longer coordinates.", name=Named(place.ana))
    async with database.unit() as unit:
        for day, actor in ((1, place.bo), (2, None), (0, place.chi), (2, place.ana)):
            await unit.commons.write(place.community, NOW + day * DAY, actor, line)
        rows = await unit.commons.journal(place.community, 3)
        assert rows == [(NOW + 2 * DAY, place.ana, line), (NOW + 2 * DAY, None, line), (NOW + DAY, place.bo, line)]


async def test_work_is_entered_once_per_fact(database: SqlDatabase, place: Place) -> None:
    one = LoadEntry(member=place.ana, role="host", units=1.5, at=NOW)
    two = replace(one, member=place.bo, at=NOW + DAY)
    async with database.unit() as unit:
        for fact, entry in (("a", one), ("b", two), ("a", two)):
            await unit.commons.carry(place.community, entry, Fact(fact))
        assert await unit.commons.load(place.community, NOW) == [one, two]
        assert await unit.commons.load(place.community, NOW + DAY) == [two]


async def test_instants_of_any_zone_are_one_instant(database: SqlDatabase, place: Place) -> None:
    there = NOW.astimezone(ZoneInfo("America/Toronto"))
    async with database.unit() as unit:
        await unit.commons.appoint(place.community, Office(name=COORDINATOR, member=place.bo, since=there))
        (office,) = await unit.commons.offices(place.community, NOW)
        assert office.since == NOW
        assert office.since.utcoffset() == timedelta()
