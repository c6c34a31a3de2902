"""The figure: a year is played, judged and counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Value
from benchmarks.year.acts import weekly
from benchmarks.year.chart import conclusion, draw
from benchmarks.year.checks import Violation, attention
from benchmarks.year.chronicle import Chronicle, Delivery, Wish
from benchmarks.year.founding import found
from benchmarks.year.play import opened
from benchmarks.year.questions import questions
from benchmarks.year.reactions import reacts
from benchmarks.year.tally import ALONE, CARES, MEANS, WORST, Tally, names, spread, tally
from benchmarks.year.town import YEAR

MEMBERS = 10_000


async def played(folder: Path, seed: int, weeks: int, members: int) -> Chronicle:
    """Play a year, or some weeks of one, with a progress bar, and return what is known of it."""
    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with shown as progress:
        task = progress.add_task("founding", total=weeks * 7)
        async with opened(folder, seed, weeks, members, reacts) as play:
            await found(play)
            weekly(play)
            async for at in play.run():
                days = (at - play.chronicle.begin).days
                progress.update(task, completed=days, description=f"week {days // 7 + 1} of {weeks}")
            async with play.database.view() as unit:
                dead = await unit.inbox.dead()
                assert not dead, f"{len(dead)} facts could not be handled: {sorted({f.error for f in dead})}"
            return play.chronicle


def broken(year: Chronicle) -> Sequence[Violation]:
    """Return what broke a rule."""
    return [*attention(year), *questions(year)]


async def measure(bench: Bench) -> Figure:
    """Play a year of a workspace, hold every delivery against the rules, and count who got how much."""
    weeks, members = bench.weeks or bench.count(YEAR, 2), bench.members or bench.count(MEMBERS, 60)
    begun = perf_counter()
    year = await played(bench.new_folder(), bench.seed, weeks, members)
    took = perf_counter() - begun
    found = broken(year)
    assert not found, f"seed {bench.seed}: {len(found)} rules broken, first {found[:3]}"
    counted = tally(year)
    if bench.picture:
        draw(counted, bench.picture)
    return Figure(
        name="year",
        title=f"{weeks} weeks of {members:,} members: who got how many messages a week",
        columns=("messages a week", *CARES, ALONE),
        rows=_rows(counted),
        note=f"{_told(year)} No rule broken. Seed {bench.seed}, {took:,.0f} s. {conclusion(counted)}.",
    )


def _rows(counted: Tally) -> Sequence[Sequence[Value]]:
    rows: list[Sequence[Value]] = []
    for name, steps, of in (("mean", MEANS, counted.mean), ("fullest", WORST, counted.worst)):
        columns = [spread([float(value) for value in of[care]], steps) for care in (*CARES, ALONE)]
        rows += [(f"{name}: {step}", *counts) for step, *counts in zip(names(steps), *columns, strict=True)]
    return rows


def _told(year: Chronicle) -> str:
    deliveries = [e for e in year.events if isinstance(e, Delivery)]
    asked = sum(d.label.endswith("/question") and not d.people for d in deliveries)
    wishes = sum(isinstance(e, Wish) for e in year.events)
    alone = sum(bool(d.people) for d in deliveries)
    return (
        f"{len(year.homes)} communities, {asked:,} questions, {alone:,} messages to one person, {wishes:,} wishes, "
        f"{len(year.away)} times without the bot."
    )
