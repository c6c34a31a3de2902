"""A message tree made simple: only what Matrix has a way to show, nothing blank, nothing that cannot be parted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from adapters.matrix.addresses import message_address
from bot.core.i18n import voice
from bot.core.nodes import SAFE, joined
from bot.core.parting import flat, trimmed
from bot.core.plain import Reader, plain, when
from bot.core.text import (
    Block,
    Bullets,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Mention,
    MessageLink,
    Named,
    Paragraph,
    Plain,
    Quote,
    Strong,
    Text,
    Translated,
    When,
    Worded,
    map_inlines,
    with_children,
    words,
)

_NAME = 100
"""Characters of somebody's or a room's name that are shown."""
_ADDRESS = 2000
"""Bytes of the longest address that is a link."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reader sees a message: their IANA zone, Babel locale, and people's names by user id.

    ``rooms`` gives a room's name or alias from its id. With ``now``, a date in another year says so.
    """

    zone: str
    locale: str
    names: Mapping[str, str]
    rooms: Callable[[str], str]
    now: datetime | None = None

    def name(self, user: str) -> str:
        """Return what somebody is called, on one line."""
        return _line(self.names.get(user, "")) or _line(user)

    def room(self, room: str) -> str:
        """Return what a room is called, on one line; only an alias has a # before it."""
        return _line(self.rooms(room)) or _line(room)

    @property
    def reader(self) -> Reader:
        """Who reads a settled message as plain words."""
        return Reader(voice("en"), self.zone, name=self.name, channel=self.room, link=lambda _: None, sign="")


def _line(name: str) -> str:
    tidy = " ".join(name.split())
    return tidy if len(tidy) <= _NAME else f"{tidy[: _NAME - 1].rstrip()}…"


def settled(body: Text, reading: Reading) -> Text:
    """Return a resolved ``body`` of quotes, lists, code and paragraphs, these of words, links, mentions and rooms.

    Instants and names become words; so do files, buttons, and links where nobody may be led. Nothing in it is blank
    but items of lists.
    """
    return Text(_blocks(map_inlines(body, lambda node: _inline(node, reading)).blocks, reading))


def _blocks(blocks: Iterable[Block], reading: Reading) -> tuple[Block, ...]:
    return tuple(kept for block in blocks if (kept := _block(block, reading)))


def _block(block: Block, reading: Reading) -> Block | None:
    match block:
        case Paragraph():
            children = trimmed(joined(block.children))
            return Paragraph(children) if flat(children).strip() else None
        case Quote():
            inside = _blocks(block.blocks, reading)
            return Quote(inside) if inside else None
        case Bullets():
            items = tuple(_blocks(item, reading) for item in block.items)
            return Bullets(items, block.ordered) if items else None
        case CodeBlock():
            return CodeBlock(block.text.strip("\n")) if block.text.strip() else None
        case _:
            label = plain(Text((block,)), reading.reader)
            return Paragraph((Plain(label),)) if label else None


def _inline(node: Inline, reading: Reading) -> tuple[Inline, ...]:
    match node:
        case When():
            return (Plain(when(node, reading.locale, reading.zone, reading.now)),)
        case Named():
            return (Plain(reading.name(node.member)),)
        case Worded() | Translated():
            return (Plain(words(node)),)
        case MessageLink():
            return _linked(message_address(node.message or ""), node.children)
        case Link():
            return _linked(node.url, node.children)
        case Strong() | Emphasis():
            return (with_children(node, joined(node.children)),) if flat(node.children) else ()
        case _:
            return (node,)


def _linked(url: str | None, label: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return a link, its label without links; or its words and address where nobody may be led to it."""
    bare = joined(_unlinked(label))
    if not url:
        return bare
    if not flat(bare).strip():
        bare = (Plain(url),)
    if SAFE.match(url) and not any(map(str.isspace, url)) and len(json.dumps(escape(url))) <= _ADDRESS:
        return (Link(bare, url),)
    return bare if flat(bare) == url else (*bare, Plain(f" ({url})"))


def _unlinked(nodes: Iterable[Inline]) -> Iterator[Inline]:
    for node in nodes:
        match node:
            case Link():
                yield from node.children
            case Strong() | Emphasis():
                yield with_children(node, joined(_unlinked(node.children)))
            case _:
                yield node


def called(body: Text) -> frozenset[str]:
    """Return the ids of those whom a message addresses: not those who are only named, nor those in a quote."""
    return frozenset(_called(body.blocks))


def _called(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph():
                yield from _mentioned(block.children)
            case Bullets():
                for item in block.items:
                    yield from _called(item)
            case _:
                pass


def _mentioned(nodes: Iterable[Inline]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Mention():
                yield node.member
            case Strong() | Emphasis() | Link():
                yield from _mentioned(node.children)
            case _:
                pass


def wordy(body: Text) -> bool:
    """Whether a message is paragraphs of words, of which formatting would say nothing more."""
    return all(
        isinstance(block, Paragraph) and all(isinstance(node, Plain | LineBreak) for node in block.children)
        for block in body.blocks
    )
