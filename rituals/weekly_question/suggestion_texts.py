"""What is said of a question that a member suggests: to them, and to whoever is in charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.core.forms import Choice, Field, Form
from bot.core.i18n import words
from bot.core.markdown import inline
from bot.core.model import Community, MemberId
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
from bot.engine.people import named
from rituals.weekly_question import bank_texts
from rituals.weekly_question.bank import Entry, Wording
from rituals.weekly_question.kinds import LABELS
from rituals.weekly_question.shelf import Shelf
from rituals.weekly_question.suggestion import Suggestion
from rituals.weekly_question.texts import home
from rituals.weekly_question.worded import words_fields

t, tn = words("weekly_question")

TAKE_BACK, NAMED, UNNAMED = "suggestion-take-back", "suggestion-named", "suggestion-unnamed"
ADD, EDIT, DECLINE = "suggestion-add", "suggestion-edit", "suggestion-decline"
SUGGEST_FORM, EDIT_FORM, DECLINE_FORM = "suggest", "suggestion", "decline"
ANY: Final = "any"
LONGEST_WORD: Final = 500


def suggest_form(community: Community) -> Form:
    """Return the form by which a member suggests a question."""
    kind = bank_texts.kind_field()
    whichever = Choice(ANY, t("whichever fits"))
    fields = (
        *words_fields(community, Wording()),
        replace(kind, value=ANY, choices=(whichever, *kind.choices)),
        Field(
            "named",
            t("When it is asked"),
            "choice",
            NAMED,
            choices=(Choice(NAMED, t("with my name")), Choice(UNNAMED, t("without my name"))),
            help=t("Whoever decides about it sees your name in any case."),
        ),
    )
    return Form(SUGGEST_FORM, t("Suggest a question"), fields, submit=t("Suggest it"))


def thanked(suggestion: Suggestion, in_charge: Sequence[MemberId]) -> Text:
    """Return what is said to whoever suggested a question, with what can still be changed."""
    who = (
        t("Thank you. {people} will have a look, and you will hear what becomes of it.", people=named(in_charge))
        if in_charge
        else t("Thank you. It waits until somebody coordinates again; you will hear what becomes of it.")
    )
    return paragraph(who) + _standing(suggestion) + buttons(_credit(suggestion), _take_back(suggestion))


def own(suggestion: Suggestion) -> Text:
    """Return one of a member's own suggestions that is still open, with what can be changed."""
    body = quote(paragraph(suggestion.wording.node)) + _standing(suggestion)
    return body + buttons(_credit(suggestion), _take_back(suggestion))


def _standing(suggestion: Suggestion) -> Text:
    return paragraph(
        t("Your name stands with it if it is asked.")
        if suggestion.credited
        else t("No name stands with it if it is asked.")
    )


def credit_changed(suggestion: Suggestion) -> Text:
    """Return what is said when an author chose to be named, or not to be."""
    return _standing(suggestion) + buttons(_credit(suggestion))


def _credit(suggestion: Suggestion) -> Button:
    if suggestion.credited:
        return Button(UNNAMED, t("Without my name"), suggestion.id)
    return Button(NAMED, t("With my name"), suggestion.id)


def _take_back(suggestion: Suggestion) -> Button:
    return Button(TAKE_BACK, t("Take it back"), suggestion.id)


def put(shelf: Shelf, suggestion: Suggestion, like: Entry | None) -> Text:
    """Return what those in charge are told of a suggestion, with the buttons that decide it."""
    details: list[Inline] = [LABELS[suggestion.kind]] if suggestion.kind else []
    if not suggestion.credited:
        details.append(t("without a name, if it is asked"))
    body = _suggested(shelf, suggestion)
    if details:
        body += paragraph(Emphasis(bank_texts.dotted(details)))
    return (
        body
        + bank_texts.alike(shelf, like)
        + buttons(
            Button(ADD, t("Add it"), suggestion.id),
            Button(EDIT, t("Edit"), suggestion.id),
            Button(DECLINE, t("Decline"), suggestion.id),
        )
    )


def _suggested(shelf: Shelf, suggestion: Suggestion) -> Text:
    who, community = Named(suggestion.author), home(shelf.moment)
    said = t("{who} suggests a question for {community}:", who=who, community=community)
    return paragraph(said) + quote(paragraph(suggestion.wording.node))


def decided(shelf: Shelf, suggestion: Suggestion, by: Inline, number: int | None) -> Text:
    """Return what the copies say once somebody added a suggestion, as question ``number``, or declined it."""
    how = t("{who} declined it.", who=by)
    if number is not None:
        how = t("{who} added it: question {number}.", who=by, number=number)
    return _suggested(shelf, suggestion) + paragraph(how)


def taken_back(suggestion: Suggestion, community: str) -> Text:
    """Return what the copies say once its author took a suggestion back."""
    who = Named(suggestion.author)
    return paragraph(t("{who} took back a question suggested for {community}.", who=who, community=community))


def edit_form(community: Community, suggestion: Suggestion) -> Form:
    """Return the form by which a suggestion is mended, and added."""
    fields = (*words_fields(community, suggestion.wording), bank_texts.kind_field(suggestion.kind))
    return Form(f"{EDIT_FORM}/{suggestion.id}", t("Add this question"), fields, submit=t("Add it"))


def decline_form(suggestion: Suggestion) -> Form:
    """Return the form by which a suggestion is declined with a word."""
    word = Field(
        "word",
        t("A word for whoever suggested it"),
        "long",
        help=t("It may stay empty; then a thank-you is said."),
        required=False,
    )
    return Form(
        f"{DECLINE_FORM}/{suggestion.id}",
        t("Decline this question"),
        (word,),
        intro=quote(paragraph(suggestion.wording.node)),
        submit=t("Decline"),
    )


def answered(shelf: Shelf, suggestion: Suggestion, entry: Entry) -> Text:
    """Return what the author hears when their question was added, as it is or reworded."""
    said, community = shelf.wording(entry), shelf.moment.community.name
    if said == suggestion.wording:
        head = t("Your question for {community} is in the queue.", community=community)
    else:
        head = t("Your question for {community} is in the queue, a little reworded.", community=community)
    body = paragraph(head, " ", bank_texts.place(shelf, entry)) + quote(paragraph(said.node))
    return body + _standing(suggestion) + buttons(_credit(suggestion))


def declined(suggestion: Suggestion, community: str, by: Inline, word: str) -> Text:
    """Return what the author hears when their question was declined."""
    head = t("Your question for {community} is not taken up this time.", community=community)
    body = paragraph(head) + quote(paragraph(suggestion.wording.node))
    if word:
        return body + paragraph(Strong((by,)), t(": "), *inline(word))
    return body + paragraph(t("Thank you for thinking of the others. Another one is welcome."))


def listed(shelf: Shelf, mine: Sequence[Suggestion], theirs: Sequence[Suggestion]) -> Text:
    """Return a member's own suggestions and, to who is in charge, those of ``theirs`` that wait."""
    prefix = shelf.moment.prefix
    body = Text()
    if theirs:
        rows = [_row(s, (t("suggested by {who}", who=Named(s.author)),)) for s in theirs]
        body += paragraph(Strong((t("Waiting for a decision"),))) + bullets(*rows)
    if mine:
        body += paragraph(Strong((t("Suggested by you"),))) + bullets(*(_row(s, (_state(shelf, s),)) for s in mine))
    if not body:
        return paragraph(t("You have not suggested a question yet: `{prefix} question suggest`.", prefix=prefix))
    if theirs or any(s.open for s in mine):
        number = (theirs or [s for s in mine if s.open])[0].number
        how = t(
            "`{prefix} question suggestions {number}` shows one of them, with what can be done.",
            prefix=prefix,
            number=number,
        )
        body += paragraph(how)
    return body


def _row(suggestion: Suggestion, details: Sequence[Inline]) -> Text:
    number = Strong((Plain(str(suggestion.number)),))
    return paragraph(number, " – ", suggestion.wording.node, LineBreak(), Emphasis(bank_texts.dotted(details)))


def _state(shelf: Shelf, suggestion: Suggestion) -> Inline:
    entry = shelf.entry(suggestion.entry) if suggestion.entry else None
    if suggestion.open:
        return t("waiting for a decision")
    if suggestion.state == "declined":
        return t("not taken up")
    asked = dict(shelf.asked).get(entry.key) if entry else None
    if asked is not None:
        return t("asked on {when}", when=When(asked, "date"))
    return t("in the bank: question {number}", number=entry.number) if entry else t("taken into the bank")
