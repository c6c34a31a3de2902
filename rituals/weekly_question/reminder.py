"""One reminder in the thread, late in a round's time, by day, and only where few have answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.effects import Configure, Effect, Journal, Post, Wake, Whisper
from bot.core.events import CommandGiven
from bot.core.i18n import words
from bot.core.schedule import at_local
from bot.core.text import paragraph
from rituals.weekly_question import texts
from rituals.weekly_question.model import Round, question, reminder
from rituals.weekly_question.plan import closes
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

t, tn = words("weekly_question")

SHARE = 0.8
"""The part of a round's time after which it is reminded of."""
SHORTEST = timedelta(days=2)
"""A shorter round needs no reminder."""
ENOUGH = 3
"""Where so many people have answered, nobody is reminded."""
MORNING, EVENING = time(9), time(18)


def by_day(at: datetime, zone: str) -> datetime:
    """Return ``at``, or the next morning in ``zone`` when that is at night."""
    local = at.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    if clock < MORNING:
        return at_local(local.date(), MORNING, zone)
    if clock > EVENING:
        return at_local(local.date() + timedelta(days=1), MORNING, zone)
    return at


def reminded_at(moment: Now, round_: Round) -> datetime | None:
    """Return when an open round is reminded of, by day and before it closes; None when it is not, or was already."""
    if not round_.open or round_.reminded or round_.closes_at - round_.asked_at < SHORTEST:
        return None
    due = round_.asked_at + SHARE * (round_.closes_at - round_.asked_at)
    resting_until = moment.community.paused_until or due
    at = by_day(max(due, resting_until, moment.now), moment.community.zone)
    return at if at < closes(moment, round_) else None


def wake(moment: Now, round_: Round) -> Wake | None:
    """Return the wake of a round's reminder."""
    at = reminded_at(moment, round_)
    return None if at is None else Wake(reminder(round_.number), at, closes(moment, round_) - at)


def on_due(round_: Round, moment: Now) -> list[Effect]:
    """Remind of an open round, once, if that helps."""
    if reminded_at(moment, round_) != moment.now:
        return []
    round_.reminded = True
    if not moment.settings.reminder or round_.authors >= ENOUGH:
        return []
    round_.reminder = True
    said = texts.reminder(closes(moment, round_))
    return [Post(reminder(round_.number), paragraph(said), question(round_.number))]


async def reminding(_: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Decide whether there is a reminder."""
    del moment
    on = event.values["choice"] == "on"
    who = texts.who(event)
    line = t("{who} turned the reminder on.", who=who) if on else t("{who} turned the reminder off.", who=who)
    told = (
        t("From now on one reminder comes in the thread, late in a round, if fewer than three people have answered.")
        if on
        else t("From now on there is no reminder.")
    )
    return (Configure({"reminder": on}), Journal(line), Whisper(paragraph(told)))
