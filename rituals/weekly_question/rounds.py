"""The life of a round: it is asked, answered, closed by a digest, and its answers may change to the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.core.effects import Edit, Effect, Load, Post, Withdraw
from bot.core.events import Due, MessageDeleted, MessageEdited, MessagePosted, Missed
from bot.core.excerpt import excerpt
from bot.core.text import Inline, Mention, Named, Text, map_inlines, paragraph
from rituals.weekly_question import texts
from rituals.weekly_question.model import Answer, Round, day_of, digest, number_of, question
from rituals.weekly_question.plan import closing, resting, wanted
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import Bank, shelf

EXCERPT = 120
ANSWER_UNITS = 0.5
"""An answer counts for half a quarter of an hour in the load ledger."""


class Rounds(Bank, Protocol):
    """The rounds of one weekly question, and its bank."""

    async def numbered(self, number: int) -> Round | None:
        """Return a round by its number."""
        ...

    async def latest(self) -> Round | None:
        """Return the last round that was asked."""
        ...

    async def add(self, round_: Round) -> None:
        """Keep a new round."""
        ...


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
    return [*said, Post(question(number), texts.asked(round_.question))]


def _close(round_: Round, moment: Now) -> list[Effect]:
    """Close an open round: with a digest when there are answers, else without a word."""
    return [Post(digest(round_.number), texts.digest(round_))] if round_.close(moment.now) else []


async def on_message(rounds: Rounds, event: MessagePosted, moment: Now) -> Sequence[Effect]:
    """Count an answer; a late one still counts until the next question is asked."""
    round_ = await _answered(rounds, event)
    if round_ is None or event.actor is None or round_.answer(event.message):
        return ()
    late = not round_.open
    round_.answers.append(
        Answer(
            id=moment.new_id(),
            message=event.message,
            author=event.actor,
            at=event.at,
            excerpt=_excerpt(event.text),
            late=late,
        )
    )
    return [Load(event.actor, "answer", ANSWER_UNITS), *_retold(round_)]


async def on_edit(rounds: Rounds, event: MessageEdited, _: Now) -> Sequence[Effect]:
    """Keep to what the author means to say."""
    round_ = await _answered(rounds, event)
    answer = round_.answer(event.message) if round_ else None
    if round_ is None or answer is None:
        return ()
    answer.excerpt = _excerpt(event.text)
    return _retold(round_)


async def on_delete(rounds: Rounds, event: MessageDeleted, moment: Now) -> Sequence[Effect]:
    """Forget an answer that was taken back; a question that was taken away closes its round quietly."""
    round_ = await rounds.numbered(number_of(event.thread) or 0)
    if round_ is None:
        return ()
    if event.message is None:
        await _taken_away(rounds, round_, event, moment)
        return ()
    answer = round_.answer(event.message)
    if answer is None:
        return ()
    round_.answers.remove(answer)
    return _retold(round_)


async def _taken_away(rounds: Rounds, round_: Round, event: MessageDeleted, moment: Now) -> None:
    """Note that a question or a digest is no longer there; in place of an open question another may be asked."""
    if event.thread == digest(round_.number):
        round_.digest = False
    elif event.thread == question(round_.number) and round_.open:
        round_.withdraw(moment.now)
        (await rounds.plan()).asked_at = None


async def _answered(rounds: Rounds, event: MessagePosted | MessageEdited) -> Round | None:
    """Return the round whose thread this is while it counts answers: until the next question, or its withdrawal."""
    number, latest = number_of(event.thread), await rounds.latest()
    if latest is None or latest.number != number or event.thread != question(latest.number) or latest.withdrawn:
        return None
    return latest


def _retold(round_: Round) -> list[Effect]:
    """Return the digest brought up to date, if there is one; one without answers is taken back for good."""
    if not round_.digest:
        return []
    round_.digest = bool(round_.answers)
    label = digest(round_.number)
    return [Edit(label, texts.digest(round_)) if round_.digest else Withdraw(label)]


def _excerpt(said: Text) -> Text:
    """Return the beginning of a member's words, in which nobody is notified."""

    def hushed(node: Inline) -> tuple[Inline, ...]:
        return (Named(node.member),) if isinstance(node, Mention) else (node,)

    return map_inlines(paragraph(*excerpt(said, EXCERPT)), hushed)
