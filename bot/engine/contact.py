"""First contact, and last: what is asked in a channel that is no open community's home."""

from __future__ import annotations

from typing import Literal

from bot.core import commands
from bot.core.effects import Effect, Line
from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.incoming import Commanded, Invited, Pressed
from bot.core.model import ChannelId, Community, CommunityId, Member, MemberId, Scope
from bot.core.text import When
from bot.engine import founding
from bot.engine.beginning import Begin
from bot.engine.engine import Engine
from bot.engine.governance import home
from bot.engine.ports import Stored, Unit

t, tn = words("causerie")

SETUP, REOPEN = "setup", "community.reopen"


async def community_at(unit: Unit, stored: Stored, external: str | None) -> Community | None:
    """Return the open community whose home a channel (the platform's id) is."""
    channel = await unit.directory.channel(stored.workspace, external) if external else None
    return await unit.commons.at_home(channel) if channel else None


async def invited(engine: Engine, unit: Unit, stored: Stored, heard: Invited) -> Effect | None:
    """Say in one line what can be done here; in a community's home there is nothing to say."""
    if await community_at(unit, stored, heard.channel) is not None:
        return None
    return Line(founding.greeting(engine.prefix(stored.workspace)))


async def commanded(
    engine: Engine, unit: Unit, stored: Stored, heard: Commanded, member: Member, node: commands.Node
) -> Effect | Begin | None:
    """Return what a command begins or is answered in a channel, known to be no home; None when it is not about that.

    Raises UserError where a community is not open yet, or no more: what is said there is not meant for another one.
    """
    if not isinstance(node, commands.Command) or heard.community:
        return None
    if node.id == SETUP:
        return await founding.opened(engine, unit, stored.workspace, heard.channel, member)
    if node.id == REOPEN:
        return await _reopening(engine, unit, stored, heard)
    channel = await unit.directory.channel(stored.workspace, heard.channel) if heard.channel else None
    if channel is not None and node.scope is Scope.COMMUNITY:
        await _nothing_open(engine, unit, stored, channel)
    return None


async def _reopening(engine: Engine, unit: Unit, stored: Stored, heard: Commanded) -> Begin:
    place = await founding.home_at(unit, stored.workspace, heard.channel, engine.prefix(stored.workspace))
    closed = await unit.lives.closed_at(place)
    if closed is None or not founding.can_reopen(closed, engine.clock()):
        raise UserError(
            t("No community was closed in this channel of late. Type this in the channel that was its home.")
        )
    return Begin("reopen", str(heard.channel), community=closed.id)


async def _nothing_open(engine: Engine, unit: Unit, stored: Stored, channel: ChannelId) -> None:
    """Raise UserError in the channel of a draft, or of a community that was closed and may be opened again."""
    prefix = engine.prefix(stored.workspace)
    if await unit.lives.draft_at(channel) is not None:
        raise UserError(
            t("The community of this channel has not started. `{prefix} setup` shows where it stands.", prefix=prefix)
        )
    closed = await unit.lives.closed_at(channel)
    if closed is not None and closed.since is not None and founding.can_reopen(closed, engine.clock()):
        raise UserError(
            t(
                "{name} was closed in this channel on {day}. `{prefix} setup` shows what can be done.",
                name=closed.name,
                day=When(closed.since, "date"),
                prefix=prefix,
            )
        )


async def pressed(engine: Engine, unit: Unit, stored: Stored, heard: Pressed, actor: MemberId) -> Effect | Begin | None:
    """Return what a button begins or is answered that belongs to no open community; None for any other button."""
    if heard.action == founding.SETUP and heard.value == founding.ANEW:
        if await community_at(unit, stored, heard.channel) is not None:
            raise founding.stale(engine.prefix(stored.workspace))
        member = (await unit.directory.members([actor]))[actor]
        return await founding.opened(engine, unit, stored.workspace, heard.channel, member, anew=True)
    if heard.action not in {founding.START, founding.CHANGE, home.REOPEN}:
        return None
    try:
        community = await unit.commons.community(CommunityId(heard.value))
    except KeyError:
        raise founding.stale(engine.prefix(stored.workspace)) from None
    if community.workspace != stored.workspace:
        raise founding.stale(engine.prefix(stored.workspace))
    channel = await unit.directory.channel_external(community.home)
    if heard.action == founding.CHANGE:
        if community.state != "draft":
            raise founding.stale(engine.prefix(stored.workspace))
        member = (await unit.directory.members([actor]))[actor]
        return await founding.opened(engine, unit, stored.workspace, channel, member)
    what: Literal["start", "reopen"] = "start" if heard.action == founding.START else "reopen"
    return Begin(what, channel, community=community.id)
