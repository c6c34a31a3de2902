"""A question is asked, and its round closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core.effects import Effect, Load, Post
from bot.core.events import Due, Missed
from bot.core.model import MemberId
from rituals.weekly_question import digests, handover, preview, reminder, texts
from rituals.weekly_question.forgetting import forget
from rituals.weekly_question.model import Round, close, day_of, number_of, question
from rituals.weekly_question.model import reminder as reminded
from rituals.weekly_question.plan import closing, resting, wanted
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import shelf

SUGGESTION_UNITS = 0.5
"""A suggestion counts for half a quarter of an hour in the load ledger, when it is asked for the first time."""


async def on_due(rounds: Rounds, event: Due, moment: Now) -> Sequence[Effect]:
    """Show what comes, hand over, ask, remind or close, as the wake's label says, if that is still wanted."""
    day, shown = day_of(event.label), preview.previewed(event.label)
    if day is not None:
        return await ask_next(rounds, moment, day) if wanted(moment, await rounds.plan(), day, event.at) else ()
    if shown is not None:
        return await preview.on_due(rounds, shown, moment)
    if event.label == handover.WAKE:
        return await handover.on_due(rounds, moment)
    round_ = await rounds.numbered(number_of(event.label) or 0)
    if round_ is None or resting(moment):
        return ()
    return (
        reminder.on_due(round_, moment)
        if event.label == reminded(round_.number)
        else await digests.close(rounds, round_, moment)
    )


async def on_missed(rounds: Rounds, event: Missed, moment: Now) -> Sequence[Effect]:
    """Close without a word what should have been closed long ago; a question that was missed is not asked."""
    round_ = await rounds.numbered(number_of(event.label) or 0)
    if round_ and event.label == close(round_.number):
        round_.close(moment.now, told=False)
    return ()


async def ask_next(rounds: Rounds, moment: Now, day: date | None = None, by: MemberId | None = None) -> list[Effect]:
    """Ask the next question, on the occasion of ``day`` or because somebody (``by``) wished it.

    The one before it closes, and its answers' words are forgotten.
    """
    plan, before = await rounds.plan(), await rounds.latest()
    said: list[Effect] = []
    if before is not None:
        said += await digests.close(rounds, before, moment)
        before.forget_words()
    await forget(rounds, moment)
    on_shelf = await shelf(rounds, moment)
    entry, said_so = on_shelf.next, preview.next_words(on_shelf)
    plan.ask(moment, day)
    entry.queued_at = None
    number = before.number + 1 if before else 1
    round_ = Round(
        id=moment.new_id(),
        number=number,
        prompt=entry.key,
        question=said_so,
        author=entry.credit,
        asked_at=moment.now,
        closes_at=closing(moment, plan),
    )
    await rounds.add(round_)
    said += [Post(question(number), texts.asked(round_)), *await preview.asked(rounds, moment, round_, by)]
    if entry.author is not None and entry.key not in {key for key, _ in on_shelf.asked}:
        said.append(Load(entry.author, "suggestion", SUGGESTION_UNITS))
    return said
