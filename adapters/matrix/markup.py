"""A message tree as the HTML that Matrix allows; people's words are escaped where they are put in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from adapters.matrix.addresses import address
from bot.core.plain import Reader
from bot.core.text import (
    Block,
    Bullets,
    ChannelLink,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Mention,
    Paragraph,
    Quote,
    Strong,
    Text,
    words,
)


@dataclass(frozen=True, slots=True)
class Markup:
    """Writes settled trees (``adapters.matrix.settle``) for who reads."""

    reader: Reader

    def html(self, body: Text) -> str:
        """Return ``body`` as HTML without blanks between its elements."""
        return self._blocks(body.blocks, bare=len(body.blocks) == 1)

    def _blocks(self, blocks: tuple[Block, ...], *, bare: bool) -> str:
        """Return blocks one after the other; ``bare``: the first needs no paragraph around its words."""
        return "".join(self._block(block, bare=bare and not place) for place, block in enumerate(blocks))

    def _block(self, block: Block, *, bare: bool) -> str:
        match block:
            case Paragraph():
                inside = self._inlines(block.children)
                return inside if bare else f"<p>{inside}</p>"
            case Quote():
                return f"<blockquote>{self._blocks(block.blocks, bare=len(block.blocks) == 1)}</blockquote>"
            case Bullets():
                items = "".join(f"<li>{self._blocks(item, bare=_tight(item))}</li>" for item in block.items)
                return f"<ol>{items}</ol>" if block.ordered else f"<ul>{items}</ul>"
            case CodeBlock():
                return f"<pre><code>{escape(block.text, quote=False)}</code></pre>"
            case _:  # a settled tree has no files and no buttons
                return ""

    def _inlines(self, nodes: Iterable[Inline], *, linked: bool = False) -> str:
        return "".join(self._inline(node, linked=linked) for node in nodes)

    def _inline(self, node: Inline, *, linked: bool) -> str:
        match node:
            case Strong():
                return f"<strong>{self._inlines(node.children, linked=linked)}</strong>"
            case Emphasis():
                return f"<em>{self._inlines(node.children, linked=linked)}</em>"
            case Code():
                return f"<code>{_escaped(node.text)}</code>"
            case Link():
                inside = self._inlines(node.children, linked=True)
                return _anchor(node.url, inside)
            case Mention():
                name = self.reader.name(node.member)
                return (
                    _escaped("@" + name.removeprefix("@")) if linked else _anchor(address(node.member), _escaped(name))
                )
            case ChannelLink():
                name = _escaped(self.reader.channel(node.channel))
                return name if linked else _anchor(address(node.channel), name)
            case LineBreak():
                return "<br>"
            case _:
                return _escaped(words(node))


def _tight(item: tuple[Block, ...]) -> bool:
    return sum(isinstance(block, Paragraph) for block in item) == 1


def _anchor(url: str, inside: str) -> str:
    return f'<a href="{escape(url)}">{inside}</a>'


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
