"""What whoever is in charge does about a suggestion: add it, edit it first, or decline it. The first to decide wins."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Care, DirectMessage, Effect, Journal, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, Event, FormSubmitted
from bot.core.i18n import words
from bot.core.text import Inline, Named, Text, paragraph
from rituals.weekly_question import bank_texts
from rituals.weekly_question import suggestion_texts as texts
from rituals.weekly_question.allowed import for_those_in_charge
from rituals.weekly_question.bank import Entry, Kind, Wording
from rituals.weekly_question.kinds import LABELS, read_kind
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import shelf
from rituals.weekly_question.suggestion import Suggestion
from rituals.weekly_question.suggestions import answer
from rituals.weekly_question.texts import who
from rituals.weekly_question.worded import read_words, tidied

t, tn = words("weekly_question")


async def add_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Add a suggestion as it is; one without a kind needs one first."""
    suggestion = await _open(rounds, event, event.value)
    if suggestion.kind is None:
        return (OpenForm(texts.edit_form(moment.community, suggestion)),)
    return await _add(rounds, event, moment, suggestion, suggestion.wording, suggestion.kind)


async def edit_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Show a suggestion, to be mended and added."""
    return (OpenForm(texts.edit_form(moment.community, await _open(rounds, event, event.value))),)


async def edit_sent(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Add a suggestion as it was mended."""
    suggestion = await _open(rounds, event, event.form.partition("/")[2])
    wording, kind = read_words(event.values, moment.community), read_kind(event.values.get("kind", ""))
    return await _add(rounds, event, moment, suggestion, wording, kind)


async def _add(
    rounds: Rounds, event: Event, moment: Now, suggestion: Suggestion, wording: Wording, kind: Kind
) -> Sequence[Effect]:
    before, id_ = await shelf(rounds, moment), moment.new_id()
    entry = Entry(
        id=id_,
        number=before.free,
        key=id_,
        kind=kind,
        wording=wording,
        queued_at=moment.now,
        author=suggestion.author,
        credited=suggestion.credited,
        at=moment.now,
    )
    await rounds.add_entries((entry,))
    suggestion.state, suggestion.entry, suggestion.at = "added", entry.id, moment.now
    after = await shelf(rounds, moment)
    told = texts.decided(after, suggestion, who(event), entry.number)
    line = t("{who} added question {number} ({kind}).", who=who(event), number=entry.number, kind=LABELS[kind])
    return (
        *await _decided(rounds, event, suggestion, told),
        _to_author(suggestion, texts.answered(after, suggestion, entry)),
        Journal(line),
        Whisper(bank_texts.added(after, entry, None)),
    )


async def decline_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask for a word to the author, which may stay empty."""
    del moment
    return (OpenForm(texts.decline_form(await _open(rounds, event, event.value))),)


async def decline_sent(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Decline a suggestion, and tell its author kindly."""
    suggestion = await _open(rounds, event, event.form.partition("/")[2])
    word = tidied(event.values.get("word", ""))
    if len(word) > texts.LONGEST_WORD:
        wrong = paragraph(
            t("At most {limit} characters fit here, and this has {length}.", limit=texts.LONGEST_WORD, length=len(word))
        )
        raise UserError(wrong, {"word": wrong})
    suggestion.state, suggestion.at = "declined", moment.now
    told = texts.decided(await shelf(rounds, moment), suggestion, who(event), None)
    return (
        *await _decided(rounds, event, suggestion, told),
        _to_author(suggestion, texts.declined(suggestion, moment.community.name, who(event), word)),
        Journal(t("{who} declined suggestion {number}.", who=who(event), number=suggestion.number)),
        Whisper(
            paragraph(
                t("Declined. {author} hears of it, unless they refuse messages.", author=Named(suggestion.author))
            )
        ),
    )


async def _open(rounds: Rounds, event: ButtonPressed | FormSubmitted, id_: str) -> Suggestion:
    """Return a suggestion about which whoever asks may still decide; raises UserError, saying who was faster."""
    for_those_in_charge(event)
    for suggestion in await rounds.suggestions():
        if suggestion.id == id_:
            if suggestion.open:
                return suggestion
            notice = await rounds.notice(suggestion.notice)
            by: Inline = Named(notice.decided_by) if notice and notice.decided_by else t("Somebody")
            if suggestion.state == "added":
                raise UserError(t("{who} added this question already.", who=by))
            raise UserError(t("{who} declined this question already.", who=by))
    raise UserError(t("This suggestion is no longer there: it was taken back."))


async def _decided(rounds: Rounds, event: Event, suggestion: Suggestion, told: Text) -> Sequence[Effect]:
    notice = await rounds.notice(suggestion.notice)
    if notice is None:
        return ()
    notice.decide(suggestion.state, event.actor)
    return notice.retell(told)


def _to_author(suggestion: Suggestion, body: Text) -> DirectMessage:
    return DirectMessage(answer(suggestion), frozenset({suggestion.author}), body, Care.STANDING)
