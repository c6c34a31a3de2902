"""The shelf: a community's bank as it is at a moment, read once for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.engine.engine import derived
from rituals.weekly_question.bank import Entry, Wording
from rituals.weekly_question.choice import choose, in_play, left, queue
from rituals.weekly_question.plan import Plan
from rituals.weekly_question.settings import Now
from rituals.weekly_question.starters import by_key, starters


class Bank(Protocol):
    """The bank of one weekly question, and what was asked of it."""

    async def entries(self) -> Sequence[Entry]:
        """Return every entry, whatever its state, by number."""
        ...

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        """Keep new entries."""
        ...

    async def drop_entries(self, entries: Sequence[Entry]) -> None:
        """Forget entries for good."""
        ...

    async def asked(self) -> Sequence[tuple[str, datetime]]:
        """Return the keys of the prompts that were asked, and when (UTC), oldest first."""
        ...

    async def heard(self) -> Sequence[str]:
        """Return the keys of the prompts that any weekly question of the community asked, oldest first."""
        ...

    async def plan(self) -> Plan:
        """Return what was decided about the next question."""
        ...


@dataclass(frozen=True)
class Shelf:
    """The bank at a ``moment``. ``entries`` are those that have words, by number; ``asked`` is oldest first.

    ``free`` is the first number that no entry has. ``heard`` are the keys of what was asked by any weekly question of
    the community, this one included, oldest first.
    """

    moment: Now
    entries: Sequence[Entry]
    free: int
    asked: Sequence[tuple[str, datetime]]
    heard: Sequence[str]
    plan: Plan

    @property
    def kept(self) -> Sequence[Entry]:
        """The questions that can be asked, by number; there may be none for a while, where starters went away."""
        return [e for e in self.entries if e.state == "kept"]

    @property
    def queue(self) -> Sequence[Entry]:
        """What is queued, in the order in which it comes."""
        return queue(self.entries)

    @property
    def in_play(self) -> Sequence[Entry]:
        """The prompts among which the next one is chosen when none is queued; there is at least one."""
        return in_play(self.entries, self.moment.community.stage, self.moment.settings.kinds)

    @property
    def used(self) -> Sequence[str]:
        """The keys of the prompts that were asked, oldest first."""
        return [key for key, _ in self.asked]

    @property
    def next(self) -> Entry:
        """The prompt that is asked next if nothing changes."""
        # An order of each binding's own, in which what is added leaves the others where they are.
        order = sorted((e.key for e in self.entries), key=lambda key: derived(self.moment.binding, key))
        return choose(self.queue, self.in_play, self.used, self.plan.passed, order, self.heard)

    def entry(self, id_: str) -> Entry | None:
        """Return the entry with this id, whatever its state."""
        return next((e for e in self.entries if e.id == id_), None)

    @property
    def others(self) -> bool:
        """Whether another prompt than the next one can come instead."""
        return len({e.key for e in (*self.queue, *left(self.in_play, self.used))}) > 1

    def wording(self, entry: Entry) -> Wording:
        """Return an entry's words as this community says them."""
        return entry.wording or by_key()[entry.key].said(self.moment.community.address)


async def shelf(bank: Bank, moment: Now) -> Shelf:
    """Read the bank, with the starters that came since it was last looked at.

    A starter that is no longer there, and has no words of the community's own, is left out.
    """
    entries = list(await bank.entries())
    known = {e.key for e in entries}
    free = max((e.number for e in entries), default=0) + 1
    new = [s for s in starters() if s.key not in known]
    came = [
        Entry(id=moment.new_id(), number=number, key=s.key, kind=s.kind, stages=s.stages, at=moment.now)
        for number, s in enumerate(new, free)
    ]
    if came:
        await bank.add_entries(came)
    worded = [e for e in (*entries, *came) if e.wording is not None or e.key in by_key()]
    return Shelf(moment, worded, free + len(came), await bank.asked(), await bank.heard(), await bank.plan())
