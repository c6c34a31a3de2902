"""A question is asked, and its round closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core.effects import Effect, Post
from bot.core.events import Due, Missed
from rituals.weekly_question import texts
from rituals.weekly_question.model import Round, day_of, digest, number_of, question
from rituals.weekly_question.plan import closing, resting, wanted
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import shelf


async def on_due(rounds: Rounds, event: Due, moment: Now) -> Sequence[Effect]:
    """Ask, or close, as the wake's label says, if that is still wanted."""
    day = day_of(event.label)
    if day is not None:
        return await ask_next(rounds, moment, day) if wanted(moment, await rounds.plan(), day, event.at) else ()
    round_ = await rounds.numbered(number_of(event.label) or 0)
    return _close(round_, moment) if round_ and not resting(moment) else ()


async def on_missed(rounds: Rounds, event: Missed, moment: Now) -> Sequence[Effect]:
    """Close without a word what should have been closed long ago; a question that was missed is not asked."""
    round_ = await rounds.numbered(number_of(event.label) or 0)
    if round_:
        round_.close(moment.now, told=False)
    return ()


async def ask_next(rounds: Rounds, moment: Now, day: date | None = None) -> list[Effect]:
    """Ask the next question, on the occasion of ``day`` or because somebody wished it.

    The one before it closes, and its answers' words are forgotten.
    """
    plan, before = await rounds.plan(), await rounds.latest()
    said: list[Effect] = []
    if before is not None:
        said += _close(before, moment)
        before.forget_words()
    on_shelf = await shelf(rounds, moment)
    entry = on_shelf.next
    plan.ask(moment, day)
    entry.queued_at = None
    number = before.number + 1 if before else 1
    round_ = Round(
        id=moment.new_id(),
        number=number,
        prompt=entry.key,
        question=on_shelf.wording(entry),
        asked_at=moment.now,
        closes_at=closing(moment, plan),
    )
    await rounds.add(round_)
    return [*said, Post(question(number), texts.asked(round_))]


def _close(round_: Round, moment: Now) -> list[Effect]:
    """Close an open round: with a digest when there are answers, else without a word."""
    return [Post(digest(round_.number), texts.digest(round_))] if round_.close(moment.now) else []
