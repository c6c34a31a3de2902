"""The sweep among few wakes and many: how long it takes, and how long it keeps everything else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import TypeVar

from benchmarks.bench import KINDS, NOW, Bench, Kind
from benchmarks.figure import Figure, Value, percentile
from benchmarks.village import Home, founded
from bot.app import App
from bot.core.effects import Wake
from bot.core.model import Label
from bot.engine.sweep import sweep

T = TypeVar("T")
DUE = 1_000
TIMES = 20
MS = 1_000


async def measure(bench: Bench) -> Figure:
    """Sweep among 1, 10,000 and 100,000 wakes of which none is due, then with a thousand due."""
    sizes = (1, 20) if bench.quick else (1, 10_000, 100_000)
    due = bench.count(DUE, 10)
    rows = [await _row(bench, kind, size, due) for kind in KINDS for size in sizes]
    return Figure(
        name="sweep",
        title="Sweep",
        columns=("wakes to come", "none due, ms", f"{due:,} due, ms", "event loop held, ms"),
        rows=rows,
        note="Held: the longest time for which nothing else could run while the due ones were swept.",
    )


async def _row(bench: Bench, kind: Kind, size: int, due: int) -> Sequence[Value]:
    async with bench.app(kind) as app:
        _, (home,) = await founded(app, 1)
        later = _wakes("later", size, NOW + timedelta(days=7))
        await _planned(app, home, later)
        empty: list[float] = []
        for _ in range(TIMES):
            begun = perf_counter()
            assert await sweep(app.engine) == 0
            empty.append(perf_counter() - begun)
        await _planned(app, home, [*later, *_wakes("due", due, NOW - timedelta(minutes=30))])
        begun = perf_counter()
        swept, held = await _watched(sweep(app.engine))
        took = perf_counter() - begun
        async with app.database.view() as unit:
            assert swept == due == len(await unit.inbox.ready(NOW, 2 * due))
            assert await unit.wakes.next_at() == later[0].at
    return f"{kind}: {size:,}", percentile(empty, 0.5) * MS, took * MS, held * MS


def _wakes(name: str, count: int, first: datetime) -> list[Wake]:
    return [Wake(Label(f"{name}/{n}"), first + timedelta(seconds=n), timedelta(days=1)) for n in range(count)]


async def _planned(app: App, home: Home, wakes: Sequence[Wake]) -> None:
    async with app.database.unit() as unit:
        await unit.wakes.replace(home.question.id, home.community, wakes, NOW)
        await unit.commit()


async def _watched(work: Awaitable[T]) -> tuple[T, float]:
    """Return what the work gives, and the longest time for which it kept a waiting task from running."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            begun = perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, perf_counter() - begun)

    watching = asyncio.create_task(watch())
    try:
        return await work, longest
    finally:
        watching.cancel()
