"""What a weekly question keeps: its rounds, its bank, and what was put to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.core.model import MemberId
from rituals.weekly_question.model import Reader, Round
from rituals.weekly_question.notices import Notices
from rituals.weekly_question.shelf import Bank
from rituals.weekly_question.suggestion import Suggestions


class Rounds(Bank, Suggestions, Notices, Protocol):
    """The rounds of one weekly question, its bank, what is suggested, its notices, and who reads its digests alone."""

    async def numbered(self, number: int) -> Round | None:
        """Return a round by its number."""
        ...

    async def latest(self) -> Round | None:
        """Return the last round that was asked."""
        ...

    async def recent(self, count: int) -> Sequence[Round]:
        """Return the last rounds that were closed and not taken back, the last one first."""
        ...

    async def add(self, round_: Round) -> None:
        """Keep a new round."""
        ...

    async def asked_last(self) -> bool:
        """Whether, of all the community's weekly questions, this one was asked last, of what still stands."""
        ...

    async def readers(self) -> Sequence[Reader]:
        """Return who asked for the digest in direct messages, the first first."""
        ...

    async def reader(self, member: MemberId) -> Reader | None:
        """Return a member who asked for the digest in direct messages."""
        ...

    async def add_reader(self, reader: Reader) -> None:
        """Keep a new reader."""
        ...

    async def drop_reader(self, reader: Reader) -> None:
        """Forget a reader."""
        ...
