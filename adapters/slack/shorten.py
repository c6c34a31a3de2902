"""One line made shorter."""

from __future__ import annotations


def shorten(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` characters, cut at a word with an ellipsis; never empty."""
    if len(text) <= limit:
        return text if text.strip() else "…"
    words, space, _ = text[:limit].rpartition(" ")
    kept = words if space and words.strip() else text[: limit - 1]
    return kept.rstrip(",;: \n") + "…"
