"""Folding: how words that people type are compared."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"’": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "œ": "oe", "æ": "ae"})


def fold(text: str) -> str:
    """Return ``text`` as names are compared: no case, no accents, plain apostrophes, ligatures apart."""
    spread = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def flat(text: str) -> str:
    """Return ``text`` folded, on one line, with single spaces."""
    return " ".join(fold(text).split())
