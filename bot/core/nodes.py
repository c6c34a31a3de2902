"""Nodes put together: words joined, lines parted into paragraphs, items numbered, links that lead nowhere undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.core.text import Block, Code, Inline, LineBreak, Link, Paragraph, Plain

SAFE = re.compile(r"https?://[^/\s]|mailto:[^\s]", re.IGNORECASE)
"""How an address begins that people may be led to."""


def joined(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """Return the same nodes, with plain words that follow one another made one node and empty ones left out."""
    result: list[Inline] = []
    for node in nodes:
        last = result[-1] if result else None
        if isinstance(node, Plain) and isinstance(last, Plain):
            result[-1] = Plain(last.text + node.text)
        elif node != Plain(""):
            result.append(node)
    return tuple(result)


def lines(text: str, *, code: bool = False) -> Iterator[Inline]:
    """Yield words with a break for each new line."""
    for place, row in enumerate(text.split("\n")):
        if place:
            yield LineBreak()
        if row:
            yield Code(row) if code else Plain(row)


def paragraphs(nodes: Iterable[Inline]) -> Iterator[Paragraph]:
    """Yield nodes as paragraphs: an empty line parts two, and one new line is a break."""
    row: list[Inline] = []
    breaks = 0
    for node in nodes:
        if not row and isinstance(node, Plain) and not node.text.strip():
            continue
        if isinstance(node, LineBreak):
            breaks += 1
            continue
        if row and breaks > 1:
            yield Paragraph(joined(row))
            row = []
        elif row and breaks:
            row.append(LineBreak())
        breaks = 0
        row.append(node)
    if row:
        yield Paragraph(joined(row))


def numbered(items: Iterable[tuple[Block, ...]], numbers: Iterable[int | str]) -> Iterator[Block]:
    """Yield the items of a list with their numbers as words: for a list that is not numbered from one."""
    for number, item in zip(numbers, items, strict=False):
        match item:
            case (Paragraph(children), *rest):
                yield Paragraph(joined((Plain(f"{number}. "), *children)))
                yield from rest
            case _:
                yield Paragraph((Plain(f"{number}."),))
                yield from item


def link(url: str, label: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return a link, or its words and address where nobody may be led to it."""
    if SAFE.match(url):
        return (Link(label or (Plain(url),), url),)
    if not label:
        return (Plain(url),)
    return (*label, Plain(f" ({url})")) if url and label != (Plain(url),) else label
