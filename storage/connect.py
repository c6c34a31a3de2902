"""Engines of SQLAlchemy, set up for what is kept in them, and their errors in words that say what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, NullPool, StaticPool, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.errors import CauserieError
from storage.errors import DatabaseDamagedError, DatabaseFolderError, DatabaseUnreachableError, DiskError, DiskFullError
from storage.trips import Driver

MEMORY = "sqlite+aiosqlite:///:memory:"
ENGINE_NAME = "causerie engine"
"""By this name PostgreSQL knows the connections of an engine."""

_BUSY = 30
"""Seconds that a writer waits for another process, a CLI command for instance."""
_POOL = 10
_READERS = 4
_QUEUE = 300
"""Seconds that a task waits for its turn; a long queue is no error."""

_SAID_BY_SQLITE: dict[str, type[CauserieError]] = {
    "database or disk is full": DiskFullError,
    # A quota, or a limit of the process, is no full disk to SQLite.
    "disk I/O error": DiskError,
    "attempt to write a readonly database": DatabaseFolderError,
    "unable to open database file": DatabaseFolderError,
    "file is not a database": DatabaseDamagedError,
    "disk image is malformed": DatabaseDamagedError,
}


def address(url: str) -> URL:
    """Return the parsed address."""
    return make_url(url)


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite database; None for one in memory, or PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def writer(url: str, *, engine: bool = False) -> AsyncEngine:
    """Return the engine for transactions that may write.

    SQLite: one connection, which is this process's one writer lock. PostgreSQL: about ten.
    """
    if make_url(url).get_backend_name() == "postgresql":
        named = {"server_settings": {"application_name": ENGINE_NAME if engine else "causerie"}}
        return _told(
            create_async_engine(
                url, pool_size=_POOL, max_overflow=0, pool_timeout=_QUEUE, connect_args=named, hide_parameters=True
            )
        )
    if sqlite_file(url) is None:
        return _sqlite(url, "BEGIN", poolclass=StaticPool)
    return _sqlite(url, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0, pool_timeout=_QUEUE)


def reader(url: str, writing: AsyncEngine) -> AsyncEngine:
    """Return the engine for transactions that only read."""
    if writing.dialect.name == "postgresql":
        return writing.execution_options(postgresql_readonly=True)
    if sqlite_file(url) is None:
        return writing
    return _sqlite(url, "BEGIN", "PRAGMA query_only = ON", pool_size=_READERS, max_overflow=0, pool_timeout=_QUEUE)


def migrating(url: str | URL) -> AsyncEngine:
    """Return an engine for migrations: SQLite's batches rebuild tables, which must not delete what refers to them."""
    if make_url(url).get_backend_name() == "postgresql":
        return _told(create_async_engine(url, poolclass=NullPool, hide_parameters=True))
    return _sqlite(str(url), "BEGIN IMMEDIATE", "PRAGMA foreign_keys = OFF", poolclass=NullPool)


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Yield a connection that rolls back what was not committed; raises DatabaseUnreachableError."""
    connection = engine.connect()
    try:
        _ = await connection.start()
    except (CauserieError, SQLAlchemyError):
        raise
    except Exception as error:  # noqa: BLE001 - the driver raises its own classes, and OSError
        raise DatabaseUnreachableError(_hidden(engine, error)) from None
    try:
        yield connection
    finally:
        # Even cancelled, a connection is given back with its transaction ended.
        closing = asyncio.ensure_future(connection.close())
        await asyncio.shield(closing)


def _hidden(engine: AsyncEngine, error: Exception) -> str:
    """Return where it was and what went wrong, without the password."""
    said = " ".join(str(error).split())
    if engine.url.password:
        said = said.replace(str(engine.url.password), "***")
    return f"{engine.url.render_as_string(hide_password=True)}, {type(error).__name__}: {said}"


def _sqlite(url: str, begin: str, *pragmas: str, **pool: Any) -> AsyncEngine:  # noqa: ANN401 - passed on to SQLAlchemy
    engine = create_async_engine(url, module=Driver(), connect_args={"timeout": _BUSY}, hide_parameters=True, **pool)
    journal = ("PRAGMA journal_mode = WAL",) if begin == "BEGIN IMMEDIATE" else ()

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
        # The driver must not begin transactions of its own: ours begin with BEGIN, or BEGIN IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            for pragma in (*journal, "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", *pragmas):
                cursor.execute(pragma)
            cursor.close()
        except BaseException:
            # The pool knows nothing yet of this connection, whose thread would outlive the loop.
            connection.close()
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        cast("Any", connection.connection.dbapi_connection).begin = begin

    return _told(engine)


def _told(engine: AsyncEngine) -> AsyncEngine:
    place = engine.url.render_as_string(hide_password=True)

    @event.listens_for(engine.sync_engine, "handle_error")
    def tell(context: ExceptionContext) -> None:
        said = str(context.original_exception)
        for words, error in _SAID_BY_SQLITE.items():
            if words in said:
                raise error(f"{place}, {words}") from context.original_exception

    return engine
