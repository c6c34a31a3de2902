"""The people of the year: where they are, how they wish to be reached, and what they are inclined to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from benchmarks.year.town import Home, dice, often
from bot.core.model import Language

QUIET = (time(19), time(8))
"""The quiet hours of whoever did not choose any."""
BUDGET = 2
_NIGHTS = ((time(22), time(7)), (time(18, 30), time(9)), (time(12), time(14)), (time(0), time(0)), (time(17), time(10)))
_ELSEWHERE = ("Europe/Paris", "America/Toronto", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody: ``id`` is the platform's, ``homes`` are the channels that they are in when the year begins.

    ``zone`` is what the platform says of them (None: nothing), ``own_zone`` what they told the bot.
    ``answers``: they write at times; ``digest``: they want it by direct message; ``nagged``: every day of the year.
    """

    id: str
    name: str
    language: Language
    homes: tuple[str, ...]
    zone: str | None
    own_zone: str | None = None
    quiet: tuple[time, time] = QUIET
    budget: int = BUDGET
    answers: bool = False
    digest: bool = False
    nagged: bool = False


def people(seed: int, homes: Sequence[Home], members: int) -> Sequence[Person]:
    """Return the members of a workspace, each of at least one community, some of two or three."""
    return [_person(seed, homes, number, members) for number in range(members)]


def _person(seed: int, homes: Sequence[Home], number: int, members: int) -> Person:
    chance = dice(seed, "person", number)
    count = chance.choices((1, 2, 3), (90, 8, 2))[0]
    # The first ones found the communities; everybody else is where chance takes them.
    chosen = [homes[number]] if number < len(homes) else []
    while len({h.channel for h in chosen}) < min(count, len(homes)):
        chosen.append(chance.choices(homes, [h.share for h in homes])[0])
    first = chosen[0]
    return Person(
        id=f"U{number}",
        name=f"Member {number}",
        language=first.language if often(chance, 0.85) else chance.choice(("en", "fr")),
        homes=tuple(dict.fromkeys(h.channel for h in chosen)),
        zone=chance.choice(_ELSEWHERE) if often(chance, 0.1) else first.zone,
        own_zone=chance.choice(_ELSEWHERE) if often(chance, 0.05) else None,
        quiet=chance.choice(_NIGHTS) if often(chance, 0.2) else QUIET,
        budget=chance.randrange(4) if often(chance, 0.25) else BUDGET,
        answers=often(chance, 0.2),
        digest=often(chance, min(0.05, 50 / members)),
        nagged=often(chance, min(0.05, 10 / members)),
    )
