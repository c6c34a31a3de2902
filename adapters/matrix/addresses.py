"""Addresses of people, rooms and messages: ``https://matrix.to/#/…`` and ``matrix:…``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

USER = re.compile(r"@[^\s:@\x00-\x1f\x7f]+:[^\s@\x00-\x1f\x7f]+")

_ROOM = re.compile(r"[!#][^\s\x00-\x1f\x7f]+")
_EVENT = re.compile(r"\$[^\s\x00-\x1f\x7f]+")
_TO = re.compile(r"https?://(?:www\.)?matrix\.to/#/([^?]+)(?:\?.*)?", re.IGNORECASE | re.DOTALL)
_URI = re.compile(r"matrix:(?://[^/?#]*/)?([^?#]+)(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
_SIGILS = {"u": "@", "user": "@", "r": "#", "room": "#", "roomid": "!", "e": "$", "event": "$"}


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
    if to := _TO.fullmatch(url.strip()):
        found = [unquote(part) for part in to[1].rstrip("/").split("/", 1)]
    elif uri := _URI.fullmatch(url.strip()):
        found = list(_named(uri[1]))
    else:
        return None
    match found:
        case [str(user)] if USER.fullmatch(user):
            return Place(user)
        case [str(room)] if _ROOM.fullmatch(room):
            return Place(room)
        case [str(room), str(event)] if _ROOM.fullmatch(room) and _EVENT.fullmatch(event):
            return Place(room, event)
        case _:
            return None


def _named(path: str) -> Iterator[str]:
    """Yield the ids in the path of a ``matrix:`` address: kinds and ids, one after the other."""
    parts = path.split("/")
    for kind, name in zip(parts[::2], parts[1::2], strict=False):
        yield _SIGILS.get(kind.lower(), "") + unquote(name)
