"""The bank as Markdown and as CSV, as the import reads them back. Pure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from bot.core.model import Language
from rituals.weekly_question.bank import Kind, Wording
from rituals.weekly_question.importing_csv import disarmed
from rituals.weekly_question.kinds import KINDS, NAMES, heading

Written = Sequence[tuple[Kind, Wording]]


def markdown(questions: Written, language: Language) -> str:
    """Return the questions as lists under their kinds' names, each language in a line of its own."""
    parts = [
        "\n".join((f"# {heading(kind, language)}", "", *(_item(said) for k, said in questions if k == kind)))
        for kind in KINDS
        if any(k == kind for k, _ in questions)
    ]
    return "\n\n".join(parts) + "\n"


def _item(said: Wording) -> str:
    rows = [f"{code}: {typed}" for code, typed in (("en", said.en), ("fr", said.fr)) if typed]
    return "- " + "\n  ".join(rows)


def table(questions: Written, language: Language) -> str:
    """Return the questions as a table, which spreadsheets of that language open as one."""
    written = StringIO(newline="")
    rows = csv.writer(written, delimiter="," if language == "en" else ";")
    rows.writerow(("kind" if language == "en" else "sorte", "en", "fr"))
    for kind, said in questions:
        rows.writerow((NAMES[kind].said(language), disarmed(said.en), disarmed(said.fr)))
    return f"\ufeff{written.getvalue()}"
