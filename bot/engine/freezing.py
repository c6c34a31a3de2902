"""Freezing: a workspace that its platform took from us rests, goes on when it comes back, or is forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.core.model import WorkspaceId
from bot.engine.agendas import awaken
from bot.engine.engine import Engine

log = logging.getLogger("causerie.freezing")

FROZEN_KEPT = timedelta(days=30)
"""How long everything of a frozen workspace is kept."""


async def freeze(engine: Engine, workspace: WorkspaceId) -> None:
    """Let a workspace rest: nothing is sent to it, and nothing is decided in it by the clock. Done again, it is one.

    What waits for it waits on: facts, wakes, and what is to be said.
    """
    engine.platforms.pop(workspace, None)
    async with engine.database.unit() as unit:
        await unit.directory.freeze(workspace, engine.clock())
        await unit.commit()


async def thaw(engine: Engine, workspace: WorkspaceId) -> None:
    """Let a workspace go on, with the agendas of its communities made anew; of one at work, only that.

    Wakes that came meanwhile are due, or missed where they came too long ago. The adapter puts its platform back.
    """
    async with engine.database.unit() as unit:
        await unit.directory.thaw(workspace)
        await unit.commit()
    await awaken(engine, workspace)


async def forget(engine: Engine) -> None:
    """Forget the workspaces that have been frozen for too long, but for keyed hashes of what people refused there.

    One that cannot be forgotten (the key is missing, say) is tried again an hour later, and keeps no other.
    """
    before = engine.clock() - FROZEN_KEPT
    async with engine.database.view() as unit:
        frozen = [w for w in await unit.directory.workspaces() if w.frozen_at is not None and w.frozen_at < before]
    for workspace in frozen:
        try:
            async with engine.database.unit() as unit:
                await unit.records.purge(workspace.id, before, engine.clock())
                await unit.commit()
        except Exception as error:  # noqa: BLE001 - as above
            log.error("forgetting workspace %s failed: %s", workspace.id, type(error).__name__)  # noqa: TRY400 - it may quote a member
