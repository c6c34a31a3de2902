"""Erase: rituals say otherwise what names a member, then all that is kept of them goes, in one transaction."""

from __future__ import annotations

import logging

from bot.core.effects import Edit, Withdraw, sort
from bot.core.events import MemberErased
from bot.core.model import Fact, MemberId, WorkspaceId
from bot.engine import governance
from bot.engine.agendas import open_store, refresh_agenda
from bot.engine.engine import Engine
from bot.engine.people import in_charge_of
from bot.engine.ports import Kept, Unit
from bot.engine.record import Recorder

log = logging.getLogger("causerie.erase")


async def erase(engine: Engine, unit: Unit, workspace: WorkspaceId, member: MemberId, fact: Fact) -> None:
    """Erase all that is kept of a member; ``fact`` is what asked for it. The unit is still to be committed."""
    now = engine.clock()
    await unit.records.lock(member)
    for kept in await unit.lives.kept(workspace):
        event = MemberErased(fact=fact, community=kept.community.id, at=now, actor=member)
        await _tell(engine, unit, kept, event)
    await unit.records.erase(member, now)


async def _tell(engine: Engine, unit: Unit, kept: Kept, event: MemberErased) -> None:
    """Let a ritual decide; one that fails must not keep anybody from being erased.

    What is over changes what it said, and says nothing more.
    """
    community, binding = kept.community, kept.binding
    ritual = engine.registry.rituals.get(binding.ritual)
    if ritual is None or not ritual.hearing(MemberErased) or not governance.works(engine, binding):
        return
    try:
        async with unit.attempt():
            in_charge = await in_charge_of(engine, unit, community)
            moment = engine.moment(community, binding, event.fact, event.at, in_charge)
            store = await open_store(engine, unit, community, binding)
            durable = sort(tuple(await ritual.handle(store, event, moment))).durable
            if kept.over:
                durable = tuple(effect for effect in durable if isinstance(effect, Edit | Withdraw))
            await Recorder(engine, unit, community, binding, event, event.at).record(durable)
            if not kept.over:
                await refresh_agenda(engine, unit, binding, store, moment)
    except Exception as error:  # noqa: BLE001 - as above
        log.error("%s failed while a member was erased: %s", binding.ritual, type(error).__name__)  # noqa: TRY400 - a message may quote a member
