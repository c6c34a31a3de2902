"""What is known of a year: what the people wished, what reached them, and what became of the questions, in order.

Nothing here is read from what the engine believes of people: wishes are noted by those who utter them. Of a message,
only its care and its label are the bot's own words for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from benchmarks.year.people import Person
from benchmarks.year.town import Home

Matter = Literal[
    "zone", "quiet", "budget", "pause", "refuse", "accept", "join", "leave", "read",
    "rest", "stage", "rhythm", "ask", "skip", "reword", "add",
]  # fmt: skip
"""What a wish is about: of a person in the first row, of a community (or one of its questions) in the second.

``zone``: a name. ``quiet``: from, to. ``pause``, ``rest``: until which day, in their zone. ``refuse``, ``accept``:
(channel, ritual), each None for all. ``join``, ``leave``: a channel. ``read``: (question, whether its digests come to
them alone). ``rhythm``: (question, Rhythm). ``ask``: a question, now. ``skip``: (question, day). ``reword``: (question,
its words, the words to be said instead, once). ``add``: (question, words), to be asked next.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """From ``at`` on this holds of ``who``, a person or a channel."""

    at: datetime
    who: str
    matter: Matter
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that arrived: in ``home`` itself, or from there to ``people`` alone.

    ``question`` is the id of the ritual's place in the community, ``words`` the first paragraph.
    """

    at: datetime
    home: str
    ritual: str
    question: str
    label: str
    care: str
    people: tuple[str, ...] = ()
    thread: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Somebody answered the question with this label."""

    at: datetime
    question: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A round was found closed; ``closed_at`` is when."""

    at: datetime
    question: str
    number: int
    closed_at: datetime


Event = Wish | Delivery | Answered | Closed


@dataclass(kw_only=True)
class Chronicle:
    """A year. ``questions`` are the weekly questions by id: where they are, and their first rhythm."""

    begin: datetime
    end: datetime
    homes: Mapping[str, Home]
    people: Mapping[str, Person]
    away: Sequence[tuple[datetime, datetime]]
    questions: dict[str, tuple[str, Any]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
