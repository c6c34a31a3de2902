"""The rules of attention, written anew from their words, and held against every delivery of a year.

What a member wished is replayed beside what reached them; nothing of the engine's is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from benchmarks.year.chronicle import Chronicle, Delivery, Wish
from benchmarks.year.people import Person
from benchmarks.year.town import Home

SEVEN_DAYS = timedelta(days=7)
UNASKED = frozenset({"duty", "nudge", "standing"})
REFUSABLE = frozenset({"nudge", "standing"})


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was broken: which, when, against whom (a person or a channel), and by what."""

    rule: str
    at: datetime
    who: str
    what: str


@dataclass
class State:
    """What one member wishes at an instant of the replay, and when they were nudged."""

    person: Person
    fallback: str
    zone: str | None = None
    quiet: tuple[time, time] = (time(), time())
    budget: int = 0
    pause: datetime | None = None
    refused: set[tuple[str | None, str | None]] = field(default_factory=set)
    homes: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    nudged: list[datetime] = field(default_factory=list)

    @classmethod
    def of(cls, person: Person, homes: Mapping[str, Home]) -> State:
        """Return how a member begins the year."""
        fallback = homes[person.homes[0]].zone
        return cls(person, fallback, person.own_zone, person.quiet, person.budget, homes=set(person.homes))

    @property
    def lives_by(self) -> str:
        """The zone that they told, else what the platform says, else their community's."""
        return self.zone or self.person.zone or self.fallback

    def wish(self, wish: Wish) -> None:
        """Let something hold from now on."""
        match wish.matter:
            case "zone" | "quiet" | "budget":
                setattr(self, wish.matter, wish.value)
            case "pause":
                self.pause = midnight(wish, self.lives_by)
            case "refuse":
                self.refused.add(wish.value)
            case "accept":
                self.refused.discard(wish.value)
            case "join":
                self.homes.add(wish.value)
            case "leave":
                self.homes.discard(wish.value)
            case "read":
                question, wanted = wish.value
                self.reads = self.reads | {question} if wanted else self.reads - {question}
            case _:
                raise ValueError(wish.matter)

    def refuses(self, home: str, ritual: str) -> bool:
        """Whether they refused this ritual of this community, or everything of it, or everything."""
        return bool(self.refused & {(home, ritual), (home, None), (None, ritual), (None, None)})


def attention(year: Chronicle) -> Iterator[Violation]:
    """Yield what broke a member's or a community's peace."""
    states = {id_: State.of(person, year.homes) for id_, person in year.people.items()}
    resting: dict[str, datetime] = {}
    for event in year.events:
        match event:
            case Wish(who=who) if who in states:
                states[who].wish(event)
            case Wish(who=who, matter="rest"):
                resting[who] = midnight(event, year.homes[who].zone)
            case Delivery(people=people) if people:
                for who in people:
                    state = states[who]
                    for rule in _broken(event, state, year.homes[event.home].zone, resting.get(event.home)):
                        yield Violation(rule, event.at, who, f"{event.care} {event.label}")
                    if event.care == "nudge":
                        state.nudged.append(event.at)
            case _:
                pass


def _broken(delivery: Delivery, state: State, fallback: str, resting: datetime | None) -> Iterator[str]:
    at = delivery.at
    if delivery.care not in UNASKED:
        return
    zone = state.zone or state.person.zone or fallback
    since, until = state.quiet
    if _between(at.astimezone(ZoneInfo(zone)).time(), since, until):
        yield "quiet hours"
    if state.pause is not None and at < state.pause:
        yield "own pause"
    if resting is not None and at < resting:
        yield "the community's pause"
    if delivery.home not in state.homes:
        yield "gone"
    # Whoever suggests a question asks to hear what becomes of it; digests are asked for on their own.
    told = delivery.label.startswith("suggestion/")
    if delivery.care == "standing" and not told and delivery.question not in state.reads:
        yield "never asked for"
    if delivery.care in REFUSABLE and state.refuses(delivery.home, delivery.ritual):
        yield "refused"
    if delivery.care == "nudge" and 1 + sum(at - n < SEVEN_DAYS for n in state.nudged) > state.budget:
        yield "budget"


def _between(clock: time, since: time, until: time) -> bool:
    if since <= until:
        return since <= clock < until
    return not until <= clock < since


def midnight(wish: Wish, zone: str) -> datetime:
    """Return the first instant of the day on which a community goes on."""
    return datetime.combine(wish.value, time(), ZoneInfo(zone))


def by_rule(found: Iterator[Violation]) -> dict[str, list[Violation]]:
    """Return violations by the rule that was broken."""
    sorted_: defaultdict[str, list[Violation]] = defaultdict(list)
    for violation in found:
        sorted_[violation.rule].append(violation)
    return dict(sorted_)
