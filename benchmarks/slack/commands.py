"""Commands on Slack: how long until one is acknowledged, and until its answer is there, beside a bare Bolt app."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Value, percentile
from benchmarks.slack.workplace import FACTS, bolt, causerie, workplace

BARE, STORED = "Bolt", "Bolt, stored first"
MS = 1_000
PAUSE = 0.02
"""Seconds between two commands: what one leaves to be done is no part of the next."""


async def measure(bench: Bench) -> Figure:
    """Give commands to a bare Bolt app, to one that stores them first, and to Causerie, in turn."""
    count = bench.count(300, 3)
    async with AsyncExitStack() as stack:
        bare, stored, ours = [await stack.enter_async_context(workplace(bench.new_folder())) for _ in range(3)]
        await stack.enter_async_context(bolt(bare, stored=False))
        await stack.enter_async_context(bolt(stored, stored=True))
        await stack.enter_async_context(causerie(ours))
        rivals = [
            (BARE, bare, "help"),
            ("/causerie help", ours, "help"),
            (STORED, stored, "help"),
            ("/causerie status", ours, "status"),
        ]
        times: dict[str, list[tuple[float, float]]] = {what: [] for what, _, _ in rivals}
        for number in range(-bench.count(10, 1), count):
            for what, place, words in rivals:
                await asyncio.sleep(PAUSE)
                took = await place.round_trip(words, max(number, 0))
                if number >= 0:  # those before it are to warm up
                    times[what].append(took)
        assert stored.count(FACTS) >= count
        assert not any(place.double.timeouts or place.double.problems for place in (bare, stored, ours))
    return Figure(
        name="slack-commands",
        title="Commands on Slack, ms",
        columns=("", "ack", "answer", "both", "both, p95", "× ack", "× both"),
        rows=[_row(what, took, times[BARE]) for what, took in times.items()],
        note="From what a double of Slack sends to what reaches it, p50. ×: Bolt's p50 of the same run.",
    )


def _row(what: str, times: Sequence[tuple[float, float]], peer: Sequence[tuple[float, float]]) -> Sequence[Value]:
    ack, answer, both = _middles(times)
    high = percentile([max(one) for one in times], 0.95) * MS
    if times is peer:
        return what, ack, answer, both, high, None, None
    peers_ack, _, peers_both = _middles(peer)
    return what, ack, answer, both, high, ack / peers_ack, both / peers_both


def _middles(times: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return the p50 in ms: until the ack, until the answer, and until both are there."""
    acks, answers = zip(*times, strict=True)
    ack, answer, both = (percentile(t, 0.5) * MS for t in (acks, answers, [max(one) for one in times]))
    return ack, answer, both
