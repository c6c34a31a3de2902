"""Worlds: on each kind of database where that matters, else in memory."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import SqlDatabase
from tests import servers
from tests.engine.planted import STORAGES
from tests.engine.world import World, opened
from tests.threads import no_thread_outlives_the_loop


async def _migrate(url: str) -> None:
    database = await SqlDatabase.open(url, storages=STORAGES)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "migrated.sqlite"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """Give the address of a migrated PostgreSQL database, to be copied."""
    address = servers.create_database(postgres_url)
    asyncio.run(_migrate(address))
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a migrated, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        file = tmp_path / "causerie.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite+aiosqlite:///{file}"
    else:
        template: str = request.getfixturevalue("postgres_template")
        address = servers.create_database(request.getfixturevalue("postgres_url"), template)
        yield address
        servers.drop_database(address)


@pytest.fixture
async def world(migrated_url: str) -> AsyncIterator[World]:
    """Give a world on each kind of database."""
    async with opened(migrated_url) as made:
        yield made


@pytest.fixture
async def small() -> AsyncIterator[World]:
    """Give a world in memory, where the kind of database does not matter."""
    async with opened(None) as made:
        yield made


__all__ = ["no_thread_outlives_the_loop"]
