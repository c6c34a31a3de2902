"""What the suite of the port sends."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.app import registry
from bot.core.degrade import without_buttons
from bot.core.i18n import Catalogues, voice
from bot.core.text import Text, paragraph
from bot.engine.platform import Outgoing, Placed
from tests.contracts.platforms import SITES
from tests.contracts.site import Line, Site

CATALOGUES = Catalogues(registry().locales)
_ITEM = re.compile(r"(\d+)\. (.*)")


def where(able: str) -> pytest.MarkDecorator:
    """Run a test where this can happen."""
    return pytest.mark.parametrize("site", [name for name, (can, _) in SITES.items() if able in can], indirect=True)


def parcel(site: Site, words: Text | str, **rest: Any) -> Outgoing:  # noqa: ANN401 - an Outgoing's own
    """Return what is to be said at home, unless it is to somebody or about something said before.

    Where there are no buttons, those of ``words`` are a numbered list, as the outbox makes it.
    """
    known: dict[str, Any] = {"kind": "direct" if rest.get("people") else "post", "key": "k1", "since": site.clock()}
    if not rest.get("people"):
        known["channel"] = site.home
    body = words if isinstance(words, Text) else paragraph(words)
    if not site.platform.capabilities.buttons:
        plain, options = without_buttons(body)
        body = CATALOGUES.resolve(plain, voice("en"))
        known["options"] = len(options)
    names = {external: name for name, external in site.people.items()}
    return Outgoing(body=body, names=names, **(known | rest))


async def sent(site: Site, words: Text | str, **rest: Any) -> Placed:  # noqa: ANN401 - as above
    return await site.platform.send(parcel(site, words, **rest))


def long(of: str, sentences: int = 900) -> str:
    """Return some 18,000 characters."""
    return " ".join(f"Sentence {n} of {of}." for n in range(sentences))


def whole(lines: list[Line]) -> str:
    return " ".join(" ".join(line.words for line in lines).split())


def offered(site: Site, line: Line) -> tuple[str, ...]:
    """Return what a message lets people choose from: its buttons, or the items of the list at its end."""
    if site.platform.capabilities.buttons:
        return line.buttons
    assert not line.buttons
    *_, ask = line.words.splitlines()
    assert ask.startswith("Reply ")
    items = [_ITEM.fullmatch(words) for words in line.words.splitlines()]
    found = [item for item in items if item is not None]
    last = max(place for place, item in enumerate(found) if item[1] == "1")
    return tuple(item[2] for item in found[last:])


def places(site: Site) -> list[dict[str, Any]]:
    return [{"channel": site.home}, {"people": (site.people["Ana"],)}, {"people": tuple(site.people.values())}]
