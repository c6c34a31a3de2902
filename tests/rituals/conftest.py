"""A community that has just been founded, with the rituals that are installed, on Sunday 22 November 2026."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.app import registry
from bot.core.i18n import Catalogues
from bot.core.incoming import Batch, ChannelProfile, Profile
from bot.engine.engine import Engine
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.engine.planted import Planted
from tests.engine.platform import FakePlatform
from tests.engine.world import PEOPLE, Hands, World

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


@asynccontextmanager
async def founded(database: SqlDatabase) -> AsyncIterator[World]:
    """Give a world in which Ana founded a community in "C1": it asks on Mondays at 09:00, in UTC."""
    clock = Hands(SUNDAY)
    known = registry()
    engine = Engine(database, known, Catalogues(known.locales), clock)
    profiles = {who: Profile(external=who, name=name) for who, name in PEOPLE.items()}
    platform = FakePlatform(clock, present={"C1": list(profiles.values())})
    async with database.unit() as unit:
        workspace = (await unit.directory.workspace("fake", "W")).id
        room = ChannelProfile(external="C1", name="room")
        await unit.directory.save(workspace, Batch(people=tuple(profiles.values()), channels=(room,)))
        members = dict(await unit.directory.by_external(workspace, list(profiles)))
        await unit.commit()
    engine.platforms[workspace] = platform
    world = World(engine, database, platform, clock, Planted("notes"), Planted("bare"), workspace, {}, members)
    form = {"name": "Practice", "language": "en", "address": "vous", "zone": "UTC", "region": "GB"}
    await world.found("ana", "C1", form | {"weekly_question.cadence": "monday 09:00"})
    async with database.view() as unit:
        world.communities["C1"] = (await unit.commons.communities())[0]
    yield world
    await database.close()


@pytest.fixture
async def practice() -> AsyncIterator[World]:
    """Give the community in memory."""
    async with founded(await SqlDatabase.in_memory(installed())) as world:
        yield world


@pytest.fixture
async def kept(database_url: str) -> AsyncIterator[World]:
    """Give the community on each kind of database."""
    async with founded(await SqlDatabase.open(database_url, storages=installed())) as world:
        yield world
