"""What the bank of questions says, and its forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core import ask_once
from bot.core.forms import Choice, Field, Form
from bot.core.i18n import words
from bot.core.model import Community
from bot.core.text import (
    Button,
    Emphasis,
    Inline,
    LineBreak,
    Named,
    Plain,
    Strong,
    Text,
    When,
    bullets,
    buttons,
    paragraph,
    quote,
)
from rituals.weekly_question.bank import Entry, Kind, Wording
from rituals.weekly_question.kinds import LABELS, choices
from rituals.weekly_question.shelf import Shelf
from rituals.weekly_question.starters import by_key
from rituals.weekly_question.worded import words_fields

t, tn = words("weekly_question")

PAGE: Final = 20
MORE, REMOVE, RESTORE = "bank-more", "bank-remove", "bank-restore"
ADD_FORM, EDIT_FORM = "bank-add", "bank-edit"
QUEUE, TURN = "queue", "turn"
OWN, ORIGINAL = "own", "original"


def shown(shelf: Shelf, entries: Sequence[Entry], kind: Kind | None, page: int) -> Text:
    """Return one page of the bank, with how many questions there are in all, and a button to the next page."""
    first = (page - 1) * PAGE
    here = entries[first : first + PAGE]
    body = paragraph(_total(len(entries), kind))
    if kind is None and len(shelf.in_play) < len(entries):
        fitting = tn(
            "{count} of them can be asked, by the kinds that were chosen and the stage of the community.",
            "{count} of them can be asked, by the kinds that were chosen and the stage of the community.",
            len(shelf.in_play),
        )
        body += paragraph(fitting)
    body += bullets(*(_row(shelf, entry) for entry in here))
    last = first + len(here)
    if len(entries) > PAGE:
        body += paragraph(t("{first} to {last} of {total}.", first=first + 1, last=last, total=len(entries)))
    if last < len(entries):
        more = tn("Show the last one", "Show the next {count}", min(len(entries) - last, PAGE))
        body += buttons(Button(MORE, more, f"{page + 1} {kind or ''}".strip()))
    return body


def _total(count: int, kind: Kind | None) -> Inline:
    if kind is None:
        return tn("There is {count} question in the bank.", "There are {count} questions in the bank.", count)
    return tn(
        "There is {count} question of the kind “{kind}” in the bank.",
        "There are {count} questions of the kind “{kind}” in the bank.",
        count,
        kind=LABELS[kind],
    )


def _row(shelf: Shelf, entry: Entry) -> Text:
    details: list[Inline] = [LABELS[entry.kind]]
    asked = dict(shelf.asked).get(entry.key)
    if entry.queued_at is not None:
        details.append(t("in the queue"))
    if entry.credit is not None:
        details.append(t("suggested by {who}", who=Named(entry.credit)))
    elif entry.key not in by_key():
        details.append(t("the community’s own"))
    elif entry.wording is not None:
        details.append(t("reworded here"))
    if asked is not None:
        details.append(t("asked on {when}", when=When(asked, "date")))
    number = Strong((Plain(str(entry.number)),))
    return paragraph(number, " – ", shelf.wording(entry).node, LineBreak(), Emphasis(dotted(details)))


def dotted(parts: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return details one after another, with a dot between them."""
    return tuple(node for part in parts for node in (Plain(" · "), part))[1:]


def add_form(community: Community, said: Wording) -> Form:
    """Return the form by which whoever is in charge adds a question."""
    when = Field(
        "when",
        t("When it is asked"),
        "choice",
        QUEUE,
        choices=(
            Choice(QUEUE, t("soon: it joins the queue")),
            Choice(TURN, t("in its turn, like the others")),
        ),
    )
    return Form(ADD_FORM, t("Add a question"), (*words_fields(community, said), kind_field(), when), submit=t("Add it"))


def edit_form(shelf: Shelf, entry: Entry) -> Form:
    """Return the form by which whoever is in charge changes a question; a starter can go back to what it was."""
    fields = (*words_fields(shelf.moment.community, shelf.wording(entry)), kind_field(entry.kind))
    if entry.wording is not None and entry.key in by_key():
        back = Field(
            "back",
            t("The words"),
            "choice",
            OWN,
            choices=(Choice(OWN, t("as they are below")), Choice(ORIGINAL, t("back to the original ones"))),
        )
        fields = (back, *(replace(f, given=(back.name, OWN)) for f in fields))
    return Form(f"{EDIT_FORM}/{entry.id}", t("Question {number}", number=entry.number), fields, submit=t("Save"))


def kind_field(now: Kind | None = None) -> Field:
    """Return the field that asks what kind of question it is."""
    return Field("kind", t("Its kind"), "choice", now or "", choices=choices())


def removing(shelf: Shelf, entry: Entry, now: datetime) -> Text:
    """Return the question whether an entry is really to be taken out of the bank."""
    sure = t("Take question {number} out of the bank? It will not be asked any more.", number=entry.number)
    return ask_once.asking(
        paragraph(sure) + quote(paragraph(shelf.wording(entry).node)), t("Take it out"), REMOVE, now, entry.id
    )


def added(shelf: Shelf, entry: Entry, like: Entry | None) -> Text:
    """Return what is said of a new question: its number, when it comes, and which other is nearly the same."""
    return paragraph(t("It is question {number} of the bank.", number=entry.number), " ", place(shelf, entry)) + alike(
        shelf, like
    )


def alike(shelf: Shelf, like: Entry | None) -> Text:
    """Return a word on another question that is nearly the same, if there is one."""
    if like is None:
        return Text()
    said = shelf.wording(like).node
    return paragraph(t("It is much like question {number}: “{words}”", number=like.number, words=said))


def place(shelf: Shelf, entry: Entry) -> Inline:
    """Return when an entry comes: next, after others in the queue, or in its turn."""
    before = next((n for n, e in enumerate(shelf.queue) if e.id == entry.id), None)
    if before is None:
        return t("It comes in its turn.")
    if not before:
        return t("It comes next.")
    return tn("It comes after {count} other.", "It comes after {count} others.", before)
