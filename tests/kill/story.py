"""The story that is played: what members of the seeded community do, and until when time goes on after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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


NEWCOMER = "Zoé Lambert"


class Members(ABC):
    """What members do in the community's home. People are counted from 0 as they came, questions from 1.

    A message is named as its platform names it.
    """

    @abstractmethod
    def command(self, who: int, words: str) -> None:
        """Give the bot a command."""

    @abstractmethod
    def say(self, who: int, words: str, thread: str | None = None) -> None:
        """Write a message."""

    @abstractmethod
    def edit(self, who: int, message: str, words: str) -> None:
        """Write a message anew."""

    @abstractmethod
    def delete(self, who: int, message: str) -> None:
        """Delete a message."""

    @abstractmethod
    def react(self, who: int, message: str, emoji: str) -> None:
        """React to a message."""

    @abstractmethod
    def arrive(self) -> None:
        """Let the newcomer join."""

    @abstractmethod
    def leave(self, who: int) -> None:
        """Let somebody leave."""

    @property
    @abstractmethod
    def chatter(self) -> str:
        """The last that was said beside all threads by who is counted 2."""

    @abstractmethod
    def question(self, number: int) -> str:
        """Return the message of a question, whether or not the bot knows that it is there."""

    @abstractmethod
    def answers(self, question: int) -> list[tuple[int, str]]:
        """Return who answered in a question's thread, and in which message, in order."""

    def answer(self, question: int, who: int, words: str) -> None:
        self.say(who, words, self.question(question))


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
    they.say(2, "Are we meeting on Friday?")
    they.react(3, they.question(1), "👍")


def _mend(they: Members) -> None:
    answers = they.answers(1)
    they.edit(*answers[1], "Everyone draws what they did **yesterday**.")
    they.delete(*answers[10])
    they.arrive()
    they.leave(4)
    they.answer(1, 5, "May I? We sing.")
    they.command(1, "question answer By command: tea.")
    they.command(2, "question digest on")
    they.react(0, they.chatter, "📥")


def _govern(they: Members) -> None:
    they.command(0, "question every tuesday 14:30")
    they.command(0, "question days 2")
    they.command(0, "coordinator add Paul Martin")


def _late(they: Members) -> None:
    they.answer(1, 3, "Late, but: biscuits.")
    they.delete(*they.answers(1)[0])


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
