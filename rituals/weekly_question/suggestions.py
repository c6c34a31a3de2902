"""What members do: suggest a question, follow what becomes of it, take it back, be named with it or not."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Edit, Effect, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, Event, FormSubmitted
from bot.core.i18n import words
from bot.core.model import Label, Role
from bot.core.text import Text, When, paragraph
from rituals.weekly_question import bank_changes
from rituals.weekly_question import suggestion_texts as texts
from rituals.weekly_question.bank import Kind, Wording
from rituals.weekly_question.kinds import read_kind
from rituals.weekly_question.likeness import essences, nearest
from rituals.weekly_question.notices import Notice
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import Shelf, shelf
from rituals.weekly_question.suggestion import MOST_OPEN, TAKEN_BACK, Suggestion, waiting
from rituals.weekly_question.worded import of_line, read_words

t, tn = words("weekly_question")


async def suggest(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Suggest a question, or ask for it in a form; whoever may add questions is asked for the rest of it at once."""
    typed: str = event.values.get("words") or ""
    if event.role >= Role.FACILITATOR:
        return await bank_changes.add(rounds, event, moment)
    if not typed:
        await _room(rounds, event)
        return (OpenForm(texts.suggest_form(moment.community)),)
    return await _suggest(rounds, event, moment, of_line(typed, moment.community))


async def suggest_sent(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Take in a suggestion."""
    wording, kind = read_words(event.values, moment.community), event.values.get("kind", texts.ANY)
    return await _suggest(
        rounds,
        event,
        moment,
        wording,
        None if kind == texts.ANY else read_kind(kind),
        credited=event.values.get("named") != texts.UNNAMED,
    )


async def _suggest(
    rounds: Rounds, event: Event, moment: Now, wording: Wording, kind: Kind | None = None, *, credited: bool = True
) -> Sequence[Effect]:
    known = await _room(rounds, event)
    same = next((s for s in waiting(known) if essences(s.wording) & essences(wording)), None)
    if same is not None:
        raise UserError(t("This question was suggested already, and waits for a decision."))
    if event.actor is None:
        return ()
    suggestion = Suggestion(
        id=moment.new_id(),
        number=max((s.number for s in known), default=0) + 1,
        author=event.actor,
        wording=wording,
        kind=kind,
        credited=credited,
        at=moment.now,
    )
    await rounds.add_suggestion(suggestion)
    notice = Notice(id=moment.new_id(), name=suggestion.notice, at=moment.now)
    await rounds.add_notice(notice)
    body = put(await shelf(rounds, moment), suggestion)
    return (*notice.send(moment.in_charge, body, moment.new_id), Whisper(texts.thanked(suggestion, moment.in_charge)))


async def _room(rounds: Rounds, event: Event) -> Sequence[Suggestion]:
    """Return all suggestions if there is room for one more of this member; raises UserError."""
    known = await rounds.suggestions()
    mine = sum(s.author == event.actor for s in waiting(known))
    if mine >= MOST_OPEN:
        raise UserError(
            tn(
                "Your suggestion waits for a decision. Once it is made, there is room for another.",
                "{count} of your suggestions wait for a decision. Once one is made, there is room for another.",
                mine,
            )
        )
    return known


def put(on_shelf: Shelf, suggestion: Suggestion) -> Text:
    """Return a suggestion as it is put to those in charge, with the question of the bank that is nearly the same."""
    like = nearest(suggestion.wording, ((e, on_shelf.wording(e)) for e in on_shelf.kept))
    return texts.put(on_shelf, suggestion, like)


async def suggestions(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell a member what became of their suggestions, and who is in charge what waits; or show one of them."""
    known, on_shelf = await rounds.suggestions(), await shelf(rounds, moment)
    decides = event.role >= Role.FACILITATOR
    mine = [s for s in known if s.author == event.actor]
    theirs = [s for s in waiting(known) if decides and s not in mine]
    number: int | None = event.values.get("number")
    if number is None:
        return (Whisper(texts.listed(on_shelf, mine, theirs)),)
    chosen = next((s for s in (*mine, *theirs) if s.number == number), None)
    if chosen is None:
        raise UserError(
            t(
                "There is no suggestion {number} here. `{prefix} question suggestions` lists them.",
                number=number,
                prefix=moment.prefix,
            )
        )
    if not chosen.open:
        return (Whisper(texts.listed(on_shelf, [chosen], [])),)
    return (Whisper(put(on_shelf, chosen) if decides else texts.own(chosen)),)


async def take_back_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Let an author take a suggestion back, as long as nobody decided about it."""
    suggestion = await _own(rounds, event)
    if not suggestion.open:
        raise UserError(t("It was decided about already, and can no longer be taken back."))
    notice = await rounds.notice(suggestion.notice)
    told: Sequence[Effect] = ()
    if notice is not None:
        notice.decide(TAKEN_BACK, event.actor)
        told = notice.retell(texts.taken_back(suggestion, moment.community.name))
    await rounds.drop_suggestion(suggestion)
    return (*told, Whisper(paragraph(t("Taken back."))))


async def credit_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Let an author be named with their question, or not, as long as it was not asked."""
    suggestion, on_shelf = await _own(rounds, event), await shelf(rounds, moment)
    entry = on_shelf.entry(suggestion.entry) if suggestion.entry else None
    asked = dict(on_shelf.asked).get(entry.key) if entry else None
    if asked is not None:
        raise UserError(t("It was asked on {when}; what stood there stays.", when=When(asked, "date")))
    suggestion.credited = event.action == texts.NAMED
    told: list[Effect] = [Whisper(texts.credit_changed(suggestion))]
    notice = await rounds.notice(suggestion.notice)
    if suggestion.open and notice is not None:
        told += notice.retell(put(on_shelf, suggestion))
    elif entry is not None:
        entry.credited = suggestion.credited
        told.append(
            Edit(answer(suggestion), texts.answered(on_shelf, suggestion, entry), frozenset({suggestion.author}))
        )
    return told


async def _own(rounds: Rounds, event: ButtonPressed) -> Suggestion:
    """Return the suggestion of whoever presses; raises UserError."""
    for suggestion in await rounds.suggestions():
        if suggestion.id == event.value and suggestion.author == event.actor:
            return suggestion
    raise UserError(t("This suggestion is no longer there."))


def answer(suggestion: Suggestion) -> Label:
    """Return the label of the message that tells the author what was decided."""
    return Label(f"{suggestion.notice}/answer")
