"""Inline nodes as a flat row of runs: what Slack calls the elements of a section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from adapters.slack.limits import ADDRESS
from bot.core.nodes import SAFE
from bot.core.plain import when
from bot.core.text import (
    ChannelLink,
    Code,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Mention,
    MessageLink,
    Named,
    Strong,
    When,
    words,
)

_ID = re.compile(r"[A-Z0-9]+")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads. ``names`` are display names by user id, and names by channel id where they are known.

    ``link`` gives the permalink of a message from its channel and ``ts``. ``many``: several people read, each in
    their own zone; ``zone`` and ``locale`` are then the community's. With ``now``, a date in another year says so.
    """

    locale: str
    zone: str
    names: Mapping[str, str]
    link: Callable[[str, str], str]
    many: bool = False
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. ``of`` is the node that Slack shows itself: a person, a channel, an instant."""

    words: str
    style: frozenset[str] = frozenset()
    url: str | None = None
    of: Mention | ChannelLink | When | None = None


@dataclass(frozen=True, slots=True)
class _Dress:
    """What surrounds a node."""

    style: frozenset[str] = field(default_factory=frozenset)
    url: str | None = None


def runs_of(nodes: Iterable[Inline], reading: Reading) -> tuple[Run, ...]:
    """Return resolved inline nodes as runs, those of one style made one."""
    return joined(_down(nodes, reading, _Dress()))


def line(node: Inline, reading: Reading) -> str:
    """Return a resolved node's words on one line."""
    return " ".join(said(runs_of((node,), reading)).split("\n")).strip()


def said(runs: Iterable[Run]) -> str:
    """Return the words of runs."""
    return "".join(run.words for run in runs)


def size(runs: Iterable[Run]) -> int:
    """Return how many characters runs have."""
    return sum(len(run.words) for run in runs)


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the same runs, without empty ones, and with words of one style that follow one another made one run."""
    result: list[Run] = []
    for run in runs:
        last = result[-1] if result else None
        if not run.words:
            continue
        if last and not last.of and not run.of and (last.style, last.url) == (run.style, run.url):
            result[-1] = replace(last, words=last.words + run.words)
        else:
            result.append(run)
    return tuple(result)


def _down(nodes: Iterable[Inline], reading: Reading, dress: _Dress) -> Iterator[Run]:
    for node in nodes:
        match node:
            case Strong():
                yield from _down(node.children, reading, replace(dress, style=dress.style | {"bold"}))
            case Emphasis():
                yield from _down(node.children, reading, replace(dress, style=dress.style | {"italic"}))
            case Link():
                yield from _linked(node.children, node.url, reading, dress)
            case MessageLink():
                channel, _, ts = (node.message or "").partition("/")
                yield from _linked(node.children, reading.link(channel, ts) if ts else "", reading, dress)
            case Code():
                yield Run(node.text, dress.style | {"code"}, dress.url)
            case _:
                yield _leaf(node, reading, dress)


def _leaf(node: Inline, reading: Reading, dress: _Dress) -> Run:
    match node:
        case Named():
            return Run(reading.names.get(node.member, node.member), dress.style, dress.url)
        case Mention():
            name = "@" + reading.names.get(node.member, node.member).removeprefix("@")
            return _shown(Run(name, dress.style, dress.url), node)
        case ChannelLink():
            return _shown(Run(f"#{reading.names.get(node.channel, node.channel)}", dress.style, dress.url), node)
        case When():
            run = Run(when(node, reading.locale, reading.zone, reading.now), dress.style, dress.url)
            # A day is the community's, whatever day it is where somebody reads.
            return _shown(run, node) if reading.many and node.style != "date" else run
        case LineBreak():
            return Run("\n", dress.style, dress.url)
        case _:
            return Run(words(node), dress.style, dress.url)


def _shown(run: Run, node: Mention | ChannelLink | When) -> Run:
    """Return a run that Slack shows itself, or its words in a link, which holds words only."""
    return run if run.url else replace(run, of=node)


def _linked(nodes: Sequence[Inline], url: str, reading: Reading, dress: _Dress) -> Iterator[Run]:
    """Yield a link's runs: words, then the address, where Slack would not take it."""
    if SAFE.match(url) and len(url) <= ADDRESS:
        label = tuple(_down(nodes, reading, replace(dress, url=url)))
        bare = (run if run.words.strip() else replace(run, url=dress.url) for run in label)
        yield from bare if said(label).strip() else (Run(url, dress.style, url),)
    else:
        label = tuple(_down(nodes, reading, dress))
        yield from label
        if url and said(label) != url:
            yield Run(f" ({url})" if said(label).strip() else url, dress.style, dress.url)


def elements(runs: Iterable[Run], reading: Reading) -> list[dict[str, Any]]:
    """Return runs as elements of a ``rich_text_section``."""
    return [_element(run, reading) for run in runs]


def _element(run: Run, reading: Reading) -> dict[str, Any]:
    style: dict[str, Any] = {"style": dict.fromkeys(sorted(run.style), True)} if run.style else {}
    match run.of:
        case Mention(member):
            return {"type": "user", "user_id": member, **style}
        case ChannelLink(channel):
            return {"type": "channel", "channel_id": channel, **style}
        case When(at):
            instant = {"timestamp": int(at.timestamp()), "format": _format(run.of, reading), "fallback": run.words}
            return {"type": "date", **instant, **style}
        case _ if run.url:
            return {"type": "link", "url": run.url, "text": run.words, **style}
        case _:
            return {"type": "text", "text": run.words, **style}


def _format(node: When, reading: Reading) -> str:
    """Return Slack's format for an instant. In French it begins with no capital: Slack spares what it cannot see."""
    french = reading.locale.startswith("fr")
    if node.style == "time":
        return "{time}"
    return "\u200b{date_long} à {time}" if french else "{date_long}, {time}"


def escaped(text: str) -> str:
    """Return words for a field in which Slack reads its own marks."""
    return text.translate(_ESCAPES)


def fallback(runs: Iterable[Run]) -> str:
    """Return runs for the ``text`` of a message: escaped words, a channel by its id, which Slack names."""
    return "".join(
        f"<#{run.of.channel}>"
        if isinstance(run.of, ChannelLink) and _ID.fullmatch(run.of.channel)
        else escaped(run.words)
        for run in runs
    )
