"""A ready database of each kind, and a community in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.core.incoming import Batch, ChannelProfile, Profile
from bot.core.model import BindingId, ChannelId, Community, CommunityId, MemberId, WorkspaceId
from bot.engine.engine import derived
from bot.engine.ports import Binding
from storage.database import SqlDatabase
from storage.ritual import Storages
from tests.contracts.notes import STORAGES
from tests.contracts.platforms import SITES
from tests.contracts.site import Site
from tests.threads import no_thread_outlives_the_loop

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A community of three people with two rituals, in channel "C1"; "C2" is a channel without one."""

    workspace: WorkspaceId
    home: ChannelId
    community: CommunityId
    core: Binding
    notes: Binding
    ana: MemberId
    bo: MemberId
    chi: MemberId


@pytest.fixture
def storages() -> Storages:
    return STORAGES


@pytest.fixture
async def database(database_url: str, storages: Storages) -> AsyncIterator[SqlDatabase]:
    """Give an empty database that is up to date: the test runs once on each kind."""
    opened = await SqlDatabase.open(database_url, storages=storages, engine=True)
    yield opened
    await opened.close()


@pytest.fixture
async def place(database: SqlDatabase) -> Place:
    return await found(database)


@pytest.fixture(params=SITES)
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    _, opened = SITES[request.param]
    async with opened(request.getfixturevalue) as made:
        yield made


async def found(database: SqlDatabase, workspace: str = "T1", home: str = "C1") -> Place:
    """Write a community."""
    people = ("U-ana", "Ana"), ("U-bo", "Bo"), ("U-chi", "Chi")
    async with database.unit() as unit:
        id_ = (await unit.directory.workspace("local", workspace)).id
        profiles = tuple(Profile(external=e, name=n) for e, n in people)
        channels = (ChannelProfile(external=home, name="practice"), ChannelProfile(external="C2", name="random"))
        await unit.directory.save(id_, Batch(people=profiles, channels=channels))
        channel = await unit.directory.channel(id_, home)
        assert channel is not None
        members = await unit.directory.by_external(id_, [e for e, _ in people])
        community = Community(id=CommunityId(derived("c", id_, home)), workspace=id_, home=channel, name="Practice")
        core, notes = (
            Binding(id=BindingId(derived("b", community.id, r)), community=community.id, ritual=r)
            for r in ("community", "notes")
        )
        await unit.commons.found(community, [core, notes], NOW)
        for member in members.values():
            await unit.commons.join(community.id, member, NOW)
        await unit.commit()
    return Place(id_, channel, community.id, core, notes, *(members[e] for e, _ in people))


__all__ = ["no_thread_outlives_the_loop"]
