"""The wakes to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.effects import Wake
from bot.core.model import BindingId, CommunityId, Label, WorkspaceId
from bot.core.text import Translated


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWake:
    """A wake of the agenda. ``name`` is what its community calls the ritual, if it gave it a name."""

    binding: BindingId
    workspace: WorkspaceId
    label: Label
    at: datetime
    grace: timedelta
    what: Translated | None = None
    name: str = ""


class Wakes(Protocol):
    """The agenda: unique on (binding, label)."""

    async def replace(self, binding: BindingId, community: CommunityId, wakes: Sequence[Wake], now: datetime) -> None:
        """Make these the binding's wakes; an overdue one that was not taken yet stays."""
        ...

    async def take(self, now: datetime, limit: int) -> Sequence[DueWake]:
        """Remove and return wakes that are due, soonest first; no two takers get the same. Frozen ones wait."""
        ...

    async def coming(self, community: CommunityId, limit: int) -> Sequence[DueWake]:
        """Return a community's next wakes that people are told of, soonest first."""
        ...

    async def next_at(self) -> datetime | None:
        """Return the instant of the next wake of all, of workspaces that are not frozen."""
        ...
