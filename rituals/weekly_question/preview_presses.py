"""What whoever is in charge decides about the question that they were shown: the first to decide wins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core.effects import Effect, Journal, OpenForm
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, FormSubmitted
from bot.core.i18n import words
from bot.core.text import paragraph, quote
from rituals.weekly_question import preview, texts
from rituals.weekly_question.allowed import for_those_in_charge, stale
from rituals.weekly_question.charge import skip
from rituals.weekly_question.notices import Notice
from rituals.weekly_question.plan import Reworded, coming
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import Shelf, shelf
from rituals.weekly_question.worded import read_words

t, tn = words("weekly_question")


async def settled(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask it as it is."""
    notice, on_shelf = await _the_one_shown(rounds, event, moment)
    notice.overrule(preview.AS_IT_IS, event.actor, preview.about_next(on_shelf))
    return await preview.follow(rounds, moment)


async def changed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Show another one to everybody."""
    _, on_shelf = await _the_one_shown(rounds, event, moment)
    (await rounds.plan()).put_aside(on_shelf.next.key)
    return await preview.follow(rounds, moment)


async def passed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Skip it."""
    await _the_one_shown(rounds, event, moment)
    occasion = next(coming(moment, await rounds.plan()))
    return await skip(rounds, event, moment, occasion)


async def edited(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask for other words, for this time only."""
    _, on_shelf = await _the_one_shown(rounds, event, moment)
    return (OpenForm(preview.form(on_shelf, moment)),)


async def reworded(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Take other words for the next question, if it is still the one that was shown."""
    for_those_in_charge(event)
    on_shelf, plan = await shelf(rounds, moment), await rounds.plan()
    if event.form != f"{preview.FORM}/{on_shelf.next.key}":
        raise stale(moment)
    plan.reworded = Reworded(on_shelf.next.key, read_words(event.values, moment.community))
    first = next(coming(moment, plan), None)
    notice = await preview.about(rounds, first.day if first else None)
    if notice is not None:
        notice.overrule(preview.OTHER_WORDS, event.actor, preview.about_next(on_shelf))
    line = t("{who} chose other words for the next question, for one time.", who=texts.who(event))
    return (Journal(line), *await preview.follow(rounds, moment))


async def _the_one_shown(rounds: Rounds, event: ButtonPressed, moment: Now) -> tuple[Notice, Shelf]:
    """Return the notice and the shelf if nobody decided and what was shown is still planned; raises UserError."""
    for_those_in_charge(event)
    day, _, key = event.value.partition(" ")
    notice = await rounds.notice(f"preview/{day}")
    if notice is not None and not notice.open:
        raise UserError(paragraph(t("It is decided already."), " ", preview.decided(notice)))
    first = next(coming(moment, await rounds.plan()), None)
    if notice is None or first is None or first.day != date.fromisoformat(day):
        raise stale(moment)
    on_shelf = await shelf(rounds, moment)
    if on_shelf.next.key != key:
        shown = quote(paragraph(preview.next_words(on_shelf).node))
        raise UserError(paragraph(t("Another one was chosen meanwhile; your message shows it too:")) + shown)
    return notice, on_shelf
