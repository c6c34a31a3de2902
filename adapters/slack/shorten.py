"""One line made shorter."""

from __future__ import annotations


def shorten(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` characters, never empty: with an ellipsis, at a word unless that is long."""
    if len(text) <= limit:
        return text if text.strip() else "…"
    words = text[:limit].rpartition(" ")[0]
    kept = words if len(words) > limit // 2 else text[: limit - 1]
    return kept.rstrip(",;: \n") + "…"
