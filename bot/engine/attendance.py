"""Who is in a channel becomes who belongs to a community, without anybody being a newcomer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.core.incoming import Batch, Profile
from bot.core.model import CommunityId, MemberId, WorkspaceId
from bot.engine.engine import Engine
from bot.engine.ports import Unit


async def present(engine: Engine, workspace: WorkspaceId, channel: str) -> tuple[Profile, ...]:
    """Return who is in a channel (the platform's id); nobody where the bot is not. Asks the platform."""
    return tuple(await engine.platforms[workspace].people(channel))


async def known(unit: Unit, workspace: WorkspaceId, people: Sequence[Profile]) -> list[MemberId]:
    """Keep people's profiles, and return our ids of those who can be addressed."""
    await unit.directory.save(workspace, Batch(people=tuple(people)))
    found = await unit.directory.by_external(workspace, [p.external for p in people if p.addressable])
    return list(found.values())


async def enrol(unit: Unit, community: CommunityId, people: Collection[MemberId], now: datetime) -> frozenset[MemberId]:
    """Make these people the members of a community, and return those who are members no longer."""
    gone = frozenset(await unit.commons.member_ids(community)) - frozenset(people)
    for member in sorted(gone):
        await unit.commons.leave(community, member, now)
    for member in sorted(people):
        await unit.commons.join(community, member, now)
    return gone
