"""The weekly question: asked on its rhythm, answered in its thread, closed by a digest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from bot.core.commands import commands_of
from bot.core.effects import Effect, Wake
from bot.core.events import (
    ButtonPressed,
    CommandGiven,
    Due,
    Event,
    FormSubmitted,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Missed,
)
from bot.core.forms import Field
from bot.core.i18n import words
from bot.core.model import Language
from bot.core.text import MessageLink, Text, When, paragraph
from bot.engine.ritual import Answers, Hears, Ritual
from rituals.weekly_question import asking, charge, preview, preview_presses, reminder, rhythm, texts, thread
from rituals.weekly_question.commands import TREE
from rituals.weekly_question.model import close, question, turn
from rituals.weekly_question.plan import ASK_GRACE, closes, coming
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now, WeeklyQuestionSettings

__all__ = ["Rounds", "ritual"]

t, tn = words("weekly_question")

E = TypeVar("E", bound=Event)
Handler = Callable[[Rounds, E, Now], Awaitable[Sequence[Effect]]]

CLOSE_GRACE = timedelta(days=30)


async def agenda(rounds: Rounds, moment: Now) -> Sequence[Wake]:
    """Return the next occasions to ask, and the close of the round that is open."""
    plan, latest = await rounds.plan(), await rounds.latest()
    wakes = [
        Wake(turn(o.day), o.at, ASK_GRACE, t("the weekly question"))
        for o in islice(coming(moment, plan), rhythm.FORESEEN)
    ]
    if latest is not None and latest.open:
        what = t("the digest, if there are answers")
        wakes.append(Wake(close(latest.number), closes(moment, latest), CLOSE_GRACE, what))
    once = (
        preview.wake(moment, plan),
        await preview.overtaken(rounds, moment),
        reminder.wake(moment, latest) if latest is not None else None,
    )
    return [*wakes, *(wake for wake in once if wake is not None)]


async def summary(rounds: Rounds, moment: Now) -> Text:
    """Tell the rhythm, and what is open."""
    body = texts.rhythm(moment.settings, moment.community)
    latest = await rounds.latest()
    if latest is None:
        return body + paragraph(t("Nothing has been asked yet."))
    link = MessageLink((latest.question.node,), label=question(latest.number))
    # A number is told only when there is one: nobody is to be sorry for a quiet week.
    answered = tn("{count} person has answered", "{count} people have answered", latest.authors)
    closing_at = When(closes(moment, latest))
    if latest.open and latest.answers:
        line = t(
            "Open: “{question}” – {answered}; the digest comes on {when}.",
            question=link,
            answered=answered,
            when=closing_at,
        )
    elif latest.open:
        line = t("Open: “{question}” – answers are gathered until {when}.", question=link, when=closing_at)
    elif latest.answers:
        line = t("Last: “{question}” – {answered}.", question=link, answered=answered)
    else:
        line = t("Last: “{question}” – asked on {when}.", question=link, when=When(latest.asked_at, "date"))
    return body + paragraph(line)


def setup(language: Language) -> Sequence[Field]:
    """Ask for the rhythm when a community is set up."""
    return (
        Field(
            name="cadence",
            label=t("When the weekly question is asked"),
            value="monday 09:00" if language == "en" else "lundi 9 h",
            help=t("For example: tuesday 14:30, every 2 weeks monday 09:00, first thursday 16:00."),
        ),
    )


_COMMANDS: Mapping[str, Handler[CommandGiven]] = {
    "question.every": rhythm.every,
    "question.now": charge.now,
    "question.next": charge.upcoming,
    "question.days": rhythm.days,
    "question.holidays": rhythm.holidays,
}
_PRESSES: Mapping[str, Handler[ButtonPressed]] = {
    texts.NOW: charge.ask_pressed,
    texts.ANOTHER: charge.another_pressed,
    texts.SKIP: charge.skip_pressed,
    texts.REWORD: charge.edit_pressed,
    preview.SETTLE: preview_presses.settled,
    preview.CHANGE: preview_presses.changed,
    preview.PASS: preview_presses.passed,
    preview.EDIT: preview_presses.edited,
}
_FORMS: Mapping[str, Handler[FormSubmitted]] = {
    preview.FORM: preview_presses.reworded,
}
"""By what comes before the first stroke of a form's id."""


async def on_press(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Do what a button says."""
    if event.action not in _PRESSES:
        raise charge.stale(moment)
    return await _PRESSES[event.action](rounds, event, moment)


async def on_form(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Take in a form."""
    name = event.form.partition("/")[0]
    if name not in _FORMS:
        raise charge.stale(moment)
    return await _FORMS[name](rounds, event, moment)


ritual: Ritual[Rounds, WeeklyQuestionSettings] = Ritual(
    name="weekly_question",
    title=t("The weekly question"),
    settings=WeeklyQuestionSettings,
    agenda=agenda,
    summary=summary,
    hears=(
        Hears(Due, asking.on_due),
        Hears(Missed, asking.on_missed),
        Hears(MessagePosted, thread.on_message),
        Hears(MessageEdited, thread.on_edit),
        Hears(MessageDeleted, thread.on_delete),
        Hears(ButtonPressed, on_press),
        Hears(FormSubmitted, on_form),
    ),
    answers=tuple(Answers(command, _COMMANDS[command.id]) for command in commands_of(TREE)),
    tree=TREE.children,
    setup=setup,
    texts=texts.OWN,
    locale=Path(__file__).parent / "locale",
)
