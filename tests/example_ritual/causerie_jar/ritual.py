"""The jar: a member puts a note in by a command; on its rhythm the jar is read out, and emptied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Protocol

from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase
from bot.core.effects import Effect, Post, Wake, Whisper
from bot.core.errors import UserError
from bot.core.events import CommandGiven, Due
from bot.core.i18n import words
from bot.core.markdown import inline
from bot.core.model import Label, Role, Scope
from bot.core.text import Named, Text, Translated, When, bullets, paragraph
from bot.engine.ritual import Answers, Hears, Moment, Ritual
from causerie_jar.model import JarSettings, Note, full_for, openings

t, tn = words("jar")

GRACE = timedelta(hours=12)

ADD = Command(
    id="jar.add",
    names=Names("add", "ajouter"),
    help=t("put in something that worked"),
    role=Role.MEMBER,
    scope=Scope.COMMUNITY,
    params=(Param(Names("note", "note"), ParamKind.TEXT, t("one thing, in your own words"), longest=300),),
    examples=Phrase("jar add We began with the hard case.", "bocal ajouter Nous avons commencé par le cas difficile."),
)
JAR = Group(names=Names("jar", "bocal"), help=t("The jar"), children=(ADD,))


class Jar(Protocol):
    """What the ritual needs of its storage."""

    async def notes(self) -> Sequence[Note]:
        """Return what is in the jar, oldest first."""
        ...

    async def add(self, note: Note) -> None:
        """Put a note in."""
        ...

    async def empty(self) -> None:
        """Forget every note."""
        ...


async def add(jar: Jar, event: CommandGiven, moment: Moment[JarSettings]) -> Sequence[Effect]:
    """Put a note in the jar, and say when it is opened."""
    if event.actor is None:
        return ()
    if full_for(event.actor, await jar.notes()):
        raise UserError(t("You have put in enough for this time. The others are curious too."))
    await jar.add(Note(id=moment.new_id(), author=event.actor, at=moment.now, said=event.values["note"]))
    return (Whisper(paragraph(_told(moment))),)


async def on_due(jar: Jar, event: Due, _: Moment[JarSettings]) -> Sequence[Effect]:
    """Read the jar out and empty it; an empty jar says nothing."""
    notes = await jar.notes()
    if not notes:
        return ()
    await jar.empty()
    head = paragraph(tn("{count} thing that worked:", "{count} things that worked:", len(notes)))
    return (Post(event.label, head + bullets(*(paragraph(Named(n.author), " – ", *inline(n.said)) for n in notes))),)


async def agenda(_: Jar, moment: Moment[JarSettings]) -> Sequence[Wake]:
    """Return the next two openings, each named after its day."""
    return [Wake(Label(f"open/{o.day}"), o.at, GRACE, t("the jar is opened")) for o in islice(openings(moment), 2)]


async def summary(jar: Jar, moment: Moment[JarSettings]) -> Text:
    """Tell how full the jar is, and when it is opened."""
    notes = await jar.notes()
    return paragraph(tn("{count} note in the jar.", "{count} notes in the jar.", len(notes)), " ", _told(moment))


def _told(moment: Moment[JarSettings]) -> Translated:
    opening = next(openings(moment), None)
    return t("The jar is opened {when}.", when=When(opening.at)) if opening else t("No opening is planned.")


ritual: Ritual[Jar, JarSettings] = Ritual(
    name="jar",
    title=t("The jar"),
    settings=JarSettings,
    agenda=agenda,
    summary=summary,
    hears=(Hears(Due, on_due),),
    answers=(Answers(ADD, add),),
    tree=(JAR,),
    locale=Path(__file__).parent / "locale",
)
