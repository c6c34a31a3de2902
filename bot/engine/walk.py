"""Walk: let everything that can happen now happen, and move from one instant to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from bot.engine.deliver import deliver
from bot.engine.dispatch import dispatch_ready
from bot.engine.engine import Engine
from bot.engine.sweep import sweep


class RestlessError(Exception):
    """The engine did not come to rest: something keeps making work for itself at one instant."""


MOST_ROUNDS = 10_000


async def settle(engine: Engine) -> None:
    """Sweep, dispatch and deliver until nothing is left to do at this instant."""
    for _ in range(MOST_ROUNDS):
        if not await sweep(engine) + await dispatch_ready(engine) + await deliver(engine):
            return
    raise RestlessError


async def next_instant(engine: Engine) -> datetime | None:
    """Return the earliest instant at which there will be something to do; it may have passed."""
    async with engine.database.view() as unit:
        instants = [await unit.wakes.next_at(), await unit.inbox.next_at(), await unit.outbox.next_at(engine.platforms)]
    ahead = [i for i in instants if i is not None]
    if not ahead:
        return None
    soonest = min(ahead)
    # What rests for its platform's pace is not due before its rest ends.
    return max(soonest, min(engine.rests.values())) if engine.rests and soonest <= engine.clock() else soonest


async def walk(engine: Engine, until: datetime) -> AsyncIterator[datetime]:
    """Yield each instant up to ``until`` at which something is due; the caller sets its clock there, and settles."""
    last: datetime | None = None
    while (at := await next_instant(engine)) is not None and at <= until:
        if last is not None and at <= last:
            raise RestlessError
        last = max(at, engine.clock())
        yield last
