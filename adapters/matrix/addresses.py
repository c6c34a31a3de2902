"""Addresses of people, rooms and messages: ``https://matrix.to/#/…`` and ``matrix:…``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

USER = re.compile(r"@[^\s:@]+:[^\s@]+")

_TO = re.compile(r"https?://(?:www\.)?matrix\.to/#/([^?]+)(?:\?.*)?", re.IGNORECASE | re.DOTALL)
_URI = re.compile(r"matrix:(?://[^/?#]*/)?([^?#]+)(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
_SIGILS = {"u": "@", "user": "@", "r": "#", "room": "#", "roomid": "!", "e": "$", "event": "$"}
_LONGEST = 2000
"""Longer addresses, in characters, are not ours."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whom or what an address leads to: a user id, a room id or an alias; and an event there."""

    id: str
    event: str | None = None

    @property
    def user(self) -> bool:
        """Whether it is a person."""
        return self.id.startswith("@")

    @property
    def address(self) -> str:
        """Its address on matrix.to."""
        return address(self.id, self.event)


def address(target: str, event: str | None = None) -> str:
    """Return where a browser finds a user, a room or an alias, or an event in a room."""
    parts = (target,) if event is None else (target, event)
    return "https://matrix.to/#/" + "/".join(quote(part, safe="@:!$") for part in parts)


def message_address(message: str) -> str | None:
    """Return the address of a message ``<room id>/<event id>``; None where it is not one."""
    room, _, event = message.partition("/")
    return address(room, event) if room and event else None


def place(url: str) -> Place | None:
    """Return where an address leads, None where it is not one of Matrix's."""
    if len(url) > _LONGEST:
        return None
    if to := _TO.fullmatch(url.strip()):
        found = [unquote(part) for part in to[1].rstrip("/").split("/", 1)]
    elif uri := _URI.fullmatch(url.strip()):
        found = list(_named(uri[1]))
    else:
        return None
    match found:
        case [str(user)] if USER.fullmatch(user):
            return Place(user)
        case [str(room)] if _is_room(room):
            return Place(room)
        case [str(room), str(event)] if _is_room(room) and event.startswith("$"):
            return Place(room, event)
        case _:
            return None


def _named(path: str) -> Iterator[str]:
    """Yield the ids in the path of a ``matrix:`` address: kinds and ids, one after the other."""
    parts = path.split("/")
    for kind, name in zip(parts[::2], parts[1::2], strict=False):
        yield _SIGILS.get(kind.lower(), "") + unquote(name)


def _is_room(target: str) -> bool:
    return target[:1] in {"!", "#"} and len(target) > 1 and not re.search(r"\s", target)
