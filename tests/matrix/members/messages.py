"""What a member reads in a room: its events folded into messages, as a client shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.matrix.client import Event

UNSEEN: Final = {"m.reaction", "m.room.redaction"}


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message, with its edits and reactions.

    ``body`` and what goes with it are the newest; ``versions`` has all bodies, the first one first. An edit is not
    a message, except where it cannot be read or its message is not here: then ``replaces`` names that.
    """

    id: str
    sender: str
    at: int = 0
    """When, in the server's milliseconds."""
    type: str = "m.room.message"
    body: str = ""
    html: str | None = None
    notice: bool = False
    mentions: frozenset[str] = frozenset()
    thread: str | None = None
    reply: str | None = None
    """The message that it replies to; in a thread, only where the member chose one."""
    replaces: str | None = None
    versions: tuple[str, ...] = ()
    reactions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Who reacted, by what with."""
    redacted: bool = False
    encrypted: bool = False
    undecryptable: str | None = None
    """Why it cannot be read, in the words of matrix-js-sdk's ``DecryptionFailureCode``."""
    shield: str | None = None
    """What the SDK warns of beside it: NONE, GREY or RED; None where nothing was decrypted."""
    shield_reason: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)


def fold(events: Iterable[Event]) -> list[Message]:
    """Return the messages of the events that the driver told of, oldest first."""
    messages: dict[str, Message] = {}
    for event in events:
        if event["state_key"] is not None or (event["redacted"] and event["type"] in UNSEEN):
            continue
        relation = event["relation"]
        original = messages.get(relation.get("event_id", ""))
        if event["type"] == "m.reaction":
            if original is not None:
                messages[original.id] = _with_reaction(original, relation["key"], event["sender"])
        elif event["type"] not in UNSEEN:
            message = _message(event)
            if original is not None and _is_edit(message, original):
                messages[original.id] = _edited(original, message)
            else:
                messages[message.id] = message
    return list(messages.values())


def _is_edit(message: Message, original: Message) -> bool:
    return message.replaces == original.id and message.sender == original.sender and not message.undecryptable


def _message(event: Event) -> Message:
    content, relation = event["content"], event["relation"]
    kind = relation.get("rel_type")
    chosen = not relation.get("is_falling_back", False)
    body = content.get("body", "")
    return Message(
        id=event["event_id"],
        sender=event["sender"],
        at=event.get("at", 0),
        type=event["type"],
        body=body,
        html=content.get("formatted_body"),
        notice=content.get("msgtype") == "m.notice",
        mentions=_mentions(content),
        thread=relation["event_id"] if kind == "m.thread" else None,
        reply=relation.get("m.in_reply_to", {}).get("event_id") if chosen else None,
        replaces=relation["event_id"] if kind == "m.replace" else None,
        versions=(body,) if body else (),
        redacted=event["redacted"],
        encrypted=event["encrypted"],
        undecryptable=event["undecryptable"],
        shield=event["shield"],
        shield_reason=event["shield_reason"],
        content=content,
    )


def _mentions(content: Mapping[str, Any]) -> frozenset[str]:
    told = content.get("m.mentions", {})
    return frozenset(told.get("user_ids", ())) | ({"@room"} if told.get("room") else frozenset())


def _edited(original: Message, edit: Message) -> Message:
    if original.redacted:
        return original
    content = edit.content.get("m.new_content", {})
    body = content.get("body", "")
    return replace(
        original,
        body=body,
        html=content.get("formatted_body"),
        notice=content.get("msgtype") == "m.notice",
        mentions=_mentions(content),
        versions=(*original.versions, body),
        content=content,
    )


def _with_reaction(message: Message, key: str, sender: str) -> Message:
    who = message.reactions.get(key, frozenset()) | {sender}
    return replace(message, reactions={**message.reactions, key: who})
