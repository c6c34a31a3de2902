"""The elements of a ``rich_text`` block as Slack sends them, read with care: whatever is missing is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.core.text import ChannelLink, Inline, Mention, Plain, When

USER = re.compile(r"[UW][A-Z0-9]+")
CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
Element = Mapping[str, Any]

_SCHEME = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def listed(value: object) -> Iterator[Element]:
    """Yield the objects in a list."""
    if isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, Mapping))


def inner(element: Element) -> Iterator[Element]:
    """Yield the elements inside one."""
    return listed(element.get("elements"))


def text_of(element: Element, *keys: str) -> str:
    """Return the first of some values that has words."""
    return next((value for key in keys if isinstance(value := element.get(key), str) and value), "")


def number_of(element: Element, key: str) -> int:
    """Return a count, 0 where there is none."""
    value = element.get(key)
    return value if isinstance(value, int) and value > 0 else 0


def rich_texts(blocks: object) -> list[Element]:
    """Return the elements of all ``rich_text`` blocks, in order."""
    return [part for block in listed(blocks) if block.get("type") == "rich_text" for part in inner(block)]


def as_words(element: Element) -> str:
    """Return what one element reads as, where people and channels are written by their ids: ``@U1``, ``#C1``."""
    match element.get("type"):
        case "user":
            return f"@{text_of(element, 'user_id')}"
        case "channel":
            return f"#{text_of(element, 'channel_id')}"
        case "emoji":
            return emoji(element)
        case "broadcast":
            return f"@{text_of(element, 'range') or 'channel'}"
        case "usergroup" | "team":
            return "@group"
        case "link":
            return typed(text_of(element, "url"), text_of(element, "text"))
        case "date":
            return text_of(element, "fallback") or str(element.get("timestamp", ""))
        case _:
            return text_of(element, "text", "value", "fallback", "url", "name")


def node_of(element: Element) -> Inline:
    """Return one element as a node: a person, a channel, an instant or words; a link is ``link``."""
    match element.get("type"):
        case "user" if USER.fullmatch(text_of(element, "user_id")):
            return Mention(member=element["user_id"])
        case "channel" if CHANNEL.fullmatch(text_of(element, "channel_id")):
            return ChannelLink(channel=element["channel_id"])
        case "date" if not text_of(element, "fallback"):
            return instant(element.get("timestamp"))
        case _:
            return Plain(as_words(element))


def instant(timestamp: object) -> Inline:
    """Return seconds since 1970 as an instant, or as words where they are none."""
    try:
        return When(datetime.fromtimestamp(int(str(timestamp)), UTC))
    except (ValueError, OverflowError, OSError):
        return Plain(str(timestamp or ""))


def emoji(element: Element) -> str:
    """Return an emoji as a character, or by its name where it is the workspace's own."""
    try:
        return "".join(chr(int(code, 16)) for code in str(element["unicode"]).split("-"))
    except (KeyError, ValueError, OverflowError):
        return f":{text_of(element, 'name')}:"


def typed(url: str, label: str) -> str:
    """Return what somebody typed that became a link: its label where Slack made the address of it."""
    bare = _SCHEME.sub("", url, count=1)
    return label if label and label in {url, bare, bare.removesuffix("/")} else url or label
