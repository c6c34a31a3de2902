"""What a ritual is: a name, settings, commands, what it hears, its agenda and its summary."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random  # noqa: TID251 - the type of what is handed in
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.core.commands import Command, Group
from bot.core.effects import Effect, Wake
from bot.core.events import CommandGiven, Event
from bot.core.forms import Field
from bot.core.model import BindingId, Community, Language, MemberId, Role
from bot.core.text import Text, Translated

S = TypeVar("S")
C = TypeVar("C", bound="Settings")
E = TypeVar("E", bound=Event)


class Settings(BaseModel):
    """A ritual's settings: frozen, unknown keys refused. Only the keys set on purpose are stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Generic[C]):
    """All that a decision needs and may not take from the air.

    ``now`` is UTC; ``prefix`` is what is typed before a command on this platform; ``random`` and
    ``new_id`` derive from (binding, fact), so that a re-run and a rehearsal agree. ``in_charge`` are the facilitators,
    or, where nobody facilitates now, the coordinators. ``name`` is what the community calls this ritual among several
    of its kind; the first may have none. ``rehearsed``: nothing of this happens, and nobody can answer.
    ``moderated``: the platform itself says who is in charge of a channel.
    """

    now: datetime
    community: Community
    binding: BindingId
    settings: C
    prefix: str
    random: Random
    new_id: Callable[[], str]
    in_charge: tuple[MemberId, ...] = ()
    name: str = ""
    rehearsed: bool = False
    moderated: bool = False


@dataclass(frozen=True, slots=True)
class Hears(Generic[E, S, C]):
    """An event that a ritual hears. ``everywhere``: also messages outside the threads of its own messages."""

    event: type[E]
    handle: Callable[[S, E, Moment[C]], Awaitable[Sequence[Effect]]]
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Answers(Generic[S, C]):
    """A command that a ritual answers."""

    command: Command
    handle: Callable[[S, CommandGiven, Moment[C]], Awaitable[Sequence[Effect]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A button on a member's home that gives one of the ritual's own commands: there are no channels there.

    ``words`` are the command's, in English, with all that it needs. It is offered from ``role`` on, up to those who
    are ``below`` another, for whom the same command is something else.
    """

    label: Translated
    words: str
    role: Role
    below: Role | None = None

    def offered(self, role: Role) -> bool:
        """Whether it is offered to whoever is this in the community."""
        return self.role <= role and (self.below is None or role < self.below)


def no_fields(_: Language) -> Sequence[Field]:
    """Ask nothing at setup."""
    return ()


async def nothing_waits(_: object, moment: Moment[Any]) -> Text:
    """Let nothing wait for a decision."""
    del moment
    return Text()


@dataclass(frozen=True, kw_only=True)
class Ritual(Generic[S, C]):
    """A ritual, registered under the entry point ``causerie.rituals``.

    ``agenda`` returns every wake to come, each time anew. ``setup`` gives fields of the setup form, named after
    settings, in the founder's language.
    ``waiting`` tells, with the buttons that decide it, what waits for a decision of those in charge: their homes show
    it, and pressing there is the same as elsewhere. ``shortcuts`` are its buttons on members' homes.
    ``keeps`` says in a sentence what it stores of people, for whoever sets it up.
    ``texts`` are the sentences, by a name that no other ritual's has, that a community may say in its own words; each
    without a count, and with values such as it is said with. ``stand_for`` says what their placeholders stand for.
    ``computations`` are pure functions on JSON, for ``Compute``. ``locale`` holds the catalogues of the gettext domain
    ``name``.
    """

    name: str
    title: Translated
    settings: type[C]
    agenda: Callable[[S, Moment[C]], Awaitable[Sequence[Wake]]]
    summary: Callable[[S, Moment[C]], Awaitable[Text]]
    waiting: Callable[[S, Moment[C]], Awaitable[Text]] = nothing_waits
    shortcuts: Sequence[Shortcut] = ()
    hears: Sequence[Hears[Any, S, C]] = ()
    answers: Sequence[Answers[S, C]] = ()
    tree: Sequence[Group | Command] = ()
    setup: Callable[[Language], Sequence[Field]] = no_fields
    keeps: Translated | None = None
    texts: Mapping[str, Translated] = field(default_factory=dict)
    stand_for: Mapping[str, Translated] = field(default_factory=dict)
    computations: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    locale: Path | None = None

    def hearing(self, event: type[Event]) -> bool:
        """Whether this ritual hears such an event at all."""
        return any(issubclass(event, h.event) for h in self.hears)

    def hearing_everywhere(self, event: type[Event]) -> bool:
        """Whether this ritual hears such an event outside the threads of its own messages."""
        return any(issubclass(event, h.event) and h.everywhere for h in self.hears)

    async def handle(self, store: S, event: Event, moment: Moment[C]) -> list[Effect]:
        """Let every handler of this event decide, in the order in which they are listed."""
        said: list[Effect] = []
        if isinstance(event, CommandGiven):
            for answer in self.answers:
                if answer.command.id == event.command:
                    said += await answer.handle(store, event, moment)
        for hears in self.hears:
            if isinstance(event, hears.event):
                said += await hears.handle(store, event, moment)
        return said
