"""Commands on Matrix: how long until the answer is heard where its asker talks with the bot alone, beside an echo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Value, percentile
from benchmarks.matrix.place import causerie, echo
from benchmarks.matrix.talk import Talk, plain_talk, sealed_talk
from tests.matrix.person import people
from tests.matrix.synapse import Synapse, running

MS = 1_000
PAUSE = 0.15
"""Seconds between two commands: what one leaves to be done, such as a sign on it, is no part of the next."""
PEER = "nio, echo"
Times = dict[str, list[float]]


async def measure(bench: Bench) -> Figure:
    """Give commands to a bare bot of matrix-nio and to Causerie, in turn, in plain rooms and in encrypted ones."""
    count, before = bench.count(100, 2), bench.count(12, 1)
    with running() as server:
        plain = await _taken(bench, server, count, before, encrypted=False)
        sealed = await _taken(bench, server, count, before, encrypted=True)
    rows = [_row(what, times, plain[PEER]) for what, times in plain.items()]
    rows += [_row(f"{what}, encrypted", times, sealed[PEER]) for what, times in sealed.items()]
    return Figure(
        name="matrix-commands",
        title="Commands on Matrix, ms",
        columns=("", "p50", "p95", "× p50", "× p95"),
        rows=rows,
        note=f"{count} each, in turn: from the command in a room until its answer is heard. ×: the echo's.",
    )


async def _taken(bench: Bench, server: Synapse, count: int, before: int, *, encrypted: bool) -> Times:
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(_talk(bench, server, encrypted=encrypted)) for _ in range(2)]
        theirs = await stack.enter_async_context(echo(server, talks[0], bench.new_folder(), encrypted=encrypted))
        ours = await stack.enter_async_context(causerie(server, talks[1], bench.new_folder(), encrypted=encrypted))
        rivals = (
            (PEER, theirs, "!causerie help"),
            ("!causerie help", ours, "!causerie help"),
            ("!causerie status", ours, "!causerie status"),
        )
        times: Times = {what: [] for what, _, _ in rivals}
        for number in range(-before, count):
            for what, place, words in rivals:
                await asyncio.sleep(PAUSE)
                took = await place.talk.round_trip(place.room, place.direct, words)
                if number >= 0:  # those before it are to warm up
                    times[what].append(took)
    return times


@asynccontextmanager
async def _talk(bench: Bench, server: Synapse, *, encrypted: bool) -> AsyncIterator[Talk]:
    async with people(server) as person:
        somebody = await person("Ada")
        talk = sealed_talk(somebody, bench.new_folder()) if encrypted else plain_talk(somebody)
        async with talk as hearing:
            yield hearing


def _row(what: str, times: Sequence[float], peer: Sequence[float]) -> Sequence[Value]:
    middle, high = (percentile(times, share) * MS for share in (0.5, 0.95))
    if times is peer:
        return what, middle, high, None, None
    return what, middle, high, middle / (percentile(peer, 0.5) * MS), high / (percentile(peer, 0.95) * MS)
