"""Where words part with the least harm, and inline nodes parted there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.text import Code, Emphasis, Inline, LineBreak, Link, MessageLink, Plain, Strong, with_children

_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"[.!?…][\u00a0\u202f»”\")\]]*[^\S\u00a0\u202f]+")
_WORD = re.compile(r"[^\S\u00a0\u202f]+")
_FEWEST = 3
"""A cut at a line or sentence must leave at least the limit divided by this before it."""
_WHOLE = "\ufffc"
"""Stands for a node that is never cut."""


def break_at(text: str, limit: int) -> int:
    """Return where to part ``text`` within its first ``limit`` characters.

    It is after a line if that leaves enough before it, else after a sentence, else after a word, else anywhere.
    """
    for mark, fewest in ((_LINE, limit // _FEWEST), (_SENTENCE, limit // _FEWEST), (_WORD, 0)):
        ends = [found.end() for found in mark.finditer(text, 0, limit) if found.end() > fewest]
        if ends:
            return ends[-1]
    return limit


def flat(nodes: Iterable[Inline]) -> str:
    """Return what nodes say, character for character as ``parted`` counts; a person, room or instant is one."""
    found: list[str] = []
    for node in nodes:
        match node:
            case Plain() | Code():
                found.append(node.text)
            case Strong() | Emphasis() | Link() | MessageLink():
                found.append(flat(node.children))
            case _:
                found.append("\n" if isinstance(node, LineBreak) else _WHOLE)
    return "".join(found)


def parted(nodes: Sequence[Inline], at: int) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """Return the nodes of the first ``at`` characters, and the others; what is around the cut is in both."""
    for number, node in enumerate(nodes):
        if at <= 0:
            return tuple(nodes[:number]), tuple(nodes[number:])
        size = len(flat((node,)))
        if at < size:
            head, tail = _cut(node, at)
            return (*nodes[:number], head), (tail, *nodes[number + 1 :])
        at -= size
    return tuple(nodes), ()


def _cut(node: Inline, at: int) -> tuple[Inline, Inline]:
    match node:
        case Plain() | Code():
            return replace(node, text=node.text[:at]), replace(node, text=node.text[at:])
        case Strong() | Emphasis() | Link() | MessageLink():
            before, after = parted(node.children, at)
            return with_children(node, before), with_children(node, after)
        case _:  # of one character, within which nothing is cut
            raise AssertionError(node.kind)


def trimmed(nodes: Sequence[Inline], blanks: str = " \t\n\r\f\v") -> tuple[Inline, ...]:
    """Return nodes without the blanks at both ends."""
    said = flat(nodes)
    kept, _ = parted(nodes, len(said.rstrip(blanks)))
    _, kept = parted(kept, len(said) - len(said.lstrip(blanks)))
    return kept
