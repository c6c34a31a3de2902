"""Answers in the thread of a question, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Edit, Effect, Load, Withdraw
from bot.core.events import MessageDeleted, MessageEdited, MessagePosted
from bot.core.excerpt import excerpt
from bot.core.text import Inline, Mention, Named, Text, map_inlines, paragraph
from rituals.weekly_question import texts
from rituals.weekly_question.model import Answer, Round, digest, number_of, question
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

EXCERPT = 120
ANSWER_UNITS = 0.5
"""An answer counts for half a quarter of an hour in the load ledger."""


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
