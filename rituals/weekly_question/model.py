"""A round of the weekly question: its question, its answers, and the names of what is said. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.core.model import Label, MemberId, MessageId
from bot.core.text import Text
from rituals.weekly_question.bank import Wording

DIGEST_SHOWS = 3


@dataclass(eq=False, kw_only=True)
class Answer:
    """An answer: a member's own ``message``, or one that was said for them under ``label``.

    ``author`` is None for an unsigned one. ``excerpt`` is kept until the next question; so are the ``words`` that were
    said for a member, so that they can be changed.
    """

    id: str
    message: MessageId | None = None
    label: Label | None = None
    author: MemberId | None = None
    at: datetime
    excerpt: Text
    words: str = ""
    late: bool = False


@dataclass(eq=False, kw_only=True)
class Round:
    """A question that was asked, with its answers. ``number`` counts the community's questions from one.

    ``reminded``: the time of its reminder has come; ``reminder``: one stands in the thread. ``digest``: one stands in
    the channel, and follows what becomes of the answers. ``beside`` are the messages outside
    the thread that somebody in charge counts. ``gone``: the question's message was deleted. ``author`` suggested it,
    and is named with it.
    """

    id: str
    number: int
    prompt: str
    question: Wording
    author: MemberId | None = None
    asked_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    withdrawn: bool = False
    gone: bool = False
    reminded: bool = False
    reminder: bool = False
    digest: bool = False
    beside: tuple[MessageId, ...] = ()
    answers: list[Answer] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether answers still make it into the digest."""
        return self.closed_at is None and not self.withdrawn

    @property
    def closed(self) -> bool:
        """Whether its time was over: what comes now is late."""
        return self.closed_at is not None and not self.withdrawn

    @property
    def standing(self) -> bool:
        """Whether its question can be read and answered."""
        return not self.withdrawn and not self.gone

    @property
    def authors(self) -> int:
        """How many people answered; each unsigned answer counts as one."""
        return len({a.author or a.id for a in self.answers})

    def close(self, at: datetime, *, told: bool = True) -> bool:
        """Close the round if it is open; return whether there is a digest to be told, which takes an answer."""
        if not self.open:
            return False
        self.closed_at = at
        self.digest = told and bool(self.answers)
        return self.digest

    def withdraw(self, at: datetime) -> None:
        """Close the round because its question was taken back, or away."""
        self.closed_at, self.withdrawn = at, True

    def reinstate(self) -> None:
        """Let an open round that was withdrawn be as if it never was."""
        self.closed_at, self.withdrawn = None, False

    def forget_words(self) -> None:
        """Keep who answered and where, but not what they said."""
        for answer in self.answers:
            answer.excerpt, answer.words = Text(), ""

    def answer(self, message: MessageId) -> Answer | None:
        """Return the answer that is this message."""
        return next((a for a in self.answers if a.message == message), None)

    def said_as(self, label: Label | None) -> Answer | None:
        """Return the answer that was said under this label."""
        return next((a for a in self.answers if a.label is not None and a.label == label), None)

    def first_answers(self) -> Sequence[Answer]:
        """Return one answer each of the first people who answered, in order of time."""
        seen: dict[str, Answer] = {}
        for answer in sorted(self.answers, key=lambda a: (a.at, a.id)):
            seen.setdefault(answer.author or answer.id, answer)
        return list(seen.values())[:DIGEST_SHOWS]


@dataclass(eq=False, kw_only=True)
class Reader:
    """A member who asked for the digest in direct messages; ``told`` is the last round whose digest they got."""

    id: str
    member: MemberId
    at: datetime
    told: int | None = None

    def was_told(self, round_: Round) -> bool:
        """Whether they got the digest of a round that has one: they get all from the first on."""
        last, closed = self.told, round_.closed_at
        return last is not None and closed is not None and round_.number <= last and self.at <= closed


def question(number: int) -> Label:
    """Return the label of a round's question."""
    return Label(f"round/{number}/question")


def digest(number: int) -> Label:
    """Return the label of a round's digest."""
    return Label(f"round/{number}/digest")


def close(number: int) -> Label:
    """Return the label of the wake that closes a round."""
    return Label(f"round/{number}/close")


def reminder(number: int) -> Label:
    """Return the label of a round's reminder, and of its wake."""
    return Label(f"round/{number}/reminder")


def fetched(number: int, id_: str) -> Label:
    """Return the label of the reading of a message that may be an answer."""
    return Label(f"round/{number}/beside/{id_}")


def answered(number: int, id_: str) -> Label:
    """Return the label of an answer that is said for somebody."""
    return Label(f"round/{number}/answer/{id_}")


def read_alone(number: int, reader: Reader) -> Label:
    """Return the label of a round's digest for one reader."""
    return Label(f"round/{number}/digest/{reader.id}")


def turn(day: date) -> Label:
    """Return the label of the wake that asks the question of a day.

    Wakes of one instant come by their labels: after a round's close, so that the digest stands before the question.
    """
    return Label(f"turn/{day.isoformat()}")


def day_of(label: Label) -> date | None:
    """Return the day that a wake is to ask its question on, None for another wake."""
    head, _, day = label.partition("/")
    return date.fromisoformat(day) if head == "turn" else None


def number_of(label: Label | None) -> int | None:
    """Return the number of the round that a label belongs to, None when it belongs to none."""
    head, _, rest = (label or "").partition("/")
    return int(rest.partition("/")[0]) if head == "round" else None
