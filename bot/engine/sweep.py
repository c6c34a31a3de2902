"""Sweep: wakes whose instant has come become facts; history is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.ask_once import UNDO_WITHIN
from bot.core.incoming import Incoming, Internal
from bot.core.model import Fact, WorkspaceId
from bot.engine import freezing
from bot.engine.engine import Engine
from bot.engine.founding import DRAFT_KEPT
from bot.engine.governance.home import REOPEN_WITHIN
from bot.engine.ports import DueWake

BATCH = 200
ANSWERABLE = timedelta(days=7)
"""How long a number, or a form asked as a dialogue, may be answered."""

NOTED = timedelta(days=365)
"""How long an adapter's notes are kept."""


async def sweep(engine: Engine) -> int:
    """Turn due wakes into facts, a batch at a time; return how many.

    A wake that comes later than its grace becomes ``missed``. The fact's key holds the wake's instant, so that a wake
    taken twice is one fact.
    """
    now = engine.clock()
    total = 0
    # Most of the time nothing is due: to see that, nobody who writes is kept waiting.
    async with engine.database.view() as unit:
        first = await unit.wakes.next_at()
    while first is not None and first <= now:
        async with engine.database.unit() as unit:
            due = await unit.wakes.take(now, BATCH)
            by_workspace: dict[WorkspaceId, list[tuple[Incoming, bool]]] = {}
            for wake in due:
                by_workspace.setdefault(wake.workspace, []).append((_fact(wake, now), False))
            for workspace, facts in by_workspace.items():
                await unit.inbox.put(workspace, facts, now)
            engine.probe("sweep.taken")
            await unit.commit()
        engine.probe("sweep.committed")
        total += len(due)
        if len(due) < BATCH:
            break
    return total


def _fact(wake: DueWake, now: datetime) -> Internal:
    return Internal(
        fact=Fact(f"wake:{wake.binding}:{wake.label}:{wake.at.isoformat()}"),
        at=wake.at,
        binding=wake.binding,
        event="missed" if now > wake.at + wake.grace else "due",
        label=wake.label,
    )


async def tidy(engine: Engine) -> None:
    """Forget keys and rows older than the history kept, and whatever is over for good."""
    await _forget(engine)
    now = engine.clock()
    async with engine.database.unit() as unit:
        await unit.inbox.prune(now - engine.policy.history)
        await unit.outbox.prune(now - engine.policy.history)
        await unit.awaits.prune(now - ANSWERABLE)
        await unit.directory.prune(now - NOTED)
        await unit.records.prune()
        await unit.wordings.prune(now - UNDO_WITHIN)
        await unit.commit()
    await freezing.forget(engine)


async def _forget(engine: Engine) -> None:
    """Forget drafts that nobody started, communities that nobody opened again, and rituals that nobody brought back."""
    now = engine.clock()
    drafts, closed, ended = now - DRAFT_KEPT, now - REOPEN_WITHIN, now - UNDO_WITHIN
    async with engine.database.view() as unit:
        communities = await unit.lives.over(drafts, closed)
        rituals = await unit.lives.ended(ended)
    for community in communities:
        async with engine.database.unit() as unit:
            await unit.commons.lock(community)
            # Somebody may have been faster.
            if community in await unit.lives.over(drafts, closed):
                await unit.lives.forget(community)
            await unit.commit()
    for ritual in rituals:
        async with engine.database.unit() as unit:
            await unit.commons.lock(ritual.community)
            if ritual in await unit.lives.ended(ended):
                await unit.lives.forget_ritual(ritual.id)
            await unit.commit()
