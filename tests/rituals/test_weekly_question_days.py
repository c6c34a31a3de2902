"""Whatever people do and the clock brings, one local day sees at most one standing question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Community
from bot.core.schedule import Cadence, Days, at_local
from bot.engine.ritual import Moment
from rituals.weekly_question.choice import choose
from rituals.weekly_question.model import Round
from rituals.weekly_question.plan import A_DAY, Plan, closing, coming, local_day, wanted
from rituals.weekly_question.settings import WeeklyQuestionSettings
from rituals.weekly_question.starters import starters
from tests.rituals.test_weekly_question_model import HOME, a_round, moment

BEGIN = datetime(2026, 12, 14, 12, tzinfo=UTC)
CADENCES = (
    Cadence(Days.MONDAY, time(9)),
    Cadence(Days.FRIDAY, time(16, 30)),
    Cadence(Days.WEEKDAYS, time(9)),
    Cadence(Days.MONDAY, time(9), every=2),
)
PROMPTS = starters()
ORDER = [p.key for p in PROMPTS]

steps = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 24 * 12)),
    st.tuples(st.just("away"), st.integers(1, 24 * 3)),
    st.tuples(st.just("now"), st.just(0)),
    st.tuples(st.just("skip"), st.just(0)),
    st.tuples(st.just("another"), st.integers(1, 5)),
    st.tuples(st.just("pause"), st.integers(1, 24 * 15)),
    st.tuples(st.just("resume"), st.just(0)),
    st.tuples(st.just("every"), st.integers(0, len(CADENCES) - 1)),
    st.tuples(st.just("holidays"), st.integers(0, 2)),
    st.tuples(st.just("rest"), st.integers(1, 24 * 30)),
    st.tuples(st.just("go on"), st.just(0)),
    st.tuples(st.just("withdraw"), st.just(0)),
    st.tuples(st.just("undo"), st.just(0)),
)


@dataclass
class Life:
    """A community that keeps Quebec's holidays, its plan, and what was asked when."""

    now: Moment[WeeklyQuestionSettings]
    plan: Plan = field(default_factory=Plan)
    asked: list[Round] = field(default_factory=list)

    @property
    def used(self) -> list[str]:
        return [r.prompt for r in self.asked]

    def ask(self, day: date | None) -> None:
        assert day is None or not self.resting
        prompt = choose((), PROMPTS, self.used, self.plan.passed, ORDER, self.used)
        day_of_its_own = day is not None or self.had_todays
        self.plan.ask(self.now, day)
        following = next(coming(self.now, self.plan), None)
        assert day_of_its_own or following is None or following.at - self.now.now > A_DAY
        new = replace(
            a_round(), prompt=prompt.key, asked_at=self.now.now, closes_at=closing(self.now, self.plan), closed_at=None
        )
        assert following is None or new.closes_at <= following.at
        self.asked.append(new)

    @property
    def had_todays(self) -> bool:
        """Whether this day has an occasion, and a question was asked that has its place or a later one's."""
        zone = self.now.community.zone
        today = local_day(self.now.now, zone)
        since = at_local(today, time(), zone) - timedelta(microseconds=1)
        own = next(coming(self.now, Plan(), since), None)
        asked_on = self.plan.asked_on
        return own is not None and local_day(own.at, zone) == today and asked_on is not None and asked_on >= today

    @property
    def resting(self) -> bool:
        return self.plan.rests_until is not None and self.now.now < self.plan.rests_until

    def wait(self, hours: int, *, away: bool = False) -> None:
        """Let time pass, answering to each wake when it is due, or all of them at the end."""
        until = self.now.now + timedelta(hours=hours)
        foreseen = list(islice(coming(self.now, self.plan), 3))
        while due := [o for o in foreseen if o.at <= until]:
            occasion = due[0]
            self.now = replace(self.now, now=until if away else occasion.at)
            if wanted(self.now, self.plan, occasion.day, occasion.at):
                self.ask(occasion.day)
            # What was due comes a second time, as after a crash.
            if wanted(self.now, self.plan, occasion.day, occasion.at):
                self.ask(occasion.day)
            foreseen = foreseen[1:] if away else list(islice(coming(self.now, self.plan), 3))
        self.now = replace(self.now, now=until)

    def do(self, what: str, much: int) -> None:
        match what:
            case "wait" | "away":
                self.wait(much, away=what == "away")
            case "now":
                if not self.plan.asked_today(self.now):
                    self.ask(None)
            case "skip":
                self.plan.skip(next(coming(self.now, self.plan)), self.now.community.zone)
            case "another":
                for _ in range(much):
                    self.plan.put_aside(choose((), PROMPTS, self.used, self.plan.passed, ORDER, self.used).key)
            case "withdraw" | "undo":
                self.take(back=what == "withdraw")
            case _:
                self.govern(what, much)

    def take(self, *, back: bool) -> None:
        """Take the last question back, or bring it back."""
        last = self.asked[-1] if self.asked else None
        if last is not None and back and last.open:
            last.withdraw(self.now.now)
            self.plan.asked_at = None
        elif last is not None and not back and last.withdrawn:
            last.reinstate()
            self.plan.asked_at = last.asked_at

    def govern(self, what: str, much: int) -> None:
        match what:
            case "pause":
                self.settle(paused_until=self.now.now + timedelta(hours=much))
            case "resume":
                self.settle(paused_until=None)
            case "every":
                self.set(cadence=CADENCES[much])
            case "rest":
                self.plan.rests_until = self.now.now + timedelta(hours=much)
            case "go on":
                self.plan.rests_until = None
            case _:
                self.set(holidays=("ignore", "skip", "move")[much])

    def settle(self, *, paused_until: datetime | None) -> None:
        self.now = replace(self.now, community=replace(self.now.community, paused_until=paused_until))

    def set(self, **changes: object) -> None:
        self.now = replace(self.now, settings=self.now.settings.model_copy(update=changes))


@given(st.lists(steps, max_size=40), st.sampled_from(["UTC", "America/Montreal", "Pacific/Auckland"]))
def test_a_day_sees_one_question_and_the_bank_is_used_up_first(done: list[tuple[str, int]], zone: str) -> None:
    home: Community = replace(HOME, zone=zone, region="CA-QC")
    life = Life(moment(BEGIN, community=home))
    for what, much in done:
        life.do(what, much)

    days = Counter(local_day(r.asked_at, zone) for r in life.asked if not r.withdrawn)
    assert all(count == 1 for count in days.values())
    keys = life.used
    for start in range(0, len(keys), len(PROMPTS)):
        some = keys[start : start + len(PROMPTS)]
        assert len(set(some)) == len(some)
