"""Answers beside the thread: whoever is in charge puts 📥 on a message, and it counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.core.effects import Effect, Fetch
from bot.core.events import Fetched, ReactionChanged
from bot.core.model import MessageId, Role
from rituals.weekly_question import digests, thread
from rituals.weekly_question.model import Round, fetched, number_of
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

COUNTS: Final = frozenset({"📥", "inbox_tray"})
"""The reaction, as a character or by the name that platforms give it."""


async def on_reaction(rounds: Rounds, event: ReactionChanged, moment: Now) -> Sequence[Effect]:
    """Count a message beside the thread, or no longer; with several weekly questions, for the one asked last."""
    if event.emoji.strip(":\ufe0f") not in COUNTS or event.thread is not None or event.role < Role.FACILITATOR:
        return ()
    round_ = await thread.counting(rounds)
    if round_ is None:
        return ()
    if event.removed:
        return await _taken_out(rounds, round_, event.message, moment)
    if event.message in round_.beside or round_.answer(event.message) or not await rounds.asked_last():
        return ()
    round_.beside = (*round_.beside, event.message)
    return (Fetch(fetched(round_.number, moment.new_id()), message=event.message),)


async def on_fetched(rounds: Rounds, event: Fetched, moment: Now) -> Sequence[Effect]:
    """Count the message that was read, if it is still to be counted."""
    round_ = await thread.counting(rounds)
    if round_ is None or number_of(event.label) != round_.number:
        return ()
    said: list[Effect] = []
    for message in event.messages:
        if message.message in round_.beside:
            said += await thread.count(rounds, round_, message, moment)
    return said


async def _taken_out(rounds: Rounds, round_: Round, message: MessageId, moment: Now) -> Sequence[Effect]:
    if message not in round_.beside:
        return ()
    round_.beside = tuple(m for m in round_.beside if m != message)
    answer = round_.answer(message)
    if answer is None:
        return ()
    round_.answers.remove(answer)
    return await digests.retold(rounds, round_, moment)
