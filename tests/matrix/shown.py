"""A message's HTML as a client shows it, in plain words."""

from __future__ import annotations

from html.parser import HTMLParser

BLOCKS = frozenset({"p", "ul", "ol", "li", "blockquote", "pre", "br"})
PERSON = "https://matrix.to/#/@"


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.links: list[str] = []
        self._numbers: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._break()
        if tag in {"ul", "ol"}:
            self._numbers.append(0 if tag == "ol" else None)
        if tag == "li":
            number = self._numbers[-1]
            self._numbers[-1] = None if number is None else number + 1
            self.words += "• " if number is None else f"{number + 1}. "
        if tag == "a":
            address = dict(attrs)["href"] or ""
            self.links.append(address)
            self.words += "@" if address.startswith(PERSON) else ""

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._break()
        if tag in {"ul", "ol"}:
            self._numbers.pop()

    def handle_data(self, data: str) -> None:
        self.words += data

    def _break(self) -> None:
        if self.words and self.words[-1] != "\n":
            self.words += "\n"


def shown(html: str) -> tuple[str, tuple[str, ...]]:
    """Return what is read, and where its links lead; people are pills, with an at sign."""
    parser = _Shown()
    parser.feed(html)
    parser.close()
    return parser.words.strip(), tuple(parser.links)
