"""A workspace that its platform took from us rests, goes on when it comes back, and is forgotten after thirty days."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, insert, text

from bot.core.awaited import Options
from bot.core.effects import Care, DirectMessage, Journal, Load, Post, Wake
from bot.core.events import CommandGiven, Due, MessagePosted, Missed
from bot.core.incoming import Batch, ChannelProfile, Note
from bot.core.model import Label
from bot.core.text import Button, Plain
from bot.engine.agendas import awaken
from bot.engine.deliver import deliver
from bot.engine.freezing import FROZEN_KEPT, freeze, thaw
from bot.engine.ports import Said, Whose
from bot.engine.reconcile import reconcile
from bot.engine.sweep import sweep, tidy
from bot.engine.walk import next_instant
from storage.remembering import Key
from storage.tables import nudge
from tests.contracts.conftest import found
from tests.engine.planted import count, said, verbatim
from tests.engine.world import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEYS = {"alembic_version", "alembic_version_notes", "alembic_version_bare", "kept"}
"""Tables in which nobody's id stands: versions of the schema, and keyed hashes."""


async def back(world: World) -> None:
    """Let the workspace come back as an adapter does."""
    world.engine.platforms[world.workspace] = world.platform
    await thaw(world.engine, world.workspace)


async def since(world: World) -> object:
    async with world.database.view() as unit:
        return (await unit.directory.workspace_of(world.workspace)).frozen_at


async def test_what_is_frozen_keeps_its_first_instant_until_it_goes_on(world: World) -> None:
    first = world.clock.at
    await freeze(world.engine, world.workspace)
    world.clock.at += HOUR
    await freeze(world.engine, world.workspace)

    assert world.engine.platforms == {}
    assert await since(world) == first
    async with world.database.unit() as unit:
        assert (await unit.directory.workspace("fake", "W")).frozen_at == first
        assert [w.frozen_at for w in await unit.directory.workspaces()] == [first]

    await back(world)
    assert await since(world) is None


async def test_nothing_is_decided_by_the_clock_while_frozen(world: World) -> None:
    world.notes.wakes = [
        Wake(Label("late"), world.clock.at + HOUR, 3 * DAY),
        Wake(Label("too late"), world.clock.at + HOUR, HOUR),
        Wake(Label("ahead"), world.clock.at + 9 * DAY, HOUR),
    ]
    world.notes.on(Due, Post(Label("due"), said("due")))
    world.notes.on(Missed, Post(Label("missed"), said("missed")))
    world.bare.on(CommandGiven, Post(Label("waits"), said("waits")))
    await awaken(world.engine)
    await freeze(world.engine, world.workspace)
    await world.command("ana", "bare")

    await world.after(2 * DAY)
    await awaken(world.engine)

    assert world.platform.messages == []
    assert await sweep(world.engine) == await deliver(world.engine) == await reconcile(world.engine) == 0
    assert await next_instant(world.engine) is None

    await back(world)
    await world.settle()
    assert sorted(world.platform.seen("C1")) == ["due", "missed", "waits"]
    assert await next_instant(world.engine) == world.clock.at + 7 * DAY


async def test_an_agenda_is_made_anew_when_the_workspace_comes_back(small: World) -> None:
    await freeze(small.engine, small.workspace)
    small.notes.wakes = [Wake(Label("new"), small.clock.at + HOUR, HOUR)]
    await awaken(small.engine)
    assert await next_instant(small.engine) is None

    await back(small)

    assert await next_instant(small.engine) == small.clock.at + HOUR


async def test_another_workspace_goes_on(world: World) -> None:
    other = await found(world.database, "T2", "C9")
    async with world.database.unit() as unit:
        await unit.wakes.replace(
            other.notes.id, other.community, [Wake(Label("a"), world.clock.at, HOUR)], world.clock.at
        )
        await unit.commit()

    await freeze(world.engine, world.workspace)
    assert await next_instant(world.engine) == world.clock.at
    assert await sweep(world.engine) == 1


async def lived(world: World) -> None:
    """Let every table have rows of the workspace."""
    community, bo = world.communities["C1"].id, world.members["bo"]
    world.notes.when(MessagePosted, count)
    await world.say("bo", "words of Bo", message="u1")
    world.bare.on(
        CommandGiven,
        Post(Label("said"), said("said")),
        Load(bo, "answer", 1),
        Journal(verbatim("done")),
        DirectMessage(Label("nudge"), world.to("bo"), said("nudge"), Care.NUDGE),
    )
    world.bare.wakes = [Wake(Label("wake"), world.clock.at + 90 * DAY, HOUR)]
    await world.command("ana", "bare")
    world.bare.on(MessagePosted, Post(Label("lost"), said("lost")))
    await world.found("bo", "C3", {"name": "A draft", "language": "en", "address": "vous", "zone": "UTC"})
    async with world.database.unit() as unit:
        await unit.directory.save(
            world.workspace, Batch(channels=(ChannelProfile(external="D1", name="", direct=True, person="bo"),))
        )
        waits = Options((Button("a", Plain("b")),))
        await unit.awaits.put(world.workspace, "D1", "", waits, world.clock.at, Whose(bo))
        await unit.wordings.reword(community, "causerie", "taken", "en", "Words")
        await unit.wordings.propose(community, "causerie", "taken", {"fr": "Mots"}, world.clock.at)
        await unit.members.refuse(bo, None, None, world.clock.at)
        await unit.members.refuse(bo, community, "notes", world.clock.at)
        binding = await world.binding("notes")
        await unit.directory.note(
            world.workspace, Said(binding=binding.id, label=Label("x"), channel="C1", parts=("u9",))
        )
        # A ritual that was uninstalled since, with a table below its own.
        for ddl in (
            "CREATE TABLE jar (id VARCHAR(20) PRIMARY KEY, community_id VARCHAR(20))",
            "CREATE TABLE jar_lid (jar VARCHAR(20) REFERENCES jar (id), what VARCHAR(20))",
        ):
            await unit.connection.execute(text(ddl))
        await unit.connection.execute(text("INSERT INTO jar VALUES ('j', :c)"), {"c": community})
        await unit.connection.execute(text("INSERT INTO jar_lid VALUES ('j', :m)"), {"m": bo})
        await unit.commit()


async def rows(world: World) -> dict[str, list[str]]:
    """Return every row of every table that the database has."""
    schema = MetaData()
    async with world.database.view() as unit:
        await unit.connection.run_sync(schema.reflect)
        return {
            name: sorted(repr(tuple(row)) for row in await unit.connection.execute(table.select()))
            for name, table in schema.tables.items()
        }


async def ids(world: World, workspace: str) -> set[str]:
    """Return our ids of all that a workspace holds."""
    known = {workspace}
    async with world.database.view() as unit:
        for of in ("member", "channel", "community"):
            query = text(f"SELECT id FROM {of} WHERE workspace_id = :w")  # noqa: S608 - one of three words
            known |= set((await unit.connection.execute(query, {"w": workspace})).scalars())
        query = text("SELECT b.id FROM binding b JOIN community c ON c.id = b.community_id WHERE c.workspace_id = :w")
        known |= set((await unit.connection.execute(query, {"w": workspace})).scalars())
    return known


def naming(found_: dict[str, list[str]], known: set[str]) -> dict[str, list[str]]:
    named = {name: [row for row in some if any(id_ in row for id_ in known)] for name, some in found_.items()}
    return {name: some for name, some in named.items() if some}


async def test_what_was_frozen_for_too_long_leaves_no_row_and_touches_no_other(world: World) -> None:
    await lived(world)
    other = await found(world.database, "T2", "C1")
    async with world.database.unit() as unit:
        await unit.members.refuse(other.ana, other.community, "notes", world.clock.at)
        await unit.connection.execute(
            insert(nudge), {"member_id": other.ana, "parcel": "p", "at": world.clock.at + FROZEN_KEPT}
        )
        await unit.directory.message(other.home, "u1")
        await unit.wakes.replace(
            other.notes.id, other.community, [Wake(Label("a"), world.clock.at, HOUR)], world.clock.at
        )
        await unit.commit()
    noted = Batch(notes=(Note("seen", "1", world.clock.at + FROZEN_KEPT),))
    async with world.database.unit() as unit:
        for workspace in (world.workspace, other.workspace):
            await unit.directory.save(workspace, noted)
        await unit.commit()
    ours, theirs = await ids(world, world.workspace), await ids(world, other.workspace)
    before = await rows(world)
    assert set(naming(before, ours)) == set(before) - KEYS

    await freeze(world.engine, world.workspace)
    world.clock.at += FROZEN_KEPT
    await tidy(world.engine)
    assert await since(world) is not None
    world.clock.at += timedelta(seconds=1)
    await tidy(world.engine)

    after = await rows(world)
    assert naming(after, ours) == {}
    kept = naming(before, theirs)
    # Where a message stands that nothing refers to is forgotten in any case.
    assert naming(after, theirs) == {name: some for name, some in kept.items() if name != "message"}
    assert after["claim"] == after["inbox"] == after["outbox"] == after["jar_lid"] == []


async def test_a_refusal_is_honoured_when_the_workspace_comes_back_after_all(world: World) -> None:
    async with world.database.unit() as unit:
        await unit.members.refuse(world.members["bo"], None, None, world.clock.at)
        await unit.commit()
    ours = await ids(world, world.workspace)
    await freeze(world.engine, world.workspace)
    world.clock.at += FROZEN_KEPT + HOUR
    await tidy(world.engine)

    assert naming(await rows(world), ours) == {}
    again = await found(world.database, "T2")
    async with world.database.unit() as unit:
        workspace = (await unit.directory.workspace("fake", "W")).id
        assert workspace == world.workspace
        assert len((await unit.connection.execute(text("SELECT hash FROM kept"))).all()) == 1
        bo = world.members["bo"]
        scope = (again.community, "notes", world.clock.at)
        await unit.connection.execute(
            text(
                "INSERT INTO member (id, workspace_id, external, name, folded, topics, addressable, quiet_from, "
                "quiet_to, weekly_budget) VALUES (:id, :w, 'bo', 'Bo', 'bo', '[]', :yes, '00:00', '00:00', 2)"
            ).bindparams(id=bo, w=workspace, yes=True)
        )
        (allowed,) = await unit.members.availability([bo], *scope)
    assert allowed.refused


async def test_what_cannot_be_forgotten_now_is_tried_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    async with world.database.unit() as unit:
        await unit.members.refuse(world.members["bo"], None, None, world.clock.at)
        await unit.commit()
    await freeze(world.engine, world.workspace)
    world.clock.at += FROZEN_KEPT + HOUR
    before, key = await rows(world), world.database._key  # noqa: SLF001 - whose file is out of reach for a while

    world.database._key = Key(lambda: b"", Path("/nowhere/at/all"))  # noqa: SLF001 - as above
    await tidy(world.engine)
    assert await rows(world) == before
    assert "KeyUnusableError" in caplog.text
    world.database._key = key  # noqa: SLF001 - as above
    await tidy(world.engine)

    assert naming(await rows(world), {world.workspace}) == {}


async def test_a_workspace_that_comes_back_in_time_is_not_forgotten(small: World) -> None:
    await freeze(small.engine, small.workspace)
    small.clock.at += FROZEN_KEPT + HOUR
    await back(small)
    async with small.database.unit() as unit:
        assert not await unit.records.purge(small.workspace, small.clock.at, small.clock.at)
    await tidy(small.engine)
    assert await since(small) is None
