"""Rituals whose decisions a test plants: one that keeps a tally, one that keeps nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bot.core.commands import Command, Names, Param, ParamKind, Phrase
from bot.core.effects import Effect, Wake
from bot.core.events import (
    ButtonPressed,
    CommandGiven,
    Computed,
    Delivered,
    Due,
    Event,
    Fetched,
    FormSubmitted,
    MemberErased,
    MemberJoined,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Missed,
    Offered,
    ReactionChanged,
)
from bot.core.forms import Field
from bot.core.i18n import words
from bot.core.model import Label, Language, Role, Scope
from bot.core.text import Plain, Text, Translated, paragraph
from bot.engine.ritual import Answers, Hears, Moment, Ritual, Settings, Shortcut
from storage.ritual import Storages, by_name
from tests.contracts.notes import storage as notes_storage
from tests.engine.bare import storage as bare_storage

t, tn = words("planted")

STORAGES: Storages = by_name([notes_storage, bare_storage])
_EVENTS: tuple[type[Event], ...] = (
    MessagePosted,
    MessageEdited,
    MessageDeleted,
    ReactionChanged,
    MemberJoined,
    MemberErased,
    ButtonPressed,
    FormSubmitted,
    Due,
    Missed,
    Delivered,
    Offered,
    Computed,
    Fetched,
)
_EVERYWHERE = frozenset({MessagePosted, MemberJoined})


class PlantedSettings(Settings):
    """Something to set."""

    tone: Literal["warm", "dry"] = "warm"
    much: int = 1


Now = Moment[PlantedSettings]
Store: TypeAlias = Any
"""Each ritual's own."""
Decision = Callable[[Any, Any, Now], Awaitable[Sequence[Effect]]]


def double(snapshot: Any) -> Any:  # noqa: ANN401 - JSON
    return {"number": snapshot["number"] * 2}


def verbatim(words_: str) -> Translated:
    """Return words as a sentence of a catalogue that has none."""
    return t("{words}", words=words_)


@dataclass
class Planted:
    """What a ritual decides, by class of event, and its wakes; what is not planted is met with silence.

    ``waits`` is what waits for a decision, ``says`` what it adds to its summary. One that ``fails`` tells nothing.
    """

    name: str
    decisions: dict[type[Event], Decision] = field(default_factory=dict)
    wakes: list[Wake] = field(default_factory=list)
    waits: Text = field(default_factory=Text)
    says: Text = field(default_factory=Text)
    fails: bool = False

    def on(self, event: type[Event], *effects: Effect) -> None:
        """Plant fixed effects."""

        async def decide(_: Store, __: Store, ___: Now) -> Sequence[Effect]:
            return effects

        self.decisions[event] = decide

    def when(self, event: type[Event], decision: Decision) -> None:
        """Plant a decision."""
        self.decisions[event] = decision

    async def decide(self, store: Store, event: Event, moment: Now) -> Sequence[Effect]:
        """Decide as planted."""
        decision = self.decisions.get(type(event))
        return await decision(store, event, moment) if decision else ()

    async def agenda(self, _: Store, moment: Now) -> Sequence[Wake]:
        """Return the planted wakes that are still ahead."""
        return [w for w in self.wakes if w.at > moment.now]

    async def summary(self, _: Store, moment: Now) -> Text:
        """Tell the settings."""
        if self.fails:
            raise ZeroDivisionError(self.name)
        return paragraph(f"{self.name} is {moment.settings.tone}") + self.says

    async def waiting(self, store: Store, _: Now) -> Text:
        """Tell what waits, and leave something unwritten in the store, as what only reads may."""
        if self.fails:
            raise ZeroDivisionError(self.name)
        if hasattr(store, "tally"):
            (await store.tally()).count += 1
        return self.waits

    def setup(self, language: Language) -> Sequence[Field]:
        """Ask for the tone, of the ritual that keeps a tally."""
        del language
        return (Field(name="tone", label=t("Its tone"), value="warm"),) if self.name == "notes" else ()

    def ritual(self) -> Ritual[Any, PlantedSettings]:
        """Return the ritual that decides so."""
        command = Command(
            id=f"{self.name}.do",
            names=Names(self.name, self.name),
            help=t("do what is planted"),
            role=Role.ANYONE,
            scope=Scope.COMMUNITY,
            params=(Param(Names("what", "quoi"), ParamKind.TEXT, t("anything"), optional=True),),
            examples=Phrase(f"{self.name} well", f"{self.name} bien"),
        )
        return Ritual(
            name=self.name,
            title=Translated("planted", self.name.capitalize()),
            settings=PlantedSettings,
            agenda=self.agenda,
            summary=self.summary,
            waiting=self.waiting,
            shortcuts=(Shortcut(label=t("Do it"), words=f"{self.name} well", role=Role.MEMBER),),
            hears=tuple(Hears(e, self.decide, everywhere=e in _EVERYWHERE) for e in _EVENTS),
            answers=(Answers(command, self.decide),),
            tree=(command,),
            setup=self.setup,
            computations={"double": double},
        )


async def count(store: Store, _: Event, __: Now) -> Sequence[Effect]:
    """Count one more."""
    (await store.tally()).count += 1
    return ()


def said(words_: str) -> Text:
    """Return a message of these words."""
    return paragraph(Plain(words_))


def label(name: str) -> Label:
    """Return a label."""
    return Label(name)


__all__ = ["STORAGES", "CommandGiven", "Now", "Planted", "count", "label", "said", "verbatim"]
