"""What the built-in ritual works with: the commons, and a view of the community's other rituals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.errors import UserError
from bot.core.events import ButtonPressed, Event, FormSubmitted
from bot.core.i18n import words
from bot.core.incoming import Profile
from bot.core.model import Community, MemberId, Role
from bot.core.text import Inline, Named, Plain, Text, Translated, paragraph
from bot.engine.engine import Engine, SettingsInvalidError
from bot.engine.people import coordinators_of, named
from bot.engine.ports import Binding, Unit
from bot.engine.registry import COMMUNITY
from bot.engine.ritual import Moment, Settings

t, tn = words("causerie")


class NoSettings(Settings):
    """The community's own settings are in its row."""


Now = Moment[NoSettings]


@dataclass(frozen=True)
class Governing:
    """What the built-in ritual works with. ``present``: who is in the channel that a command names, if it names one."""

    engine: Engine
    unit: Unit
    community: Community
    binding: Binding
    present: tuple[Profile, ...] = ()

    async def coordinators(self) -> tuple[MemberId, ...]:
        """Return who coordinates, longest first."""
        return await coordinators_of(self.engine, self.unit, self.community)

    async def must_coordinate(self, event: ButtonPressed | FormSubmitted) -> None:
        """Raise UserError unless whoever pressed or sent it coordinates: commands are looked at before they come."""
        if event.role < Role.COORDINATOR:
            raise UserError(t("Only a coordinator can do this: {names}.", names=named(await self.coordinators())))

    async def rituals(self) -> Sequence[Binding]:
        """Return the community's rituals that are installed, the built-in one left out."""
        return await rituals_of(self.engine, self.unit, self.community)

    def called(self, binding: Binding) -> Inline:
        """Return what a ritual is called in its community: the name it was given, else its title."""
        return called(self.engine, binding)

    async def summary(self, binding: Binding, moment: Now) -> Text:
        """Return what a ritual says of itself."""
        ritual = self.engine.registry.rituals[binding.ritual]
        if not works(self.engine, binding):
            return paragraph(paused_by_settings(self.called(binding)))
        theirs: Moment[Any] = replace(moment, binding=binding.id, settings=self.engine.settings_of(binding))  # type: ignore[arg-type]
        return await ritual.summary(await self.unit.open(binding), theirs)


async def rituals_of(engine: Engine, unit: Unit, community: Community) -> Sequence[Binding]:
    """Return a community's rituals that are installed, the built-in one left out."""
    bindings = await unit.commons.bindings(community.id)
    return [b for b in bindings if b.ritual != COMMUNITY and b.ritual in engine.registry.rituals]


def called(engine: Engine, binding: Binding) -> Inline:
    """Return what a ritual is called in its community: the name it was given, else its title."""
    return Plain(binding.name) if binding.name else engine.registry.rituals[binding.ritual].title


def works(engine: Engine, binding: Binding) -> bool:
    """Whether a binding's stored settings validate."""
    try:
        engine.settings_of(binding)
    except SettingsInvalidError:
        return False
    return True


def paused_by_settings(name: Inline) -> Translated:
    """Return what is said of a ritual whose stored settings no longer validate."""
    return t("{ritual} is paused: its settings are no longer valid. Set them anew to go on.", ritual=name)


def who(event: Event) -> Inline:
    """Return who did it, for the journal."""
    return Named(event.actor) if event.actor else t("the bot")
