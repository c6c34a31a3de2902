"""Forms: a few fields to fill in, shown by the platform, or asked one after the other where it shows none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from pydantic import TypeAdapter

from bot.core.i18n import Catalogues, Voice, words
from bot.core.text import Inline, Text

t, _ = words("causerie")

SEND = t("Send")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field of kind ``choice`` may take, and what people read for it."""

    value: str
    label: Inline


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ``value`` is what it holds now, as text; an integer in digits, a date as 2026-11-30.

    ``choices`` belong to the kind ``choice``. A field that is not ``required`` may be left empty. ``given``: another
    field's name and value; without that value in it this one need not be asked, and what it holds is not looked at.
    """

    name: str
    label: Inline
    kind: Literal["text", "long", "choice", "integer", "date"] = "text"
    value: str = ""
    help: Inline | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = True
    given: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form; ``id`` comes back in ``FormSubmitted`` with a value for each field's name."""

    id: str
    title: Inline
    fields: tuple[Field, ...]
    intro: Text | None = None
    submit: Inline = SEND


form_codec: TypeAdapter[Form] = TypeAdapter(Form)


def resolve(form: Form, catalogues: Catalogues, voice: Voice) -> Form:
    """Return ``form`` with every sentence in the words of ``voice``."""

    def said(node: Inline) -> Inline:
        return catalogues.phrase(node, voice)

    def field(asked: Field) -> Field:
        return replace(
            asked,
            label=said(asked.label),
            help=said(asked.help) if asked.help else None,
            choices=tuple(replace(choice, label=said(choice.label)) for choice in asked.choices),
        )

    return replace(
        form,
        title=said(form.title),
        fields=tuple(field(asked) for asked in form.fields),
        intro=catalogues.resolve(form.intro, voice) if form.intro else None,
        submit=said(form.submit),
    )
