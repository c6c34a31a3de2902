"""What a method is called with, and how it refuses."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TypeVar

from tests.slack.double.checks import Json

PARSED = frozenset({"attachments", "blocks", "channels", "files", "metadata", "view"})
"""Arguments that forms hold as JSON."""
T = TypeVar("T")


class RefusalError(Exception):
    """Slack's answer when it will not: an error code, what is wrong in words, and what else the answer holds."""

    def __init__(self, code: str, messages: Sequence[str] = (), **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.more = more

    def answer(self) -> Json:
        """Return it as a method's answer."""
        body: Json = {"ok": False, "error": self.code, **self.more}
        if self.messages:
            body["errors"] = self.messages
            body["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in self.messages]}
        return body


class Arguments(dict[str, object]):
    """A call's arguments, from a query, a form or JSON: a form's booleans and numbers are strings."""

    def required(self, name: str) -> str:
        """Return an argument that must be there, as text."""
        if not self.text(name):
            raise RefusalError("invalid_arguments", [f"missing required field: {name}"])
        return str(self[name])

    def text(self, name: str) -> str:
        """Return an argument as text, empty when it is not there."""
        value = self.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an argument as true or false."""
        value = self.get(name)
        return default if value is None else str(value).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """Return an argument as a whole number."""
        value = self.text(name)
        if value and not value.lstrip("-").isdigit():
            raise RefusalError("invalid_arguments", [f"must be an integer: {name}"])
        return int(value) if value else default

    def parsed(self, name: str) -> object:
        """Return an argument that is JSON, or the text that is not."""
        value = self.get(name)
        if isinstance(value, str) and value:
            try:
                return json.loads(value)
            except json.JSONDecodeError:
                return value
        return value

    def readable(self) -> Json:
        """Return the arguments for a log, JSON within forms parsed, tokens left out."""
        return {k: self.parsed(k) if k in PARSED else v for k, v in self.items() if k != "token"}


def page(items: Sequence[T], args: Arguments, *, default: int = 100, most: int = 1000) -> tuple[list[T], Json]:
    """Return the page that a cursor points at, and the answer's response_metadata."""
    limit = args.number("limit", default) or default
    if not 1 <= limit <= most:
        raise RefusalError("invalid_limit")
    start = 0
    if cursor := args.text("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("offset:"))
        except (binascii.Error, ValueError):
            raise RefusalError("invalid_cursor") from None
    end = start + limit
    more = base64.b64encode(f"offset:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), {"next_cursor": more}
