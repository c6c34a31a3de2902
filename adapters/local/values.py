"""What the playground's chat server is made of: people, rooms, messages, forms, and why it refuses."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.errors import CauserieError
from bot.core.text import Text, text_codec

BOT = "BOT"
MESSAGE_LIMIT = 4000
NAME_LIMIT = 40
COMMAND = "/causerie"


class Reason(StrEnum):
    """Why a member's act is refused; the page has a sentence for each."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNKNOWN_COMMAND = "unknown_command"
    UNKNOWN = "unknown"
    NOT_HERE = "not_here"
    NOT_YOURS = "not_yours"
    GONE = "gone"
    FORM_CLOSED = "form_closed"
    CHANNEL_NAME = "channel_name"
    CHANNEL_TAKEN = "channel_taken"


class RefusedError(CauserieError):
    """The chat refuses this."""

    def __init__(self, reason: Reason) -> None:
        """Take the reason."""
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """What a member did. ``payload`` depends on ``kind``; an event that awaits an answer carries its ``id``."""

    seq: int
    at: datetime
    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to speak as; ``language`` and ``zone`` (IANA) are what the platform would tell of them."""

    id: str
    name: str
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, or a direct conversation (its name is empty)."""

    id: str
    name: str
    direct: bool
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands. ``only_for`` is the one who sees a whisper; ``gone`` keeps a deleted root's place."""

    id: str
    channel: str
    author: str
    thread: str | None
    at: datetime
    markdown: str
    body: Text
    only_for: str | None
    edited: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form in front of a persona; ``round`` counts how often it came back with errors."""

    id: str
    form: dict[str, Any]
    errors: dict[str, Any]
    round: int


def number_of(thing: str) -> int:
    """Return the number in a message's or form's id. Raises RefusedError when it is not one."""
    if not re.fullmatch(r"[mf][0-9]{1,15}", thing):
        raise RefusedError(Reason.UNKNOWN)
    return int(thing[1:])


def message_from(row: sqlite3.Row) -> Message:
    """Return the message in a row of the table ``message``."""
    return Message(
        id=f"m{row['number']}",
        channel=row["channel"],
        author=row["author"],
        thread=f"m{row['thread']}" if row["thread"] else None,
        at=datetime.fromisoformat(row["at"]),
        markdown=row["markdown"],
        body=text_codec.validate_json(row["body"]),
        only_for=row["only_for"],
        edited=bool(row["edited"]),
        gone=bool(row["gone"]),
    )


def wire(body: Text) -> str:
    """Return a body as it is stored: JSON."""
    return text_codec.dump_json(body).decode()
