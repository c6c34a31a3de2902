"""A message made shorter, by visible characters and at a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.nodes import joined
from bot.core.text import (
    Block,
    Bullets,
    Buttons,
    Code,
    CodeBlock,
    Emphasis,
    File,
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
    with_children,
    words,
)

GUESS = 12
"""Characters counted for a name, a channel or a date, whose words are known only when they are rendered."""

_TO_LAST_SPACE = re.compile(r".*(?=\s)", re.DOTALL)
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")


def length(text: Text) -> int:
    """Return how many visible characters ``text`` has, buttons and files apart; names and dates count ``GUESS``."""
    return sum(_length(node) for node in _leaves(text.blocks))


def shorten(text: Text, limit: int) -> Text:
    """Return a resolved ``text`` of at most ``limit`` (one or more) visible characters, cut at a word with an ellipsis.

    Buttons and files cost nothing and stay.
    """
    return text if length(text) <= limit else Text(_Room(limit - 1).blocks(text.blocks))


def excerpt(text: Text, limit: int) -> tuple[Inline, ...]:
    """Return the beginning of a resolved ``text`` on one line, fit to be quoted or to be a link's label.

    Links keep their words only, and a mention becomes a name, which notifies nobody.
    """
    line = joined(_flat(_leaves(text.blocks, between=Plain(" "))))
    tidy = joined(Plain(_SPACES.sub(" ", node.text)) if isinstance(node, Plain) else node for node in line)
    if length(Text((Paragraph(tidy),))) <= limit:
        return tidy
    return _Room(limit - 1).inlines(tidy)


def _leaves(blocks: Iterable[Block], between: Inline | None = None) -> Iterator[Inline]:
    """Yield the inline nodes of ``blocks``, top nodes of each, and ``between`` from one block to the next."""
    for number, block in enumerate(blocks):
        if number and between:
            yield between
        match block:
            case Paragraph():
                yield from block.children
            case Quote():
                yield from _leaves(block.blocks, between)
            case Bullets():
                for place, item in enumerate(block.items):
                    if place and between:
                        yield between
                    yield from _leaves(item, between)
            case CodeBlock():
                yield Code(block.text)
            case _:  # buttons and files are not read
                pass


def _flat(nodes: Iterable[Inline]) -> Iterator[Inline]:
    for node in nodes:
        match node:
            case Link() | MessageLink():
                yield from _flat(node.children)
            case Strong() | Emphasis():
                yield with_children(node, joined(_flat(node.children)))
            case Mention():
                yield Named(node.member)
            case LineBreak():
                yield Plain(" ")
            case Code():
                yield Code(" ".join(node.text.split()))
            case _:
                yield node


def _length(node: Inline) -> int:
    match node:
        case Strong() | Emphasis() | Link() | MessageLink():
            return sum(_length(child) for child in node.children)
        case Plain() | Code() | LineBreak():
            return len(words(node))
        case _:
            return GUESS


@dataclass(slots=True)
class _Room:
    """What is left of the characters allowed; what goes beyond is replaced by one ellipsis."""

    left: int
    begun: bool = False
    full: bool = False

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(self.block(block) for block in blocks if not self.full or isinstance(block, Buttons | File))

    def block(self, block: Block) -> Block:
        match block:
            case Paragraph():
                return Paragraph(self.inlines(block.children))
            case Quote():
                return Quote(self.blocks(block.blocks))
            case Bullets():
                items = tuple(self.blocks(item) for item in block.items if not self.full)
                return Bullets(items, block.ordered)
            case CodeBlock():
                return CodeBlock(self.cut(block.text))
            case _:
                return block

    def inlines(self, nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return joined(self.inline(node) for node in nodes if not self.full)

    def inline(self, node: Inline) -> Inline:
        match node:
            case Strong() | Emphasis() | Link() | MessageLink():
                return with_children(node, self.inlines(node.children))
            case Plain():
                return Plain(self.cut(node.text))
            case Code():
                return Code(self.cut(node.text))
            case _ if _length(node) > self.left:
                self.full = True
                return Plain("…")
            case _:
                self.left -= _length(node)
                return node

    def cut(self, text: str) -> str:
        """Return what fits of ``text``, whole words if anything was said before them."""
        if len(text) <= self.left:
            self.left -= len(text)
            self.begun = self.begun or bool(text.strip())
            return text
        self.full = True
        whole = _TO_LAST_SPACE.match(text[: self.left + 1])
        kept = whole.group().rstrip() if whole else ""
        if not kept and not self.begun:
            kept = text[: self.left]
        return kept.rstrip(",;: ") + "…"
