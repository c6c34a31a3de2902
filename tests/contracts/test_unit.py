"""A unit rolls back unless committed, one at a time works on a community, and what goes wrong is said clearly."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.core.errors import CauserieError
from bot.core.incoming import Batch
from bot.core.model import BindingId, CommunityId
from bot.engine.ports import Binding, Database
from storage.database import SqlDatabase
from storage.errors import (
    DatabaseDamagedError,
    DatabaseFolderError,
    DatabaseInUseError,
    DatabaseOlderError,
    DatabaseUnreachableError,
    DiskFullError,
    StorageClashError,
    StorageMissingError,
)
from storage.ritual import Storages, by_name
from tests.contracts.conftest import Place, found
from tests.contracts.notes import storage as notes


async def cursor(database: Database, place: Place) -> str | None:
    async with database.view() as unit:
        return await unit.directory.cursor(place.workspace)


async def count(database: Database, place: Place) -> int:
    async with database.view() as unit:
        tally = await (await unit.open(place.notes)).tally()
        return int(tally.count)


async def test_what_is_committed_stays(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(cursor="7"))
        (await (await unit.open(place.notes)).tally()).count = 7
        await unit.commit()
    assert await cursor(database, place) == "7"
    assert await count(database, place) == 7


async def test_what_is_not_committed_never_was(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(cursor="7"))
        (await (await unit.open(place.notes)).tally()).count = 7
    assert await cursor(database, place) is None
    assert await count(database, place) == 0


async def test_an_exception_rolls_back(database: SqlDatabase, place: Place) -> None:
    async def fail() -> None:
        async with database.unit() as unit:
            await unit.directory.save(place.workspace, Batch(cursor="7"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await cursor(database, place) is None


@pytest.mark.parametrize("statement", ["INSERT INTO nowhere VALUES (1)", "SELECT 1"])
async def test_what_fails_in_an_attempt_undoes_that_part_alone(
    database: SqlDatabase, place: Place, statement: str
) -> None:
    async def fail() -> None:
        async with unit.attempt():
            await unit.directory.save(place.workspace, Batch(cursor="8"))
            store = await unit.open(place.notes)
            (await store.tally()).count = 8
            await store.session.execute(text(statement))
            raise LookupError

    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(cursor="7"))
        (await (await unit.open(place.notes)).tally()).count = 7
        with pytest.raises((LookupError, SQLAlchemyError)):
            await fail()
        await unit.commit()
    assert await cursor(database, place) == "7"
    assert await count(database, place) == 7


async def test_what_cannot_be_written_in_an_attempt_undoes_that_part_alone(database: SqlDatabase, place: Place) -> None:
    async def fail() -> None:
        async with unit.attempt():
            (await (await unit.open(place.notes)).tally()).count = None

    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(cursor="7"))
        with pytest.raises(SQLAlchemyError):
            await fail()
        await unit.commit()
    assert await cursor(database, place) == "7"
    assert await count(database, place) == 0


async def test_what_is_done_in_an_attempt_goes_with_the_rest(database: SqlDatabase, place: Place) -> None:
    async def work(*, commit: bool) -> None:
        async with database.unit() as unit:
            async with unit.attempt():
                (await (await unit.open(place.notes)).tally()).count += 1
            if commit:
                await unit.commit()

    await work(commit=False)
    assert await count(database, place) == 0
    await work(commit=True)
    assert await count(database, place) == 1


async def test_cancellation_rolls_back_and_gives_the_connection_back(database: SqlDatabase, place: Place) -> None:
    written = asyncio.Event()

    async def work() -> None:
        async with database.unit() as unit:
            await unit.directory.save(place.workspace, Batch(cursor="7"))
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await cursor(database, place) is None
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(cursor="8"))
        await unit.commit()
    assert await cursor(database, place) == "8"


async def test_cancelled_at_any_moment_nothing_is_half_written(database: SqlDatabase, place: Place) -> None:
    async def work(number: int) -> None:
        async with database.unit() as unit:
            await unit.commons.lock(place.community)
            await unit.directory.save(place.workspace, Batch(cursor=str(number)))
            (await (await unit.open(place.notes)).tally()).count = number
            await unit.commit()

    for number in range(1, 40):
        task = asyncio.create_task(work(number))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert int(await cursor(database, place) or 0) == await count(database, place)
    await work(99)
    assert await count(database, place) == 99


async def test_under_the_lock_two_hundred_at_once_lose_nothing(database: SqlDatabase, place: Place) -> None:
    async def increment() -> None:
        async with database.unit() as unit:
            await unit.commons.lock(place.community)
            tally = await (await unit.open(place.notes)).tally()
            tally.count += 1
            await unit.commit()

    await asyncio.gather(*(increment() for _ in range(200)))
    assert await count(database, place) == 200


async def test_a_store_is_opened_once_per_unit_and_written_at_commit(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        assert await unit.open(place.notes) is await unit.open(place.notes)
        missing = Binding(id=BindingId("x"), community=place.community, ritual="gone")
        with pytest.raises(StorageMissingError, match="gone"):
            await unit.open(missing)


async def test_a_view_writes_nothing(database: SqlDatabase, place: Place) -> None:
    with pytest.raises(Exception, match=r"read.?only"):
        async with database.view() as unit:
            await unit.directory.save(place.workspace, Batch(cursor="7"))
    assert await cursor(database, place) is None


async def test_views_go_on_while_a_unit_works(database: SqlDatabase, place: Place) -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(cursor="7"))
        assert await cursor(database, place) is None


async def test_in_memory_takes_turns(storages: Storages) -> None:
    database = await SqlDatabase.in_memory(storages)
    place = await found(database)

    async def increment() -> None:
        async with database.unit() as unit:
            (await (await unit.open(place.notes)).tally()).count += 1
            await unit.commit()

    await asyncio.gather(*(increment() for _ in range(50)), *(cursor(database, place) for _ in range(50)))
    assert await count(database, place) == 50
    assert database.exclusive
    await database.close()


async def test_no_such_community(database: SqlDatabase) -> None:
    async with database.view() as unit:
        with pytest.raises(KeyError):
            await unit.commons.community(CommunityId("nobody"))


async def test_a_second_engine_on_the_file_is_refused(sqlite_database: str, storages: Storages) -> None:
    first = await SqlDatabase.open(sqlite_database, storages=storages, engine=True)
    with pytest.raises(DatabaseInUseError, match="stop it first"):
        await SqlDatabase.open(sqlite_database, storages=storages, engine=True)
    command = await SqlDatabase.open(sqlite_database, storages=storages)
    place = await found(command)
    await command.close()
    assert await cursor(first, place) is None
    await first.close()
    again = await SqlDatabase.open(sqlite_database, storages=storages, engine=True)
    await again.close()


async def test_a_full_disk_writes_nothing_half(sqlite_database: str, storages: Storages) -> None:
    database = await SqlDatabase.open(sqlite_database, storages=storages)
    place = await found(database)
    async with database.unit() as unit:
        pages = await unit.connection.scalar(text("PRAGMA page_count"))
        await unit.connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        await unit.commit()

    async def fill() -> None:
        async with database.unit() as unit:
            await unit.directory.save(place.workspace, Batch(cursor="7"))
            await unit.directory.save(place.workspace, Batch(cursor="x" * 1_000_000))
            await unit.commit()

    with pytest.raises(DiskFullError, match="Free some space"):
        await fill()
    assert await cursor(database, place) is None
    async with database.unit() as unit:
        await unit.connection.execute(text("PRAGMA max_page_count = 1000000"))
        await unit.directory.save(place.workspace, Batch(cursor="8"))
        await unit.commit()
    assert await cursor(database, place) == "8"
    await database.close()


async def test_a_missing_folder_is_named(tmp_path: Path, storages: Storages) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'causerie.sqlite'}"
    with pytest.raises(DatabaseFolderError, match="nowhere"):
        await SqlDatabase.open(url, storages=storages, engine=True)


@pytest.mark.skipif(sys.platform != "linux", reason="a folder in which not even root can write")
@pytest.mark.parametrize("engine", [True, False])
async def test_a_read_only_folder_is_named(storages: Storages, *, engine: bool) -> None:
    with pytest.raises(DatabaseFolderError, match="/proc"):
        await SqlDatabase.open("sqlite+aiosqlite:////proc/causerie.sqlite", storages=storages, engine=engine)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, storages: Storages) -> None:
    (tmp_path / "causerie.sqlite").write_text("Dear diary, " * 1000)
    with pytest.raises(DatabaseDamagedError):
        await SqlDatabase.open(f"sqlite+aiosqlite:///{tmp_path / 'causerie.sqlite'}", storages=storages)


async def test_a_command_does_not_migrate(sqlite_database: str, storages: Storages) -> None:
    with pytest.raises(DatabaseOlderError, match="causerie db upgrade"):
        await SqlDatabase.open(sqlite_database, storages=storages, migrate=False)


async def test_an_unreachable_server_is_named_without_its_password(storages: Storages) -> None:
    url = "postgresql+asyncpg://ana:s3cret@127.0.0.1:1/causerie"
    with pytest.raises(DatabaseUnreachableError) as refused:
        await SqlDatabase.open(url, storages=storages, engine=True)
    assert "127.0.0.1:1/causerie" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_two_storages_of_one_name_are_refused() -> None:
    with pytest.raises(StorageClashError, match="notes"):
        by_name([notes, notes])
    assert issubclass(StorageClashError, CauserieError)


async def test_an_error_of_the_database_tells_no_words(database: SqlDatabase) -> None:
    async with database.unit() as unit:
        with pytest.raises(SQLAlchemyError) as failed:
            await unit.connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "my pin is 4711"})
    assert "4711" not in str(failed.value)
