"""What is kept of a member, as a page to read: it stands by itself, without script, and everything in it is escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from html import escape

from pydantic_core import to_jsonable_python

from bot.core import schedule
from bot.core.awaited import Filling
from bot.core.i18n import Catalogues, Voice, words
from bot.core.incoming import Commanded, Said, Submitted
from bot.core.plain import Reader, plain, plain_line, when
from bot.core.text import Inline, Text, Translated, When
from bot.engine.ports import Held

t, tn = words("causerie")

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
table { border-collapse: collapse; } th, td { text-align: start; vertical-align: top; padding: .3rem 1.5rem .3rem 0; }
th { font-weight: 600; } td { white-space: pre-line; overflow-wrap: anywhere; } tr { border-bottom: 1px solid #8884; }
@media (prefers-color-scheme: dark) { body { background: #1b1a18; color: #eee9e2; } }
"""
NOTHING = "–"
"""Stands where nothing is kept."""

_WORDS: Mapping[str, Inline] = {
    "coordinator": t("coordinator"),
    "facilitator": t("facilitator"),
    "each": t("that of each community"),
    "en": t("English"),
    "fr": t("French"),
}
"""Codes that are kept, in words."""


@dataclass(frozen=True)
class Known:
    """How values are shown: in which words, zone and names. ``names`` tells what our ids stand for."""

    catalogues: Catalogues
    voice: Voice
    zone: str
    now: datetime
    names: Mapping[str, str]
    rituals: Mapping[str, Translated]

    def said(self, node: Inline) -> str:
        """Return a sentence in the reader's language."""
        return plain_line(self.catalogues.inlines((node,), self.voice), self._reader())

    def shown(self, value: object) -> str:
        """Return a value as people read it."""
        match value:
            case None | "":
                return NOTHING
            case bool():
                return self.said(t("yes") if value else t("no"))
            case datetime():
                return when(When(value), self.voice.locale, self.zone, self.now)
            case time():
                return self.said(schedule.clock(value))
            case Text():
                return plain(self.catalogues.resolve(value, self.voice), self._reader()) or NOTHING
            case Translated():
                return self.said(value)
            case str():
                return self._word(value)
            case list() | tuple():
                return ", ".join(self.shown(one) for one in value) or NOTHING
            case _:
                return self._whole(value)

    def _whole(self, value: object) -> str:
        match value:
            case Said():
                return self.shown(value.text)
            case Commanded():
                return value.words
            case Submitted():
                return self._filled(value.values)
            case Filling():
                return self._filled(value.dialogue.answers)
            case _:
                plainly = to_jsonable_python(value)
                return plainly if isinstance(plainly, str) else json.dumps(plainly, ensure_ascii=False)

    def _filled(self, values: Mapping[str, str]) -> str:
        return "\n".join(values.values()) or NOTHING

    def _word(self, value: str) -> str:
        known = self.rituals.get(value) or _WORDS.get(value)
        return self.names.get(value, value) if known is None else self.said(known)

    def _reader(self) -> Reader:
        return Reader(
            voice=self.voice,
            zone=self.zone,
            name=self._name,
            channel=self._name,
            link=lambda _: None,
            now=self.now,
        )

    def _name(self, id_: str) -> str:
        return self.names.get(id_, "…")


def page(name: str, held: Sequence[Held], known: Known) -> str:
    """Return the page about the member called ``name``."""
    title = escape(known.said(t("What Causerie keeps of {name}", name=name)))
    at = escape(known.said(t("As of {when}.", when=When(known.now))))
    beyond = escape(known.said(t("Messages on the platform are the platform’s, and are not shown here.")))
    return (
        f'<!doctype html>\n<html lang="{known.voice.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{at} {beyond}</p>\n"
        + "".join(_section(one, known) for one in held)
        + "</main>\n</body>\n</html>\n"
    )


def _section(held: Held, known: Known) -> str:
    title = known.said(held.title) if held.title else held.table.replace("_", " ")
    columns = [(place, heading) for place, (_, heading) in enumerate(held.columns) if heading is not None]
    # A table without headings is of a ritual that gave none: then every column is shown, under its own name.
    headings = [known.said(heading) for _, heading in columns] or [name.replace("_", " ") for name, _ in held.columns]
    places = [place for place, _ in columns] or list(range(len(held.columns)))
    rows = [[known.shown(row[place]) for place in places] for row in held.rows]
    return f"<h2>{escape(title)}</h2>\n{_one(headings, rows[0]) if len(rows) == 1 else _many(headings, rows)}"


def _one(headings: Sequence[str], row: Sequence[str]) -> str:
    lines = (
        f'<tr><th scope="row">{escape(heading)}</th><td>{escape(value)}</td></tr>\n'
        for heading, value in zip(headings, row, strict=True)
        if value != NOTHING
    )
    return f"<table>\n{''.join(lines)}</table>\n"


def _many(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    lines = "".join("<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>\n"
