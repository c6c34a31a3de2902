"""Fields of an event's content as Matrix sends them, read with care: whatever is missing or odd is empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

Content = Mapping[str, Any]

_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
"""What no database and no UTF-8 holds."""
_ID = re.compile(r"[^\x00-\x20\x7f\ud800-\udfff]{1,255}")
_LONGEST = 66_000
"""Characters read of a field; no event that a server lets through has more."""


def text_of(content: object, key: str) -> str:
    """Return the words of a field."""
    value = content.get(key) if isinstance(content, Mapping) else None
    return _NO_TEXT.sub("\ufffd", value[:_LONGEST]) if isinstance(value, str) else ""


def is_id(value: object) -> TypeGuard[str]:
    """Whether a value may be an id of Matrix's."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def id_of(content: object, key: str) -> str:
    """Return the id in a field, nothing where there is none."""
    value = content.get(key) if isinstance(content, Mapping) else None
    return value if is_id(value) else ""


def inner(content: object, key: str) -> Content:
    """Return the object in a field."""
    value = content.get(key) if isinstance(content, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def new_content(content: Content) -> Content | None:
    """Return the new wording if this is an edit."""
    new = inner(content, "m.new_content")
    return new if new and target(content) else None


def target(content: Content) -> str | None:
    """Return the event that this is an edit of."""
    relation = inner(content, "m.relates_to")
    return id_of(relation, "event_id") or None if relation.get("rel_type") == "m.replace" else None


def thread_of(content: Content) -> str | None:
    """Return the event that this answers: the root of its thread, else the message replied to.

    Who has no threads answers by replying. In a thread, the message replied to is no other place.
    """
    relation = inner(content, "m.relates_to")
    if relation.get("rel_type") == "m.thread":
        return id_of(relation, "event_id") or None
    return replied(content)


def replied(content: Content) -> str | None:
    """Return the event that this is a reply to, if only for clients without threads."""
    return id_of(inner(inner(content, "m.relates_to"), "m.in_reply_to"), "event_id") or None


def mentioned(content: Content) -> frozenset[str]:
    """Return the ids of those whom this means to notify."""
    users = inner(content, "m.mentions").get("user_ids")
    return frozenset(user for user in users if isinstance(user, str)) if isinstance(users, list) else frozenset()
