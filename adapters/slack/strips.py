"""A message as Slack lays it out: strips of words one below the other, and rows of buttons between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from adapters.slack.cut import trimmed
from adapters.slack.limits import ACTIONS, INDENT
from adapters.slack.runs import Reading, Run, elements, escaped, fallback, joined, runs_of, said
from bot.core.text import (
    Block,
    Bullets,
    Button,
    Buttons,
    CodeBlock,
    Paragraph,
    Quote,
    Text,
    buttons_of,
)

Shape = Literal["section", "quote", "bullet", "ordered", "code"]

_TYPES = {"section": "rich_text_section", "quote": "rich_text_quote", "code": "rich_text_preformatted"}
_BREAK = Run("\n")
_GAP = Run("\n\n")


@dataclass(frozen=True, slots=True)
class Strip:
    """Words in one shape; an item of a list has its ``level``, and its ``number`` from 1."""

    shape: Shape
    runs: tuple[Run, ...]
    level: int = 0
    number: int = 1

    @property
    def item(self) -> bool:
        """Whether it is an item of a list."""
        return self.shape in {"bullet", "ordered"}

    @property
    def mark(self) -> str:
        """What stands before its words where there is no formatting."""
        match self.shape:
            case "bullet":
                return "  " * self.level + "- "
            case "ordered":
                return "  " * self.level + f"{self.number}. "
            case "quote":
                return "> "
            case _:
                return ""


@dataclass(frozen=True, slots=True)
class Row:
    """Buttons side by side, at most ``ACTIONS``."""

    buttons: tuple[Button, ...]


Laid = Strip | Row


def laid_out(body: Text, reading: Reading) -> list[Laid]:
    """Return a resolved message as strips and rows in reading order, without its files and without blank ones."""
    return [piece for block in body.blocks for piece in _block(block, reading)]


def _block(block: Block, reading: Reading) -> Iterator[Laid]:
    match block:
        case Paragraph():
            yield from _strip("section", runs_of(block.children, reading))
        case Quote():
            yield from _strip("quote", _lines(block.blocks, reading, _GAP))
            yield from rows(buttons_of(Text((block,))))
        case Bullets():
            yield from _items(block, reading, 0)
            yield from rows(buttons_of(Text((block,))))
        case CodeBlock():
            if block.text.strip():
                yield Strip("code", (Run(block.text),))
        case Buttons():
            yield from rows(block.buttons)
        case _:  # a file is uploaded
            pass


def _strip(shape: Shape, runs: tuple[Run, ...]) -> Iterator[Strip]:
    tidy = trimmed(runs)
    if said(tidy).strip():
        yield Strip(shape, tidy)


def rows(buttons: tuple[Button, ...]) -> Iterator[Row]:
    """Yield buttons in as many rows as they need."""
    for start in range(0, len(buttons), ACTIONS):
        yield Row(buttons[start : start + ACTIONS])


def _items(block: Bullets, reading: Reading, level: int) -> Iterator[Strip]:
    """Yield a list's items: lists that end an item go below it, one level deeper; all else is its lines."""
    shape: Shape = "ordered" if block.ordered else "bullet"
    for number, item in enumerate(block.items, 1):
        below = len(item)
        while level < INDENT and below and isinstance(item[below - 1], Bullets):
            below -= 1
        own = trimmed(_lines(item[:below], reading, _BREAK))
        yield Strip(shape, own or (Run(" "),), level, number)
        for nested in item[below:]:
            if isinstance(nested, Bullets):
                yield from _items(nested, reading, level + 1)


def _lines(blocks: Iterable[Block], reading: Reading, gap: Run) -> tuple[Run, ...]:
    """Return blocks as lines of one strip, with ``gap`` from one to the next."""
    found = [runs for block in blocks if said(runs := _flat(block, reading)).strip()]
    return joined(run for place, runs in enumerate(found) for run in ((gap, *runs) if place else runs))


def _flat(block: Block, reading: Reading) -> tuple[Run, ...]:
    match block:
        case Paragraph():
            return runs_of(block.children, reading)
        case CodeBlock():
            return (Run(block.text, frozenset({"code"})),)
        case Quote():
            return _hanging(_lines(block.blocks, reading, _BREAK), "> ", "> ")
        case Bullets():
            marks = (f"{number}. " if block.ordered else "• " for number, _ in enumerate(block.items, 1))
            items = (_lines(item, reading, _BREAK) for item in block.items)
            hung = [_hanging(runs, mark, "    ") for mark, runs in zip(marks, items, strict=True)]
            return joined(run for place, runs in enumerate(hung) for run in ((_BREAK, *runs) if place else runs))
        case _:
            return ()


def _hanging(runs: tuple[Run, ...], first: str, others: str) -> tuple[Run, ...]:
    """Return runs with a mark before their first line, and one before each of the others."""
    result = [Run(first)]
    for run in runs:
        head, *tail = [run.words] if run.of else run.words.split("\n")
        result.append(Run(head, run.style, run.url, run.of))
        for rest in tail:
            result += [Run(f"\n{others}"), Run(rest, run.style, run.url)]
    return joined(result)


def rich_text(strips: Iterable[Strip], reading: Reading) -> dict[str, Any]:
    """Return strips that follow one another as a ``rich_text`` block."""
    found: list[dict[str, Any]] = []
    before: Strip | None = None
    for strip in _paragraphs(strips):
        inner = elements(strip.runs, reading)
        if not strip.item:
            found.append({"type": _TYPES[strip.shape], "elements": inner})
        else:
            if not (before and _continues(before, strip)):
                found.append(_list(strip))
            found[-1]["elements"].append({"type": _TYPES["section"], "elements": inner})
        before = strip
    return {"type": "rich_text", "elements": found}


def _paragraphs(strips: Iterable[Strip]) -> list[Strip]:
    """Return strips with paragraphs in one section: Slack leaves no room between two, and its composer writes one."""
    found: list[Strip] = []
    for strip in strips:
        if found and found[-1].shape == strip.shape == "section":
            found[-1] = Strip("section", joined((*found[-1].runs, _GAP, *strip.runs)))
        else:
            found.append(strip)
    return found


def _continues(before: Strip, strip: Strip) -> bool:
    """Whether an item belongs to the same list as the one before it."""
    together = (before.shape, before.level) == (strip.shape, strip.level)
    return together and (strip.shape == "bullet" or strip.number == before.number + 1)


def _list(first: Strip) -> dict[str, Any]:
    offset = {"offset": first.number - 1} if first.shape == "ordered" and first.number > 1 else {}
    return {"type": "rich_text_list", "style": first.shape, "indent": first.level, "elements": [], **offset}


def written(strips: Iterable[Strip]) -> str:
    """Return strips as escaped words, for the ``text`` of a message."""
    lines: list[str] = []
    before: Strip | None = None
    for strip in strips:
        if before:
            lines.append("\n" if before.item and strip.item else "\n\n")
        others = strip.mark if strip.shape == "quote" else " " * len(strip.mark)
        rows = (escaped(strip.mark) + fallback(strip.runs)).split("\n")
        lines.append(f"\n{escaped(others)}".join(rows).rstrip())
        before = strip
    return "".join(lines)
