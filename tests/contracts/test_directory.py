"""The directory: our ids are the same each time, and lead back to the platform's."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.core.incoming import Batch, ChannelProfile, Note, Profile
from bot.core.model import ChannelId, Label, Member, MemberId, WorkspaceId
from bot.engine.ports import Binding, Said, Workspace
from storage.database import SqlDatabase
from storage.tables import channel
from storage.types import Instant
from tests.contracts.conftest import NOW, Place, found


async def save(database: SqlDatabase, place: Place, batch: Batch) -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, batch)
        await unit.commit()


async def test_a_workspace_is_noted_once(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        again = await unit.directory.workspace("local", "T1")
        other = await unit.directory.workspace("slack", "T1")
        await unit.commit()
    assert again == Workspace(id=place.workspace, platform="local", external="T1")
    assert other.id != again.id
    async with database.view() as unit:
        assert await unit.directory.workspace_of(other.id) == other
        with pytest.raises(KeyError):
            await unit.directory.workspace_of(WorkspaceId("x"))


async def test_the_cursor_stays_where_it_was(database: SqlDatabase, place: Place) -> None:
    await save(database, place, Batch(cursor="7"))
    await save(database, place, Batch())
    async with database.view() as unit:
        assert await unit.directory.cursor(place.workspace) == "7"
        assert await unit.directory.cursor(WorkspaceId("x")) is None


async def test_profiles_follow_the_platform_and_keep_what_it_does_not_tell(database: SqlDatabase, place: Place) -> None:
    await save(
        database, place, Batch(people=(Profile(external="U-ana", name="Ana", language="fr", zone="America/Toronto"),))
    )
    await save(database, place, Batch(people=(Profile(external="U-ana", name="Ana María"),)))
    async with database.view() as unit:
        members = await unit.directory.members([place.ana, MemberId("x")])
    assert members == {place.ana: Member(id=place.ana, name="Ana María", language="fr", zone="America/Toronto")}


async def test_a_direct_conversation_knows_who_talks_there_and_keeps_no_name(
    database: SqlDatabase, place: Place
) -> None:
    direct = ChannelProfile(external="D1", name="Ana", direct=True, person="U-ana")
    strange = ChannelProfile(external="D2", name="", direct=True, person="U-nobody")
    await save(database, place, Batch(channels=(direct, strange)))
    await save(database, place, Batch(channels=(ChannelProfile(external="D1", name="Ana", direct=True),)))
    async with database.view() as unit:
        query = select(channel.c.external, channel.c.name, channel.c.person_id).where(channel.c.direct.is_(True))
        rows = (await unit.connection.execute(query.order_by(channel.c.external))).all()
    assert [tuple(row) for row in rows] == [("D1", "", place.ana), ("D2", "", None)]


async def test_every_workspace_can_be_listed(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T2", "C1")
    async with database.view() as unit:
        assert {w.id for w in await unit.directory.workspaces()} == {place.workspace, other.workspace}


async def test_people_who_cannot_be_addressed_are_not_found(database: SqlDatabase, place: Place) -> None:
    await save(database, place, Batch(people=(Profile(external="U-bo", name="Bo", addressable=False),)))
    async with database.view() as unit:
        assert await unit.directory.member(place.workspace, "U-bo") is None
        assert await unit.directory.named(place.workspace, "Bo") is None
        assert await unit.directory.named(place.workspace, "U-bo") is None
        assert await unit.directory.by_external(place.workspace, ["U-ana", "U-bo", "U-x"]) == {"U-ana": place.ana}
        assert await unit.directory.externals([place.bo]) == {place.bo: "U-bo"}


async def test_who_cannot_be_addressed_is_kept_only_if_known_before(database: SqlDatabase, place: Place) -> None:
    people = (
        Profile(external="U-bo", name="Bo Gone", addressable=False),
        Profile(external="U-robot", name="Robot", addressable=False),
        Profile(external="U-dee", name="Dee"),
    )
    await save(database, place, Batch(people=people))
    async with database.view() as unit:
        externals = [p.external for p in people]
        assert await unit.directory.told_of(place.workspace, externals) == {"U-bo", "U-dee"}
        assert (await unit.directory.members([place.bo]))[place.bo].name == "Bo Gone"


async def test_somebody_is_named_by_id_or_by_a_name_that_is_theirs_alone(database: SqlDatabase, place: Place) -> None:
    people = (
        Profile(external="Bo", name="Dee"),
        Profile(external="U-é", name="ÉLÉONORE"),
        Profile(external="2", name="ana"),
    )
    await save(database, place, Batch(people=people))
    async with database.view() as unit:
        ids = await unit.directory.by_external(place.workspace, ["Bo", "U-é"])
        assert await unit.directory.named(place.workspace, "Bo") == ids["Bo"]
        assert await unit.directory.named(place.workspace, "éléonore") == ids["U-é"]
        assert await unit.directory.named(place.workspace, "CHI") == place.chi
        assert await unit.directory.named(place.workspace, "Ana") is None
        assert await unit.directory.named(place.workspace, "nobody") is None
        assert await unit.directory.named(WorkspaceId("x"), "CHI") is None


async def test_thousands_of_people_at_once(database: SqlDatabase, place: Place) -> None:
    people = tuple(Profile(external=str(n), name=f"Person {n}") for n in range(3000))
    await save(database, place, Batch(people=people))
    async with database.view() as unit:
        ids = await unit.directory.by_external(place.workspace, [p.external for p in people])
        assert len(await unit.directory.externals(list(ids.values()))) == 3000


async def test_a_channel_is_known_once_it_was_told_of(database: SqlDatabase, place: Place) -> None:
    await save(database, place, Batch(channels=(ChannelProfile(external="C1", name="the practice"),)))
    async with database.view() as unit:
        assert await unit.directory.channel(place.workspace, "C1") == place.home
        assert await unit.directory.channel(place.workspace, "C9") is None
        assert await unit.directory.channel_external(place.home) == "C1"
        names = await unit.directory.channel_names([place.home, ChannelId("x")])
        assert names == {place.home: ("C1", "the practice")}
        with pytest.raises(KeyError):
            await unit.directory.channel_external(ChannelId("x"))


async def test_a_message_has_one_id_wherever_it_is_asked_for(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        noted = await unit.directory.message(place.home, "169.1")
        assert await unit.directory.message(place.home, "169.1") == noted
        await unit.commit()
    async with database.view() as unit:
        assert await unit.directory.message(place.home, "169.1") == noted
        assert await unit.directory.locate([noted]) == {noted: ("C1", "169.1")}


def said(binding: Binding, label: str, *parts: str) -> Said:
    return Said(binding=binding.id, label=Label(label), channel="C1", parts=parts)


async def test_what_we_said_is_found_both_ways(database: SqlDatabase, place: Place) -> None:
    one, two = said(place.notes, "round/1", "10", "9"), said(place.core, "round/1", "11")
    async with database.unit() as unit:
        await unit.directory.note(place.workspace, one)
        await unit.directory.note(place.workspace, two)
        await unit.commit()
    async with database.view() as unit:
        assert await unit.directory.said(place.notes.id, Label("round/1")) == one
        assert await unit.directory.said(place.notes.id, Label("round/2")) is None
        assert await unit.directory.label(place.workspace, "C1", "9") == (place.notes.id, "round/1")
        assert await unit.directory.label(place.workspace, "C2", "9") is None
        places = [("C1", "10"), ("C1", "11"), ("C2", "10"), ("C1", "12")]
        assert await unit.directory.labels(place.workspace, places) == {
            ("C1", "10"): (place.notes.id, "round/1"),
            ("C1", "11"): (place.core.id, "round/1"),
        }
        assert await unit.directory.labels(place.workspace, []) == {}


async def test_what_is_noted_anew_replaces_what_was(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.directory.note(place.workspace, said(place.notes, "a", "1", "2"))
        await unit.directory.note(place.workspace, said(place.notes, "a", "3"))
        await unit.directory.note(place.workspace, said(place.notes, "b", "3"))
        assert await unit.directory.label(place.workspace, "C1", "1") is None
        assert await unit.directory.label(place.workspace, "C1", "3") == (place.notes.id, "b")
        assert await unit.directory.said(place.notes.id, Label("a")) is None


async def notes(database: SqlDatabase, place: Place, prefix: str = "") -> dict[str, str]:
    async with database.view() as unit:
        return dict(await unit.directory.notes(place.workspace, prefix))


def noted(*told: tuple[str, str | None], cursor: str | None = None) -> Batch:
    return Batch(notes=tuple(Note(key, value, NOW) for key, value in told), cursor=cursor)


async def test_an_adapters_notes_are_kept_replaced_and_forgotten(database: SqlDatabase, place: Place) -> None:
    assert await notes(database, place) == {}
    await save(database, place, noted(("a", "1"), ("b", ""), ("c", "3")))
    await save(database, place, Batch())
    assert await notes(database, place) == {"a": "1", "b": "", "c": "3"}

    await save(database, place, noted(("a", "é" * 5000), ("c", None), ("never there", None)))

    assert await notes(database, place) == {"a": "é" * 5000, "b": ""}


async def test_of_several_notes_under_one_key_the_last_counts(database: SqlDatabase, place: Place) -> None:
    await save(database, place, noted(("a", "1"), ("b", None), ("a", None), ("b", "2"), ("c", "3"), ("c", "4")))

    assert await notes(database, place) == {"b": "2", "c": "4"}


async def test_notes_are_saved_with_the_rest_or_not_at_all(database: SqlDatabase, place: Place) -> None:
    await save(database, place, noted(("a", "1"), ("b", "2"), cursor="7"))

    async with database.unit() as unit:
        await unit.directory.save(place.workspace, noted(("a", "9"), ("b", None), ("c", "3"), cursor="8"))
        assert await unit.directory.notes(place.workspace) == {"a": "9", "c": "3"}

    assert await notes(database, place) == {"a": "1", "b": "2"}
    async with database.view() as unit:
        assert await unit.directory.cursor(place.workspace) == "7"


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("", {"a%b/1", "a_b/1", "axb/1", "a%", "A%b/1", "a\\b/1", "é/1"}),
        ("a%", {"a%b/1", "a%"}),
        ("a_b/", {"a_b/1"}),
        ("a%b/1", {"a%b/1"}),
        ("a%b/12", set()),
        ("%", set()),
        ("a\\b/", {"a\\b/1"}),
        ("é", {"é/1"}),
    ],
)
async def test_a_prefix_means_itself(database: SqlDatabase, place: Place, prefix: str, found: set[str]) -> None:
    keys = ("a%b/1", "a_b/1", "axb/1", "a%", "A%b/1", "a\\b/1", "é/1")
    await save(database, place, noted(*((key, key) for key in keys)))

    assert await notes(database, place, prefix) == {key: key for key in found}


async def test_thousands_of_notes_at_once(database: SqlDatabase, place: Place) -> None:
    await save(database, place, noted(*((f"seen/{n}", str(n)) for n in range(3000))))
    await save(database, place, noted(*((f"seen/{n}", None) for n in range(2999))))

    assert await notes(database, place) == {"seen/2999": "2999"}


async def test_each_workspace_has_its_own_notes(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T2", "C1")
    await save(database, place, noted(("a", "1")))
    await save(database, other, noted(("a", "2")))
    await save(database, other, noted(("a", None)))

    assert (await notes(database, place), await notes(database, other)) == ({"a": "1"}, {})


async def test_what_was_noted_before_an_instant_is_forgotten(database: SqlDatabase, place: Place) -> None:
    ages = {"old": timedelta(days=3), "renewed": timedelta(days=3), "then": timedelta(days=2), "new": timedelta()}
    told = tuple(Note(key, key, NOW - age) for key, age in ages.items())
    await save(database, place, Batch(notes=told))
    await save(database, place, noted(("renewed", "again")))

    async with database.unit() as unit:
        await unit.directory.prune(NOW - timedelta(days=2))
        await unit.commit()

    assert await notes(database, place) == {"renewed": "again", "then": "then", "new": "new"}


async def test_workspaces_do_not_mix(database: SqlDatabase, place: Place) -> None:
    other = await found(database, "T2", "C1")
    assert {place.ana, place.home, place.community}.isdisjoint({other.ana, other.home, other.community})
    async with database.view() as unit:
        assert await unit.directory.named(other.workspace, "ana") == other.ana


async def test_preferences_have_their_defaults(database: SqlDatabase, place: Place) -> None:
    async with database.view() as unit:
        ana = (await unit.directory.members([place.ana]))[place.ana]
    assert (ana.quiet_from, ana.quiet_to, ana.weekly_budget, ana.paused_until) == (time(19), time(8), 2, None)


async def test_an_instant_without_a_zone_is_refused(database: SqlDatabase) -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001 - what is refused
    async with database.view() as unit:
        with pytest.raises(ValueError, match="time zone"):
            Instant().process_bind_param(naive, unit.connection.dialect)
    assert NOW.tzinfo is UTC
