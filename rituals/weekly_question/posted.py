"""What can be done about a question that was asked: other words, or taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import ask_once
from bot.core.effects import Edit, Effect, Journal, OpenForm, Whisper, Withdraw
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, Event, FormSubmitted
from bot.core.forms import Form
from bot.core.i18n import words
from bot.core.text import paragraph
from rituals.weekly_question import digests, texts
from rituals.weekly_question.allowed import for_those_in_charge, stale
from rituals.weekly_question.bank import Wording
from rituals.weekly_question.model import Round, question, reminder
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.worded import of_line, read_words, words_fields

t, tn = words("weekly_question")

FORM = "posted"
WITHDRAW, UNDO = "withdraw", "withdraw.undo"


async def edit(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Give the question that stands other words; without any, and where there are two languages, ask for them."""
    round_ = await _standing(rounds, moment)
    typed = event.values.get("words")
    if typed is None:
        return (OpenForm(_form(round_, round_.question, moment)),)
    wording = of_line(typed, moment.community)
    if moment.community.bilingual:
        both = Wording(wording.en or round_.question.en, wording.fr or round_.question.fr)
        return (OpenForm(_form(round_, both, moment)),)
    return await _reword(rounds, round_, wording, event, moment)


def _form(round_: Round, wording: Wording, moment: Now) -> Form:
    return Form(
        id=f"{FORM}/{round_.number}",
        title=t("The question that stands"),
        fields=words_fields(moment.community, wording),
        submit=t("Change it"),
    )


async def edited(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Take the other words from the form."""
    for_those_in_charge(event)
    round_ = await _standing(rounds, moment)
    if event.form != f"{FORM}/{round_.number}":
        raise stale(moment)
    return await _reword(rounds, round_, read_words(event.values, moment.community), event, moment)


async def _reword(rounds: Rounds, round_: Round, wording: Wording, event: Event, moment: Now) -> Sequence[Effect]:
    if wording == round_.question:
        return (Whisper(paragraph(t("Nothing was changed."))),)
    round_.question = wording
    return (
        Edit(question(round_.number), texts.asked(round_)),
        *await digests.retold(rounds, round_, moment),
        Journal(t("{who} changed the words of the question.", who=texts.who(event))),
        Whisper(paragraph(t("The question now reads: “{question}”", question=texts.linked(round_)))),
    )


async def withdraw(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask whether the question is to be taken back."""
    del event
    round_ = await _open(rounds, moment)
    told = t(
        "“{question}” would be taken back. What was said in its thread stays; there is no digest.",
        question=texts.linked(round_),
    )
    return (Whisper(ask_once.asking(told, t("Yes, take it back"), WITHDRAW, moment.now, str(round_.number))),)


async def withdrawn(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Take the question back."""
    for_those_in_charge(event)
    round_ = await _open(rounds, moment)
    asked = ask_once.asked(event.value, moment.now)
    if asked != str(round_.number):
        raise stale(moment)
    round_.withdraw(moment.now)
    (await rounds.plan()).asked_at = None
    reminded: Sequence[Effect] = (Withdraw(reminder(round_.number)),) if round_.reminder else ()
    round_.reminder = False
    told = t("Taken back. Another can be asked today: `{prefix} question now`.", prefix=moment.prefix)
    return (
        Edit(question(round_.number), paragraph(texts.WITHDRAWN)),
        *reminded,
        Journal(t("{who} took the question back.", who=texts.who(event))),
        Whisper(ask_once.done(told, UNDO, asked, moment.now)),
    )


async def undone(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Bring a question back that was taken back, as if it never was."""
    for_those_in_charge(event)
    value, round_ = ask_once.undoing(event.value, moment.now), await rounds.latest()
    if round_ is None or str(round_.number) != value:
        raise UserError(t("Another question was asked since: this one stays taken back."))
    if round_.gone:
        raise UserError(t("Its message was deleted since: this question stays taken back."))
    if not round_.withdrawn:
        raise UserError(t("It is back already."))
    round_.reinstate()
    (await rounds.plan()).asked_at = round_.asked_at
    return (
        Edit(question(round_.number), texts.asked(round_)),
        Journal(t("{who} brought the question back.", who=texts.who(event))),
        Whisper(paragraph(t("It is back, with its answers: “{question}”", question=texts.linked(round_)))),
    )


async def _standing(rounds: Rounds, moment: Now) -> Round:
    """Return the last question unless it was taken back, or away; raises UserError."""
    round_ = await rounds.latest()
    if round_ is None or not round_.standing:
        raise UserError(
            t(
                "No question stands at the moment. `{prefix} question next` shows the one that comes.",
                prefix=moment.prefix,
            )
        )
    return round_


async def _open(rounds: Rounds, moment: Now) -> Round:
    """Return the question whose answers are being gathered; raises UserError."""
    round_ = await _standing(rounds, moment)
    if not round_.open:
        raise UserError(t("“{question}” is closed: there is nothing to take back.", question=texts.linked(round_)))
    return round_
