"""Figures: what was measured, as a table that fits a terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

Value = float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One table. Each row has a value per column; None where there is none."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    note: str = ""


def table(figure: Figure) -> Table:
    """Return the figure for a terminal."""
    shown = Table(title=figure.title, title_justify="left", caption=figure.note, caption_justify="left")
    for number, head in enumerate(figure.columns):
        shown.add_column(head, justify="right" if number else "left")
    for row in figure.rows:
        shown.add_row(*(told(value) for value in row))
    return shown


def told(value: Value) -> str:
    """Return a whole number whole, any other (above zero) with three significant digits or all before the point."""
    match value:
        case None:
            return ""
        case str():
            return value
        case int():
            return f"{value:,}"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def plain(figure: Figure) -> dict[str, Any]:
    """Return the figure for JSON."""
    return asdict(figure)


def percentile(times: Sequence[float], share: float) -> float:
    """Return the smallest of the times that at least this share of them do not exceed."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
