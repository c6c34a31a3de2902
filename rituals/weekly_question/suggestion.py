"""A question that a member suggests, until it is decided what becomes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from bot.core.model import MemberId
from rituals.weekly_question.bank import Kind, Wording

MOST_OPEN: Final = 5
"""How many suggestions of one member may wait at a time."""
TAKEN_BACK: Final = "taken back"
"""The decision of a notice whose suggestion is there no longer."""
REMEMBERED: Final = timedelta(days=90)
"""How long it is known what became of a suggestion."""


@dataclass(eq=False, kw_only=True)
class Suggestion:
    """A suggested question; ``number`` is what people call it by.

    ``kind`` is None until somebody chooses one. ``credited``: its author is named with it when it is asked. ``at``:
    when it came into its state. ``entry`` is the id of the question that it became in the bank.
    """

    id: str
    number: int
    author: MemberId
    wording: Wording
    kind: Kind | None = None
    credited: bool = True
    state: Literal["open", "added", "declined"] = "open"
    entry: str | None = None
    at: datetime

    @property
    def open(self) -> bool:
        """Whether nobody decided yet."""
        return self.state == "open"

    @property
    def notice(self) -> str:
        """The name of the notice by which those in charge were told."""
        return f"suggestion/{self.id}"


class Suggestions(Protocol):
    """The suggestions for one weekly question."""

    async def suggestions(self) -> Sequence[Suggestion]:
        """Return every suggestion that is remembered, by number."""
        ...

    async def add_suggestion(self, suggestion: Suggestion) -> None:
        """Keep a new suggestion."""
        ...

    async def drop_suggestion(self, suggestion: Suggestion) -> None:
        """Forget a suggestion."""
        ...


def waiting(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Return the suggestions that nobody decided about yet, the first first."""
    return [s for s in suggestions if s.open]


def outdated(suggestions: Iterable[Suggestion], now: datetime) -> list[Suggestion]:
    """Return the suggestions that were decided about so long ago that they can be forgotten."""
    return [s for s in suggestions if not s.open and s.at < now - REMEMBERED]
