"""Reconcile: membership is compared with the platform at start and daily, since joins and departures may be missed."""

from __future__ import annotations

from bot.core.incoming import Batch, Incoming, Joined, Left
from bot.core.model import Community, Fact
from bot.engine.engine import Engine, derived
from bot.engine.receive import receive


async def reconcile(engine: Engine) -> int:
    """Turn each difference between our members and the platform's into the fact that was missed; return how many."""
    async with engine.database.view() as unit:
        communities = await unit.commons.communities()
    return sum([await _reconcile(engine, c) for c in communities if c.workspace in engine.platforms])


async def _reconcile(engine: Engine, community: Community) -> int:
    async with engine.database.view() as unit:
        home = await unit.directory.channel_external(community.home)
        members = await unit.commons.member_ids(community.id)
        known = set((await unit.directory.externals(members)).values())
    people = await engine.platforms[community.workspace].people(home)
    there = {p.external for p in people if p.addressable}
    if not people:
        # A platform that shows nobody shows us nothing: the bot was removed, or the list is not to be had.
        return 0
    now = engine.clock()
    day = now.date().isoformat()
    missed: list[tuple[type[Joined | Left], str, str]] = [
        *((Joined, "joined", p) for p in sorted(there - known)),
        *((Left, "left", p) for p in sorted(known - there)),
    ]
    heard: list[Incoming] = [
        kind(fact=Fact(f"reconciled:{derived(community.id, p)}:{what}:{day}"), at=now, channel=home, author=p)
        for kind, what, p in missed
    ]
    return len(await receive(engine, community.workspace, Batch(heard=tuple(heard), people=tuple(people))))
