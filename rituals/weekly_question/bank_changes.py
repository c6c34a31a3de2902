"""What whoever is in charge does to the bank: add, edit, remove, and put in the queue."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import ask_once
from bot.core.effects import Effect, Journal, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, FormSubmitted
from bot.core.i18n import words
from bot.core.text import paragraph
from rituals.weekly_question import bank_texts as texts
from rituals.weekly_question.allowed import for_those_in_charge
from rituals.weekly_question.bank import Entry
from rituals.weekly_question.kinds import LABELS, read_kind
from rituals.weekly_question.likeness import nearest
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import Bank, Shelf, shelf
from rituals.weekly_question.starters import by_key
from rituals.weekly_question.texts import who
from rituals.weekly_question.worded import in_own_language, read_words

t, tn = words("weekly_question")


async def add(_: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask for a new question, and what goes with it."""
    typed: str = event.values.get("words") or ""
    return (OpenForm(texts.add_form(moment.community, in_own_language(typed, moment.community))),)


async def add_sent(bank: Bank, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Add a question; another that is nearly the same is pointed out, and forbids nothing."""
    for_those_in_charge(event)
    wording, kind = read_words(event.values, moment.community), read_kind(event.values.get("kind", ""))
    before = await shelf(bank, moment)
    id_ = moment.new_id()
    queued = moment.now if event.values.get("when") == texts.QUEUE else None
    entry = Entry(id=id_, number=before.free, key=id_, kind=kind, wording=wording, queued_at=queued, at=moment.now)
    await bank.add_entries((entry,))
    like = nearest(wording, ((e, before.wording(e)) for e in before.kept))
    return (
        Journal(t("{who} added question {number} ({kind}).", who=who(event), number=entry.number, kind=LABELS[kind])),
        Whisper(texts.added(await shelf(bank, moment), entry, like)),
    )


async def edit(bank: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Show a question as it is, to be changed."""
    on_shelf = await shelf(bank, moment)
    return (OpenForm(texts.edit_form(on_shelf, numbered(on_shelf, event.values["number"]))),)


async def edit_sent(bank: Bank, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Change a question; what was asked already stays as it was asked."""
    for_those_in_charge(event)
    on_shelf = await shelf(bank, moment)
    entry = _still(on_shelf, event.form.partition("/")[2])
    before = (on_shelf.wording(entry), entry.kind)
    starter = by_key().get(entry.key)
    if starter and event.values.get("back") == texts.ORIGINAL:
        entry.wording, entry.kind = None, starter.kind
    else:
        said, kind = read_words(event.values, moment.community), read_kind(event.values.get("kind", ""))
        original = starter is not None and said == starter.said(moment.community.address)
        entry.wording, entry.kind = None if original else said, kind
    if (on_shelf.wording(entry), entry.kind) == before:
        return (Whisper(paragraph(t("Nothing was changed."))),)
    others = ((e, on_shelf.wording(e)) for e in on_shelf.kept if e is not entry)
    saved = paragraph(t("Question {number} is changed.", number=entry.number))
    return (
        Journal(t("{who} changed question {number}.", who=who(event), number=entry.number)),
        Whisper(saved + texts.alike(on_shelf, nearest(on_shelf.wording(entry), others))),
    )


async def remove(bank: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask once whether a question is to be taken out of the bank."""
    on_shelf = await shelf(bank, moment)
    entry = numbered(on_shelf, event.values["number"])
    _not_the_last(on_shelf)
    return (Whisper(texts.removing(on_shelf, entry, moment.now)),)


async def remove_pressed(bank: Bank, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Take a question out of the bank; for a day it can come back."""
    for_those_in_charge(event)
    on_shelf = await shelf(bank, moment)
    entry = _still(on_shelf, ask_once.asked(event.value, moment.now))
    _not_the_last(on_shelf)
    entry.state, entry.at = "removed", moment.now
    gone = t("Question {number} is out of the bank.", number=entry.number)
    return (
        Journal(t("{who} took question {number} out of the bank.", who=who(event), number=entry.number)),
        Whisper(ask_once.done(gone, texts.RESTORE, entry.id, moment.now)),
    )


async def restore_pressed(bank: Bank, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Put a question back as it was before it was taken out."""
    for_those_in_charge(event)
    on_shelf = await shelf(bank, moment)
    entry = on_shelf.entry(ask_once.undoing(event.value, moment.now))
    if entry is None:
        raise _gone()
    if entry.state == "kept":
        raise UserError(t("Question {number} is back in the bank already.", number=entry.number))
    entry.state, entry.at = "kept", moment.now
    return (
        Journal(t("{who} put question {number} back.", who=who(event), number=entry.number)),
        Whisper(paragraph(t("Question {number} is back in the bank.", number=entry.number))),
    )


async def queue(bank: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Let a question come before the others, after those that are queued already."""
    on_shelf = await shelf(bank, moment)
    entry = numbered(on_shelf, event.values["number"])
    if entry.queued_at is not None:
        said = t("Question {number} is in the queue already.", number=entry.number)
        return (Whisper(paragraph(said, " ", texts.place(on_shelf, entry))),)
    entry.queued_at = moment.now
    on_shelf.plan.passed = tuple(key for key in on_shelf.plan.passed if key != entry.key)
    said = t("Question {number} is in the queue.", number=entry.number)
    return (
        Journal(t("{who} put question {number} in the queue.", who=who(event), number=entry.number)),
        Whisper(paragraph(said, " ", texts.place(on_shelf, entry))),
    )


async def unqueue(bank: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Let a question come in its turn again."""
    entry = numbered(await shelf(bank, moment), event.values["number"])
    if entry.queued_at is None:
        return (Whisper(paragraph(t("Question {number} is not in the queue.", number=entry.number))),)
    entry.queued_at = None
    return (
        Journal(t("{who} took question {number} out of the queue.", who=who(event), number=entry.number)),
        Whisper(paragraph(t("Question {number} comes in its turn again.", number=entry.number))),
    )


def numbered(on_shelf: Shelf, number: int) -> Entry:
    """Return the question of a number. Raises UserError."""
    for entry in on_shelf.kept:
        if entry.number == number:
            return entry
    raise UserError(
        t(
            "There is no question {number} in the bank. `{prefix} question bank list` shows them all.",
            number=number,
            prefix=on_shelf.moment.prefix,
        )
    )


def _still(on_shelf: Shelf, id_: str) -> Entry:
    entry = on_shelf.entry(id_)
    if entry is None or entry.state != "kept":
        raise _gone()
    return entry


def _gone() -> UserError:
    return UserError(t("This question is no longer in the bank. Nothing was changed."))


def _not_the_last(on_shelf: Shelf) -> None:
    if len(on_shelf.kept) == 1:
        raise UserError(t("It is the last question of the bank. Add another first, then this one can go."))
