"""Agendas: a ritual is asked for its wakes to come, after each of its decisions and when the community changes."""

from __future__ import annotations

import logging
from typing import Any

from bot.core.incoming import Profile
from bot.core.model import Community, Fact, WorkspaceId
from bot.engine import governance
from bot.engine.engine import Engine
from bot.engine.people import in_charge_of
from bot.engine.ports import Binding, Unit
from bot.engine.registry import COMMUNITY
from bot.engine.ritual import Moment

log = logging.getLogger("causerie.agendas")


async def open_store(
    engine: Engine, unit: Unit, community: Community, binding: Binding, present: tuple[Profile, ...] = ()
) -> Any:  # noqa: ANN401 - each ritual has a store of its own
    """Return the store with which a binding's ritual works; the built-in ritual gets the commons."""
    if binding.ritual != COMMUNITY:
        return await unit.open(binding)
    return governance.Governing(engine, unit, community, binding, present)


async def refresh_agenda(engine: Engine, unit: Unit, binding: Binding, store: object, moment: Moment[Any]) -> None:
    """Ask a ritual for its wakes to come, and write what changed."""
    wakes = await engine.registry.rituals[binding.ritual].agenda(store, moment)
    await unit.wakes.replace(binding.id, moment.community.id, wakes, moment.now)


async def refresh_agendas(engine: Engine, unit: Unit, community: Community, fact: Fact) -> None:
    """Ask every ritual of an open community for its wakes; one that fails keeps those it had, and stops no other."""
    if community.state != "open":
        return
    in_charge = await in_charge_of(engine, unit, community)
    for binding in await unit.commons.bindings(community.id):
        if binding.ritual not in engine.registry.rituals or not governance.works(engine, binding):
            continue
        try:
            async with unit.attempt():
                store = await open_store(engine, unit, community, binding)
                moment = engine.moment(community, binding, fact, engine.clock(), in_charge)
                await refresh_agenda(engine, unit, binding, store, moment)
        except Exception as error:  # noqa: BLE001 - one ritual's fault must not keep a community from governing itself
            log.error("the agenda of %s failed: %s", binding.ritual, type(error).__name__)  # noqa: TRY400 - it may quote a member


async def awaken(engine: Engine, workspace: WorkspaceId | None = None) -> None:
    """Ask every ritual of every community for its wakes to come: at start, since programs and databases change.

    Those of frozen workspaces are left as they are. ``workspace``: of this one alone.
    """
    async with engine.database.view() as unit:
        at_work = {w.id for w in await unit.directory.workspaces() if w.frozen_at is None}
        communities = await unit.commons.communities()
    for community in communities:
        if community.workspace not in at_work or workspace not in {None, community.workspace}:
            continue
        async with engine.database.unit() as unit:
            await unit.commons.lock(community.id)
            fact = Fact(f"awaken:{engine.clock().isoformat()}")
            await refresh_agendas(engine, unit, await unit.commons.community(community.id), fact)
            await unit.commit()
