"""HTML that members' clients send, as a message tree: words are kept, whatever is done to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Final

from adapters.matrix.growing import Composed, Growing

__all__ = ["Composed", "composed"]

_NO_TAG: Final = re.compile(r"""<(?!/?[a-zA-Z](?:[^<>"']|"[^<"]*"|'[^<']*')*+>)""")
_DROPPED: Final = frozenset({"mx-reply", "script", "style"})
_STYLES: Final = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "code": "code"}
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS: Final = frozenset(
    {"address", "article", "aside", "caption", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "form", "header", "main", "nav", "p", "section", "summary", "table"}
)


def composed(html: str) -> Composed:
    """Return what ``html`` says, in time proportional to its length; never raises.

    What is neither element nor comment is words. Replies' fallbacks, scripts and styles are left out.
    """
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", "".join(_without_comments(html))))
    reader.close()
    return reader.growing.grown()


def _without_comments(html: str) -> Iterator[str]:
    done = 0
    while (start := html.find("<!--", done)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        yield html[done:start]
        done = end + 3
    yield html[done:]


class _Reader(HTMLParser):
    """Knows what elements mean. It is given no declarations, and no tag without its end, which it reads slowly."""

    def __init__(self) -> None:
        super().__init__()
        self.growing = Growing()
        self._dropped: list[str] = []

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self.growing.say(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped.append(tag)
        elif not self._dropped:
            self._begin(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag == self._dropped[-1]:
                self._dropped.pop()
        else:
            self._end(tag)

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "br":
                self.growing.break_line()
            case "img":
                self.growing.say(attributes.get("alt") or attributes.get("title") or "")
            case "a":
                self.growing.open("a", attributes.get("href", "").strip())
            case "ul" | "ol" | "blockquote":
                self.growing.enter(tag, attributes.get("start", ""))
            case _ if tag in _STYLES:
                self.growing.open(_STYLES[tag])
            case _:
                self._begin_block(tag)

    def _begin_block(self, tag: str) -> None:
        growing = self.growing
        match tag:
            case "pre":
                growing.begin_code()
            case "hr":
                growing.rule()
            case "li":
                growing.item()
            case "tr" | "td" | "th":
                growing.cell(row=tag == "tr")
            case _ if tag in _HEADINGS:
                growing.end_paragraph()
                growing.open("strong")
            case _ if tag in _BLOCKS:
                growing.end_paragraph()
            case _:
                pass

    def _end(self, tag: str) -> None:
        growing = self.growing
        match tag:
            case "pre":
                growing.end_code()
            case "a":
                growing.close("a")
            case "li":
                growing.end_item()
            case "blockquote" | "ul" | "ol":
                growing.leave(tag)
            case _ if tag in _STYLES:
                growing.close(_STYLES[tag])
            case _ if tag in _HEADINGS or tag in _BLOCKS:
                growing.end_paragraph()
            case _:
                pass
