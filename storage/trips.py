"""SQLite's driver with one trip to its thread for each statement, where SQLAlchemy's own adapter makes four.

A trip is two switches of threads, which take several times as long as SQLite takes for a statement of ours. Opening a
cursor, executing, fetching and closing it are one function here, run in that thread. A transaction begins on the same
trip as its first statement, and one that never began, or is over, is not rolled back.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import EMPTY_DICT


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is open only while the thread works on its statement."""

    __slots__ = ("_description", "_lastrowid", "_rowcount")

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        """Take the connection; nothing is asked of it before there is a statement."""
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 - as the class that it is does
        self._soft_closed_memoized = EMPTY_DICT
        self._rows = deque()
        self._description: Any = None
        self._rowcount = -1
        self._lastrowid: int | None = None

    @property
    def description(self) -> Any:  # noqa: ANN401 - the driver's
        """What the columns are; None for a statement that returns nothing."""
        return self._description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._rowcount

    @property
    def lastrowid(self) -> int:
        """Return the id of the last row inserted."""
        return self._lastrowid or 0

    def close(self) -> None:
        """Forget the rows; in the thread it is closed already."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Keep the rows."""

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:  # noqa: ANN401 - the driver's
        await self._run(operation, () if parameters is None else parameters, many=False)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:  # noqa: ANN401 - the driver's
        await self._run(operation, seq_of_parameters, many=True)

    async def _run(self, operation: str, parameters: Any, *, many: bool) -> None:  # noqa: ANN401 - the driver's
        connection: Any = self._connection
        adapted: Any = self._adapt_connection
        async with adapted._execute_mutex:  # noqa: SLF001 - as above
            begin = adapted.beginning()
            done = await connection._execute(_done, connection._conn, begin, operation, parameters, many)  # noqa: SLF001 - as above
        self._description, self._rowcount, self._lastrowid, rows = done
        self._rows = deque(rows)


def _done(
    connection: sqlite3.Connection,
    begin: str | None,
    operation: str,
    parameters: Any,  # noqa: ANN401 - the driver's
    many: bool,  # noqa: FBT001 - as above
) -> tuple[Any, int, int | None, Sequence[Any]]:
    """Run a statement in the driver's thread, and return all that came of it."""
    cursor = connection.cursor()
    try:
        if begin is not None:
            _ = cursor.execute(begin)
        _ = cursor.executemany(operation, parameters) if many else cursor.execute(operation, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows
    finally:
        cursor.close()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A connection that begins with its first statement, and asks for no end of what has not begun."""

    __slots__ = ("_began", "begin")

    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:  # noqa: ANN401 - the driver's
        super().__init__(dbapi, connection)
        self.begin: str | None = None
        """What is to be said before the next statement."""
        self._began = False

    def beginning(self) -> str | None:
        """Return what is to be said before a statement that is on its way now."""
        begin, self.begin = self.begin, None
        # From here on it may begin in the thread at any time, also when nobody waits for it any more.
        self._began = self._began or begin is not None
        return begin

    def commit(self) -> None:
        self._ended(super().commit)

    def rollback(self) -> None:
        self._ended(super().rollback)

    def _ended(self, end: Callable[[], None]) -> None:
        self.begin = None
        if self._began:
            end()
            self._began = False


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """The module that SQLAlchemy is given for a driver."""

    def __init__(self) -> None:
        """Take aiosqlite."""
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:  # noqa: ANN401 - passed on
        """Return a connection whose statements take one trip each."""
        return _Connection(self, super().connect(*arg, **kw)._connection)  # noqa: SLF001 - as above
