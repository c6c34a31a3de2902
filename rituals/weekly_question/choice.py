"""Which prompt is asked next: what is queued first, then what was not asked for longest, the kinds in turn. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

from bot.core.model import Stage
from rituals.weekly_question.bank import Entry, Kind

FEW: Final = 8
"""Where fewer prompts suit a community's stage, the stage decides nothing: they would come again too soon."""


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


def in_play(entries: Sequence[Entry], stage: Stage | None, kinds: Sequence[Kind]) -> Sequence[Entry]:
    """Return the entries that suit a community: of the kinds that it chose, and of its stage unless too few are.

    What was removed comes back rather than that there be nothing to ask.
    """
    kept = [e for e in entries if e.state == "kept"] or [e for e in entries if e.state == "removed"]
    chosen = [e for e in kept if not kinds or e.kind in kinds] or kept
    fitting = [e for e in chosen if stage is None or not e.stages or stage in e.stages]
    return fitting if len(fitting) >= FEW else chosen


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


def choose(
    queued: Sequence[C],
    prompts: Sequence[C],
    used: Sequence[str],
    passed: Sequence[str],
    order: Iterable[str],
    heard: Sequence[str],
) -> C:
    """Return the next prompt: among those ``queued``, first come first, then among those ``left`` of ``prompts``.

    Not put aside before put aside, never asked before asked the longest ago, the kind that had to wait longest first.
    ``heard`` are the keys that the community was asked, here or by its other weekly questions, oldest first.
    ``used`` are the keys asked so far, oldest first; ``passed`` those put aside, oldest first; ``order``, of all keys,
    breaks ties.
    """
    aside = {key: position for position, key in enumerate(passed)}
    waiting = {prompt.key: position for position, prompt in enumerate(queued)}
    last_asked = {key: position for position, key in enumerate(used)}
    last_heard = {key: position for position, key in enumerate(heard)}
    place = {key: position for position, key in enumerate(order)}
    last_kind: dict[str, int] = {}
    for prompt in prompts:
        last_kind[prompt.kind] = max(last_kind.get(prompt.kind, -1), last_asked.get(prompt.key, -1))

    def rank(prompt: C) -> tuple[int, ...]:
        key = prompt.key
        return (
            aside.get(key, -1),
            waiting.get(key, len(waiting)),
            last_heard.get(key, -1),
            last_kind.get(prompt.kind, -1),
            place[key],
        )

    return min((*queued, *left(prompts, used)), key=rank)
