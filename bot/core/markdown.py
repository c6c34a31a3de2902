"""People's Markdown, made safe: the words are kept, and nothing in them can run, load or call anybody by surprise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.model import MemberId
from bot.core.nodes import joined, numbered
from bot.core.text import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Mention,
    Paragraph,
    Plain,
    Quote,
    Strong,
    Text,
)

People = Callable[[str], MemberId | None]

_NESTED_BLOCKS = 20
_NESTED_INLINES = 8
_LONGEST_NAME = 80
_EVERYBODY = frozenset({"all", "channel", "everyone", "group", "here", "room"})
_SAFE = re.compile(r"https?://[^/]|mailto:.", re.IGNORECASE)
_AT = re.compile(r"(?<!\w)@(?=\w)")
_NAME_END = re.compile(r"\S(?!\w)")
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}")

# A reference definition would hide its words, so it stays what it looks like.
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": _NESTED_BLOCKS}).disable(
    "reference"
)


def parse(markdown: str, people: People | None = None) -> Text:
    """Return the message that ``markdown`` writes; never raises.

    ``people`` resolves the name that follows an ``@`` (the longest that it knows wins); without it, and for
    ``@channel`` and its like, the name stays words. HTML, tables, and addresses that are not http, https or
    mailto stay words too; images become links, headings strong paragraphs, new lines in a paragraph line breaks.
    """
    tokens = _markdown.parse(markdown)
    tree = _Tree(people or _nobody)
    if any(token.level >= _NESTED_BLOCKS - 1 for token in tokens):  # the parser drops what lies deeper
        return Text((tree.as_written(markdown),))
    return Text(tree.blocks(iter(tokens)))


def inline(markdown: str) -> tuple[Inline, ...]:
    """Return the inline nodes of one sentence, with no mention in them; spaces at its ends are kept."""
    tree = _Tree(_nobody)
    return tuple(node for token in _markdown.parseInline(markdown) for node in tree.inlines(token.children or ()))


def _open(token: Token) -> bool:
    return token.nesting >= 0


def _nobody(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Tree:
    """Builds nodes from the parser's tokens."""

    people: People

    def as_written(self, markdown: str) -> Paragraph:
        rows = [tuple(self.addressed(row)) for row in markdown.splitlines() if row.strip()]
        return Paragraph(joined(part for row in rows for part in (LineBreak(), *row))[1:])

    def blocks(self, stream: Iterator[Token]) -> tuple[Block, ...]:
        """Return the blocks up to the end of the container that ``stream`` is in."""
        found: list[Block] = []
        for token in takewhile(_open, stream):
            match token.type:
                case "paragraph_open":
                    found.append(Paragraph(self.line(stream)))
                case "heading_open":
                    line = self.line(stream)
                    found.append(Paragraph((Strong(line),) if line else (Plain(token.markup),)))
                case "blockquote_open":
                    found.append(Quote(self.blocks(stream)))
                case "bullet_list_open" | "ordered_list_open":
                    found += self.list(stream)
                case "fence" | "code_block":
                    found.append(_code(token))
                case _:  # a rule across the page
                    found.append(Paragraph((Plain(token.markup[:3]),)))
        return tuple(found)

    def line(self, stream: Iterator[Token]) -> tuple[Inline, ...]:
        content = next(stream)
        next(stream)  # the closing token
        return self.inlines(content.children or ())

    def list(self, stream: Iterator[Token]) -> Iterator[Block]:
        """Yield a list; one that is not numbered from one keeps its numbers as words."""
        numbers: list[str] = []
        items: list[tuple[Block, ...]] = []
        for token in takewhile(_open, stream):
            numbers.append(token.info)
            items.append(self.blocks(stream))
        if not any(numbers):
            yield Bullets(tuple(items))
        elif set(numbers) == {"1"} or numbers == [str(n) for n, _ in enumerate(items, 1)]:
            yield Bullets(tuple(items), ordered=True)
        else:
            yield from numbered(items, numbers)

    def inlines(self, tokens: Sequence[Token], *, linked: bool = False) -> tuple[Inline, ...]:
        """Return the nodes; what nests too deep loses its dress, not its words. ``linked``: in a link's label."""
        opened: list[Token] = []
        levels: list[list[Inline]] = [[]]
        for token in tokens:
            if token.nesting > 0:
                opened.append(token)
                levels.append([])
            elif token.nesting < 0:
                children, begun = joined(levels.pop()), opened.pop()
                levels[-1] += _wrapped(begun, children, linked=linked) if len(opened) < _NESTED_INLINES else children
            else:
                levels[-1] += self.leaf(token, linked=linked or any(begun.type == "link_open" for begun in opened))
        return joined(levels.pop())

    def leaf(self, token: Token, *, linked: bool) -> Iterable[Inline]:
        match token.type:
            case "code_inline":
                return (Code(token.content),)
            case "softbreak" | "hardbreak":
                return (LineBreak(),)
            case "image":
                label = self.inlines(token.children or (), linked=True)
                return _link(token, str(token.attrs["src"]), label, linked=linked)
            case _:
                return (Plain(token.content),) if linked else self.addressed(token.content)

    def addressed(self, text: str) -> Iterator[Inline]:
        """Yield ``text`` with the people it names after an ``@`` as mentions."""
        done = 0
        for at in _AT.finditer(text):
            ends = [end.end() for end in _NAME_END.finditer(text, at.end(), at.end() + _LONGEST_NAME)]
            for end in reversed(ends):
                name = text[at.end() : end]
                member = None if name.casefold() in _EVERYBODY else self.people(name)
                if member is not None:
                    yield Plain(text[done : at.start()])
                    yield Mention(member)
                    done = end
                    break
        yield Plain(text[done:])


def _wrapped(begun: Token, children: tuple[Inline, ...], *, linked: bool) -> tuple[Inline, ...]:
    match begun.type:
        case "strong_open":
            return (Strong(children),)
        case "em_open":
            return (Emphasis(children),)
        case _:
            return _link(begun, str(begun.attrs["href"]), children, linked=linked)


def _link(token: Token, url: str, label: tuple[Inline, ...], *, linked: bool) -> tuple[Inline, ...]:
    """Return a link, or its words and address where there can be none."""
    title = (Plain(f" ({token.attrs['title']})"),) if token.attrs.get("title") else ()
    if _SAFE.match(url) and not linked:
        return (Link(label or (Plain(url),), url), *title)
    if not url or token.info == "auto":
        return (*label, *title)
    return (*label, Plain(f" ({url})"), *title) if label else (Plain(url), *title)


def _code(token: Token) -> CodeBlock:
    """Return a block of code, without the language's name; other words beside the fence become its first line."""
    content, beside = token.content.removesuffix("\n"), token.info.strip()
    if beside and not (content and _LANGUAGE.fullmatch(beside)):
        content = f"{beside}\n{content}".rstrip("\n")
    return CodeBlock(content)
