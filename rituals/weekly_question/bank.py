"""The bank: the prompts from which a community's questions are chosen, and the choice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from bot.core.markdown import inline
from bot.core.model import Address, Community, MemberId, Stage
from bot.core.text import Worded

Kind = Literal["hard-case", "how-would-you", "debate", "look-around", "tip", "story", "look-back", "get-to-know"]
"""What sort of thinking a prompt invites."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A question's words, in inline Markdown: in both languages, or in one (the other is empty)."""

    en: str = ""
    fr: str = ""

    @property
    def node(self) -> Worded:
        """The words as a node of a message."""
        return Worded(inline(self.en), inline(self.fr))


@dataclass(frozen=True, slots=True)
class Prompt:
    """A starter prompt in both languages; ``fr_tu`` is what differs where people say « tu »."""

    key: str
    kind: Kind
    stages: tuple[Stage, ...]
    en: str
    fr: str
    fr_tu: str | None = None

    def said(self, address: Address) -> Wording:
        """Return the prompt in a community's words."""
        return Wording(self.en, self.fr_tu if address == "tu" and self.fr_tu else self.fr)


@dataclass(eq=False, kw_only=True)
class Entry:
    """A prompt in a community's bank; ``number`` is what people call it by.

    ``wording`` is None for a starter as it came; ``stages`` is empty for what fits every stage. ``author`` suggested or
    added it, and is named with it while ``credited``. ``queued_at``: it was put in the queue then, and comes first.
    """

    id: str
    number: int
    key: str
    kind: Kind
    stages: tuple[Stage, ...] = ()
    wording: Wording | None = None
    state: Literal["suggested", "kept", "declined", "removed"] = "kept"
    queued_at: datetime | None = None
    author: MemberId | None = None
    credited: bool = True
    at: datetime


class Bank(Protocol):
    """The bank of one weekly question."""

    async def entries(self) -> Sequence[Entry]:
        """Return every entry, whatever its state, by number."""
        ...

    async def add_entry(self, entry: Entry) -> None:
        """Keep a new entry."""
        ...


class Choosable(Protocol):
    """What can be chosen."""

    @property
    def key(self) -> str:
        """What it is known by."""
        ...

    @property
    def kind(self) -> Kind:
        """What sort of thinking it invites."""
        ...


C = TypeVar("C", bound=Choosable)


def in_play(entries: Iterable[Entry], stage: Stage | None, kinds: Sequence[Kind]) -> list[Entry]:
    """Return the entries that suit a community: of its stage and of the kinds that it wants, if there are any."""
    kept = [e for e in entries if e.state == "kept"]
    fitting = [e for e in kept if stage is None or not e.stages or stage in e.stages] or kept
    return [e for e in fitting if not kinds or e.kind in kinds] or fitting


def queue(entries: Iterable[Entry]) -> list[Entry]:
    """Return what is queued, in the order in which it comes."""
    waiting = [(e.queued_at, e.number, e) for e in entries if e.state == "kept" and e.queued_at is not None]
    return [e for *_, e in sorted(waiting, key=lambda w: w[:2])]


def left(prompts: Sequence[C], used: Iterable[str]) -> Sequence[C]:
    """Return the prompts that were not asked since the last time all had been; there is at least one."""
    bank = {p.key for p in prompts}
    asked: set[str] = set()
    for key in used:
        asked.add(key)
        if asked >= bank:
            asked.clear()
    return [p for p in prompts if p.key not in asked]


def choose(prompts: Sequence[C], used: Sequence[str], passed: Sequence[str], order: Iterable[str]) -> C:
    """Return the next prompt, among those ``left``.

    Not put aside before put aside, never asked before asked the longest ago, the kind that had to wait longest first.
    ``used`` are the keys asked so far, oldest first; ``passed`` those put aside, oldest first; ``order``, of all keys,
    breaks ties.
    """
    aside = {key: position for position, key in enumerate(passed)}
    last_asked = {key: position for position, key in enumerate(used)}
    place = {key: position for position, key in enumerate(order)}
    last_kind: dict[str, int] = {}
    for prompt in prompts:
        last_kind[prompt.kind] = max(last_kind.get(prompt.kind, -1), last_asked.get(prompt.key, -1))

    def rank(prompt: C) -> tuple[int, int, int, int]:
        key = prompt.key
        return (aside.get(key, -1), last_asked.get(key, -1), last_kind[prompt.kind], place[key])

    return min(left(prompts, used), key=rank)


def wording(entry: Entry, starters: Sequence[Prompt], community: Community) -> Wording:
    """Return an entry's words as this community says them."""
    if entry.wording is not None:
        return entry.wording
    return next(p for p in starters if p.key == entry.key).said(community.address)
