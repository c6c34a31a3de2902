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
    """A question that was asked, with its answers. ``number`` counts the community's questions from one."""

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
    """What was decided about the next question: a prompt passed over, a day skipped, the last day asked."""

    passed: str = ""
    skipped: date | None = None
    asked_on: date | None = None


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


def coming(moment: Moment[WeeklyQuestionSettings], plan: Plan) -> Iterator[Occurrence]:
    """Yield the occasions to ask after now; not in a pause, nor on the day skipped or one on which it was asked."""
    c, settings = moment.community, moment.settings
    pauses = [Pause(moment.now, c.paused_until)] if c.paused_until and c.paused_until > moment.now else []
    for occasion in occurrences(settings.cadence, c.zone, moment.now, Holidays(c.region, settings.holidays), pauses):
        # One moved by a holiday is asked on another day than its own.
        asked = plan.asked_on in {occasion.day, occasion.at.astimezone(ZoneInfo(c.zone)).date()}
        if not asked and occasion.day != plan.skipped:
            yield occasion


def closing(moment: Moment[WeeklyQuestionSettings], plan: Plan) -> datetime:
    """Return when a round that begins now closes: after the days set, at the latest when the next question is asked."""
    local = moment.now.astimezone(ZoneInfo(moment.community.zone))
    after = at_local(
        local.date() + timedelta(days=moment.settings.days),
        local.time().replace(second=0, microsecond=0),
        moment.community.zone,
    )
    following = next(coming(moment, plan), None)
    return min(after, following.at) if following else after


def choose(prompts: Sequence[Prompt], used: Sequence[str], passed: str, order: Iterable[str]) -> Prompt:
    """Return the next prompt: never asked first, then the longest ago; another kind than the last where there is one.

    ``used`` are the keys asked so far, oldest first; ``passed`` is a key put aside for now; ``order``, of all keys,
    breaks ties.
    """
    last_asked = {key: position for position, key in enumerate(used)}
    place = {key: position for position, key in enumerate(order)}
    last_kind = next((p.kind for p in prompts if used and p.key == used[-1]), None)

    def rank(prompt: Prompt) -> tuple[bool, int, bool, int]:
        asked = last_asked.get(prompt.key)
        return (prompt.key == passed, -1 if asked is None else asked, prompt.kind == last_kind, place[prompt.key])

    return min(prompts, key=rank)
