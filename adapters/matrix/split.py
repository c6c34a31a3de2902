"""A message too long for one event, in several: parted between blocks, else items, else where words part best."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from bot.core.nodes import joined, numbered
from bot.core.parting import break_at, flat, parted, trimmed
from bot.core.text import Block, Bullets, CodeBlock, Inline, Paragraph, Plain, Quote

Blocks = tuple[Block, ...]
Fits = Callable[[Blocks], bool]


def pieces(blocks: Blocks, fits: Fits) -> list[Blocks]:
    """Return settled blocks as pieces that fit, each as great as can be; what nothing can part is a piece of its own.

    What follows a cut in a list's item stands below the list; so do the other items if it is numbered, with their
    numbers as words.
    """
    found: list[Blocks] = []
    rest = blocks
    while rest:
        amount = most(len(rest), lambda n, rest=rest: fits(rest[:n]))  # type: ignore[misc]
        if not amount:
            broken = _broken(rest[0], fits)
            rest = (*broken, *rest[1:])
            if len(broken) > 1 and fits(broken[:1]):
                continue
            amount = 1
        found.append(rest[:amount])
        rest = rest[amount:]
    return found


def most(limit: int, fits: Callable[[int], bool]) -> int:
    """Return the greatest number up to ``limit`` that fits, 0 if none does; tries none beyond about twice that."""
    low, step = 0, 1
    while low + step <= limit and fits(low + step):
        low, step = low + step, step * 2
    high = min(limit, low + step - 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _broken(block: Block, fits: Fits) -> Blocks:
    """Return a block that does not fit as several; the first of them fits if one can."""
    match block:
        case Paragraph():
            return _words(block.children, fits)
        case CodeBlock():
            return _code(block.text, fits)
        case Quote():
            return tuple(Quote(part) for part in pieces(block.blocks, lambda part: fits((Quote(part),))))
        case Bullets():
            return _items(block, fits)
        case _:
            return (block,)


def _words(nodes: tuple[Inline, ...], fits: Fits) -> Blocks:
    said = flat(nodes)
    limit = most(len(said), lambda n: fits((Paragraph(parted(nodes, n)[0]),)))
    halves = (trimmed(joined(half)) for half in parted(nodes, break_at(said, max(limit, 1))))
    return tuple(Paragraph(half) for half in halves if flat(half).strip())


def _code(text: str, fits: Fits) -> Blocks:
    limit = most(len(text), lambda n: fits((CodeBlock(text[:n]),)))
    at = break_at(text, max(limit, 1))
    return tuple(CodeBlock(half.strip("\n")) for half in (text[:at], text[at:]) if half.strip())


def _items(block: Bullets, fits: Fits) -> Blocks:
    def listed(items: tuple[Blocks, ...]) -> Bullets:
        return Bullets(items, block.ordered)

    amount = most(len(block.items), lambda n: fits((listed(block.items[:n]),)))
    below: Blocks = ()
    head = block.items[:amount]
    if not amount:
        first, *others = pieces(block.items[0], lambda part: fits((listed((part,)),))) or [()]
        head, below = (first,), tuple(part for piece in others for part in piece)
    rest = block.items[max(amount, 1) :]
    if block.ordered:
        return (listed(head), *below, *numbered(rest, count(len(head) + 1)))
    return (listed(head), *below, *((listed(rest),) if rest else ()))


def ended(blocks: Blocks) -> Blocks:
    """Return blocks with an ellipsis at their end, in the place of a comma or a colon."""
    if not blocks:
        return (Paragraph((Plain("…"),)),)
    *before, last = blocks
    match last:
        case Paragraph():
            kept, _ = parted(last.children, len(flat(last.children).rstrip(",;: \n\u00a0\u202f")))
            last = Paragraph(joined((*kept, Plain("…"))))
        case CodeBlock():
            last = CodeBlock(f"{last.text}…")
        case Quote():
            last = Quote(ended(last.blocks))
        case Bullets():
            last = Bullets((*last.items[:-1], ended(last.items[-1])), last.ordered)
        case _:
            pass
    return (*before, last)
