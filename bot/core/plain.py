"""A message as plain words: for notifications, the operator's terminal and whoever sees no formatting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.core.i18n import Voice, voice
from bot.core.model import ChannelId, MemberId
from bot.core.text import (
    Block,
    Bullets,
    ChannelLink,
    CodeBlock,
    Emphasis,
    File,
    Inline,
    Link,
    Mention,
    MessageLink,
    Named,
    Paragraph,
    Quote,
    Strong,
    Text,
    When,
    words,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their voice, their IANA zone, and how our ids are shown to them.

    ``sign`` stands before a channel's name. ``link`` gives the address of a message, or None where there is none. With
    ``now``, a date in another year says so.
    """

    voice: Voice
    zone: str
    name: Callable[[MemberId], str]
    channel: Callable[[ChannelId], str]
    link: Callable[[MessageLink], str | None]
    now: datetime | None = None
    sign: str = "#"


def plain(body: Text, reader: Reader) -> str:
    """Return a resolved ``body`` as readable lines, without a new line at the end."""
    return "\n\n".join(_block(block, reader) for block in body.blocks)


def plain_line(nodes: Iterable[Inline], reader: Reader) -> str:
    """Return resolved inline nodes as words; addresses follow their label in parentheses."""
    return "".join(_inline(node, reader) for node in nodes)


def when(node: When, locale: str, zone: str, now: datetime | None = None) -> str:
    """Return an instant as people of ``locale`` say it in ``zone``; with its year where that is not ``now``'s."""
    local = node.at.astimezone(ZoneInfo(zone))
    day = _day(local, locale, year=now is not None and now.astimezone(local.tzinfo).year != local.year)
    clock = _clock(local, locale)
    match node.style:
        case "date":
            return day
        case "time":
            return clock
        case _:
            return f"{day} à {clock}" if locale.startswith("fr") else f"{day}, {clock}"


def _day(local: datetime, locale: str, *, year: bool) -> str:
    number = "d'er'" if locale.startswith("fr") and local.day == 1 else "d"
    return format_datetime(local, f"EEEE {number} MMMM{' y' if year else ''}", locale=locale)


def _clock(local: datetime, locale: str) -> str:
    if not locale.startswith("fr"):
        return f"{local:%H:%M}"
    return f"{local.hour}\u00a0h\u00a0{local:%M}" if local.minute else f"{local.hour}\u00a0h"


def _block(block: Block, reader: Reader) -> str:
    match block:
        case Paragraph():
            return plain_line(block.children, reader)
        case Quote():
            return _prefixed(plain(Text(block.blocks), reader), "> ", "> ")
        case Bullets():
            marks = (f"{number}. " if block.ordered else "- " for number, _ in enumerate(block.items, 1))
            rows = ("\n".join(_block(part, reader) for part in item) for item in block.items)
            return "\n".join(_prefixed(row, mark, " " * len(mark)) for mark, row in zip(marks, rows, strict=True))
        case CodeBlock():
            return block.text
        case File():
            return f"[{block.name}]"
        case _:
            return " ".join(f"[{plain_line((button.label,), reader)}]" for button in block.buttons)


def _prefixed(text: str, first: str, others: str) -> str:
    return "\n".join(f"{others if number else first}{line}".rstrip() for number, line in enumerate(text.split("\n")))


def _inline(node: Inline, reader: Reader) -> str:
    match node:
        case Strong() | Emphasis():
            return plain_line(node.children, reader)
        case Link():
            return _linked(plain_line(node.children, reader), node.url)
        case MessageLink():
            return _linked(plain_line(node.children, reader), reader.link(node))
        case Mention():
            return "@" + reader.name(node.member).removeprefix("@")
        case Named():
            return reader.name(node.member)
        case ChannelLink():
            return f"{reader.sign}{reader.channel(node.channel)}"
        case When():
            return when(node, reader.voice.locale, reader.zone, reader.now)
        case _:
            return words(node)


def _linked(label: str, url: str | None) -> str:
    return label if url is None or label in {url, url.removeprefix("mailto:")} else f"{label} ({url})"


def written(body: Text) -> str:
    """Return a message as it can be typed, with our ids where it names people and channels: ``@id``, ``#id``."""
    return plain(body, Reader(voice("en"), "UTC", name=lambda member: f"@{member}", channel=str, link=lambda _: None))
