"""When nobody answers for a while: a private word to whoever is in charge, with what could be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Final

from bot.core import schedule
from bot.core.effects import Configure, Effect, Journal
from bot.core.errors import UserError
from bot.core.events import ButtonPressed
from bot.core.i18n import words
from bot.core.schedule import Cadence, Days, at_local
from bot.core.schedule.cadence import MOST_WEEKS
from bot.core.text import Button, Text, Translated, When, buttons, paragraph
from rituals.weekly_question import texts
from rituals.weekly_question.allowed import for_those_in_charge, stale
from rituals.weekly_question.bank import Kind
from rituals.weekly_question.model import Round
from rituals.weekly_question.notices import Notice
from rituals.weekly_question.plan import local_day
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

t, tn = words("weekly_question")

STREAK = 3
"""How many rounds without an answer, one after another, are worth a word."""
REST = timedelta(weeks=4)
EASY: Final[tuple[Kind, ...]] = ("tip", "story", "look-around", "get-to-know")
"""The kinds that are answered in a line, by anybody."""
RARER, EASIER, PAUSE = "quiet.rhythm", "quiet.kinds", "quiet.pause"


def rarer(cadence: Cadence) -> Cadence | None:
    """Return half the rhythm: every other week, or one day a week instead of several; None where there is none."""
    if cadence.nth is not None or 2 * cadence.every > MOST_WEEKS:
        return None
    first, *more = cadence.days.numbers
    if more:
        return replace(cadence, days=next(d for d in Days if d.numbers == (first,)))
    return replace(cadence, every=2 * cadence.every, anchor=None)


async def after(rounds: Rounds, round_: Round, moment: Now) -> list[Effect]:
    """Return the word to those in charge when a round has just closed empty, once until there are answers again.

    Where nobody is in charge it waits for a later round; in a rehearsal, where nobody can answer, there is none.
    """
    plan = await rounds.plan()
    last = await rounds.recent(STREAK)
    if plan.quiet or moment.rehearsed or not moment.in_charge or len(last) < STREAK or any(r.answers for r in last):
        return []
    plan.quiet = True
    notice = Notice(id=moment.new_id(), name=f"quiet/{round_.number}", at=moment.now)
    await rounds.add_notice(notice)
    return [*notice.send(moment.in_charge, _proposal(round_, moment), moment.new_id)]


async def handed_over(rounds: Rounds, notice: Notice, moment: Now) -> list[Effect]:
    """Say the word to those in charge who have no copy of it."""
    body = await word(rounds, notice, moment)
    return [*notice.send(moment.in_charge, body, moment.new_id)] if body else []


async def word(rounds: Rounds, notice: Notice, moment: Now) -> Text:
    """Return what a notice about quiet rounds says; nothing when the round is no longer known."""
    round_ = await rounds.numbered(number_of(notice) or 0)
    return _proposal(round_, moment) if round_ else Text()


def number_of(notice: Notice) -> int | None:
    """Return the number of the round after which a notice about quiet rounds was sent, None for another notice."""
    head, _, number = notice.name.partition("/")
    return int(number) if head == "quiet" else None


def _proposal(round_: Round, moment: Now) -> Text:
    cadence, number = moment.settings.cadence, str(round_.number)
    half = rarer(cadence)
    offered = [
        Button(RARER, t("Every two weeks") if half.every == 2 else t("Less often"), f"{number} {half}")  # noqa: PLR2004
        if half
        else None,
        Button(EASIER, t("Easier questions"), number) if set(moment.settings.kinds) != set(EASY) else None,
        Button(PAUSE, t("Rest for four weeks"), number),
    ]
    return (
        paragraph(t("The last three questions in {community} stayed without an answer.", community=texts.home(moment)))
        + paragraph(t("It may be the season, the rhythm or the questions. Leaving everything as it is is fine too."))
        + buttons(*(b for b in offered if b is not None))
    )


async def slow_down(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask half as often, if that still comes to the rhythm that was proposed."""
    notice, half = await _undecided(rounds, event, moment), rarer(moment.settings.cadence)
    if half is None or str(half) != event.value.partition(" ")[2]:
        raise stale(moment)
    half = half.starting(local_day(moment.now, moment.community.zone))
    told = t("{who} set the weekly question to {cadence}.", who=texts.who(event), cadence=schedule.describe(half))
    return [Configure({"cadence": str(half)}), *_decided(notice, event, "rhythm", told)]


async def ease(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask only what is answered in a line."""
    notice = await _undecided(rounds, event, moment)
    told = t("{who} chose easier questions: tips, stories, a look around, who is here.", who=texts.who(event))
    return [Configure({"kinds": list(EASY)}), *_decided(notice, event, "kinds", told)]


async def rest(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask nothing for four weeks; a rest that is longer already stays so."""
    notice, zone = await _undecided(rounds, event, moment), moment.community.zone
    plan, until = await rounds.plan(), at_local(local_day(moment.now + REST, zone), time(), zone)
    plan.rests_until = until = max(until, plan.rests_until or until)
    told = t("{who} let the question rest until {day}.", who=texts.who(event), day=When(until, "date"))
    return _decided(notice, event, "rest", told)


async def _undecided(rounds: Rounds, event: ButtonPressed, moment: Now) -> Notice:
    """Return the notice if nobody decided yet; raises UserError."""
    for_those_in_charge(event)
    notice = await rounds.notice(f"quiet/{event.value.partition(' ')[0]}")
    if notice is None:
        raise stale(moment)
    if not notice.open:
        who = texts.named(notice.decided_by)
        raise UserError(t("{who} decided already. `{prefix} history` tells what.", who=who, prefix=moment.prefix))
    return notice


def _decided(notice: Notice, event: ButtonPressed, decision: str, told: Translated) -> list[Effect]:
    """Write it down, and let every copy say it."""
    notice.decide(decision, event.actor)
    back = t("The commands of `question` change it at any time.")
    return [Journal(told), *notice.retell(paragraph(told) + paragraph(back))]
