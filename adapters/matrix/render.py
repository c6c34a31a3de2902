"""A message tree as the content of Matrix events: words that read well alone, and the same with formatting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.matrix.markup import Markup
from adapters.matrix.settle import Reading, called, settled, wordy
from adapters.matrix.split import Blocks, ended, pieces
from bot.core.plain import plain
from bot.core.text import Text, files_of

__all__ = ["LIMIT", "Part", "Reading", "content", "edited_content", "files_of", "in_thread", "parts"]

LIMIT = 22_000
"""Bytes of a part as JSON without any letter beyond ASCII.

An event has 65,536 at most. An edit says its words twice, and encryption makes four bytes of three.
"""

HTML = "org.matrix.custom.html"
_ELLIPSIS = 2 * len(r"\u2026")


@dataclass(frozen=True, slots=True)
class Part:
    """One Matrix message: plain words, HTML where that says more, and the ids of those whom it notifies."""

    body: str
    formatted: str | None = None
    mentions: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many bytes it has as JSON."""
        return len(json.dumps(self.body)) + len(json.dumps(self.formatted))


def parts(body: Text, reading: Reading, *, most: int | None = None) -> tuple[Part, ...]:
    """Return a resolved message as the Matrix messages that hold it, at most ``most`` (one or more); () if it is blank.

    Nothing is lost but by ``most``: the last message then ends in an ellipsis, and mentions only whom it shows. Files
    are named where they stand.
    """

    def fits(blocks: Blocks) -> bool:
        return _part(blocks, reading).size <= LIMIT - _ELLIPSIS

    found = pieces(settled(body, reading).blocks, fits)
    if most is not None and len(found) > most:
        found = [*found[: most - 1], ended(found[most - 1])]
    return tuple(_part(piece, reading) for piece in found)


def _part(blocks: Blocks, reading: Reading) -> Part:
    body, reader = Text(blocks), reading.reader
    return Part(plain(body, reader), None if wordy(body) else Markup(reader).html(body), called(body))


def content(part: Part, *, notice: bool) -> dict[str, Any]:
    """Return the content of an ``m.room.message``; a ``notice`` notifies nobody."""
    formatted = {} if part.formatted is None else {"format": HTML, "formatted_body": part.formatted}
    return {
        "msgtype": "m.notice" if notice else "m.text",
        "body": part.body,
        **formatted,
        "m.mentions": {"user_ids": sorted(part.mentions)} if part.mentions else {},
    }


def edited_content(part: Part, target: str, *, notice: bool) -> dict[str, Any]:
    """Return the content that replaces the words of the event ``target``, whomever these notified."""
    new = content(part, notice=notice)
    return {
        "msgtype": new["msgtype"],
        "body": f"* {part.body}",
        "m.mentions": {},
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
    }


def in_thread(said: Mapping[str, Any], root: str) -> dict[str, Any]:
    """Return a content as one of the thread that begins with the event ``root``."""
    relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
    return {**said, "m.relates_to": {**relation, "m.in_reply_to": {"event_id": root}}}
