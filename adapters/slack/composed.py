"""What Slack's composer sends, ``rich_text`` blocks, as a message tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby

from adapters.slack.wire import Element, as_words, inner, listed, node_of, number_of, rich_texts, text_of
from bot.core.nodes import lines, link, numbered, paragraphs
from bot.core.text import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Plain,
    Quote,
    Strong,
    Text,
)


def parse_blocks(blocks: object) -> Text | None:
    """Return what a member composed, None where there is no ``rich_text`` block; never raises.

    What is struck through keeps its words only. Groups and ``@here`` become words.
    """
    if not any(block.get("type") == "rich_text" for block in listed(blocks)):
        return None
    return Text(tuple(_blocks(rich_texts(blocks))))


def _blocks(parts: Iterable[Element]) -> Iterator[Block]:
    for (kind, bordered), group in groupby(parts, key=lambda part: (part.get("type"), bool(part.get("border")))):
        match kind:
            case "rich_text_list":
                found: tuple[Block, ...] = _lists(tuple(group))
            case "rich_text_preformatted":
                found = tuple(
                    CodeBlock(text) for part in group if (text := "".join(map(as_words, inner(part))).strip("\n"))
                )
            case "rich_text_quote":
                found = tuple(Quote(said) for part in group if (said := tuple(paragraphs(_inlines(inner(part))))))
            case _:
                found = tuple(block for part in group for block in paragraphs(_inlines(inner(part))))
        yield from (Quote(found),) if bordered and found and kind != "rich_text_quote" else found


def _inlines(elements: Iterable[Element]) -> Iterator[Inline]:
    for element in elements:
        style = element.get("style")
        bold, italic, code = (isinstance(style, dict) and bool(style.get(name)) for name in ("bold", "italic", "code"))
        for node in _nodes(element, code=code):
            dressed = node
            if not isinstance(node, LineBreak):
                dressed = Emphasis((dressed,)) if italic else dressed
                dressed = Strong((dressed,)) if bold else dressed
            yield dressed


def _nodes(element: Element, *, code: bool) -> Iterator[Inline]:
    if element.get("type") == "link":
        label = text_of(element, "text")
        wording = (Code(label) if code else Plain(label),) if label else ()
        yield from link(text_of(element, "url"), wording)
        return
    node = node_of(element)
    yield from lines(node.text, code=code) if isinstance(node, Plain) else (node,)


def _lists(parts: Sequence[Element]) -> tuple[Block, ...]:
    """Return lists that follow one another: deeper ones belong to the item before them, and then the list goes on."""
    found: list[Block] = []
    rest = list(parts)
    while rest:
        part, indent = rest[0], number_of(rest[0], "indent")
        end = next(
            (place for place, each in enumerate(rest) if place and number_of(each, "indent") <= indent), len(rest)
        )
        nested, rest = _lists(rest[1:end]), rest[end:]
        items = [tuple(_blocks((item,))) for item in inner(part)]
        if nested:
            items = [*items[:-1], (*(items[-1] if items else ()), *nested)]
        found.extend(list(_list(found, items, part)))
    return tuple(found)


def _list(before: list[Block], items: Sequence[tuple[Block, ...]], part: Element) -> Iterator[Block]:
    """Yield a list, or take the one before on; one that is not numbered from one keeps its numbers as words."""
    ordered, offset = part.get("style") == "ordered", number_of(part, "offset")
    match before:
        case [*_, Bullets() as last] if last.ordered == ordered and (not ordered or offset == len(last.items)):
            before.pop()
            yield Bullets((*last.items, *items), ordered)
        case _ if ordered and offset:
            yield from numbered(items, count(offset + 1))
        case _ if items:
            yield Bullets(tuple(items), ordered)
        case _:
            pass
