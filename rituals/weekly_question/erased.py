"""Somebody has their data erased: what was said for them or names them is taken back, or said without them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Edit, Effect, Withdraw
from bot.core.events import MemberErased
from bot.core.i18n import words
from bot.core.model import MemberId
from bot.core.text import paragraph
from rituals.weekly_question import digests, texts
from rituals.weekly_question.model import Round, question
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.suggestion import waiting

t, tn = words("weekly_question")


async def on_erased(rounds: Rounds, event: MemberErased, moment: Now) -> Sequence[Effect]:
    """Take back what was said for a member in any thread, and say the last question and its digest without them."""
    member, latest = event.actor, await rounds.latest()
    if member is None:
        return ()
    said = await _suggestions(rounds, member, moment)
    for number in range(1, latest.number if latest else 1):
        earlier = await rounds.numbered(number)
        said += _answers(earlier, member) if earlier else []
    if latest is not None:
        answered = len(latest.answers)
        said += _answers(latest, member)
        if len(latest.answers) != answered:
            said += await digests.retold(rounds, latest, moment)
        said += _credit(latest, member)
    return said


def _answers(round_: Round, member: MemberId) -> list[Effect]:
    """Forget a member's answers, and take back those that were said for them."""
    theirs = [answer for answer in round_.answers if answer.author == member]
    for answer in theirs:
        round_.answers.remove(answer)
    return [Withdraw(answer.label) for answer in theirs if answer.label is not None]


def _credit(round_: Round, member: MemberId) -> list[Effect]:
    """Say no longer who suggested the question that stands."""
    if round_.author != member:
        return []
    round_.author = None
    stands = not round_.withdrawn and not round_.gone
    return [Edit(question(round_.number), texts.asked(round_))] if stands else []


async def _suggestions(rounds: Rounds, member: MemberId, moment: Now) -> list[Effect]:
    """Let nobody decide any more about what a member suggested, and forget it."""
    said: list[Effect] = []
    told = paragraph(t("A question suggested for {community} was taken back.", community=moment.community.name))
    for suggestion in waiting(await rounds.suggestions()):
        notice = await rounds.notice(suggestion.notice) if suggestion.author == member else None
        if notice is not None and notice.decide("taken back", None):
            said += notice.retell(told)
    return said
