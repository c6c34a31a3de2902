"""Dispatch: per (fact, binding) one transaction holds the claim, the state, the agenda and the outbox."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core import ask_once, events
from bot.core.effects import Configure, Effect, Whisper, sort
from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.incoming import Profile
from bot.core.model import Community, CommunityId, MemberId
from bot.core.text import Button, Text, buttons, paragraph
from bot.engine import attendance, governance
from bot.engine.agendas import open_store, refresh_agenda, refresh_agendas
from bot.engine.beginning import CLAIM, Begin, Beginning
from bot.engine.engine import Engine
from bot.engine.people import in_charge_of
from bot.engine.personal import handling as personal
from bot.engine.personal.asked import Asked
from bot.engine.platform import RetryLaterError
from bot.engine.ports import Binding, Stored, Unit
from bot.engine.record import ACCEPT, REFUSE, Recorder
from bot.engine.registry import COMMUNITY
from bot.engine.route import route
from bot.engine.way import NOWHERE, Route

t, tn = words("causerie")
log = logging.getLogger("causerie.dispatch")

BATCH = 200


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a fact: where it went, what returns to the person, or why it was refused.

    ``open``: it changed nothing, and is still to be closed.
    """

    way: Route = NOWHERE
    prompts: tuple[Effect, ...] = ()
    refused: UserError | None = None
    open: bool = False


async def dispatch_ready(engine: Engine) -> int:
    """Dispatch the facts that are ready, oldest first; return how many were looked at.

    Facts of different channels go side by side where the database bears it; one that fails holds up no other.
    """
    async with engine.database.view() as unit:
        ready = await _ready(engine, unit, engine.clock())
    if engine.database.exclusive:
        for stored in ready:
            await dispatch(engine, stored)
        return len(ready)
    lanes: dict[str, list[Stored]] = {}
    for stored in ready:
        lanes.setdefault(_lane(stored), []).append(stored)

    async def drive(lane: Sequence[Stored]) -> None:
        for stored in lane:
            await dispatch(engine, stored)

    await asyncio.gather(*(drive(lane) for lane in lanes.values()))
    return len(ready)


async def came_before(engine: Engine, unit: Unit, stored: Stored) -> list[Stored]:
    """Return what came before a fact in its channel: dispatched first, a command finds all that was said before it.

    That includes what was left to a process that may be gone; what failed before waits for its own time.
    """
    return [
        earlier
        for earlier in await _ready(engine, unit, engine.clock() + engine.policy.lease)
        if earlier.tries == 0 and not earlier.held and earlier.id < stored.id and _lane(earlier) == _lane(stored)
    ]


async def _ready(engine: Engine, unit: Unit, by: datetime) -> list[Stored]:
    ready = await unit.inbox.ready(by, BATCH)
    return [stored for stored in ready if stored.heard.fact not in engine.answering]


def _lane(stored: Stored) -> str:
    return str(getattr(stored.heard, "channel", None) or getattr(stored.heard, "binding", ""))


async def dispatch(engine: Engine, stored: Stored) -> Handled:
    """Handle one fact, close it, and return what became of it.

    A handler that fails is tried again later, then kept as a dead fact; the fact's other bindings go on.
    """
    handled = await decided(engine, stored)
    if handled.open:
        await close(engine, stored)
    return handled


async def decided(engine: Engine, stored: Stored) -> Handled:
    """Do as ``dispatch``, but leave open what changed nothing: whoever waits need not wait for its end."""
    try:
        async with engine.database.view() as unit:
            way = await route(engine, unit, stored)
        engine.probe("dispatch.routed")
        if way.hold:
            async with engine.database.unit() as unit:
                await unit.inbox.hold(stored.id, engine.clock() + engine.policy.lease)
                await unit.commit()
            return Handled(way)
        if way.look is not None:
            way = replace(way, present=await attendance.present(engine, stored.workspace, way.look))
        if way.begin is not None and way.actor is not None:
            return await _begin(engine, stored, way, way.begin, way.actor)
        if way.personal is not None:
            return await _personally(engine, stored, way, way.personal)
    except UserError as told:
        return Handled(refused=told, open=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again and kept, never lost
        await _fail(engine, stored, error)
        return Handled(prompts=(Whisper(_sorry()),))
    return await _perform_all(engine, stored, way)


async def _perform_all(engine: Engine, stored: Stored, way: Route) -> Handled:
    """Let each binding handle the event on its own; what failed for one is tried again for that one."""
    prompts = list(way.prompts)
    failure: Exception | None = None
    refusal: UserError | None = None
    for binding in way.targets:
        try:
            prompts += await _perform(engine, stored, way, binding)
        except UserError as refused:
            refusal = refused
        except Exception as error:  # noqa: BLE001 - as above
            failure = error
    if failure is not None:
        await _fail(engine, stored, failure)
        return Handled(way, prompts=(Whisper(_sorry()),))
    return Handled(way, tuple(prompts), refusal, open=len(way.targets) != 1 or refusal is not None)


async def _perform(engine: Engine, stored: Stored, way: Route, target: Binding) -> Sequence[Effect]:
    """Let one binding handle the event in a transaction of its own; where it is the only one, that closes the fact."""
    if way.event is None:
        return ()
    async with engine.database.unit() as unit:
        await unit.commons.lock(target.community)
        now = engine.clock()
        claimed = await unit.inbox.claim(way.event.fact, target.id, now)
        engine.probe("dispatch.claimed")
        bound = await unit.commons.bound(target.id) if claimed else None
        prompt: tuple[Effect, ...] = ()
        if bound is not None:
            prompt = await _decide(engine, unit, bound, way.event, way.present)
        if len(way.targets) == 1:
            await unit.inbox.done(stored.id, now)
        engine.probe("dispatch.recorded")
        await unit.commit()
    engine.probe("dispatch.committed")
    return prompt


async def _decide(
    engine: Engine,
    unit: Unit,
    bound: tuple[Binding, Community],
    event: events.Event,
    present: tuple[Profile, ...],
) -> tuple[Effect, ...]:
    now = engine.clock()
    binding, community = bound
    if isinstance(event, events.ButtonPressed) and event.action in {REFUSE, ACCEPT} and event.actor:
        return await _refusal(unit, community, binding, event, event.actor)
    if isinstance(event, events.ButtonPressed) and event.action == ask_once.KEEP:
        return (Whisper(ask_once.left()),)
    ritual = engine.registry.rituals[binding.ritual]
    broken = not governance.works(engine, binding)
    paused = paragraph(governance.paused_by_settings(governance.called(engine, binding)))
    if broken:
        log.warning("the settings of %s are not valid: paused", binding.id)
        if not isinstance(event, events.CommandGiven):
            return (Whisper(paused),)
        # A command may set them anew; what is still valid of them is kept.
        binding = replace(binding, settings=engine.valid_settings(binding))
    moment = engine.moment(community, binding, event.fact, now, await in_charge_of(engine, unit, community))
    store: Any = await open_store(engine, unit, community, binding, present)
    governing = binding.ritual == COMMUNITY
    before = (community, await unit.commons.bindings(community.id), moment.in_charge) if governing else None
    outcome = sort(tuple(await ritual.handle(store, event, moment)))
    if broken and not any(isinstance(effect, Configure) for effect in outcome.durable):
        raise UserError(paused)
    engine.probe("dispatch.decided")
    recorder = Recorder(engine, unit, community, binding, event, now)
    binding = await recorder.record(outcome.durable)
    after = await _plan(engine, unit, community.id) if governing else None
    if after is not None and after != before:
        # The community's own settings (zone, pause, holidays) and who is in charge are in every ritual's agenda.
        await refresh_agendas(engine, unit, after[0], event.fact)
    else:
        moment = engine.moment(community, binding, event.fact, now, moment.in_charge)
        await refresh_agenda(engine, unit, binding, store, moment)
    return outcome.prompt


async def _plan(
    engine: Engine, unit: Unit, id_: CommunityId
) -> tuple[Community, Sequence[Binding], tuple[MemberId, ...]]:
    """Return what every agenda depends on, and the built-in ritual alone can change."""
    community = await unit.commons.community(id_)
    return community, await unit.commons.bindings(community.id), await in_charge_of(engine, unit, community)


async def _refusal(
    unit: Unit, community: Community, binding: Binding, event: events.ButtonPressed, member: MemberId
) -> tuple[Effect, ...]:
    """Honour [No more of these] at once, and let it be undone as lightly."""
    now = event.at
    if event.action == ACCEPT:
        await unit.members.accept(member, community.id, binding.ritual)
        return (Whisper(paragraph(t("These messages will come again."))),)
    await unit.members.refuse(member, community.id, binding.ritual, now)
    undo = buttons(Button(ACCEPT, t("Receive them again")))
    return (Whisper(paragraph(t("Understood: no more of these.")) + undo),)


async def _begin(engine: Engine, stored: Stored, way: Route, begin: Begin, actor: MemberId) -> Handled:
    """Begin something in a channel with those who are in it; two who do so at once begin one thing."""
    async with engine.database.unit() as unit:
        now, fact = engine.clock(), stored.heard.fact
        if not await unit.inbox.claim(fact, CLAIM, now):
            return Handled(way)
        people = await attendance.known(unit, stored.workspace, way.present)
        beginning = Beginning(engine, unit, stored.workspace, actor, people, fact, now)
        begun = await beginning.do(begin)
        await unit.inbox.done(stored.id, now)
        await unit.commit()
    targets = (begun.binding,) if begun.binding else ()
    return Handled(replace(way, community=begun.community, targets=targets), begun.prompts)


async def _personally(engine: Engine, stored: Stored, way: Route, asked: Asked) -> Handled:
    """Answer what concerns the member alone."""
    async with engine.database.unit() as unit:
        now = engine.clock()
        if not await unit.inbox.claim(asked.fact, personal.CLAIM, now):
            return Handled(way)
        await unit.inbox.done(stored.id, now)
        prompts = await personal.handle(engine, unit, asked)
        await unit.commit()
    return Handled(way, tuple(prompts))


async def close(engine: Engine, stored: Stored) -> None:
    """Let a fact be over."""
    async with engine.database.unit() as unit:
        await unit.inbox.done(stored.id, engine.clock())
        await unit.commit()


async def _fail(engine: Engine, stored: Stored, error: Exception) -> None:
    """Note a failure: the class of the error and where it was raised, never its message, which may quote a member.

    Where a platform asks to wait, it is waited for as long.
    """
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("handling fact %s failed: %s\n%s", stored.id, type(error).__name__, where)
    asked = error.after if isinstance(error, RetryLaterError) else None
    again = engine.policy.handling.next_attempt(stored.tries + 1, engine.clock(), asked)
    async with engine.database.unit() as unit:
        await unit.inbox.failed(stored.id, again, type(error).__name__)
        await unit.commit()


def _sorry() -> Text:
    return paragraph(t("Something went wrong on our side. What you asked for is kept and will be tried again."))
