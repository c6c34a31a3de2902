"""What could not be said: whoever coordinates hears why, and what can be done, once a month for each trouble."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.core.effects import Care, DirectMessage, Effect
from bot.core.events import Trouble, Undelivered
from bot.core.incoming import Internal
from bot.core.model import Fact, Label, WorkspaceId
from bot.core.text import ChannelLink, Code, Translated, paragraph
from bot.engine.engine import Engine
from bot.engine.governance import texts
from bot.engine.governance.store import Governing, Now
from bot.engine.people import named
from bot.engine.platform import ImpossibleError
from bot.engine.ports import Parcel
from bot.engine.registry import COMMUNITY

_NOTICE = "undelivered/"
_STILL_SAID = timedelta(days=7)
"""How long ago something may have been refused that is said once it can be."""


async def notice(engine: Engine, parcel: Parcel, place: str | None, impossible: ImpossibleError) -> Internal | None:
    """Return the fact by which a community learns what could not be said, if somebody can do something about it.

    ``place``: where it was to be said, by the platform's id.

    A notice that cannot be said begets no other; nor does what would change a message to somebody.
    """
    if impossible.trouble is None or parcel.community is None:
        return None
    async with engine.database.view() as unit:
        bindings = await unit.commons.bindings(parcel.community)
        own = next((b for b in bindings if b.ritual == COMMUNITY), None)
        channel = parcel.channel
        if channel is None and not parcel.to and place is not None:
            channel = await unit.directory.channel(parcel.workspace, place)
        nowhere = not parcel.to and (channel is None or await unit.directory.is_direct(channel))
    if own is None or nowhere or (parcel.binding == own.id and parcel.label.startswith(_NOTICE)):
        return None
    now = engine.clock()
    return Internal(
        fact=Fact(f"undelivered:{parcel.key}:{now.isoformat()}"),
        at=now,
        binding=own.id,
        event="undelivered",
        label=parcel.label,
        payload={
            "trouble": impossible.trouble.value,
            "detail": impossible.detail,
            "channel": None if parcel.to else channel,
            "people": sorted(parcel.to),
        },
    )


async def foreseen(engine: Engine, workspace: WorkspaceId, place: str, trouble: Trouble, fact: Fact) -> bool:
    """Let the community at home in a channel (the platform's id) hear at once that nothing can be said there now.

    ``fact`` is the platform's own news of it. Whether there is such a community.
    """
    now = engine.clock()
    async with engine.database.unit() as unit:
        channel = await unit.directory.channel(workspace, place)
        community = await unit.commons.at_home(channel) if channel else None
        if channel is None or community is None:
            return False
        own = next(b for b in await unit.commons.bindings(community.id) if b.ritual == COMMUNITY)
        payload: dict[str, Any] = {"trouble": trouble.value, "detail": "", "channel": channel, "people": []}
        heard = Internal(
            fact=fact, at=now, binding=own.id, event="undelivered", label=Label("foreseen"), payload=payload
        )
        await unit.inbox.put(workspace, [(heard, False)], now)
        await unit.commit()
    return True


async def mended(engine: Engine, workspace: WorkspaceId, place: str) -> int:
    """Let the community at home in a channel (the platform's id) say what it could not say there; return how much."""
    now = engine.clock()
    async with engine.database.unit() as unit:
        channel = await unit.directory.channel(workspace, place)
        if channel is None or await unit.commons.at_home(channel) is None:
            return 0
        again = await unit.outbox.replay_in(channel, now - _STILL_SAID, now)
        await unit.commit()
    return again


async def told(store: Governing, event: Undelivered, moment: Now) -> Sequence[Effect]:
    """Tell each coordinator, but for whom it is about; a label that is known already is not said again."""
    sentence = _sentence(store, event, moment)
    if sentence is None:
        return ()
    about = f"{_NOTICE}{event.trouble}/{_place(event)}/{moment.now:%Y-%m}"
    return [
        DirectMessage(Label(f"{about}/{coordinator}"), frozenset({coordinator}), paragraph(sentence), Care.DUTY)
        for coordinator in await store.coordinators()
        if coordinator not in event.people
    ]


def _place(event: Undelivered) -> str:
    """Return what the trouble is about: a permission is missing everywhere."""
    if event.trouble is Trouble.SCOPE:
        return event.detail
    return "+".join(event.people) or str(event.channel)


def _sentence(store: Governing, event: Undelivered, moment: Now) -> Translated | None:
    """Return what happened and what can be done; None where nothing hangs on it.

    A channel that the community left may be archived, or left by the bot, without harm.
    """
    community = store.community
    if event.trouble is Trouble.SCOPE:
        return texts.permission_missing(Code(event.detail), community.name)
    if event.people:
        alone = event.trouble is Trouble.GONE and len(event.people) == 1
        return (texts.account_closed if alone else texts.unreachable)(named(event.people))
    if event.channel != community.home:
        return None
    place = ChannelLink(community.home)
    match event.trouble:
        case Trouble.ARCHIVED:
            return texts.channel_archived(place, community.name, moment.prefix)
        case Trouble.ABSENT:
            return texts.channel_left(place, community.name)
        case Trouble.SHARED:
            return texts.channel_shared(place, moment.prefix)
        case Trouble.BARRED:
            return texts.channel_barred(place, community.name, moment.prefix)
        case _:
            return None
