"""Messages from Slack per second: acknowledged and handled, beside a bare Bolt app, and one with an inbox."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Value
from benchmarks.slack.workplace import ANSWERS, FACTS, PATIENCE, Workplace, bolt, causerie, workplace
from benchmarks.village import WORDS

PEOPLE = 20


async def measure(bench: Bench) -> Figure:
    """Let people answer in threads, as fast as a double of Slack can send it."""
    count, rooms = bench.count(1_000, 40), bench.count(10, 1)
    bare = await _bolt(bench, count, rooms, stored=False)
    stored = await _bolt(bench, count, rooms, stored=True)
    acked, handled = await _causerie(bench, count, rooms)
    rows: list[Sequence[Value]] = [
        ("Bolt, acknowledged", bare, None),
        ("Bolt, stored first, acknowledged", stored, None),
        ("Causerie, acknowledged", acked, acked / stored),
        ("Causerie, handled and committed", handled, handled / stored),
    ]
    return Figure(
        name="slack-facts",
        title="Messages from Slack per second",
        columns=("", "messages/s", "× Bolt, stored first"),
        rows=rows,
        note=f"{count:,} answers in {rooms} threads, sent by a double of Slack as fast as it can.",
    )


async def _bolt(bench: Bench, count: int, rooms: int, *, stored: bool) -> float:
    async with workplace(bench.new_folder(), people=PEOPLE, channels=rooms) as at, bolt(at, stored=stored):
        at.threads.update({c: at.double.say(at.people[0], c, "What did you try?") for c in at.channels})
        await at.double.drained(PATIENCE)
        begun = perf_counter()
        took = await _sent(at, count, begun)
        assert not stored or at.count(FACTS) == count + rooms
    return count / took


async def _causerie(bench: Bench, count: int, rooms: int) -> tuple[float, float]:
    """Return how many are acknowledged per second, and how many are handled, both from the first that is sent."""
    async with workplace(bench.new_folder(), people=PEOPLE, channels=rooms) as at, causerie(at):
        begun = perf_counter()
        acked = await _sent(at, count, begun)
        await at.rest()
        handled = perf_counter() - begun
        assert at.count(ANSWERS) == count
    return count / acked, count / handled


async def _sent(at: Workplace, count: int, begun: float) -> float:
    """Send answers in turn, and return the seconds until all were acknowledged."""
    acks = len(at.double.acks)
    for number in range(count):
        channel = at.channels[number % len(at.channels)]
        author = at.people[number // len(at.channels) % len(at.people)]
        at.double.say(author, channel, WORDS, thread=at.threads[channel])
    await at.double.drained(PATIENCE)
    assert len(at.double.acks) - acks == count, "each is acknowledged once"
    return perf_counter() - begun
