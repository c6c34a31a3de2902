"""The database: transactions for the engine, on SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from filelock import FileLock
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.core.model import CommunityId
from storage import copy, versions
from storage.connect import MEMORY, connected, reader, sqlite_file, writer
from storage.errors import DatabaseFolderError, DatabaseOlderError
from storage.lock import engine_lock
from storage.remembering import FORGOTTEN, Key
from storage.ritual import Storages
from storage.unit import SqlUnit


class SqlDatabase:
    """``ports.Database`` on SQLite or PostgreSQL. A unit must not be begun inside another by one task."""

    def __init__(
        self, url: str, storages: Storages, *, engine: bool = False, lock: FileLock | None = None, key: Key = FORGOTTEN
    ) -> None:
        """Take what ``open`` has made sure of."""
        self._writer: AsyncEngine = writer(url, engine=engine)
        self._reader: AsyncEngine = reader(url, self._writer)
        self._storages = storages
        self._lock = lock
        self._key = key
        # In memory all share one connection, one after another.
        self._turn = asyncio.Lock() if sqlite_file(url) is None and self._writer is self._reader else None
        self.exclusive: bool = self._writer.dialect.name == "sqlite"

    @classmethod
    async def open(
        cls, url: str, *, storages: Storages, engine: bool = False, migrate: bool = True, key: Key = FORGOTTEN
    ) -> SqlDatabase:
        """Open a database and, with ``migrate``, bring it up to date.

        ``engine``: to run an engine on it; a SQLite file bears one. ``key`` hashes what is honoured of people who were
        erased. Raises DatabaseFolderError, DatabaseInUseError,
        DatabaseNewerError, DatabaseOlderError, DatabaseUnreachableError, DatabaseDamagedError or DiskFullError.
        """
        file = sqlite_file(url)
        if file is not None and not file.parent.is_dir():
            raise DatabaseFolderError(f"there is no folder {file.parent}")
        if file is not None and not file.exists() and not migrate:
            raise DatabaseOlderError(f"{file} is not there yet")
        lock = engine_lock(file) if file is not None and engine else None
        database: SqlDatabase | None = None
        try:
            if file is not None and not file.exists() and migrate:
                await _migrate(url, storages)
            database = cls(url, storages, engine=engine, lock=lock, key=key)
            await database._prepare(url, migrate=migrate)
        except BaseException:
            if database is not None:
                await database.close()
            elif lock is not None:
                lock.release()
            raise
        return database

    @classmethod
    async def in_memory(cls, storages: Storages, key: Key = FORGOTTEN) -> SqlDatabase:
        """Return an empty database that is forgotten when closed."""
        database = cls(MEMORY, storages, key=key)
        await database._prepare(MEMORY, migrate=True)
        return database

    async def close(self) -> None:
        """Let go of every connection, and of the lock."""
        for engine in {self._reader, self._writer}:
            await engine.dispose()
        if self._lock is not None:
            self._lock.release()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[SqlUnit]:
        """Begin a transaction that may write; it rolls back unless committed, cancelled or not."""
        async with self._begun(self._writer, writes=True) as unit:
            yield unit

    @asynccontextmanager
    async def view(self) -> AsyncIterator[SqlUnit]:
        """Begin a transaction that only reads."""
        async with self._begun(self._reader, writes=False) as unit:
            yield unit

    @asynccontextmanager
    async def copy(self, community: CommunityId) -> AsyncIterator[SqlDatabase]:
        """Copy one community into memory; raises KeyError when there is none."""
        async with self.view() as unit:
            rows = await copy.read(unit.connection, self._storages, community)
        database = await SqlDatabase.in_memory(self._storages, self._key)
        try:
            async with database.unit() as unit:
                await copy.write(unit.connection, rows)
                await unit.commit()
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def _begun(self, engine: AsyncEngine, *, writes: bool) -> AsyncIterator[SqlUnit]:
        async with self._turn or nullcontext(), connected(engine) as connection:
            unit = SqlUnit(connection, self._storages, self._key, writes=writes)
            try:
                yield unit
            finally:
                await unit.close()

    async def _prepare(self, url: str, *, migrate: bool) -> None:
        if sqlite_file(url) is None and self.exclusive:
            async with connected(self._writer) as connection:
                await connection.run_sync(_create, self._storages)
                await connection.commit()
            return
        async with connected(self._writer) as connection:
            states = await connection.run_sync(versions.read, self._storages)
        behind = [f"{name} {s.current} before {s.needed}" for name, s in states.items() if not s.up_to_date]
        if behind and not migrate:
            raise DatabaseOlderError(", ".join(behind))
        if behind:
            await _migrate(url, self._storages)


async def _migrate(url: str, storages: Storages) -> None:
    from storage.migrate import upgrade  # noqa: PLC0415 - heavy to load, and most starts have nothing to migrate

    await upgrade(url, storages)


def _create(connection: Connection, storages: Storages) -> None:
    for part in versions.parts(storages):
        part.metadata.create_all(connection)
