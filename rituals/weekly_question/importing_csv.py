"""Questions read from CSV: a heading with ``kind``, ``en`` and ``fr`` in any order, then a row each. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Final, Literal

from bot.core.folding import flat
from bot.core.i18n import words
from bot.core.model import Language
from rituals.weekly_question.importing import Reading, quoted

t, tn = words("weekly_question")

_COLUMNS: Final[Mapping[str, Literal["kind", "en", "fr"]]] = {
    "kind": "kind",
    "sorte": "kind",
    "en": "en",
    "english": "en",
    "anglais": "en",
    "fr": "fr",
    "french": "fr",
    "francais": "fr",
}
_DELIMITERS: Final = ";,\t"
_TOO_MANY: Final = t("There are more cells than columns. Words with a comma or semicolon go between quotation marks.")
_UNREADABLE: Final = t("This row cannot be read: a quotation mark is missing, or stands where none is expected.")
_DISARMED = re.compile(r"'(?='*[=+\-@])")
"""The apostrophe with which a cell that a spreadsheet would take for a formula is written."""


def delimiter(text: str) -> str | None:
    """Return what separates the cells of a text that is a table of questions, None when it is none."""
    heading = next((line for line in text.split("\n") if line.strip()), "")
    for mark in _DELIMITERS:
        names = _names(heading.split(mark))
        if len(names) > 1 and "kind" in {_COLUMNS.get(name) for name in names}:
            return mark
    return None


def read_csv(text: str, mark: str, language: Language) -> Reading:
    """Read the questions of a table whose cells are separated by ``mark``; lines end with a new line."""
    reading = Reading(language, [], [])
    rows = csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True)
    columns: Sequence[str] | None = None
    line = 0
    try:
        for cells in rows:
            begins, line = line + 1, rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _names(cells)
                if not _headed(columns, begins, reading):
                    return reading
            else:
                _row(columns, cells, begins, reading)
    except csv.Error:
        reading.trouble(line + 1, _UNREADABLE)
    return reading.over()


def _names(cells: Sequence[str]) -> list[str]:
    return [flat(cell.strip().strip('"')) for cell in cells]


def _headed(names: Sequence[str], line: int, reading: Reading) -> bool:
    known = [_COLUMNS[name] for name in names if name in _COLUMNS]
    for name in names:
        if name and name not in _COLUMNS:
            reading.trouble(line, t("{typed} is no column. The columns are kind, en and fr.", typed=quoted(name)))
    if len(set(known)) < len(known):
        reading.trouble(line, t("A column stands here twice. The columns are kind, en and fr."))
    if not set(known) & {"en", "fr"}:
        reading.trouble(line, t("A column with the words is missing: en, fr, or both."))
    return not reading.troubles


def _row(names: Sequence[str], cells: Sequence[str], line: int, reading: Reading) -> None:
    if any(cell.strip() for cell in cells[len(names) :]):
        reading.trouble(line, _TOO_MANY)
        return
    said = {_COLUMNS[name]: armed(cell.strip()) for name, cell in zip(names, cells, strict=False) if name}
    kind = reading.kind(line, said.get("kind", ""))
    if kind is not None:
        reading.question(line, kind, {"en": said.get("en", ""), "fr": said.get("fr", "")})


def disarmed(cell: str) -> str:
    """Return a cell as it is written: a spreadsheet takes it for words, whatever it begins with."""
    return f"'{cell}" if re.match(r"'*[=+\-@]", cell) else cell


def armed(cell: str) -> str:
    """Return a cell as it was before ``disarmed``."""
    return _DISARMED.sub("", cell, count=1) if _DISARMED.match(cell) else cell
