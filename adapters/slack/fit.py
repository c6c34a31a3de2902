"""What is laid out, cut to what Slack takes: into blocks, and into messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.cut import shortened, split, trimmed
from adapters.slack.limits import BLOCK_JSON, BLOCK_WORDS, MESSAGE_BLOCKS, MESSAGE_JSON, MESSAGE_WORDS
from adapters.slack.pressed import Shelf
from adapters.slack.runs import Reading, Run, elements, said, size
from adapters.slack.strips import Laid, Row, Strip, rich_text, rows

_BETWEEN = 2
"""Characters that part one strip from the next in the ``text`` of a message."""
_LEAST = 20
"""Fewer characters of something are not worth their place."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A strip that fits into one block, with what it takes of a message, and the rows that stay with it."""

    strip: Strip | None
    rows: tuple[Row, ...] = ()
    words: int = 0
    json: int = 0

    @property
    def laid(self) -> tuple[Laid, ...]:
        """The strip and its rows."""
        return (*((self.strip,) if self.strip else ()), *self.rows)


def pieces(laid: Iterable[Laid], reading: Reading) -> list[Piece]:
    """Return what is laid out in pieces: strips small enough for one block, each with the rows right after it."""
    found: list[Piece] = []
    for part in laid:
        if isinstance(part, Strip):
            found += (_piece(strip, reading) for strip in _small(part, reading))
        elif found and len(found[-1].rows) < MESSAGE_BLOCKS - 1:
            found[-1] = replace(found[-1], rows=(*found[-1].rows, part))
        else:
            found.append(Piece(None, (part,)))
    return found


def _piece(strip: Strip, reading: Reading) -> Piece:
    return Piece(strip, (), size(strip.runs) + len(strip.mark) + _BETWEEN, _json(strip, reading))


def _json(strip: Strip, reading: Reading) -> int:
    return len(json.dumps(elements(strip.runs, reading), ensure_ascii=False))


def _small(strip: Strip, reading: Reading) -> Iterator[Strip]:
    """Yield a strip in as many as it takes; what goes on after a list's item stands below the list."""
    blanks = "\n" if strip.shape == "code" else " \t\n"
    room = BLOCK_WORDS - len(strip.mark) - _BETWEEN
    rest = strip.runs
    while rest:
        limit = room
        head, tail = split(rest, limit) if size(rest) > limit else (rest, ())
        while limit > 1 and _json(replace(strip, runs=head), reading) > BLOCK_JSON:
            limit //= 2
            head, tail = split(rest, limit)
        if not (tail or head != strip.runs):
            yield strip
        elif said(tidy := trimmed(head, blanks)).strip():
            yield replace(strip, runs=tidy)
            strip = Strip("section", ()) if strip.item else strip
        rest = trimmed(tail, blanks)


def messages(found: Sequence[Piece], most: int | None = None) -> list[tuple[Laid, ...]]:
    """Return pieces in messages, the fewest that hold them in order; with ``most``, the last is cut to be that many."""
    result: list[list[Piece]] = []
    for place, piece in enumerate(found):
        if result and _fits([*result[-1], piece]):
            result[-1].append(piece)
        elif most is not None and len(result) == most:
            return [*(_laid(part) for part in result[:-1]), _cut([*result[-1], *found[place:]])]
        else:
            result.append([piece])
    return [_laid(part) for part in result]


def _fits(part: Sequence[Piece]) -> bool:
    words, size_ = sum(piece.words for piece in part), sum(piece.json for piece in part)
    return words <= MESSAGE_WORDS and size_ <= MESSAGE_JSON and len(grouped(_laid(part))) <= MESSAGE_BLOCKS


def _laid(part: Iterable[Piece]) -> tuple[Laid, ...]:
    return tuple(laid for piece in part for laid in piece.laid)


def _cut(part: Sequence[Piece]) -> tuple[Laid, ...]:
    """Return as much as one message holds, with an ellipsis for what is missing, and all the buttons."""
    kept: list[Laid] = []
    words, weight, full = 0, 0, False
    for piece in part:
        if piece.strip and not full:
            full = words + piece.words > MESSAGE_WORDS or weight + piece.json > MESSAGE_JSON
            if full:
                room = MESSAGE_WORDS - words if weight + piece.json <= MESSAGE_JSON else 0
                kept = _ended(kept, piece.strip, room - len(piece.strip.mark) - _BETWEEN)
            else:
                kept.append(piece.strip)
                words, weight = words + piece.words, weight + piece.json
        kept += piece.rows
    if len(grouped(kept)) <= MESSAGE_BLOCKS:
        return tuple(kept)
    strips = [laid for laid in kept if isinstance(laid, Strip)]
    pressed = tuple(button for laid in kept if isinstance(laid, Row) for button in laid.buttons)
    return (*strips, *tuple(rows(pressed))[: MESSAGE_BLOCKS - len(grouped(strips))])


def _ended(kept: list[Laid], strip: Strip, room: int) -> list[Laid]:
    """Return what is kept with the beginning of ``strip`` in the room left, or with an ellipsis in its place."""
    if room < _LEAST:
        return [*kept, Strip("section", (Run("…"),))]
    return [*kept, replace(strip, runs=shortened(strip.runs, room))]


def grouped(laid: Iterable[Laid]) -> list[list[Strip] | Row]:
    """Return what becomes one block each: strips that follow one another as far as a block holds them, and rows."""
    result: list[list[Strip] | Row] = []
    words = 0
    for part in laid:
        if isinstance(part, Row):
            result.append(part)
            continue
        cost = size(part.runs) + len(part.mark) + _BETWEEN
        last = result[-1] if result else None
        if isinstance(last, list) and words + cost <= BLOCK_WORDS:
            last.append(part)
            words += cost
        else:
            result.append([part])
            words = cost
    return result


def blocks(laid: Iterable[Laid], reading: Reading) -> list[dict[str, Any]]:
    """Return what is laid out as blocks. Raises ``ButtonTooLongError``."""
    shelf = Shelf(reading)
    return [shelf.block(part) if isinstance(part, Row) else rich_text(part, reading) for part in grouped(laid)]
