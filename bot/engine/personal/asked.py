"""What a member asked for themselves, and what is known when it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.i18n import Voice
from bot.core.model import Community, Fact, Member, MemberId, Office, WorkspaceId
from bot.engine.engine import Engine
from bot.engine.ports import Unit

CLAIM = "personal"
"""Under this name a fact is claimed that concerns no community."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command's id, a button's action or a form's id, with the button's value or what was filled in."""

    fact: Fact
    workspace: WorkspaceId
    member: MemberId
    what: str
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Someone:
    """Who asks, with all that an answer may need; ``voice`` is theirs."""

    engine: Engine
    unit: Unit
    asked: Asked
    now: datetime
    member: Member
    communities: Sequence[Community]
    prefix: str
    voice: Voice

    @property
    def zone(self) -> str:
        """The zone in which they read dates."""
        return self.engine.zone_of(self.communities[0] if self.communities else None, self.member)

    async def offices(self) -> list[tuple[Community, Office]]:
        """Return the offices that they hold now."""
        return [
            (community, office)
            for community in self.communities
            for office in await self.unit.commons.offices(community.id, self.now)
            if office.member == self.member.id
        ]


async def someone(engine: Engine, unit: Unit, asked: Asked) -> Someone:
    """Return who asks, as they are known at this instant."""
    member = (await unit.directory.members([asked.member]))[asked.member]
    communities = await unit.commons.of_member(asked.member)
    return Someone(
        engine=engine,
        unit=unit,
        asked=asked,
        now=engine.clock(),
        member=member,
        communities=communities,
        prefix=engine.prefix(asked.workspace),
        voice=engine.voice_of(communities[0] if communities else None, member, asked.workspace),
    )
