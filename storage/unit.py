"""A unit of work: one connection, one transaction, the ports on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.core.model import BindingId
from bot.engine.ports import Binding
from storage.awaits import SqlAwaits
from storage.commons import SqlCommons
from storage.directory import SqlDirectory
from storage.errors import StorageMissingError
from storage.inbox import SqlInbox
from storage.lives import SqlLives
from storage.members import SqlMembers
from storage.outbox import SqlOutbox
from storage.records import SqlRecords
from storage.remembering import Key
from storage.ritual import Storages, mapped
from storage.wakes import SqlWakes
from storage.wordings import SqlWordings


class SqlUnit:
    """``ports.Unit`` on a connection, which rolls back when it is given back."""

    def __init__(self, connection: AsyncConnection, storages: Storages, key: Key, *, writes: bool) -> None:
        """Take a connection for this unit's time."""
        self.connection = connection
        self.inbox = SqlInbox(connection)
        self.wakes = SqlWakes(connection)
        self.outbox = SqlOutbox(connection)
        self.directory = SqlDirectory(connection, writes)
        self.awaits = SqlAwaits(connection)
        self.members = SqlMembers(connection, key)
        self.records = SqlRecords(connection, storages, key, self.flush)
        self.commons = SqlCommons(connection)
        self.lives = SqlLives(connection)
        self.wordings = SqlWordings(connection)
        self._storages = storages
        self._writes = writes
        self._opened: dict[BindingId, tuple[AsyncSession, Any]] = {}

    async def open(self, binding: Binding) -> Any:  # noqa: ANN401 - every ritual has its own store
        """Return the store of the binding's ritual, one per binding and unit; raises StorageMissingError.

        What it changes is written before it asks the database anything, and at commit.
        """
        if binding.id not in self._opened:
            storage = self._storages.get(binding.ritual)
            if storage is None:
                raise StorageMissingError(binding.ritual)
            mapped(storage)
            # The session joins the unit's transaction, so there has to be one.
            if not self.connection.in_transaction():
                _ = await self.connection.begin()
            session = AsyncSession(
                self.connection,
                autoflush=self._writes,
                expire_on_commit=False,
                join_transaction_mode="rollback_only",
            )
            self._opened[binding.id] = session, storage.open(session, binding)
        return self._opened[binding.id][1]

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Begin a part that an exception undoes, and nothing before it; stores opened in it are its own.

        A session that fails rolls back what it joined, so those of the part join its savepoint.
        """
        await self.flush()
        before, self._opened = self._opened, {}
        try:
            async with self.connection.begin_nested():
                try:
                    yield
                    await self.flush()
                finally:
                    await self.close()
        finally:
            self._opened = before

    async def commit(self) -> None:
        """Make all of it true."""
        await self.flush()
        await self.connection.commit()

    async def flush(self) -> None:
        """Write what rituals changed so far; in a view, which only reads, nothing."""
        if not self._writes:
            return
        for session, _ in self._opened.values():
            await session.flush()

    async def close(self) -> None:
        """Let go of what rituals loaded; the transaction stays as it is."""
        for session, _ in self._opened.values():
            await session.close()
