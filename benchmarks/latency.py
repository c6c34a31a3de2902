"""How long one takes: a fact from its arrival to its commit, a command until its answer can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from benchmarks import bare
from benchmarks.bench import KINDS, Bench, Kind
from benchmarks.facts import counted
from benchmarks.figure import Figure, Value, percentile
from benchmarks.village import answers, command, founded
from bot.core.incoming import Batch
from bot.engine.dispatch import dispatch_ready
from bot.engine.receive import receive
from bot.engine.respond import respond

COMMANDS = ("help", "status", "question every tuesday 14:30")
MS = 1_000


async def measure(bench: Bench) -> Figure:
    """Hear answers one by one, and give commands."""
    rows: list[Sequence[Value]] = []
    for kind in KINDS:
        single = await bare.written(bench, kind, bench.count(1_000, 10), 1)
        rows.append(_row(f"{kind}: bare driver, one to a commit", single, single))
        rows += [_row(f"  {what}", times, single) for what, times in (await _whole(bench, kind)).items()]
    return Figure(
        name="latency",
        title="One at a time",
        columns=("", "ms, p50", "ms, p95", "× bare, p50"),
        rows=rows,
        note="A command: received, handled, committed, and its answer made ready to be shown.",
    )


def _row(what: str, times: Sequence[float], peer: Sequence[float]) -> Sequence[Value]:
    middle, high = (percentile(times, share) * MS for share in (0.5, 0.95))
    return what, middle, high, None if times is peer else middle / (percentile(peer, 0.5) * MS)


async def _whole(bench: Bench, kind: Kind) -> dict[str, list[float]]:
    """Return the seconds that each took, by what was done."""
    times: dict[str, list[float]] = {"answer, received to committed": []}
    async with bench.app(kind) as app:
        workspace, homes = await founded(app, bench.count(10, 2))
        facts = answers([home.place for home in homes], bench.count(200, 10))
        for number, fact in enumerate(facts):
            begun = perf_counter()
            await receive(app.engine, workspace, Batch(heard=(fact,), cursor=str(number)))
            await dispatch_ready(app.engine)
            times["answer, received to committed"].append(perf_counter() - begun)
        assert await counted(app, homes) == len(facts)
        for words in COMMANDS:
            took = times.setdefault(f"/causerie {words}", [])
            for number in range(bench.count(100, 3)):
                asked = command(f"{words}:{number}", homes[number % len(homes)].channel, words)
                begun = perf_counter()
                reply = await respond(app.engine, workspace, asked)
                took.append(perf_counter() - begun)
                assert reply.whispers
    return times
