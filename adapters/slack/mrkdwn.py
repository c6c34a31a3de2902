"""Slack's own marks in a text, ``*bold*`` and ``<@U1>``, as a message tree: for messages that come without blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from adapters.slack.wire import CHANNEL, USER, instant, typed
from bot.core.model import ChannelId, MemberId
from bot.core.nodes import lines, link, paragraphs
from bot.core.text import (
    Block,
    ChannelLink,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    Mention,
    Plain,
    Quote,
    Strong,
    Text,
)

HELD = "\ue000"
"""Stands for a mark whose inside is not read, while what is around it is."""

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_HELD = re.compile(rf"`(?P<code>[^`\n]*[^`\s][^`\n]*)`|<(?P<mark>[^<>\n]+)>|{HELD}")
_MARK = re.compile(r"<([^<>\n]+)>")
_ALL_QUOTED = re.compile(r"(?:>|&gt;){3}")
_QUOTED = re.compile(r"(?:>|&gt;) ?")
_STYLED = re.compile(
    r"(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]*[^\s*])\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])(?P<italic>[^_\n]*[^\s_])_(?![\w_])"
    r"|(?<![\w~])~(?=[^\s~])(?P<strike>[^~\n]*[^\s~])~(?![\w~])"
)
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*:\S")
_EVERYBODY = frozenset({"here", "channel", "everyone"})
_DATE = re.compile(r"!date\^(\d+)\^[^^|]*(?:\^(.*))?", re.DOTALL)


def undone(text: str) -> str:
    """Return ``text`` with Slack's three entities as the characters that they stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def parse_mrkdwn(text: str) -> Text:
    """Return what ``text`` says; never raises, and keeps every word. Lists stay words."""
    found: list[Block] = []
    for place, part in enumerate(_FENCE.split(text)):
        if place % 2:
            found.append(CodeBlock(words_of(part)))
        else:
            found += _lines(part)
    return Text(tuple(found))


def _lines(text: str) -> Iterator[Block]:
    rows = text.split("\n")
    quoted: list[tuple[bool, str]] = []
    for place, row in enumerate(rows):
        if mark := _ALL_QUOTED.match(row):
            quoted += [(True, row[mark.end() :].removeprefix(" ")), *((True, later) for later in rows[place + 1 :])]
            break
        mark = _QUOTED.match(row)
        quoted.append((mark is not None, row[mark.end() :] if mark else row))
    for quote, group in groupby(quoted, key=lambda pair: pair[0]):
        said = tuple(paragraphs(_inlines("\n".join(row for _, row in group))))
        yield from (Quote(said),) if quote and said else said


def _inlines(text: str) -> Iterator[Inline]:
    """Yield the nodes of a paragraph's text: marks and code are set aside first, so that nothing in them is a style."""
    held: list[tuple[Inline, ...]] = []

    def hold(found: re.Match[str]) -> str:
        if found["code"]:
            held.append((Code(words_of(found["code"])),))
        else:
            held.append(_nodes(found["mark"]) if found["mark"] else (Plain(HELD),))
        return HELD

    apart = _HELD.sub(hold, text)
    return _styled(apart, iter(held))


def _styled(text: str, held: Iterator[tuple[Inline, ...]]) -> Iterator[Inline]:
    done = 0
    for found in _STYLED.finditer(text):
        yield from _leaves(text[done : found.start()], held)
        children = tuple(_styled(found[found.lastgroup or 0], held))
        match found.lastgroup:
            case "bold":
                yield Strong(children)
            case "italic":
                yield Emphasis(children)
            case _:  # what is struck through keeps its words
                yield from children
        done = found.end()
    yield from _leaves(text[done:], held)


def _leaves(text: str, held: Iterator[tuple[Inline, ...]]) -> Iterator[Inline]:
    for place, part in enumerate(text.split(HELD)):
        if place:
            yield from next(held)
        yield from lines(undone(part))


def _nodes(mark: str) -> tuple[Inline, ...]:
    """Return what stands between ``<`` and ``>`` as nodes."""
    target, _, label = (undone(part) for part in mark.partition("|"))
    wording = (Plain(label),) if label else ()
    if target.startswith("@") and USER.fullmatch(target[1:]):
        return (Mention(MemberId(target[1:])),)
    if target.startswith("#") and CHANNEL.fullmatch(target[1:]):
        return (ChannelLink(ChannelId(target[1:])),)
    if date := _DATE.fullmatch(target):
        if not label:
            return (instant(date[1]),)
        return link(date[2], wording) if date[2] else wording
    return link(target, wording) if _ADDRESS.match(target) else (Plain(mark_words(mark)),)


def mark_words(mark: str) -> str:
    """Return what stands between ``<`` and ``>`` as it was typed, people and channels by their ids."""
    target, _, label = (undone(part) for part in mark.partition("|"))
    match target[0:1]:
        case "@" if USER.fullmatch(target[1:]):
            return target
        case "#" if CHANNEL.fullmatch(target[1:]):
            return target
        case "!" if target[1:] in _EVERYBODY:
            return f"@{target[1:]}"
        case "!" if target.startswith("!subteam^"):
            return label or "@group"
        case "!" if target[1:]:
            date = _DATE.fullmatch(target)
            return label or (date[1] if date else f"@{target[1:]}")
        case _:
            return typed(target, label) if _ADDRESS.match(target) else f"<{undone(mark)}>"


def words_of(text: str) -> str:
    """Return ``text`` as it was typed: its marks as words, its entities undone, and all else as it is."""
    parts = _MARK.split(text)
    return "".join(mark_words(part) if place % 2 else undone(part) for place, part in enumerate(parts))
