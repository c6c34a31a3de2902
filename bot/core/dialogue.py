"""A form as a conversation, for platforms that show none: one question at a time, then the same values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from pydantic import TypeAdapter

from bot.core.degrade import Wordings, own_words, pick
from bot.core.errors import UserError
from bot.core.excerpt import excerpt
from bot.core.folding import fold
from bot.core.forms import Field, Form
from bot.core.i18n import words
from bot.core.text import (
    Block,
    Bullets,
    Inline,
    Paragraph,
    Plain,
    Strong,
    Text,
    Translated,
    lines,
    paragraph,
)
from bot.core.text import words as words_of

t, _ = words("causerie")

_STOP: Final = frozenset({"cancel", "annuler"})
_KEEP: Final = "="
_KEEP_ALL: Final = "=="
_NONE: Final = frozenset({"-", "–", "—"})
_SHOWN: Final = 200
_INTEGER = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A form being filled in: the ``answers`` so far, and what was wrong with those that are asked again."""

    form: Form
    answers: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)
    stopped: bool = False


dialogue_codec: TypeAdapter[Dialogue] = TypeAdapter(Dialogue)


def question(dialogue: Dialogue) -> Text:
    """Return the next question, still to be resolved; after the last one, nothing."""
    if dialogue.stopped:
        return paragraph(t("Stopped. Nothing has changed."))
    asked = next_field(dialogue)
    if asked is None:
        return Text()
    return _opening(dialogue, asked) + Text(_asking(asked, rest=_kept_all(dialogue) is not None))


def next_field(dialogue: Dialogue) -> Field | None:
    """Return the field that is to be answered next, None after the last."""
    return next((asked for asked in dialogue.form.fields if _open(dialogue, asked)), None)


def answer(dialogue: Dialogue, reply: str, wordings: Wordings = own_words) -> Dialogue:
    """Return the dialogue after ``reply`` to its question; one that is over stays as it is.

    ``wordings`` gives every way to say a choice. Raises UserError, saying what is expected, when the reply is none.
    """
    asked = next_field(dialogue)
    if asked is None or dialogue.stopped:
        return dialogue
    said = reply.strip()
    if fold(said) in _STOP:
        return replace(dialogue, stopped=True)
    if said == _KEEP_ALL and (kept := _kept_all(dialogue)) is not None:
        return kept
    return replace(dialogue, answers={**dialogue.answers, asked.name: _value(asked, said, wordings)})


def _kept_all(dialogue: Dialogue) -> Dialogue | None:
    """Return the dialogue with all that is still to be asked as it is, None where something of it must be said."""
    while (asked := next_field(dialogue)) is not None:
        if asked.required and not asked.value:
            return None
        dialogue = replace(dialogue, answers={**dialogue.answers, asked.name: asked.value})
    return dialogue


def choices(dialogue: Dialogue) -> tuple[str, int] | None:
    """Return which question is asked next and how many choices it has; None for one without choices."""
    asked = next_field(dialogue)
    if asked is None or dialogue.stopped or not asked.choices:
        return None
    return f"{dialogue.form.id} {asked.name}", len(asked.choices)


def done(dialogue: Dialogue) -> dict[str, str] | None:
    """Return a value for each field that was to be asked, once all are answered, else None."""
    return dict(dialogue.answers) if next_field(dialogue) is None and not dialogue.stopped else None


def reopen(dialogue: Dialogue, errors: Mapping[str, Text]) -> Dialogue:
    """Return the dialogue asking again for the fields in ``errors``, their answers kept as what they hold now.

    Raises KeyError when the form has no such field.
    """
    held = {name: dialogue.answers[name] for name in errors}
    fields = tuple(replace(f, value=held.get(f.name, f.value)) for f in dialogue.form.fields)
    answers = {name: value for name, value in dialogue.answers.items() if name not in errors}
    return Dialogue(replace(dialogue.form, fields=fields), answers, dict(errors))


def _open(dialogue: Dialogue, asked: Field) -> bool:
    """Whether a field is still to be asked: not answered, and not left out for what was answered before."""
    if asked.given is not None and dialogue.answers.get(asked.given[0]) != asked.given[1]:
        return False
    return asked.name not in dialogue.answers


def _opening(dialogue: Dialogue, asked: Field) -> Text:
    if asked.name in dialogue.errors:
        return dialogue.errors[asked.name]
    if dialogue.answers:
        return Text()
    return paragraph(Strong((dialogue.form.title,))) + (dialogue.form.intro or Text())


def _asking(asked: Field, *, rest: bool) -> tuple[Block, ...]:
    heading = lines(Strong((asked.label,)), *((asked.help,) if asked.help else ())).blocks
    choices = tuple((Paragraph((choice.label,)),) for choice in asked.choices)
    hints = [hint for hint in (_expected(asked), _kept(asked)) if hint]
    if not asked.required:
        hints.append(t("`-` leaves it empty."))
    if rest:
        hints.append(t("`==` keeps all the rest as it is."))
    hints.append(t("`cancel` stops here."))
    return (*heading, *((Bullets(choices, ordered=True),) if choices else ()), *lines(*hints).blocks)


def _expected(asked: Field) -> Translated | None:
    match asked.kind:
        case "choice":
            return t("Reply with the number of your choice.")
        case "integer":
            return t("Reply with a whole number, such as `3`.")
        case "date":
            return t("Reply with a date, such as `2026-11-30`.")
        case _:
            return None


def _kept(asked: Field) -> Translated | None:
    held: Inline = _short(asked.value)
    for choice in asked.choices:
        if choice.value == asked.value:
            held = choice.label
    return t("Now: “{value}”. `=` keeps it.", value=held) if asked.value else None


def _value(asked: Field, said: str, wordings: Wordings) -> str:
    """Return what ``said`` gives the field; raises UserError."""
    if said == _KEEP:
        if asked.value or not asked.required:
            return asked.value
        raise UserError(t("There is no value to keep yet."))
    if said in _NONE or not said:
        if asked.required:
            raise UserError(t("This cannot be left empty."))
        return ""
    return _read(asked, said, wordings)


def _read(asked: Field, said: str, wordings: Wordings) -> str:
    match asked.kind:
        case "choice":
            place = pick(said, [(choice.value, *wordings(choice.label)) for choice in asked.choices])
            if place is not None:
                return asked.choices[place].value
            raise UserError(
                t("“{reply}” is not one of the choices. Reply with a number from the list.", reply=_short(said))
            )
        case "integer":
            digits = "".join(said.split())
            if _INTEGER.fullmatch(digits):
                return str(int(digits))
            raise UserError(t("“{reply}” is not a whole number. For example: `3`", reply=_short(said)))
        case "date":
            try:
                return date.fromisoformat(said).isoformat()
            except ValueError:
                raise UserError(t("“{reply}” is not a date. For example: `2026-11-30`", reply=_short(said))) from None
        case "text":
            return " ".join(said.split())
        case _:
            return said


def _short(said: str) -> Plain:
    return Plain("".join(words_of(part) for part in excerpt(paragraph(said), _SHOWN)))
