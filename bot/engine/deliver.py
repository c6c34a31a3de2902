"""Deliver: the outbox happens on the platforms, in order per destination, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.attention import Never, NotBefore, verdict_for_all
from bot.core.awaited import Options
from bot.core.effects import Care
from bot.core.events import Computed, Delivered, Event, Fetched
from bot.core.incoming import Batch, ChannelProfile, Incoming, Internal, incoming_codec
from bot.core.model import Fact
from bot.core.text import Button
from bot.engine import wire
from bot.engine.converse import numbered
from bot.engine.engine import Engine
from bot.engine.governance import undelivered
from bot.engine.platform import ImpossibleError, OutcomeUnknownError, Outgoing, Placed, Platform, RetryLaterError
from bot.engine.ports import Parcel, Said, Unit, Whose

log = logging.getLogger("causerie.deliver")

BATCH = 32
_TARGETED = frozenset({"edit", "delete"})


@dataclass(frozen=True, slots=True)
class Ready:
    """A leased parcel with what the platform needs to know."""

    parcel: Parcel
    outgoing: Outgoing
    platform: Platform
    options: tuple[Button, ...] = ()


async def deliver(engine: Engine) -> int:
    """Lease what can go, send it side by side, and confirm each; return how many parcels were taken up.

    Messages are on the platform exactly once where the platform can find them again by key. A parcel whose outcome is
    unknown waits, is looked for, and only then sent again; so is one whose sender let its lease run out.
    """
    now = engine.clock()
    async with engine.database.unit() as unit:
        given_up = await unit.outbox.overdue(now, now + engine.policy.doubt)
        parcels = await unit.outbox.lease(now, now + engine.policy.lease, BATCH, engine.platforms, engine.resting(now))
        ready = [r for p in parcels if (r := await _checked(engine, unit, p)) is not None]
        engine.probe("deliver.leasing")
        if parcels or given_up:
            await unit.commit()
    engine.probe("deliver.leased")
    await asyncio.gather(*(_carry(engine, r) for r in ready))
    return len(parcels)


async def _checked(engine: Engine, unit: Unit, parcel: Parcel) -> Ready | None:
    """Prepare a parcel; one that cannot be prepared is tried again later, and holds up no other."""
    try:
        return await _prepared(engine, unit, parcel)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one parcel, the others go on
        log.error("preparing %s failed: %s", parcel.label, type(error).__name__)  # noqa: TRY400 - it may quote a member
        at = engine.policy.sending.next_attempt(parcel.tries + 1, engine.clock())
        if at is None:
            await unit.outbox.bury(parcel.id, type(error).__name__, engine.clock())
        else:
            await unit.outbox.retry(parcel.id, at, type(error).__name__, doubt=parcel.doubt)
        return None


async def _prepared(engine: Engine, unit: Unit, parcel: Parcel) -> Ready | None:
    """Check once more that the parcel may go, and give it the platform's ids; None when it may not, or not yet."""
    now = engine.clock()
    platform = engine.platforms[parcel.workspace]
    # What may be on the platform already is looked for first, whatever has changed since.
    if not parcel.doubt and parcel.until is not None and now >= parcel.until:
        await unit.outbox.drop(parcel.id, "expired", now)
        return None
    # What still goes of a ritual that was ended changes what it said.
    binding = await unit.commons.binding(parcel.binding, ended=True) if parcel.binding else None
    if binding is None and parcel.binding is not None:
        await unit.outbox.drop(parcel.id, "withdrawn", now)
        return None
    community = await unit.commons.community(parcel.community) if parcel.community else None
    if binding is not None and community is not None and parcel.kind == "direct" and not parcel.doubt:
        allowed = await unit.members.availability(parcel.to, community.id, binding.ritual, now, parcel.key)
        match verdict_for_all(parcel.care, now, allowed, community.paused_until):
            case Never():
                await unit.outbox.drop(parcel.id, "refused", now)
                return None
            case NotBefore(at):
                await unit.outbox.postpone(parcel.id, at)
                return None
            case _:
                pass
        if parcel.care is Care.NUDGE:
            await unit.members.spend(parcel.to, parcel.key, now)
    members = list((await unit.directory.members(parcel.to)).values())
    reader = members[0] if len(members) == 1 else None
    voice = engine.voice_of(community, reader, parcel.workspace)
    wired = await wire.to_platform(unit, parcel.binding or wire.NOBODYS, parcel.body)
    body = wired.body
    options: tuple[Button, ...] = ()
    if not platform.capabilities.buttons:
        body, options = numbered(engine, wired.body, voice)
    root = await unit.directory.said(parcel.binding, parcel.under) if parcel.binding and parcel.under else None
    people = await unit.directory.externals(parcel.to)
    thread = root.parts[0] if root and parcel.kind == "post" else None
    channel = await unit.directory.channel_external(parcel.channel) if parcel.channel else None
    target: str | None = None
    if parcel.kind == "fetch":
        channel, thread, target = await _place(unit, parcel)
    outgoing = Outgoing(
        key=parcel.key,
        kind=parcel.kind,
        since=parcel.begun or now,
        body=body,
        channel=root.channel if root else channel,
        people=tuple(sorted(people.values())),
        thread=thread,
        targets=root.parts if root and parcel.kind in _TARGETED else (target,) if target else (),
        names=wired.names,
        zone=engine.zone_of(community, reader),
        locale=voice.locale,
        options=len(options),
    )
    return Ready(parcel, outgoing, platform, options)


async def _place(unit: Unit, parcel: Parcel) -> tuple[str | None, str | None, str | None]:
    """Return the channel, and the thread or the one message that is to be read, in the platform's ids."""
    message = parcel.job.get("message")
    if message:
        channel, external = (await unit.directory.locate([message])).get(message, (None, None))
        return channel, None, external
    root = await unit.directory.said(parcel.binding, parcel.job["thread"]) if parcel.binding else None
    return (root.channel, root.parts[0], None) if root else (None, None, None)


async def _carry(engine: Engine, ready: Ready) -> None:
    """Send one parcel and write down what became of it."""
    parcel, platform, now = ready.parcel, ready.platform, engine.clock()
    try:
        result = await _done(engine, ready)
    except RetryLaterError as later:
        await _again(engine, parcel, later.after, str(later))
    except ImpossibleError as impossible:
        log.warning("%s of %s will never be accepted: %s", parcel.kind, parcel.label, impossible)
        notice = await undelivered.notice(engine, parcel, ready.outgoing.channel, impossible)
        await _bury(engine, parcel, str(impossible), notice)
    except OutcomeUnknownError as unknown:
        await _doubt(engine, ready, str(unknown))
    except Exception as error:  # noqa: BLE001 - the outcome of whatever else happened is unknown
        log.error("sending %s failed: %s", parcel.label, type(error).__name__)  # noqa: TRY400 - a message may quote a member
        await _doubt(engine, ready, type(error).__name__)
    else:
        if result is None:
            await _doubtless(engine, parcel)
            return
        engine.rest(parcel.destination, now + platform.pace)
        engine.probe("deliver.sent")
        await _confirm(engine, ready, result)


async def _done(engine: Engine, ready: Ready) -> Placed | dict[str, Any] | None:
    """Do it, or look whether it was done; None: it is not on the platform."""
    parcel, outgoing, platform = ready.parcel, ready.outgoing, ready.platform
    if parcel.kind == "compute":
        binding = parcel.job["computation"]
        async with engine.database.view() as unit:
            known = await unit.commons.binding(parcel.binding) if parcel.binding else None
        ritual = engine.registry.rituals.get(known.ritual) if known else None
        if ritual is None or binding not in ritual.computations:
            raise ImpossibleError(f"there is no computation {binding}")
        # A solver must not hold up the loop, and may not touch anything but its snapshot.
        return {"result": await asyncio.to_thread(ritual.computations[binding], parcel.job["snapshot"])}
    if parcel.kind == "fetch":
        found = await _read(platform, outgoing)
        return {"messages": [incoming_codec.dump_python(m, mode="json") for m in found]}
    return await platform.find(outgoing) if parcel.doubt else await platform.send(outgoing)


async def _read(platform: Platform, outgoing: Outgoing) -> Sequence[Incoming]:
    if outgoing.channel is None or not (outgoing.thread or outgoing.targets):
        raise ImpossibleError("what was to be read is not on the platform")
    if outgoing.thread:
        return await platform.fetch(outgoing.channel, outgoing.thread)
    message = await platform.read(outgoing.channel, outgoing.targets[0])
    return () if message is None else (message,)


async def _confirm(engine: Engine, ready: Ready, result: Placed | dict[str, Any]) -> None:
    parcel, now = ready.parcel, engine.clock()
    async with engine.database.unit() as unit:
        if await unit.outbox.leased(parcel.id) is None:
            return
        if isinstance(result, Placed) and parcel.kind in {"post", "direct"}:
            await _noted(unit, ready, result, now)
        if isinstance(result, Placed) and parcel.kind in _TARGETED:
            await _renumbered(unit, ready, result, now)
        await unit.outbox.sent(parcel.id, now)
        if isinstance(result, Placed):
            await unit.inbox.release(result.channel)
        event = await _told(engine, unit, parcel, result)
        if event is not None:
            await unit.inbox.put(parcel.workspace, [(event, False)], now)
        engine.probe("deliver.confirming")
        await unit.commit()
    engine.probe("deliver.confirmed")


async def _noted(unit: Unit, ready: Ready, placed: Placed, now: datetime) -> None:
    """Note where a message stands, who talks with the bot there, and what may be answered to it."""
    parcel, people = ready.parcel, ready.outgoing.people
    if parcel.kind == "direct" and len(people) == 1:
        here = ChannelProfile(external=placed.channel, name="", direct=True, person=people[0])
        await unit.directory.save(parcel.workspace, Batch(channels=(here,)))
    if parcel.binding is not None:
        said = Said(binding=parcel.binding, label=parcel.label, channel=placed.channel, parts=placed.parts)
        await unit.directory.note(parcel.workspace, said)
    if ready.options:
        thread = "" if parcel.kind == "direct" else ready.outgoing.thread or placed.parts[0]
        options = Options(ready.options, _about(parcel))
        # A reaction chooses from the message on which it is, whatever was said since.
        for place in dict.fromkeys((thread, placed.parts[-1])):
            await unit.awaits.put(parcel.workspace, placed.channel, place, options, now, _whose(parcel))


async def _renumbered(unit: Unit, ready: Ready, placed: Placed, now: datetime) -> None:
    """Let what a changed message offers now stand in place of what it offered, where that can still be answered."""
    parcel, about = ready.parcel, _about(ready.parcel)
    # What offers nothing now may offer something again.
    options = Options(ready.options, about) if parcel.kind == "edit" else None
    for place in dict.fromkeys(("", *placed.parts)):
        awaited = await unit.awaits.of(parcel.workspace, placed.channel, place)
        known = isinstance(awaited, Options) and awaited.about == about
        if known or (ready.options and place == placed.parts[-1]):
            await unit.awaits.put(parcel.workspace, placed.channel, place, options, now, _whose(parcel))


def _whose(parcel: Parcel) -> Whose:
    return Whose(next(iter(parcel.to)) if len(parcel.to) == 1 else None, parcel.community)


def _about(parcel: Parcel) -> str:
    return f"{parcel.binding}/{parcel.label}"


async def _told(engine: Engine, unit: Unit, parcel: Parcel, result: Placed | dict[str, Any]) -> Incoming | None:
    """Return the fact by which the ritual learns of it, if it wants to."""
    if parcel.binding is None:
        return None
    binding = await unit.commons.binding(parcel.binding)
    ritual = engine.registry.rituals.get(binding.ritual) if binding else None
    kinds: dict[str, tuple[str, type[Event]]] = {"fetch": ("fetched", Fetched), "compute": ("computed", Computed)}
    name, event = kinds.get(parcel.kind, ("delivered", Delivered))
    if ritual is None or not ritual.hearing(event) or parcel.kind in _TARGETED:
        return None
    return Internal(
        fact=Fact(f"{name}:{parcel.key}"),
        at=engine.clock(),
        binding=parcel.binding,
        event=name,  # type: ignore[arg-type]
        label=parcel.label,
        payload=result if isinstance(result, dict) else {},
    )


async def _doubtless(engine: Engine, parcel: Parcel) -> None:
    async with engine.database.unit() as unit:
        await unit.outbox.doubtless(parcel.id, engine.clock())
        await unit.commit()


async def _again(engine: Engine, parcel: Parcel, after: timedelta | None, reason: str) -> None:
    at = engine.policy.sending.next_attempt(parcel.tries + 1, engine.clock(), after)
    if at is None:
        await _bury(engine, parcel, reason)
        return
    async with engine.database.unit() as unit:
        await unit.outbox.retry(parcel.id, at, reason, doubt=parcel.doubt)
        await unit.commit()


async def _doubt(engine: Engine, ready: Ready, reason: str) -> None:
    """Let the parcel wait until a message that got through must be visible, then look for it."""
    parcel = ready.parcel
    wait = max(ready.platform.lag, engine.policy.doubt)
    at = engine.policy.sending.next_attempt(parcel.tries + 1, engine.clock(), wait)
    if at is None:
        await _bury(engine, parcel, reason)
        return
    async with engine.database.unit() as unit:
        await unit.outbox.retry(parcel.id, at, reason, doubt=True)
        await unit.commit()


async def _bury(engine: Engine, parcel: Parcel, reason: str, notice: Internal | None = None) -> None:
    async with engine.database.unit() as unit:
        # Whatever is erased meanwhile is nobody's trouble any more.
        if notice is not None and await unit.outbox.leased(parcel.id) is not None:
            await unit.inbox.put(parcel.workspace, [(notice, False)], engine.clock())
        await unit.outbox.bury(parcel.id, reason, engine.clock())
        await unit.commit()
