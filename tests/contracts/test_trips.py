"""SQLite's thread is asked once for each statement, and whatever happens to who asks, a transaction that began ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.connect import connected, writer


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = writer(f"sqlite+aiosqlite:///{tmp_path / 'trips.sqlite'}")
    async with connected(engine) as connection:
        await connection.execute(text("CREATE TABLE kept (x INTEGER)"))
        await connection.commit()
    yield engine
    await engine.dispose()


async def driver_of(engine: AsyncEngine) -> Any:  # noqa: ANN401 - the driver's connection
    async with connected(engine) as connection:
        return (await connection.get_raw_connection()).driver_connection


async def kept(engine: AsyncEngine) -> list[int]:
    async with connected(engine) as connection:
        return list((await connection.execute(text("SELECT x FROM kept ORDER BY x"))).scalars())


async def test_a_statement_a_commit_and_a_rollback_are_one_trip_each(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, trips = await driver_of(engine), 0
    real = driver._execute  # noqa: SLF001 - every trip goes through it

    async def counted(function: Any, *given: Any) -> Any:  # noqa: ANN401 - any function of the driver's
        nonlocal trips
        trips += 1
        return await real(function, *given)

    monkeypatch.setattr(driver, "_execute", counted)
    async with connected(engine) as connection:
        await connection.execute(text("INSERT INTO kept VALUES (:x)"), [{"x": 1}, {"x": 2}])
        result = await connection.execute(text("UPDATE kept SET x = x + 1"))
        assert result.rowcount == 2
        assert (await connection.execute(text("SELECT sum(x) FROM kept"))).scalar() == 5
        await connection.commit()
    assert trips == 4
    async with connected(engine) as connection:
        await connection.execute(text("DELETE FROM kept"))
    assert trips == 6
    async with connected(engine):
        pass
    assert trips == 6
    assert await kept(engine) == [2, 3]


async def test_what_was_cancelled_before_the_thread_began_it_is_rolled_back(engine: AsyncEngine) -> None:
    driver, free = await driver_of(engine), threading.Event()
    busy = asyncio.ensure_future(driver._execute(free.wait))  # noqa: SLF001 - what keeps its thread from all else

    async def work() -> None:
        async with connected(engine) as connection:
            await connection.execute(text("INSERT INTO kept VALUES (1)"))
            await connection.commit()

    task = asyncio.create_task(work())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    for _ in range(20):
        await asyncio.sleep(0)
    free.set()
    with suppress(asyncio.CancelledError):
        await task
    await busy
    assert await kept(engine) == []


async def test_after_an_error_a_transaction_ends_and_the_next_begins(engine: AsyncEngine) -> None:
    async with connected(engine) as connection:
        await connection.execute(text("INSERT INTO kept VALUES (1)"))
        with pytest.raises(Exception, match="no such table"):
            await connection.execute(text("INSERT INTO missing VALUES (1)"))
    assert await kept(engine) == []
