"""Receive: one transaction stores what is worth hearing, with the platform's cursor; only then may an adapter ack."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.events import MessageDeleted, MessageEdited, MessagePosted, ReactionChanged
from bot.core.incoming import (
    Batch,
    Commanded,
    Deleted,
    Incoming,
    Invited,
    Joined,
    Left,
    Pressed,
    Reacted,
    Said,
    Submitted,
)
from bot.core.model import CommunityId, Fact, WorkspaceId
from bot.engine.engine import Engine
from bot.engine.ports import Unit


async def receive(engine: Engine, workspace: WorkspaceId, batch: Batch) -> set[Fact]:
    """Store a batch and return the keys of the facts that are new.

    What no binding can hear is dropped here. Everything, the cursor included, is stored or nothing is.
    """
    now = engine.clock()
    engine.probe("receive.begin")
    async with engine.database.unit() as unit:
        await unit.directory.save(workspace, batch)
        worth = await _worth_hearing(engine, unit, workspace, batch.heard)
        new = await unit.inbox.put(workspace, worth, now) if worth else set()
        engine.probe("receive.stored")
        await unit.commit()
    engine.probe("receive.committed")
    return new


async def worth(engine: Engine, workspace: WorkspaceId, heard: Sequence[Incoming]) -> list[Incoming]:
    """Return what is worth hearing of what was heard, as ``receive`` would; an adapter asks its platform of no more."""
    async with engine.database.view() as unit:
        return [fact for fact, _ in await _worth_hearing(engine, unit, workspace, tuple(heard))]


async def _worth_hearing(
    engine: Engine, unit: Unit, workspace: WorkspaceId, heard: tuple[Incoming, ...]
) -> list[tuple[Incoming, bool]]:
    """Return the facts that somebody hears, each with whether it is to be held until its thread's root is known."""
    about_messages = [h for h in heard if isinstance(h, Said | Deleted | Reacted)]
    channels = {h.channel for h in heard if isinstance(h, Said | Deleted | Reacted | Joined | Left) and h.channel}
    homes = await unit.commons.at_homes(workspace, channels) if channels else {}
    # Before the labels: a root confirmed in between is then known, never missed.
    flying = {c for c, (home, _) in homes.items() if await unit.outbox.in_flight(home)}
    places = {(h.channel or "", p) for h in about_messages for p in (h.thread, h.message) if p}
    labels = await unit.directory.labels(workspace, places) if places else {}
    worth: list[tuple[Incoming, bool]] = []
    for fact in heard:
        match fact:
            case Invited() | Commanded() | Pressed() | Submitted():
                worth.append((fact, False))
            case Joined() | Left():
                if fact.channel in homes:
                    worth.append((fact, False))
            case Said() | Deleted() | Reacted():
                channel = fact.channel or ""
                known = any((channel, place) in labels for place in (fact.thread, fact.message) if place)
                if known or (isinstance(fact, Said) and fact.direct):
                    worth.append((fact, False))
                elif channel in homes:
                    _, community = homes[channel]
                    if may_be_ours(fact) and channel in flying:
                        worth.append((fact, True))
                    elif await _met(unit, workspace, fact) and await _heard_everywhere(engine, unit, community, fact):
                        worth.append((fact, False))
            case _:
                worth.append((fact, False))
    return worth


def may_be_ours(fact: Said | Deleted | Reacted) -> bool:
    """Whether a fact may be about a message of ours: anything but a message of a member's own beside all threads."""
    return fact.thread is not None or not isinstance(fact, Said)


async def _met(unit: Unit, workspace: WorkspaceId, fact: Said | Deleted | Reacted) -> bool:
    """Whether a message may be told of: what becomes of one that nobody here has met concerns nobody."""
    if isinstance(fact, Reacted) or (isinstance(fact, Said) and not fact.edited):
        return True
    return await unit.directory.met(workspace, fact.channel or "", fact.message)


async def _heard_everywhere(engine: Engine, unit: Unit, community: CommunityId, fact: Said | Deleted | Reacted) -> bool:
    event = event_type(fact)
    return any(
        engine.registry.rituals[b.ritual].hearing_everywhere(event)
        for b in await unit.commons.bindings(community)
        if b.ritual in engine.registry.rituals
    )


def event_type(
    fact: Said | Deleted | Reacted,
) -> type[MessagePosted | MessageEdited | MessageDeleted | ReactionChanged]:
    """Return the class of event that a fact about a message becomes."""
    match fact:
        case Said(edited=True):
            return MessageEdited
        case Said():
            return MessagePosted
        case Deleted():
            return MessageDeleted
        case Reacted():
            return ReactionChanged
