"""A way: where a fact goes, and what it becomes there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import events
from bot.core.effects import Effect
from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.incoming import Profile
from bot.core.model import Community, MemberId
from bot.engine.beginning import Begin
from bot.engine.personal.asked import Asked
from bot.engine.ports import Binding

t, tn = words("causerie")


@dataclass(frozen=True, slots=True)
class Route:
    """Where a fact goes: to ``targets`` as ``event``, or straight back to the person as ``prompts``.

    ``hold``: the message it answers is not known yet. ``personal``: it concerns the member alone. ``begin``: what it
    begins in a channel that is no open community's home. ``look``: the channel (the platform's id) of which it matters
    who is in it: ``present``, once the platform was asked.
    """

    community: Community | None = None
    actor: MemberId | None = None
    event: events.Event | None = None
    targets: tuple[Binding, ...] = ()
    prompts: tuple[Effect, ...] = ()
    hold: bool = False
    personal: Asked | None = None
    begin: Begin | None = None
    look: str | None = None
    present: tuple[Profile, ...] = ()


NOWHERE = Route()


def stale() -> UserError:
    """Return what to say of a button or form whose time is over."""
    return UserError(t("This is no longer in use: what it was for is over. Nothing was changed."))
