"""Answers in the thread of a question, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Effect, Load
from bot.core.events import MessageDeleted, MessageEdited, MessagePosted
from bot.core.excerpt import excerpt
from bot.core.text import Inline, Mention, Named, Text, map_inlines, paragraph
from rituals.weekly_question import digests
from rituals.weekly_question.model import Answer, Round, digest, number_of, question
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

EXCERPT = 120
ANSWER_UNITS = 0.5
"""An answer counts for half a quarter of an hour in the load ledger."""


async def on_message(rounds: Rounds, event: MessagePosted, moment: Now) -> Sequence[Effect]:
    """Count an answer in the thread; a late one still counts until the next question is asked."""
    round_ = await counting(rounds)
    if round_ is None or event.thread != question(round_.number):
        return ()
    return await count(rounds, round_, event, moment)


async def count(rounds: Rounds, round_: Round, event: MessagePosted, moment: Now) -> Sequence[Effect]:
    """Count a member's message as an answer, once."""
    if event.actor is None or round_.answer(event.message):
        return ()
    round_.answers.append(
        Answer(
            id=moment.new_id(),
            message=event.message,
            author=event.actor,
            at=event.at,
            excerpt=beginning(event.text),
            late=round_.closed,
        )
    )
    return [Load(event.actor, "answer", ANSWER_UNITS), *await digests.retold(rounds, round_, moment)]


async def on_edit(rounds: Rounds, event: MessageEdited, moment: Now) -> Sequence[Effect]:
    """Keep to what the author means to say, in the thread or beside it."""
    round_ = await counting(rounds)
    answer = round_.answer(event.message) if round_ else None
    if round_ is None or answer is None:
        return ()
    answer.excerpt = beginning(event.text)
    return await digests.retold(rounds, round_, moment)


async def on_delete(rounds: Rounds, event: MessageDeleted, moment: Now) -> Sequence[Effect]:
    """Forget an answer that was taken back; a question that was taken away closes its round quietly."""
    number = number_of(event.thread)
    round_ = await (rounds.latest() if number is None else rounds.numbered(number))
    if round_ is None:
        return ()
    if event.message is None and event.thread in {question(round_.number), digest(round_.number)}:
        await _taken_away(rounds, round_, event, moment)
        return ()
    answer = round_.answer(event.message) if event.message else round_.said_as(event.thread)
    if answer is None:
        return ()
    round_.answers.remove(answer)
    return await digests.retold(rounds, round_, moment)


async def _taken_away(rounds: Rounds, round_: Round, event: MessageDeleted, moment: Now) -> None:
    """Note that a question or a digest is no longer there; in place of an open question another may be asked."""
    if event.thread == digest(round_.number):
        round_.digest = False
        return
    round_.gone = True
    if round_.open:
        round_.withdraw(moment.now)
        (await rounds.plan()).asked_at = None


async def counting(rounds: Rounds) -> Round | None:
    """Return the round that counts answers: the last one, until the next question, unless its question is gone.

    One that was taken back counts on, since it may be brought back.
    """
    latest = await rounds.latest()
    return None if latest is None or latest.gone else latest


def beginning(said: Text) -> Text:
    """Return the beginning of a member's words, in which nobody is notified."""

    def hushed(node: Inline) -> tuple[Inline, ...]:
        return (Named(node.member),) if isinstance(node, Mention) else (node,)

    return map_inlines(paragraph(*excerpt(said, EXCERPT)), hushed)
