"""Facts per second: heard, handled and committed, beside the bare driver that only writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from benchmarks import bare
from benchmarks.bench import KINDS, Bench, Kind
from benchmarks.figure import Figure, Value
from benchmarks.village import Home, answers, founded
from bot.app import App
from bot.core.incoming import Batch
from bot.engine.dispatch import dispatch_ready
from bot.engine.receive import receive
from rituals.weekly_question.ritual import Rounds

AT_ONCE = 32


async def measure(bench: Bench) -> Figure:
    """Let members answer the questions of twenty communities."""
    rows: list[Sequence[Value]] = []
    homes = bench.count(20, 3)
    for kind in KINDS:
        together = await _bare(bench, kind, bench.count(20_000, 64), AT_ONCE)
        single = await _bare(bench, kind, bench.count(2_000, 10), 1)
        received, handled = await _whole(bench, kind, homes, bench.count(1_000, 40))
        rows += [
            (f"{kind}: bare driver, {AT_ONCE} to a commit", together, None, None),
            ("  bare driver, one to a commit", single, together / single, None),
            (f"  received, {AT_ONCE} to a commit", received, together / received, None),
            ("  received, handled, committed", handled, together / handled, single / handled),
        ]
    return Figure(
        name="facts",
        title="Facts per second",
        columns=("", "facts/s", "bare, 32 ÷", "bare, one ÷"),
        rows=rows,
        note=f"Answers in {homes} communities. ÷: how many times as many facts the bare driver writes.",
    )


async def _bare(bench: Bench, kind: Kind, count: int, at_once: int) -> float:
    return count / sum(await bare.written(bench, kind, count, at_once))


async def _whole(bench: Bench, kind: Kind, of: int, count: int) -> tuple[float, float]:
    """Return how many facts per second are received, and how many are received, handled and committed."""
    receiving = handling = 0.0
    async with bench.app(kind) as app:
        workspace, homes = await founded(app, of)
        facts = answers([home.place for home in homes], count)
        for start in range(0, count, AT_ONCE):
            begun = perf_counter()
            new = await receive(
                app.engine, workspace, Batch(heard=tuple(facts[start : start + AT_ONCE]), cursor=str(start))
            )
            heard = perf_counter()
            handled = await dispatch_ready(app.engine)
            done = perf_counter()
            assert len(new) == handled == len(facts[start : start + AT_ONCE])
            receiving += heard - begun
            handling += done - heard
        assert await counted(app, homes) == count
    return count / receiving, count / (receiving + handling)


async def counted(app: App, homes: Sequence[Home]) -> int:
    """Return how many answers the communities' rounds hold, none of which may have failed."""
    total = 0
    async with app.database.view() as unit:
        assert not await unit.inbox.dead()
        assert await unit.inbox.next_at() is None
        for home in homes:
            rounds: Rounds = await unit.open(home.question)
            round_ = await rounds.latest()
            assert round_ is not None
            total += len(round_.answers)
    return total
