"""What people do of their own accord, decided week by week."""

from __future__ import annotations

from benchmarks.year import charge, members
from benchmarks.year.play import WEEK, Play
from benchmarks.year.town import dice, often

SHARES = (
    (0.001, members.change),
    (0.002, members.pause),
    (0.001, members.leave),
    (0.0005, members.stop),
    (0.0004, members.suggest),
)
"""How many of the members do so in a week."""
AT_LEAST = 300
"""A small workspace is as lively as one of so many."""
RESTS_EVERY = 29
"""A community rests once or twice a year, not all at once."""
BY_HAND = 0.03
READS_WITHIN = 8
"""In which weeks people begin to ask for digests."""
CHANGES_EVERY = 5
CHANGES = {(2, 4): charge.grow, (17, 1): charge.grow, (21, 3): charge.change_rhythm, (33, 2): charge.grow}
"""In which week which of five communities changes."""


def weekly(play: Play) -> None:
    """Decide what people will do in the week to come, and that the next one is decided then."""
    number = (play.now - play.chronicle.begin) // WEEK
    folk = list(play.chronicle.people.values())
    for share, act in SHARES:
        chance = dice(play.seed, act.__name__, number)
        mean = share * max(len(folk), AT_LEAST)
        for _ in range(int(mean) + often(chance, mean - int(mean))):
            act(play, chance.choice(folk), play.now + chance.random() * WEEK)
    for place, home in enumerate(play.chronicle.homes.values()):
        chance = dice(play.seed, "home", home.channel, number)
        at = play.now + chance.random() * WEEK
        if (number + 3 * place) % RESTS_EVERY == 1:
            charge.rest(play, home, at)
        if often(chance, BY_HAND):
            charge.ask(play, home, at)
        if (number, place % CHANGES_EVERY) in CHANGES:
            CHANGES[number, place % CHANGES_EVERY](play, home, at)
    for person in folk:
        if person.digest and dice(play.seed, "reads", person.id).randrange(READS_WITHIN) == number:
            members.read(play, person, play.now + dice(play.seed, "reads", person.id).random() * WEEK)

    async def again() -> None:
        weekly(play)

    play.later(play.chronicle.begin + (number + 1) * WEEK, again)
