"""A year of one community, rehearsed."""

from __future__ import annotations

from time import perf_counter

from benchmarks.bench import KINDS, Bench
from benchmarks.figure import Figure
from benchmarks.village import founded
from bot.engine.rehearsal import rehearse

YEAR = 52
"""In weeks."""


async def measure(bench: Bench) -> Figure:
    """Play a year on a copy in memory, wherever the original is."""
    weeks = bench.count(YEAR, 2)
    rows = []
    for kind in KINDS:
        async with bench.app(kind) as app:
            _, (home,) = await founded(app, 1)
            begun = perf_counter()
            said = await rehearse(app.engine, home.community, weeks)
            took = perf_counter() - begun
        asked = {saying.at.isocalendar()[:2] for saying in said if saying.kind == "post" and not saying.thread}
        assert len(asked) == weeks, "a question is asked every week"
        rows.append((f"copied from {kind}", took, len(said), took / weeks * 1_000))
    return Figure(
        name="rehearsal",
        title=f"Rehearsal of {weeks} weeks",
        columns=("", "seconds", "messages", "ms per week"),
        rows=rows,
    )
