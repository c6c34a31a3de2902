"""A message tree that grows as its elements begin and end, in whatever order a client has them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from adapters.matrix.addresses import Place, place
from bot.core.model import MemberId
from bot.core.nodes import joined, lines, link, numbered, paragraphs
from bot.core.parting import flat, trimmed
from bot.core.text import (
    Block,
    Bullets,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Mention,
    Paragraph,
    Plain,
    Quote,
    Strong,
    Text,
)

_NESTED_BLOCKS = 20
_NESTED_INLINES = 8
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Pill:
    """A person or a room in a message, with the words that show it. ``first``: nothing was said before."""

    place: Place
    label: str
    first: bool


@dataclass(frozen=True, slots=True)
class Composed:
    """A message, and whom and what it shows as pills, in reading order."""

    text: Text
    pills: tuple[Pill, ...]


@dataclass(slots=True)
class _Mark:
    """What is around words: ``strong``, ``em``, ``code``, ``a`` or nothing. ``first``: nothing was said before it."""

    tag: str
    url: str = ""
    first: bool = False
    children: list[Inline] = field(default_factory=list)


@dataclass(slots=True)
class _Frame:
    """What is around blocks: ``blockquote``, ``ul``, ``ol``, ``li`` or nothing. A list has ``items``."""

    tag: str
    start: int = 1
    blocks: list[Block] = field(default_factory=list)
    items: list[tuple[Block, ...]] = field(default_factory=list)

    @property
    def list(self) -> bool:
        return self.tag in {"ul", "ol"}

    def add(self, blocks: tuple[Block, ...]) -> None:
        """Take blocks in; in a list, what stands beside its items belongs to the one before."""
        if not self.list:
            self.blocks += blocks
        elif self.items:
            self.items[-1] += blocks
        elif blocks:
            self.items.append(blocks)

    def grown(self) -> tuple[Block, ...]:
        match self.tag:
            case "blockquote":
                return (Quote(tuple(self.blocks)),) if self.blocks else ()
            case "ol" if self.start != 1:
                return tuple(numbered(self.items, count(self.start)))
            case "ul" | "ol":
                return (Bullets(tuple(self.items), self.tag == "ol"),) if self.items else ()
            case _:
                return tuple(self.blocks)


class Growing:
    """What was said so far. What nests too deep loses its dress, not its words."""

    def __init__(self) -> None:
        self._frames = [_Frame("")]
        self._marks = [_Mark("")]
        self._code: list[str] | None = None
        self._ignored: Counter[str] = Counter()
        self._too_deep: Counter[str] = Counter()
        self._pills: list[Pill] = []
        self._cells = 0
        self._begun = False
        self._blank = True

    def grown(self) -> Composed:
        """Return the message, with all that is still open brought to its end."""
        self.end_code()
        self.end_paragraph()
        while len(self._frames) > 1:
            self._up()
        return Composed(Text(tuple(self._frames[0].blocks)), tuple(self._pills))

    def say(self, words: str) -> None:
        """Take in words; blanks are one space, and none where a line begins."""
        self._begun = self._begun or bool(words.strip())
        if self._code is not None:
            self._code.append(words)
            return
        tidy = _BLANKS.sub(" ", words)
        if self._blank:
            tidy = tidy.removeprefix(" ")
        if tidy:
            self._blank = tidy.endswith(" ")
            self._marks[-1].children.append(Plain(tidy))

    def break_line(self) -> None:
        """Begin a line."""
        if self._code is not None:
            self._code.append("\n")
            return
        self._marks[-1].children.append(LineBreak())
        self._blank = True

    def open(self, tag: str, url: str = "") -> None:
        """Begin what is around words; nothing is within code, and no link within a link."""
        if self._code is not None:
            return
        if tag == "a" and any(mark.tag == "a" for mark in self._marks):
            self.close("a")
        if len(self._marks) > _NESTED_INLINES or self._marks[-1].tag == "code":
            self._ignored[tag] += 1
        else:
            self._marks.append(_Mark(tag, url, first=not self._begun))

    def close(self, tag: str) -> None:
        """End what is around words, with all in it that was not ended."""
        if self._ignored[tag]:
            self._ignored[tag] -= 1
        elif any(mark.tag == tag for mark in self._marks):
            while self._close_last() != tag:
                pass

    def _close_last(self) -> str:
        mark = self._marks.pop()
        self._marks[-1].children += self._dressed(mark)
        return mark.tag

    def _dressed(self, mark: _Mark) -> tuple[Inline, ...]:
        children = joined(mark.children)
        match mark.tag:
            case "a" if mark.url:
                return self._linked(mark, children)
            case "code":
                return tuple(lines(flat(children), code=True))
            case "strong" if flat(children).strip():
                return (Strong(children),)
            case "em" if flat(children).strip():
                return (Emphasis(children),)
            case _:
                return children

    def _linked(self, mark: _Mark, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
        to = place(mark.url)
        if to and not to.event:
            self._pills.append(Pill(to, flat(children).strip(), mark.first))
        if to and to.user:
            self._blank = False
            return (Mention(MemberId(to.id)),)
        return link(to.address if to else mark.url, children if flat(children).strip() else ())

    def end_paragraph(self) -> None:
        """End a paragraph, if there is one, with all that is around its words."""
        if self._code is not None:
            return
        while len(self._marks) > 1:
            self._close_last()
        self._ignored.clear()
        nodes, self._marks = self._marks[0].children, [_Mark("")]
        self._blank = True
        said = (trimmed(block.children) for block in paragraphs(nodes))
        self._frames[-1].add(tuple(Paragraph(children) for children in said if flat(children).strip()))

    def enter(self, tag: str, start: str = "") -> None:
        """Begin a quote or a list, numbered from ``start``."""
        if self._code is not None:
            return
        self.end_paragraph()
        if len(self._frames) > _NESTED_BLOCKS:
            self._too_deep[tag] += 1
        else:
            self._frames.append(_Frame(tag, int(start) if _NUMBER.fullmatch(start) else 1))

    def leave(self, tag: str) -> None:
        """End a quote or a list, with all in it that was not ended."""
        if self._code is not None:
            return
        self.end_paragraph()
        if self._too_deep[tag]:
            self._too_deep[tag] -= 1
        elif any(frame.tag == tag for frame in self._frames):
            while self._up() != tag:
                pass

    def item(self) -> None:
        """Begin an item, where there is a list."""
        if self._code is not None:
            return
        self.end_paragraph()
        if self._frames[-1].tag == "li":
            self._up()
        if self._frames[-1].list:
            self._frames.append(_Frame("li"))

    def end_item(self) -> None:
        """End an item of the list that we are in."""
        self.end_paragraph()
        inside = [frame.tag for frame in self._frames]
        lists = (place for place, frame in enumerate(self._frames) if frame.list)
        if self._code is None and "li" in inside[max(lists, default=0) :]:
            while self._up() != "li":
                pass

    def _up(self) -> str:
        frame = self._frames.pop()
        if frame.tag == "li":
            self._frames[-1].items.append(frame.grown())
        else:
            self._frames[-1].add(frame.grown())
        return frame.tag

    def rule(self) -> None:
        """Part what was said from what follows, as people type it."""
        self.end_paragraph()
        if self._code is None:
            self._frames[-1].add((Paragraph((Plain("---"),)),))

    def cell(self, *, row: bool) -> None:
        """Begin a row of a table, which is a line, or a cell in it."""
        if self._code is not None:
            return
        if not row:
            self.say(" | " if self._cells else "")
            self._cells += 1
            return
        self._cells = 0
        if self._marks[0].children:
            self.break_line()

    def begin_code(self) -> None:
        """Begin lines that are kept as they are."""
        if self._code is None:
            self.end_paragraph()
            self._code = []

    def end_code(self) -> None:
        """End lines that are kept as they are."""
        if self._code is None:
            return
        text, self._code = "".join(self._code).strip("\n"), None
        if text.strip():
            self._frames[-1].add((CodeBlock(text),))
