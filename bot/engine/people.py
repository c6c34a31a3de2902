"""Who is what in a community, and how people are named in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.model import ChannelId, Community, MemberId, OfficeName, Role, WorkspaceId
from bot.core.text import ChannelLink, Inline, Named
from bot.engine.engine import Engine
from bot.engine.ports import Unit

t, tn = words("causerie")


async def moderates(
    engine: Engine, unit: Unit, workspace: WorkspaceId, channel: ChannelId, member: MemberId
) -> bool | None:
    """Whether the platform puts a member in charge of a channel; None where it leaves that to the community."""
    platform = engine.platforms.get(workspace)
    says = platform.capabilities.moderates if platform else None
    if says is None:
        return None
    person = (await unit.directory.externals([member])).get(member)
    return person is not None and says(await unit.directory.channel_external(channel), person)


async def must_moderate(
    engine: Engine, unit: Unit, workspace: WorkspaceId, channel: ChannelId, member: MemberId
) -> None:
    """Raise UserError for whom the platform does not put in charge of a channel, where it says who is."""
    if await moderates(engine, unit, workspace, channel, member) is False:
        raise UserError(
            t("Only who moderates {channel} can do this. Ask one of its moderators.", channel=ChannelLink(channel))
        )


async def role_of(unit: Unit, community: Community, member: MemberId | None, engine: Engine) -> Role:
    """Return what a member is in a community at this instant."""
    if member is None:
        return Role.ANYONE
    held = {o.name for o in await unit.commons.offices(community.id, engine.clock()) if o.member == member}
    if OfficeName.COORDINATOR in held:
        return Role.COORDINATOR
    belongs = await unit.commons.belongs(community.id, member)
    # Who was sent away keeps their power on the platform, and nothing here.
    if belongs and await moderates(engine, unit, community.workspace, community.home, member):
        return Role.COORDINATOR
    if OfficeName.FACILITATOR in held:
        return Role.FACILITATOR
    return Role.MEMBER if belongs else Role.ANYONE


async def coordinators_of(engine: Engine, unit: Unit, community: Community) -> tuple[MemberId, ...]:
    """Return who coordinates a community at this instant, longest first."""
    offices = await unit.commons.offices(community.id, engine.clock())
    return tuple(o.member for o in offices if o.name is OfficeName.COORDINATOR)


async def in_charge_of(engine: Engine, unit: Unit, community: Community) -> tuple[MemberId, ...]:
    """Return who is in charge at this instant, longest first: who facilitates, or, if nobody does, who coordinates."""
    offices = await unit.commons.offices(community.id, engine.clock())
    facilitators = tuple(o.member for o in offices if o.name is OfficeName.FACILITATOR)
    return facilitators or tuple(o.member for o in offices if o.name is OfficeName.COORDINATOR)


def named(people: Iterable[MemberId]) -> Inline:
    """Return the people's names as one node, without notifying anybody: "Ana, Bo and Chi"."""
    nodes = [Named(p) for p in people]
    if not nodes:
        return t("nobody")
    sentence: Inline = nodes[-1]
    for number, node in enumerate(reversed(nodes[:-1])):
        sentence = (
            t("{first}, {rest}", first=node, rest=sentence)
            if number
            else t("{first} and {last}", first=node, last=sentence)
        )
    return sentence
