"""Route: whom does a fact concern, and as which event? Reads only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.core import events
from bot.core.incoming import (
    Commanded,
    Deleted,
    Heard,
    Internal,
    Invited,
    Joined,
    Left,
    Pressed,
    Reacted,
    Said,
    Submitted,
    incoming_codec,
)
from bot.core.model import Community, MemberId
from bot.engine import asking, contact, wire
from bot.engine.engine import Engine
from bot.engine.people import role_of
from bot.engine.ports import Binding, Stored, Unit
from bot.engine.receive import event_type, may_be_ours
from bot.engine.way import NOWHERE, Route

INTRODUCED_WITHIN = timedelta(days=1)
"""How long it may take until an adapter tells who somebody is."""


async def route(engine: Engine, unit: Unit, stored: Stored) -> Route:
    """Resolve a fact's coordinates and find its hearers. Raises UserError, to be whispered to the person."""
    heard = stored.heard
    if isinstance(heard, Internal):
        return await _internal(engine, unit, heard)
    # Whoever left may no longer be addressable, and has left all the same.
    find = unit.directory.known if isinstance(heard, Left) else unit.directory.member
    actor = await find(stored.workspace, heard.author) if heard.author else None
    if actor is None and not isinstance(heard, Deleted | Invited):
        return await _unknown(engine, unit, stored, heard)
    match heard:
        case Joined() | Left():
            return await _membership(engine, unit, stored, heard, actor)
        case Said() | Deleted() | Reacted():
            return await _message(engine, unit, stored, heard, actor)
        case Invited():
            line = await contact.invited(engine, unit, stored, heard)
            return NOWHERE if line is None else Route(None, actor, prompts=(line,))
        case Commanded():
            return await asking.command(engine, unit, stored, heard, actor)
        case Pressed():
            return await asking.press(engine, unit, stored, heard, actor)
        case Submitted():
            return await asking.form(engine, unit, stored, heard, actor)


async def _unknown(engine: Engine, unit: Unit, stored: Stored, heard: Heard) -> Route:
    """Let wait what somebody did of whom the adapter has yet to tell; whoever is not addressed is not heard."""
    told = heard.author is None or await unit.directory.known(stored.workspace, heard.author) is not None
    return NOWHERE if told or engine.clock() - heard.at > INTRODUCED_WITHIN else Route(hold=True)


async def _internal(engine: Engine, unit: Unit, heard: Internal) -> Route:
    bound = await unit.commons.bound(heard.binding)
    if bound is None or bound[0].ritual not in engine.registry.rituals:
        return NOWHERE
    binding, community = bound
    event = events.Event(fact=heard.fact, community=community.id, at=heard.at)
    common: dict[str, Any] = {"fact": event.fact, "community": event.community, "at": event.at}
    match heard.event:
        case "due":
            event = events.Due(**common, label=heard.label)
        case "missed":
            event = events.Missed(**common, label=heard.label)
        case "delivered":
            event = events.Delivered(**common, label=heard.label)
        case "undelivered":
            event = events.Undelivered(
                **common,
                label=heard.label,
                trouble=events.Trouble(heard.payload["trouble"]),
                detail=heard.payload["detail"],
                channel=heard.payload["channel"],
                people=tuple(heard.payload["people"]),
            )
        case "offered":
            event = events.Offered(**common, kind=heard.payload["kind"], payload=heard.payload["payload"])
        case "computed":
            event = events.Computed(**common, label=heard.label, result=heard.payload["result"])
        case "fetched":
            messages = await _fetched(unit, community, heard)
            event = events.Fetched(**common, label=heard.label, messages=messages)
    return Route(community, None, event, (binding,))


async def _fetched(unit: Unit, community: Community, heard: Internal) -> tuple[events.MessagePosted, ...]:
    """Return the messages of a thread that was read, those of people who can be addressed."""
    found: list[events.MessagePosted] = []
    for raw in heard.payload["messages"]:
        said = incoming_codec.validate_python(raw)
        if not isinstance(said, Said):
            continue
        author = await unit.directory.member(community.workspace, said.author or "")
        channel = await unit.directory.channel(community.workspace, said.channel or "")
        if author is None or channel is None:
            continue
        found.append(
            events.MessagePosted(
                fact=said.fact,
                community=community.id,
                at=said.at,
                actor=author,
                message=await unit.directory.message(channel, said.message),
                text=await wire.to_ours(unit, community.workspace, said.text),
            )
        )
    return tuple(found)


async def _hearing(engine: Engine, unit: Unit, community: Community, event: events.Event) -> tuple[Binding, ...]:
    return tuple(
        b
        for b in await unit.commons.bindings(community.id)
        if b.ritual in engine.registry.rituals and engine.registry.rituals[b.ritual].hearing_everywhere(type(event))
    )


async def _membership(
    engine: Engine, unit: Unit, stored: Stored, heard: Joined | Left, actor: MemberId | None
) -> Route:
    community = await contact.community_at(unit, stored, heard.channel)
    if community is None:
        return NOWHERE
    kind = events.MemberJoined if isinstance(heard, Joined) else events.MemberLeft
    event = kind(fact=heard.fact, community=community.id, at=heard.at, actor=actor)
    return Route(community, actor, event, await _hearing(engine, unit, community, event))


async def _message(
    engine: Engine, unit: Unit, stored: Stored, heard: Said | Deleted | Reacted, actor: MemberId | None
) -> Route:
    channel_external = heard.channel or ""
    # What is deleted in a thread of ours may be ours too.
    order = (heard.message, heard.thread) if isinstance(heard, Deleted) else (heard.thread, heard.message)
    places = [(channel_external, p) for p in order if p]
    ours = await unit.directory.labels(stored.workspace, places)
    place = next((p for p in places if p in ours), None)
    channel = await unit.directory.channel(stored.workspace, channel_external)
    if channel is None:
        return NOWHERE
    binding_id, label = ours[place] if place is not None else (None, None)
    bound = await unit.commons.bound(binding_id) if binding_id else None
    if place is not None and bound is None:
        return NOWHERE  # what was said by a ritual, or in a community, that is over
    owner, community = bound or (None, await unit.commons.at_home(channel))
    if isinstance(heard, Said) and heard.direct and owner is None:
        return NOWHERE if heard.edited else await asking.said_alone(engine, unit, stored, asking.spoken(heard), actor)
    if community is None:
        return NOWHERE
    if owner is None and may_be_ours(heard) and await unit.outbox.in_flight(channel):
        return Route(community, hold=True)
    own = place is not None and place[1] == heard.message
    message = await unit.directory.message(channel, heard.message)
    common: dict[str, Any] = {"fact": heard.fact, "community": community.id, "at": heard.at, "actor": actor}
    event: events.Event
    match heard:
        case Said():
            text = await wire.to_ours(unit, stored.workspace, heard.text)
            kind = events.MessageEdited if heard.edited else events.MessagePosted
            event = kind(**common, message=message, text=text, thread=label)
        case Deleted():
            event = events.MessageDeleted(**common, message=None if own else message, thread=label)
        case Reacted():
            role = await role_of(unit, community, actor, engine)
            event = events.ReactionChanged(
                **common, message=message, emoji=heard.emoji, removed=heard.removed, thread=label, role=role
            )
    if owner is not None:
        hears = engine.registry.rituals.get(owner.ritual)
        targets: tuple[Binding, ...] = (owner,) if hears and hears.hearing(event_type(heard)) else ()
    else:
        targets = await _hearing(engine, unit, community, event)
    return Route(community, actor, event, targets)
