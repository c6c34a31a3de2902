"""Taking one person out of a JSON value: what names them, and what they wrote. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

ELLIPSIS: Final = "…"
"""What stands where somebody was named."""


class _Gone:
    """Nothing is left of a value."""


GONE: Final = _Gone()
_NAMING: Final = frozenset({"mention", "named"})
_WRITERS: Final = ("author", "actor")


@dataclass(frozen=True, slots=True)
class Who:
    """A member by our ``id`` and, in what holds the platform's ids, by that, ``external``."""

    id: str
    external: str | None = None

    def is_(self, value: object) -> bool:
        """Whether a value is one of their ids."""
        return isinstance(value, str) and value in {self.id, self.external}

    def within(self, value: object) -> bool:
        """Whether a text contains our id of them."""
        return isinstance(value, str) and self.id in value


def without(value: Any, who: Who) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value in which nothing names this person any more; ``GONE`` where it was theirs as a whole.

    A mention becomes an ellipsis. An object whose ``author`` or ``actor`` they are is theirs, and so is one whose own
    ``label`` contains their id; within a list it falls out of it, as their bare id does.
    """
    if isinstance(value, dict) and who.within(value.get("label")) and value.get("kind") != "message_link":
        return GONE
    return _without(value, who)


def _without(value: Any, who: Who) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return _object(value, who)
        case list():
            return [kept for item in value if not who.is_(item) and (kept := _without(item, who)) is not GONE]
        case str() if who.is_(value):
            return ELLIPSIS
        case str():
            return value.replace(who.id, ELLIPSIS)
        case _:
            return value


def _object(value: dict[str, Any], who: Who) -> Any:  # noqa: ANN401 - JSON
    if any(who.is_(value.get(key)) for key in _WRITERS):
        return GONE
    if value.get("kind") in _NAMING and who.is_(value.get("member")):
        return {"kind": "plain", "text": ELLIPSIS}
    kept: dict[str, Any] = {}
    for key, item in value.items():
        if not who.is_(key) and not who.within(key):
            left = _without(item, who)
            kept[key] = None if left is GONE else left
    return kept
