"""When the question is asked and a round closes: occasions, and what was decided about them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.schedule import Holidays, Occurrence, Pause, at_local, occurrences
from rituals.weekly_question.bank import Wording
from rituals.weekly_question.model import Round
from rituals.weekly_question.settings import Now

ASK_GRACE = timedelta(hours=12)
"""How late a question may still be asked when the bot was away."""
A_DAY = timedelta(days=1)
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reworded:
    """Other words for the prompt ``key``, for the one time that it is asked next."""

    key: str
    wording: Wording


@dataclass(eq=False, kw_only=True)
class Plan:
    """What was decided about the next question.

    ``passed`` are the prompts put aside until one is asked, the first put aside first. No occasion up to the day
    ``skipped``, nor up to ``asked_on``, asks any more. ``asked_at`` is when the last question was asked, None when it
    was taken away: its occasion is over, yet another may be asked on that day. No occasion before ``rests_until`` asks.
    ``previewed`` is the day whose preview was sent. ``quiet``: it was told that nobody answers.
    """

    passed: tuple[str, ...] = ()
    skipped: date | None = None
    asked_on: date | None = None
    asked_at: datetime | None = None
    rests_until: datetime | None = None
    previewed: date | None = None
    reworded: Reworded | None = None
    quiet: bool = False

    def settled(self, zone: str) -> date:
        """Return the last day whose occasion is over: it was skipped, or a question was asked then or later."""
        asked = local_day(self.asked_at, zone) if self.asked_at else None
        return max((day for day in (self.skipped, self.asked_on, asked) if day), default=date.min)

    def asked_today(self, moment: Now) -> bool:
        """Whether a question that still stands was asked on this local day."""
        zone = moment.community.zone
        return self.asked_at is not None and local_day(self.asked_at, zone) == local_day(moment.now, zone)

    def ask(self, moment: Now, day: date | None = None) -> None:
        """Note that a question is asked now: on the occasion of ``day``, or because somebody wished it.

        Such a one takes the place of an occasion that is no more than a day away: each question has its time. One that
        comes instead of today's, which was taken back, leaves the next occasion to the next question.
        """
        following = next(coming(moment, self), None) if day is None and not self._used_today(moment) else None
        if following is not None and following.at - moment.now <= A_DAY:
            day = following.day
        today = local_day(moment.now, moment.community.zone)
        self.asked_on = max(d for d in (self.asked_on, day, today) if d)
        self.asked_at, self.passed, self.reworded = moment.now, (), None

    def _used_today(self, moment: Now) -> bool:
        """Whether this local day had an occasion, and a question was asked on it."""
        zone = moment.community.zone
        today = local_day(moment.now, zone)
        since = at_local(today, time(), zone) - timedelta(microseconds=1)
        own = next(coming(moment, Plan(), since), None)
        return own is not None and local_day(own.at, zone) == today and (self.asked_on or date.min) >= today

    def skip(self, occasion: Occurrence, zone: str) -> None:
        """Ask nothing up to the occasion, and on the day on which it was to take place."""
        self.skipped = local_day(occasion.at, zone)

    def put_aside(self, key: str) -> None:
        """Let another prompt come first; the one put aside longest ago comes back when there is no other."""
        self.passed = (*(k for k in self.passed if k != key), key)


def local_day(at: datetime, zone: str) -> date:
    """Return the day that it is in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def resting(moment: Now) -> bool:
    """Whether the community is in a pause."""
    until = moment.community.paused_until
    return until is not None and moment.now < until


def coming(moment: Now, plan: Plan, since: datetime | None = None) -> Iterator[Occurrence]:
    """Yield the occasions to ask after ``since``, by default now; none in a pause, none that is settled."""
    c, settings = moment.community, moment.settings
    pauses = [Pause(_EVER, until) for until in (c.paused_until, plan.rests_until) if until and moment.now < until]
    settled, holidays = plan.settled(c.zone), Holidays(c.region, settings.holidays)
    for occasion in occurrences(settings.cadence, c.zone, since or moment.now, holidays, pauses):
        if occasion.day > settled:
            yield occasion


def wanted(moment: Now, plan: Plan, day: date, at: datetime) -> bool:
    """Whether the question of ``day``, meant for ``at``, is still to be asked now."""
    if not at <= moment.now <= at + ASK_GRACE:
        return False
    occasion = next(coming(moment, plan, at - timedelta(microseconds=1)), None)
    return occasion is not None and (occasion.day, occasion.at) == (day, at)


def closing(moment: Now, plan: Plan) -> datetime:
    """Return when a round that begins now closes: after the days set, at the latest when the next question is asked."""
    zone = moment.community.zone
    local = moment.now.astimezone(ZoneInfo(zone))
    after = at_local(
        local.date() + timedelta(days=moment.settings.days), local.time().replace(second=0, microsecond=0), zone
    )
    following = next(coming(moment, plan), None)
    return min(after, following.at) if following else after


def closes(moment: Now, round_: Round) -> datetime:
    """Return when an open round closes, as far as is known now.

    At its time; when that falls into a pause, or has passed, at the same time of day as soon as may be.
    """
    zone, until = moment.community.zone, moment.community.paused_until
    earliest = max(moment.now, until) if until else moment.now
    if round_.closes_at >= earliest:
        return round_.closes_at
    day, time_of_day = local_day(earliest, zone), round_.closes_at.astimezone(ZoneInfo(zone)).time()
    same_day = at_local(day, time_of_day, zone)
    return same_day if same_day >= earliest else at_local(day + timedelta(days=1), time_of_day, zone)
