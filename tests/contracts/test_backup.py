"""A backup is whole, named after its instant, and restored only while no engine runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.core.incoming import Batch
from storage.backup import backup, restore
from storage.database import SqlDatabase
from storage.errors import BackupError, DatabaseInUseError
from storage.ritual import Storages
from tests.contracts.conftest import NOW, Place, found


async def cursor(database: SqlDatabase, place: Place) -> str | None:
    async with database.view() as unit:
        return await unit.directory.cursor(place.workspace)


def replaced(folder: Path) -> list[Path]:
    return list(folder.glob("*replaced*"))


async def write(database: SqlDatabase, place: Place, words: str) -> None:
    async with database.unit() as unit:
        await unit.directory.save(place.workspace, Batch(cursor=words))
        await unit.commit()


async def test_a_backup_made_while_the_engine_runs_brings_back_what_was(
    database_url: str, storages: Storages, tmp_path: Path
) -> None:
    database = await SqlDatabase.open(database_url, storages=storages, engine=True)
    place = await found(database)
    await write(database, place, "before")
    made = await asyncio.to_thread(backup, database_url, tmp_path / "backups", NOW)
    assert made.name.startswith("causerie-2026-11-23T140000Z.")
    await write(database, place, "after")
    with pytest.raises(DatabaseInUseError):
        await asyncio.to_thread(restore, made, database_url)
    assert await cursor(database, place) == "after"
    await database.close()

    kept = await asyncio.to_thread(restore, made, database_url)
    restored = await SqlDatabase.open(database_url, storages=storages, engine=True)
    assert await cursor(restored, place) == "before"
    await restored.close()

    assert kept is not None
    await asyncio.to_thread(restore, kept, database_url)
    returned = await SqlDatabase.open(database_url, storages=storages, engine=True)
    assert await cursor(returned, place) == "after"
    await returned.close()


async def test_two_backups_of_one_instant_are_two_files(
    sqlite_database: str, storages: Storages, tmp_path: Path
) -> None:
    await (await SqlDatabase.open(sqlite_database, storages=storages)).close()
    first, second = (backup(sqlite_database, tmp_path / "backups", NOW) for _ in range(2))
    assert first != second
    assert first.exists()
    assert second.exists()


async def test_what_is_no_backup_is_refused_and_changes_nothing(
    database_url: str, storages: Storages, tmp_path: Path
) -> None:
    database = await SqlDatabase.open(database_url, storages=storages)
    place = await found(database)
    await write(database, place, "kept")
    await database.close()
    diary = tmp_path / "diary.sqlite"
    diary.write_text("Dear diary, " * 1000)
    for path in (diary, tmp_path / "nowhere.sqlite"):
        with pytest.raises(BackupError):
            await asyncio.to_thread(restore, path, database_url)
    database = await SqlDatabase.open(database_url, storages=storages)
    assert await cursor(database, place) == "kept"
    await database.close()
    assert not replaced(tmp_path)


def test_a_backup_of_nothing_is_refused(sqlite_database: str, tmp_path: Path) -> None:
    for url in (sqlite_database, "sqlite+aiosqlite:///:memory:"):
        with pytest.raises(BackupError):
            backup(url, tmp_path, NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(sqlite_database: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupError, match="file"):
        backup(sqlite_database, tmp_path / "file" / "backups", NOW)
