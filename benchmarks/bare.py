"""The peer: the bare driver that writes the same facts into one table, and does nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import aiosqlite

from benchmarks.bench import Bench, Kind, connected
from benchmarks.village import answers
from bot.core.incoming import incoming_codec
from storage.connect import sqlite_file

_TABLE = "CREATE TABLE fact (key TEXT PRIMARY KEY, heard TEXT NOT NULL)"
Rows = Sequence[tuple[str, str]]


async def written(bench: Bench, kind: Kind, count: int, at_once: int) -> list[float]:
    """Return how many seconds each transaction took, with ``at_once`` facts in each."""
    rows = [(fact.fact, incoming_codec.dump_json(fact).decode()) for fact in answers([("C0", "M")], count)]
    parts = [rows[start : start + at_once] for start in range(0, count, at_once)]
    url = bench.fresh(kind)
    return await (_sqlite if kind == "SQLite" else _postgresql)(url, parts)


async def _sqlite(url: str, parts: Sequence[Rows]) -> list[float]:
    times: list[float] = []
    async with aiosqlite.connect(str(sqlite_file(url))) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            await connection.execute(f"PRAGMA {pragma}")
        await connection.execute(_TABLE)
        for part in parts:
            begun = perf_counter()
            await connection.executemany("INSERT INTO fact VALUES (?, ?)", part)
            await connection.commit()
            times.append(perf_counter() - begun)
        rows = await connection.execute_fetchall("SELECT count(*) FROM fact")
    assert [tuple(row) for row in rows] == [(sum(map(len, parts)),)]
    return times


async def _postgresql(url: str, parts: Sequence[Rows]) -> list[float]:
    times: list[float] = []
    connection = await connected(url)
    await connection.execute(_TABLE)
    for part in parts:
        begun = perf_counter()
        # A transaction of its own.
        await connection.executemany("INSERT INTO fact VALUES ($1, $2)", part)
        times.append(perf_counter() - begun)
    assert await connection.fetchval("SELECT count(*) FROM fact") == sum(map(len, parts))
    await connection.close()
    return times
