"""How many messages reached whom: by member, by week, and by why they came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.year.chronicle import Chronicle, Delivery, Wish

CHANNEL = "channel"
CARES = (CHANNEL, "answer", "standing", "duty", "nudge")
"""Why a message comes. What is said in a channel comes to all who are there; replies in threads are not counted."""
ALONE = "alone"
"""All that comes to one person alone."""
MEANS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0)
WORST = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Up to how many messages a week members are counted together."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages a week by care: each member's mean over the year, and their worst week."""

    mean: Mapping[str, Sequence[float]]
    worst: Mapping[str, Sequence[int]]


def tally(year: Chronicle) -> Tally:
    """Count every delivery to every member."""
    weeks = max(1, (year.end - year.begin) // timedelta(weeks=1))
    there: dict[str, set[str]] = {h: {p.id for p in year.people.values() if h in p.homes} for h in year.homes}
    counts: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for event in year.events:
        match event:
            case Wish(who=who, matter="join", value=home):
                there[home].add(who)
            case Wish(who=who, matter="leave", value=home):
                there[home].discard(who)
            case Delivery(thread=None) | Delivery(people=(_, *_)):
                week = (event.at - year.begin) // timedelta(weeks=1)
                for who in event.people or there[event.home]:
                    for care in (event.care, ALONE) if event.people else (CHANNEL,):
                        counts[care, who][week] += 1
            case _:
                pass
    kinds = (*CARES, ALONE)
    return Tally(
        {care: [counts[care, who].total() / weeks for who in year.people] for care in kinds},
        {care: [max(counts[care, who].values(), default=0) for who in year.people] for care in kinds},
    )


def spread(values: Sequence[float], steps: Sequence[float]) -> Sequence[int]:
    """Return how many values are at most each step and above the one before, then how many are above all."""
    bounds = zip((-1.0, *steps), (*steps, float("inf")), strict=True)
    return [sum(low < value <= high for value in values) for low, high in bounds]


def names(steps: Sequence[float]) -> Sequence[str]:
    """Return what ``spread`` counts, in words."""
    return ("none", *(f"up to {step:g}" for step in steps[1:]), f"over {steps[-1]:g}")
