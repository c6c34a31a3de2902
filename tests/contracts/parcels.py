"""What the suite of the port sends."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.text import Text, paragraph
from bot.engine.platform import Outgoing, Placed
from tests.contracts.platforms import SITES, Line, Site


def where(able: str) -> pytest.MarkDecorator:
    """Run a test where this can happen."""
    return pytest.mark.parametrize("site", [name for name, (can, _) in SITES.items() if able in can], indirect=True)


def parcel(site: Site, words: Text | str, **rest: Any) -> Outgoing:  # noqa: ANN401 - an Outgoing's own
    """Return what is to be said at home, unless it is to somebody or about something said before."""
    known: dict[str, Any] = {"kind": "direct" if rest.get("people") else "post", "key": "k1", "since": site.clock()}
    if not rest.get("people"):
        known["channel"] = site.home
    names = {external: name for name, external in site.people.items()}
    return Outgoing(body=words if isinstance(words, Text) else paragraph(words), names=names, **(known | rest))


async def sent(site: Site, words: Text | str, **rest: Any) -> Placed:  # noqa: ANN401 - as above
    return await site.platform.send(parcel(site, words, **rest))


def long(of: str, sentences: int = 900) -> str:
    """Return some 18,000 characters."""
    return " ".join(f"Sentence {n} of {of}." for n in range(sentences))


def whole(lines: list[Line]) -> str:
    return " ".join(" ".join(line.words for line in lines).split())


def places(site: Site) -> list[dict[str, Any]]:
    return [{"channel": site.home}, {"people": (site.people["Ana"],)}, {"people": tuple(site.people.values())}]
