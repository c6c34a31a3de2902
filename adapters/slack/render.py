"""A message tree as Slack's blocks: people's words stand only where Slack reads nothing but words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.fit import blocks, grouped, messages, pieces
from adapters.slack.limits import TEXT, VIEW_BLOCKS
from adapters.slack.pressed import ButtonTooLongError, action_of, label
from adapters.slack.runs import Reading, Run, escaped
from adapters.slack.strips import Laid, Row, Strip, laid_out, written
from bot.core.text import Text, files_of

__all__ = [
    "ButtonTooLongError",
    "Part",
    "Reading",
    "action_of",
    "edited",
    "files_of",
    "home_blocks",
    "modal_blocks",
    "parts",
]

_BROKEN = re.compile(r"(?:&[a-z]{0,3}|<[^>]*)\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """One Slack message: its blocks, and its words for notifications, which Slack reads as mrkdwn."""

    blocks: list[dict[str, Any]]
    text: str


def parts(body: Text, reading: Reading, *, most: int | None = None) -> tuple[Part, ...]:
    """Return a resolved message as the Slack messages that hold it, at most ``most`` (one or more); () if it is blank.

    Nothing is lost but by ``most``: the last message then ends in an ellipsis, and keeps all the buttons. Files are
    left out (``files_of``); a message of nothing else has their names as ``text``, and no blocks.
    Raises ``ButtonTooLongError``.
    """
    found = messages(pieces(laid_out(body, reading), reading), most)
    if not found and (files := files_of(body)):
        return (Part([], _clipped(" ".join(f"[{escaped(file.name)}]" for file in files))),)
    return tuple(Part(blocks(laid, reading), _text(laid, reading)) for laid in found)


def edited(body: Text, reading: Reading, n: int) -> tuple[Part, ...]:
    """Return at most ``n`` Slack messages, to replace the ``n`` in which an earlier wording stands."""
    return parts(body, reading, most=n)


def home_blocks(body: Text, reading: Reading, most: int = VIEW_BLOCKS) -> list[dict[str, Any]]:
    """Return a resolved message as the blocks of a view, at most ``most``; the last is an ellipsis if there are more.

    Raises ``ButtonTooLongError``.
    """
    laid = [part for piece in pieces(laid_out(body, reading), reading) for part in piece.laid]
    if len(grouped(laid)) > most:
        kept = grouped(laid)[: most - 1]
        laid = [part for group in kept for part in (group if isinstance(group, list) else (group,))]
        return [*blocks(laid, reading), *blocks([Strip("section", (Run("…"),))], reading)]
    return blocks(laid, reading)


def modal_blocks(body: Text, reading: Reading, most: int = VIEW_BLOCKS) -> list[dict[str, Any]]:
    """Return a resolved message as the blocks of a modal, as ``home_blocks`` does."""
    return home_blocks(body, reading, most)


def _text(laid: Sequence[Laid], reading: Reading) -> str:
    """Return what a notification says: the words, or the buttons where there are no words."""
    if words := written(part for part in laid if isinstance(part, Strip)).strip():
        return _clipped(words)
    labels = (label(button, reading) for part in laid if isinstance(part, Row) for button in part.buttons)
    return _clipped(" ".join(f"[{escaped(said)}]" for said in labels))


def _clipped(text: str) -> str:
    """Return escaped words in at most ``TEXT`` characters, no mark or entity cut in two."""
    if len(text) <= TEXT:
        return text
    return _BROKEN.sub("", text[: TEXT - 1]).rstrip() + "…"
