"""The story that is played: what members of the seeded community do, and until when time goes on after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.local.chat import BOT, Chat
from bot.core.text import text_codec
from tests.kill.driver import BEGIN, Kill, Order

ANSWERS = (
    (0, "We begin with a round of names."),
    (1, "Everyone draws what they do all day."),
    (2, "A question on a card, in pairs."),
    (0, "And a second round, standing."),
    (3, "Coffee first, honestly."),
    (4, "I ask what would make the day worth it."),
    (1, "The drawings stay on the wall."),
    (2, "Then the pairs introduce each other."),
    (3, "Tea works as well."),
    (4, "The answers go on a board."),
    (0, "Nobody has to speak."),
    (1, "One of them once drew a door."),
)
A_WHILE = timedelta(minutes=5)
"""Longer than a lease, or a doubt."""


@dataclass
class Ticking:
    """A clock that goes on by a second whenever it is read, so that no two things happen at once."""

    at: datetime

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass(frozen=True)
class Members:
    """What members do on the platform. People are counted from 0 as they came, questions from 1."""

    chat: Chat

    @property
    def home(self) -> str:
        return self.chat.noted("home")

    def person(self, number: int) -> str:
        return [p.id for p in self.chat.personas() if p.id != BOT][number]

    @property
    def chatter(self) -> str:
        """What somebody said beside the thread."""
        return [m.id for m in self.chat.said_after(0, self.person(2)) if m.thread is None][-1]

    def command(self, who: int, words: str) -> None:
        self.chat.say(self.person(who), self.home, f"/causerie {words}")

    def question(self, number: int) -> str:
        """Return the message of a question, whether or not the bot knows that it is there."""
        said = self.chat.said_after(0, BOT)
        return [m.id for m in said if b"Answer in the thread" in text_codec.dump_json(m.body)][number - 1]

    def answer(self, question: int, who: int, words: str) -> None:
        self.chat.say(self.person(who), self.home, words, self.question(question))

    def answered(self, question: int, number: int) -> tuple[str, str]:
        """Return who gave an answer, counted from 0, and its message."""
        found = [m for m in self.chat.replies(self.question(question)) if m.author != BOT][number]
        return found.author, found.id


@contextmanager
def members(chat: Path, at: datetime) -> Iterator[Members]:
    """Let members act from an instant on."""
    with closing(Chat(chat, Ticking(at))) as opened:
        yield Members(opened)


@dataclass(frozen=True, slots=True)
class Stage:
    """Members act at ``at``; then time goes on until ``until``."""

    at: datetime
    until: datetime
    act: Callable[[Members], None]

    def order(self, kill: Kill | None = None) -> Order:
        return Order(self.at + timedelta(minutes=1), self.until, kill)


def _nothing(_: Members) -> None:
    """Let time pass."""


def _ask(they: Members) -> None:
    they.command(0, "question now")


def answer_all(they: Members) -> None:
    """Give twelve answers, with chatter beside them."""
    for who, words in ANSWERS:
        they.answer(1, who, words)
    they.chat.say(they.person(2), they.home, "Are we meeting on Friday?")
    they.chat.react(they.person(3), they.question(1), "👍")


def _mend(they: Members) -> None:
    author, message = they.answered(1, 1)
    they.chat.edit(author, message, "Everyone draws what they did **yesterday**.")
    they.chat.delete(*they.answered(1, 10))
    newcomer = they.chat.add_persona("Zoé Lambert", zone="Europe/London")
    they.chat.join(they.home, newcomer)
    they.chat.leave(they.home, they.person(4))
    they.answer(1, 5, "May I? We sing.")
    they.command(1, "question answer By command: tea.")
    they.command(2, "question digest on")
    they.chat.react(they.person(0), they.chatter, "📥")


def _govern(they: Members) -> None:
    they.command(0, "question every tuesday 14:30")
    they.command(0, "question days 2")
    they.command(0, "coordinator add Paul Martin")


def _late(they: Members) -> None:
    they.answer(1, 3, "Late, but: biscuits.")
    they.chat.delete(*they.answered(1, 0))


def _answer_second(they: Members) -> None:
    they.answer(2, 1, "Short.")
    they.answer(2, 2, "Long.")


STAGES = (
    Stage(BEGIN, BEGIN + A_WHILE, _ask),
    Stage(BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=1) + A_WHILE, answer_all),
    Stage(BEGIN + timedelta(hours=2), BEGIN + timedelta(hours=2) + A_WHILE, _mend),
    Stage(BEGIN + timedelta(hours=3), BEGIN + timedelta(hours=3) + A_WHILE, _govern),
    Stage(BEGIN + timedelta(hours=4), BEGIN + timedelta(days=4) + A_WHILE, _nothing),
    Stage(BEGIN + timedelta(days=5), BEGIN + timedelta(days=5) + A_WHILE, _late),
    Stage(BEGIN + timedelta(days=6), datetime(2026, 12, 1, 14, 35, tzinfo=UTC), _nothing),
    Stage(datetime(2026, 12, 1, 15, tzinfo=UTC), datetime(2026, 12, 1, 15, 5, tzinfo=UTC), _answer_second),
    Stage(datetime(2026, 12, 2, 8, tzinfo=UTC), datetime(2026, 12, 2, 8, 5, tzinfo=UTC), _ask),
    Stage(datetime(2026, 12, 2, 9, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC), _nothing),
)
"""Asked by command, answered, mended, governed, closed, answered late, asked by the clock, answered, and asked again
while it is open: its digest and the next question go out in one transaction, in this order. Nobody answers that one."""
