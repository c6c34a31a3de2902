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
    Fetched,
    FormSubmitted,
    MemberErased,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Missed,
    ReactionChanged,
)
from bot.core.forms import Field
from bot.core.i18n import words
from bot.core.model import Language
from bot.engine.ritual import Answers, Hears, Ritual
from rituals.weekly_question import (
    asking,
    bank_handlers,
    beside,
    charge,
    digests,
    erased,
    handover,
    home,
    posted,
    preview,
    preview_presses,
    quiet,
    reminder,
    rhythm,
    texts,
    thread,
    writing,
)
from rituals.weekly_question.allowed import stale
from rituals.weekly_question.commands import TREE
from rituals.weekly_question.model import close, turn
from rituals.weekly_question.plan import ASK_GRACE, closes, coming
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now, WeeklyQuestionSettings
from rituals.weekly_question.summary import summary

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
        await handover.wake(rounds, moment),
        reminder.wake(moment, latest) if latest is not None else None,
    )
    return [*wakes, *(wake for wake in once if wake is not None)]


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
    "question.pause": rhythm.pause,
    "question.resume": rhythm.resume,
    "question.reminder": reminder.reminding,
    "question.answer": writing.answer,
    "question.unsigned": writing.unsigned,
    "question.digest": digests.reading,
    "question.edit": posted.edit,
    "question.withdraw": posted.withdraw,
    **bank_handlers.COMMANDS,
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
    texts.WRITE: writing.write,
    writing.CHANGE: writing.change,
    writing.TAKE_BACK: writing.take_back,
    posted.WITHDRAW: posted.withdrawn,
    posted.UNDO: posted.undone,
    digests.READ: digests.read,
    digests.UNREAD: digests.unread,
    quiet.RARER: quiet.slow_down,
    quiet.EASIER: quiet.ease,
    quiet.PAUSE: quiet.rest,
    **bank_handlers.PRESSES,
}
_FORMS: Mapping[str, Handler[FormSubmitted]] = {
    preview.FORM: preview_presses.reworded,
    posted.FORM: posted.edited,
    writing.FORM: writing.written,
    writing.CHANGE_FORM: writing.changed,
    **bank_handlers.FORMS,
}
"""By what comes before the first stroke of a form's id."""


async def on_press(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Do what a button says."""
    if event.action not in _PRESSES:
        raise stale(moment)
    return await _PRESSES[event.action](rounds, event, moment)


async def on_form(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Take in a form."""
    name = event.form.partition("/")[0]
    if name not in _FORMS:
        raise stale(moment)
    return await _FORMS[name](rounds, event, moment)


ritual: Ritual[Rounds, WeeklyQuestionSettings] = Ritual(
    name="weekly_question",
    title=t("The weekly question"),
    settings=WeeklyQuestionSettings,
    agenda=agenda,
    summary=summary,
    waiting=home.waiting,
    shortcuts=home.SHORTCUTS,
    hears=(
        Hears(Due, asking.on_due),
        Hears(Missed, asking.on_missed),
        Hears(MessagePosted, thread.on_message),
        Hears(MessageEdited, thread.on_edit, everywhere=True),
        Hears(MessageDeleted, thread.on_delete, everywhere=True),
        Hears(ReactionChanged, beside.on_reaction, everywhere=True),
        Hears(Fetched, beside.on_fetched),
        Hears(MemberLeft, digests.on_leave, everywhere=True),
        Hears(MemberErased, erased.on_erased),
        Hears(ButtonPressed, on_press),
        Hears(FormSubmitted, on_form),
    ),
    answers=tuple(Answers(command, _COMMANDS[command.id]) for command in commands_of(TREE)),
    tree=TREE.children,
    setup=setup,
    keeps=t(
        "the questions that were asked or suggested, and by whom; who answered, unless unsigned; how each answer "
        "begins, or all of one that was written by form, until the next question is asked"
    ),
    texts=texts.OWN,
    locale=Path(__file__).parent / "locale",
)
