"""How communities and their rituals begin, end, and are forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.attention import LoadEntry
from bot.core.effects import Wake
from bot.core.i18n import words
from bot.core.model import BindingId, Community, CommunityId, Fact, Label, Office, OfficeName, State
from bot.engine.ports import Binding
from bot.engine.ports import Said as Placed
from storage.database import SqlDatabase
from storage.forgetting import theirs
from storage.ritual import RitualStorage, installed
from tests.contracts.conftest import NOW, Place, found
from tests.contracts.test_copy import live
from tests.contracts.test_outbox import next_at, parcel, put, send
from tests.engine.world import dump

t, _ = words("causerie")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def put_in(database: SqlDatabase, place: Place, state: State) -> None:
    async with database.unit() as unit:
        community = await unit.commons.community(place.community)
        await unit.commons.change(replace(community, state=state, since=NOW))
        await unit.commit()


@pytest.mark.parametrize("state", ["draft", "closed"])
async def test_a_community_that_is_not_open_is_found_by_nobody(
    database: SqlDatabase, place: Place, state: State
) -> None:
    await put_in(database, place, state)
    async with database.view() as unit:
        commons = unit.commons
        assert await commons.communities() == []
        assert await commons.at_home(place.home) is None
        assert await commons.at_homes(place.workspace, ["C1"]) == {}
        assert await commons.of_member(place.ana) == []
        assert await commons.bound(place.notes.id) is None
        community = await commons.community(place.community)
        at = {"draft": await unit.lives.draft_at(place.home), "closed": await unit.lives.closed_at(place.home)}
    assert at == {"draft": None, "closed": None} | {state: community}


async def test_a_closed_community_leaves_its_channel_free_and_a_draft_does_not(
    database: SqlDatabase, place: Place
) -> None:
    second = Community(id=CommunityId("2"), workspace=place.workspace, home=place.home, name="Second", state="draft")
    await put_in(database, place, "closed")
    async with database.unit() as unit:
        assert await unit.commons.found(second, [], NOW)
        assert not await unit.commons.found(replace(second, id=CommunityId("3")), [], NOW)
        await unit.commit()
    async with database.view() as unit:
        closed, draft = await unit.lives.closed_at(place.home), await unit.lives.draft_at(place.home)
    assert closed is not None
    assert draft is not None
    assert (closed.id, draft.id) == (place.community, second.id)


async def test_a_ritual_is_added_renamed_ended_and_goes_on(database: SqlDatabase, place: Place) -> None:
    tip = Binding(id=BindingId("tip"), community=place.community, ritual="notes", name="Friday tip", settings={"a": 1})
    async with database.unit() as unit:
        await unit.lives.add(tip)
        assert await unit.commons.bindings(place.community) == [place.core, place.notes, tip]
        await unit.lives.rename(tip.id, "Monday tip")
        assert await unit.commons.binding(tip.id) == replace(tip, name="Monday tip")
        await unit.lives.end(place.notes.id, NOW)
        assert [b.id for b in await unit.commons.bindings(place.community)] == [place.core.id, tip.id]
        assert await unit.commons.bound(place.notes.id) is None
        assert await unit.lives.ended(NOW) == []
        assert await unit.lives.ended(NOW + HOUR) == [place.notes]
        assert not await unit.lives.revive(place.notes.id, NOW + HOUR)
        assert await unit.lives.revive(place.notes.id, NOW)
        assert not await unit.lives.revive(place.notes.id, NOW)
        assert [b.id for b in await unit.commons.bindings(place.community)] == [place.core.id, place.notes.id, tip.id]


async def test_what_an_ended_ritual_was_to_say_waits_until_it_goes_on(database: SqlDatabase, place: Place) -> None:
    await live(database, place)
    await put(
        database,
        parcel(place, "notes", binding=place.notes.id),
        parcel(place, "core", binding=place.core.id),
        parcel(place, "edit", kind="edit", binding=place.notes.id, destination="message:x"),
        parcel(place, "doubt", binding=place.notes.id, destination="channel:C2", doubt=True),
    )
    async with database.unit() as unit:
        assert await unit.wakes.next_at() is not None
        await unit.lives.end(place.notes.id, NOW)
        await unit.commit()
    async with database.view() as unit:
        assert await unit.wakes.next_at() is None

    assert await send(database) == ["core", "edit", "doubt"]
    assert await next_at(database) is None
    async with database.unit() as unit:
        assert await unit.lives.revive(place.notes.id, NOW)
        await unit.commit()
    assert await next_at(database) == NOW
    assert await send(database) == ["notes"]


@pytest.mark.parametrize("state", ["draft", "closed"])
async def test_what_a_community_that_is_not_open_was_to_say_waits(
    database: SqlDatabase, place: Place, state: State
) -> None:
    await live(database, place)
    await put(database, parcel(place, "notes", binding=place.notes.id), parcel(place, "core", binding=place.core.id))
    await put_in(database, place, state)
    async with database.unit() as unit:
        await unit.lives.rest(place.community)
        await unit.commit()
        assert await unit.wakes.next_at() is None

    assert await send(database) == ["core"]
    assert await next_at(database) is None
    await put_in(database, place, "open")
    assert await send(database) == ["notes"]


async def test_what_is_kept_is_known_whether_it_goes_on_or_not(database: SqlDatabase, place: Place) -> None:
    closed, draft = await found(database, "T1", "C7"), await found(database, "T1", "C8")
    await found(database, "T2", "C1")
    await put_in(database, closed, "closed")
    await put_in(database, draft, "draft")
    async with database.unit() as unit:
        await unit.lives.end(place.notes.id, NOW)
        kept = {k.binding.id: (k.community.id, k.over) for k in await unit.lives.kept(place.workspace)}
        assert await unit.commons.binding(place.notes.id) is None
        assert await unit.commons.binding(place.notes.id, ended=True) == place.notes
    assert kept == {
        place.core.id: (place.community, False),
        place.notes.id: (place.community, True),
        closed.core.id: (closed.community, True),
        closed.notes.id: (closed.community, True),
    }


async def test_a_wake_knows_what_its_ritual_is_called(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.lives.rename(place.notes.id, "Friday tip")
        wakes = [Wake(Label("w"), NOW + HOUR, HOUR, t("the pause ends"))]
        await unit.wakes.replace(place.notes.id, place.community, wakes, NOW)
        assert [w.name for w in await unit.wakes.coming(place.community, 9)] == ["Friday tip"]


async def test_drafts_and_closed_communities_are_over_after_their_time(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T1", "C7")
    third = await found(database, "T1", "C8")
    await put_in(database, place, "draft")
    await put_in(database, other, "closed")
    async with database.view() as unit:
        assert await unit.lives.over(NOW, NOW) == []
        assert await unit.lives.over(NOW + HOUR, NOW) == [place.community]
        assert await unit.lives.over(NOW, NOW + HOUR) == [other.community]
        assert third.community not in await unit.lives.over(NOW + DAY, NOW + DAY)


async def fill(database: SqlDatabase, place: Place) -> None:
    """Write something of a community into every table that has one."""
    await live(database, place)
    prefix = place.community[:6]
    await put(database, parcel(place, f"{prefix}-1", binding=place.notes.id), parcel(place, f"{prefix}-2"))
    async with database.unit() as unit:
        c = place.community
        await unit.commons.appoint(c, Office(name=OfficeName.FACILITATOR, member=place.bo, since=NOW))
        await unit.commons.write(c, NOW, place.ana, t("{who} ended the pause.", who="Ana"))
        await unit.commons.carry(c, LoadEntry(member=place.ana, role="host", units=1, at=NOW), Fact("x"))
        await unit.members.refuse(place.ana, c, "notes", NOW)
        await unit.wordings.reword(c, "notes", "asked", "en", "Asked")
        await unit.wordings.propose(c, "notes", "asked", {"fr": "Posé"}, NOW)
        await unit.inbox.claim(Fact(f"{prefix}-x"), place.notes.id, NOW)
        await unit.inbox.claim(Fact(f"{prefix}-y"), place.core.id, NOW)
        await unit.directory.note(
            place.workspace, Placed(binding=place.core.id, label=Label("r"), channel=place.home, parts=("9",))
        )
        await unit.commit()


async def test_a_forgotten_community_leaves_no_row_and_touches_no_other(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T2", "C1")
    await fill(database, place)
    async with database.unit() as unit:
        await unit.lives.forget(place.community)
        await unit.commit()
    ids = (place.community, place.core.id, place.notes.id)
    assert not [row for rows in (await dump(database)).values() for row in rows if any(i in row for i in ids)]

    await fill(database, other)
    whole = await dump(database)
    async with database.unit() as unit:
        await unit.lives.forget(place.community)
        await unit.commit()
    assert await dump(database) == whole


async def test_a_forgotten_ritual_leaves_the_rest_of_its_community(database: SqlDatabase, place: Place) -> None:
    await fill(database, place)
    before = await dump(database)
    async with database.unit() as unit:
        await unit.lives.forget_ritual(place.notes.id)
        await unit.commit()

    after = await dump(database)

    kept = {name: [row for row in rows if place.notes.id not in row] for name, rows in before.items()}
    assert after == kept
    assert kept != before


async def test_words_are_proposed_used_and_given_up(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        w, c = unit.wordings, place.community
        await w.propose(c, "notes", "asked", {"en": "One", "fr": ""}, NOW)
        await w.propose(c, "notes", "closed", {"en": "Other"}, NOW)
        assert await w.proposed(c, "notes", "asked") == {"en": "One", "fr": ""}
        assert await w.of(c) == {}
        await w.propose(c, "notes", "asked", {"en": "Two"}, NOW)
        assert await w.proposed(c, "notes", "asked") == {"en": "Two"}
        await w.propose(c, "notes", "asked", {}, NOW)
        assert await w.proposed(c, "notes", "asked") == {}
        for said in ("One", "Two"):
            await w.reword(c, "notes", "asked", "en", said)
        assert await w.of(c) == {("notes", "asked", "en"): "Two"}
        await w.reword(c, "notes", "asked", "en", None)
        assert await w.of(c) == {}


async def test_a_channel_is_found_by_its_name_or_the_platforms_id(database: SqlDatabase, place: Place) -> None:
    async with database.view() as unit:
        named = unit.directory.channel_named
        assert await named(place.workspace, "Practice") == place.home
        assert await named(place.workspace, "C1") == place.home
        assert await named(place.workspace, "nowhere") is None


@pytest.mark.parametrize("storage", installed().values(), ids=lambda storage: storage.name)
def test_every_row_of_an_installed_ritual_belongs_to_somebody(storage: RitualStorage[Any]) -> None:
    for table in storage.metadata.tables.values():
        for owner in ("community_id", "binding_id"):
            assert theirs(table, owner, ["x"]) is not None, f"{table.name} could not be forgotten by {owner}"
