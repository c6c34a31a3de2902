"""French typography: the spaces and apostrophes that a reader in France or in Quebec expects."""

from __future__ import annotations

import re
from typing import Final

NARROW: Final = "\u202f"
FIXED: Final = "\u00a0"

_ADDRESS = re.compile(r"(\S*(?:https?://|mailto:|www\.)\S*|\S+@\S+\.\w\S*)")
_SPACE = "[ \u00a0\u202f]"
_CLOSING = r"(?=$|[\s»”’)\]…*_])"
_RULES: Final = (
    (re.compile(r"(?<!\d)'"), "’"),
    (re.compile(f"«{_SPACE}*"), f"«{FIXED}"),
    (re.compile(f"{_SPACE}*»"), f"{FIXED}»"),
    (re.compile(rf"(?:{_SPACE}+|(?<=[^\s(\[«:;!?])):(?=$|[\s»”])"), f"{FIXED}:"),
    (re.compile(rf"(?:{_SPACE}+|(?<=\d))([%$€])(?!\w)"), rf"{FIXED}\1"),
    (re.compile(rf"(?<=\d){_SPACE}h{_SPACE}(?=\d\d(?!\w))"), f"{FIXED}h{FIXED}"),
    (re.compile(rf"(?<=\d){_SPACE}h(?!\w)"), f"{FIXED}h"),
)
_HIGH_FRANCE = re.compile(rf"(?:{_SPACE}+|(?<=[^\s(\[«:;!?]))([;!?]+){_CLOSING}")
_HIGH_CANADA = re.compile(rf"{_SPACE}+([;!?]+){_CLOSING}")


def french(text: str, locale: str) -> str:
    """Return plain words with the apostrophe ’ and the spaces of ``locale``, fr_FR or fr_CA; twice is the same as once.

    Addresses, and marks inside a word as in 14:30, are left alone.
    """
    parts = _ADDRESS.split(text)
    parts[::2] = [_words(part, locale) for part in parts[::2]]
    return "".join(parts)


def _words(text: str, locale: str) -> str:
    for pattern, result in _RULES:
        text = pattern.sub(result, text)
    if locale == "fr_CA":
        return _HIGH_CANADA.sub(r"\1", text)
    return _HIGH_FRANCE.sub(rf"{NARROW}\1", text)
