"""Somebody has their data erased: what was said for them or names them is taken back, or said without them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Edit, Effect, Withdraw
from bot.core.events import MemberErased
from bot.core.i18n import words
from bot.core.model import MemberId
from bot.core.text import Text, paragraph
from rituals.weekly_question import digests, texts
from rituals.weekly_question.model import Round, question
from rituals.weekly_question.notices import Notice
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.suggestion import TAKEN_BACK, Suggestion

t, tn = words("weekly_question")


async def on_erased(rounds: Rounds, event: MemberErased, moment: Now) -> Sequence[Effect]:
    """Take back what was said for a member in any thread; say questions, digests and suggestions without them."""
    member, latest = event.actor, await rounds.latest()
    if member is None:
        return ()
    said = await _suggestions(rounds, member, moment)
    for number in range(1, latest.number + 1 if latest else 1):
        round_ = await rounds.numbered(number)
        if round_ is None:
            continue
        answered = len(round_.answers)
        said += _answers(round_, member)
        if len(round_.answers) != answered:
            said += await digests.retold(rounds, round_, moment)
        said += _credit(round_, member)
    return said


def _answers(round_: Round, member: MemberId) -> list[Effect]:
    """Forget a member's answers, and take back those that were said for them."""
    theirs = [answer for answer in round_.answers if answer.author == member]
    for answer in theirs:
        round_.answers.remove(answer)
    return [Withdraw(answer.label) for answer in theirs if answer.label is not None]


def _credit(round_: Round, member: MemberId) -> list[Effect]:
    """Say no longer who suggested a question."""
    if round_.author != member:
        return []
    round_.author = None
    return [Edit(question(round_.number), texts.asked(round_))] if round_.standing else []


async def _suggestions(rounds: Rounds, member: MemberId, moment: Now) -> list[Effect]:
    """Let nobody decide any more about what a member suggested, and say neither their name nor their words."""
    said: list[Effect] = []
    numbers = {entry.id: entry.number for entry in await rounds.entries()}
    for suggestion in await rounds.suggestions():
        notice = await rounds.notice(suggestion.notice) if suggestion.author == member else None
        if notice is None:
            continue
        number = numbers.get(suggestion.entry or "")
        notice.decide(TAKEN_BACK, None)
        said += notice.retell(_without(suggestion, notice, number, moment))
    return said


def _without(suggestion: Suggestion, notice: Notice, number: int | None, moment: Now) -> Text:
    """Return what the copies say of a suggestion whose author is known no longer; ``number`` is that in the bank."""
    community, who = moment.community.name, texts.named(notice.decided_by)
    if suggestion.open:
        return paragraph(t("A question suggested for {community} was taken back.", community=community))
    head = t("A question was suggested for {community}.", community=community)
    if suggestion.state == "declined":
        return paragraph(head, " ", t("{who} declined it.", who=who))
    if number is None:
        return paragraph(head)
    return paragraph(head, " ", t("{who} added it: question {number}.", who=who, number=number))
