"""Reconcile: membership is compared with the platform at start and daily, since joins and departures may be missed."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from bot.core.errors import UserError
from bot.core.incoming import Batch, Incoming, Joined, Left
from bot.core.model import Community, CommunityId, Fact
from bot.engine.engine import Engine, derived
from bot.engine.receive import receive

log = logging.getLogger("causerie.reconcile")


@dataclass(frozen=True, slots=True)
class Compared:
    """How many differences were found, and the communities that could not be compared."""

    found: int = 0
    failed: frozenset[CommunityId] = frozenset()


async def reconcile(engine: Engine) -> int:
    """Turn each difference between our members and the platform's into the fact that was missed; return how many."""
    return (await compare(engine)).found


async def compare(engine: Engine, only: Collection[CommunityId] | None = None) -> Compared:
    """Reconcile the communities (``only`` these) whose platform is at work; one that fails keeps no other from it."""
    async with engine.database.view() as unit:
        communities = await unit.commons.communities()
    found, failed = 0, set[CommunityId]()
    for community in communities:
        if community.workspace not in engine.platforms or (only is not None and community.id not in only):
            continue
        try:
            found += await _reconcile(engine, community)
        except UserError:
            # There is to be no community there (the channel is shared, say): who coordinates was told already.
            continue
        except Exception as error:  # noqa: BLE001 - whatever a platform answers of one channel, the others go on
            log.error("comparing the members of %s failed: %s", community.id, type(error).__name__)  # noqa: TRY400 - it may quote a member
            failed.add(community.id)
    return Compared(found, frozenset(failed))


async def _reconcile(engine: Engine, community: Community) -> int:
    async with engine.database.view() as unit:
        home = await unit.directory.channel_external(community.home)
        members = await unit.commons.member_ids(community.id)
        known = set((await unit.directory.externals(members)).values())
    people = await engine.platforms[community.workspace].people(home, patient=True)
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
