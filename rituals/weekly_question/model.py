"""The weekly question's domain: rounds, answers, and the decisions about them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.core.model import Label, MemberId, MessageId
from bot.core.schedule import Cadence, Days, Holidays, Occurrence, Pause, at_local, occurrences
from bot.core.text import Text
from bot.engine.ritual import Moment, Settings

DIGEST_SHOWS = 3
ASK_GRACE = timedelta(hours=12)
"""How late a question may still be asked when the bot was away."""


class WeeklyQuestionSettings(Settings):
    """What a community decides about its weekly question."""

    cadence: Cadence = Cadence(Days.MONDAY, time(9))
    holidays: Literal["ignore", "skip", "move"] = "move"
    days: int = Field(default=4, ge=1, le=28)
    """How many days answers are gathered before the digest."""


@dataclass(eq=False, kw_only=True)
class Answer:
    """A member's answer: one message in the thread. ``excerpt`` is kept until the next question."""

    message: MessageId
    author: MemberId
    at: datetime
    excerpt: Text
    late: bool = False


@dataclass(eq=False, kw_only=True)
class Round:
    """A question that was asked, with its answers. ``number`` counts the community's questions from one.

    ``digest``: one stands in the channel, and follows what becomes of the answers.
    """

    id: str
    number: int
    prompt: str
    question: str
    asked_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    withdrawn: bool = False
    digest: bool = False
    answers: list[Answer] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether answers still make it into the digest."""
        return self.closed_at is None and not self.withdrawn

    @property
    def authors(self) -> int:
        """How many people answered."""
        return len({a.author for a in self.answers})

    def close(self, at: datetime, *, told: bool = True) -> bool:
        """Close the round if it is open; return whether there is a digest to be told, which takes an answer."""
        if not self.open:
            return False
        self.closed_at = at
        self.digest = told and bool(self.answers)
        return self.digest

    def withdraw(self, at: datetime) -> None:
        """Close the round because its question was taken away."""
        self.closed_at, self.withdrawn = at, True

    def forget_words(self) -> None:
        """Keep who answered and where, but not how the answers begin."""
        for answer in self.answers:
            answer.excerpt = Text()

    def answer(self, message: MessageId) -> Answer | None:
        """Return the answer that is this message."""
        return next((a for a in self.answers if a.message == message), None)

    def first_answers(self) -> Sequence[Answer]:
        """Return one answer each of the first people who answered, in order of time."""
        seen: dict[MemberId, Answer] = {}
        for answer in sorted(self.answers, key=lambda a: (a.at, a.message)):
            seen.setdefault(answer.author, answer)
        return list(seen.values())[:DIGEST_SHOWS]


@dataclass(eq=False, kw_only=True)
class Plan:
    """What was decided about the next question.

    ``passed`` are the prompts put aside until one is asked, the first put aside first. No occasion up to the day
    ``skipped``, nor up to ``asked_on``, asks any more. ``asked_at`` is when the last question was asked, None when it
    was taken away: its occasion is over, yet another may be asked on that day.
    """

    passed: tuple[str, ...] = ()
    skipped: date | None = None
    asked_on: date | None = None
    asked_at: datetime | None = None

    def settled(self, zone: str) -> date:
        """Return the last day whose occasion is over: it was skipped, or a question was asked then or later."""
        asked = local_day(self.asked_at, zone) if self.asked_at else None
        return max((day for day in (self.skipped, self.asked_on, asked) if day), default=date.min)

    def asked_today(self, moment: Moment[WeeklyQuestionSettings]) -> bool:
        """Whether a question that still stands was asked on this local day."""
        zone = moment.community.zone
        return self.asked_at is not None and local_day(self.asked_at, zone) == local_day(moment.now, zone)

    def ask(self, moment: Moment[WeeklyQuestionSettings], day: date | None = None) -> None:
        """Note that a question is asked now: on the occasion of ``day``, or because somebody wished it."""
        today = local_day(moment.now, moment.community.zone)
        self.asked_on = max(d for d in (self.asked_on, day, today) if d)
        self.asked_at, self.passed = moment.now, ()

    def skip(self, occasion: Occurrence, zone: str) -> None:
        """Ask nothing up to the occasion, and on the day on which it was to take place."""
        self.skipped = local_day(occasion.at, zone)

    def put_aside(self, key: str) -> None:
        """Let another prompt come first; the one put aside longest ago comes back when there is no other."""
        self.passed = (*(k for k in self.passed if k != key), key)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A starter prompt in both languages; ``fr_tu`` is what differs where people say « tu »."""

    key: str
    kind: str
    en: str
    fr: str
    fr_tu: str | None = None

    def said(self, language: Literal["en", "fr"], address: Literal["vous", "tu"]) -> str:
        """Return the prompt in a community's words."""
        if language == "en":
            return self.en
        return self.fr_tu if address == "tu" and self.fr_tu else self.fr


def question(number: int) -> Label:
    """Return the label of a round's question."""
    return Label(f"round/{number}/question")


def digest(number: int) -> Label:
    """Return the label of a round's digest."""
    return Label(f"round/{number}/digest")


def close(number: int) -> Label:
    """Return the label of the wake that closes a round."""
    return Label(f"round/{number}/close")


def ask(day: date) -> Label:
    """Return the label of the wake that asks the question of a day."""
    return Label(f"ask/{day.isoformat()}")


def day_of(label: Label) -> date | None:
    """Return the day that a wake is to ask its question on, None for another wake."""
    head, _, day = label.partition("/")
    return date.fromisoformat(day) if head == "ask" else None


def number_of(label: Label | None) -> int | None:
    """Return the number of the round that a label belongs to, None when it belongs to none."""
    parts = (label or "").split("/")
    return int(parts[1]) if len(parts) == 3 and parts[0] == "round" else None  # noqa: PLR2004 - round/<n>/<what>


def local_day(at: datetime, zone: str) -> date:
    """Return the day that it is in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def resting(moment: Moment[WeeklyQuestionSettings]) -> bool:
    """Whether the community is in a pause."""
    until = moment.community.paused_until
    return until is not None and moment.now < until


def coming(moment: Moment[WeeklyQuestionSettings], plan: Plan, since: datetime | None = None) -> Iterator[Occurrence]:
    """Yield the occasions to ask after ``since``, by default now; none in a pause, none that is settled."""
    c, settings = moment.community, moment.settings
    pauses = [Pause(moment.now, c.paused_until)] if c.paused_until and resting(moment) else []
    settled, holidays = plan.settled(c.zone), Holidays(c.region, settings.holidays)
    for occasion in occurrences(settings.cadence, c.zone, since or moment.now, holidays, pauses):
        if occasion.day > settled:
            yield occasion


def wanted(moment: Moment[WeeklyQuestionSettings], plan: Plan, day: date, at: datetime) -> bool:
    """Whether the question of ``day``, meant for ``at``, is still to be asked now."""
    if resting(moment) or not at <= moment.now <= at + ASK_GRACE:
        return False
    occasion = next(coming(moment, plan, at - timedelta(microseconds=1)), None)
    return occasion is not None and (occasion.day, occasion.at) == (day, at)


def closing(moment: Moment[WeeklyQuestionSettings], plan: Plan) -> datetime:
    """Return when a round that begins now closes: after the days set, at the latest when the next question is asked."""
    zone = moment.community.zone
    local = moment.now.astimezone(ZoneInfo(zone))
    after = at_local(
        local.date() + timedelta(days=moment.settings.days), local.time().replace(second=0, microsecond=0), zone
    )
    following = next(coming(moment, plan), None)
    return min(after, following.at) if following else after


def closes(moment: Moment[WeeklyQuestionSettings], round_: Round) -> datetime:
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


def left(prompts: Sequence[Prompt], used: Iterable[str]) -> Sequence[Prompt]:
    """Return the prompts that were not asked since the last time all had been; there is at least one."""
    bank = {p.key for p in prompts}
    asked: set[str] = set()
    for key in used:
        asked.add(key)
        if asked >= bank:
            asked.clear()
    return [p for p in prompts if p.key not in asked]


def choose(prompts: Sequence[Prompt], used: Sequence[str], passed: Sequence[str], order: Iterable[str]) -> Prompt:
    """Return the next prompt, among those ``left``.

    Not put aside before put aside, never asked before asked the longest ago, another kind than the last before the
    same. ``used`` are the keys asked so far, oldest first; ``passed`` those put aside, oldest first; ``order``, of all
    keys, breaks ties.
    """
    aside = {key: position for position, key in enumerate(passed)}
    last_asked = {key: position for position, key in enumerate(used)}
    place = {key: position for position, key in enumerate(order)}
    last_kind = next((p.kind for p in prompts if used and p.key == used[-1]), None)

    def rank(prompt: Prompt) -> tuple[int, int, bool, int]:
        key = prompt.key
        return (aside.get(key, -1), last_asked.get(key, -1), prompt.kind == last_kind, place[key])

    return min(left(prompts, used), key=rank)
