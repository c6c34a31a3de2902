"""The kinds of questions, as people call them in both languages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, get_args

from bot.core.commands import Names
from bot.core.errors import UserError
from bot.core.folding import fold
from bot.core.forms import Choice
from bot.core.i18n import words
from bot.core.model import Language
from bot.core.text import Inline, Plain, Translated, paragraph
from rituals.weekly_question.bank import Kind

t, tn = words("weekly_question")

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
NAMES: Final[Mapping[Kind, Names]] = {
    "hard-case": Names("hard-case", "cas-difficile"),
    "how-would-you": Names("how-would-you", "mise-en-situation"),
    "debate": Names("debate", "débat"),
    "look-around": Names("look-around", "regard-ailleurs"),
    "tip": Names("tip", "truc"),
    "story": Names("story", "récit"),
    "look-back": Names("look-back", "regard-en-arrière"),
    "get-to-know": Names("get-to-know", "faire-connaissance"),
}
"""One word each, as commands take them; without their hyphens they are the names that people read."""
LABELS: Final[Mapping[Kind, Translated]] = {
    "hard-case": t("hard case"),
    "how-would-you": t("how would you"),
    "debate": t("debate"),
    "look-around": t("look around"),
    "tip": t("tip"),
    "story": t("story"),
    "look-back": t("look back"),
    "get-to-know": t("get to know"),
}
ALL: Final = Names("all", "toutes")

_ALSO: Final[Mapping[str, Kind]] = {"truc-de-metier": "tip", "how-would-you-do-it": "how-would-you"}
_SPLIT = re.compile(r"[^\w']+")
_LONGEST = 5


def _joined(parts: Iterable[str]) -> str:
    return "-".join(parts)


def _parts(typed: str) -> list[str]:
    return [part for part in _SPLIT.split(fold(typed).replace("_", "-")) if part]


_KNOWN: Final[Mapping[str, Kind]] = {
    _joined(_parts(name)): kind for kind, names in NAMES.items() for name in (names.en, names.fr)
} | dict(_ALSO)


def kind_named(typed: str) -> Kind | None:
    """Return the kind that goes by this name in either language, with or without hyphens; None when there is none."""
    return _KNOWN.get(_joined(_parts(typed)))


def heading(kind: Kind, language: Language) -> str:
    """Return a kind's name as a heading: "Hard case"."""
    name = NAMES[kind].said(language).replace("-", " ")
    return name[:1].upper() + name[1:]


def choices() -> tuple[Choice, ...]:
    """Return the kinds as the choices of a form's field."""
    return tuple(Choice(kind, LABELS[kind]) for kind in KINDS)


def read_kind(value: str) -> Kind:
    """Return the kind that the field ``kind`` holds. Raises UserError."""
    for kind in KINDS:
        if kind == value:
            return kind
    refusal = paragraph(t("Choose one of the kinds in the list."))
    raise UserError(refusal, {"kind": refusal})


def read_kinds(typed: str, language: Language) -> tuple[Kind, ...]:
    """Return the kinds named one after another, each once; none for "all". Raises UserError, naming what is unknown."""
    parts = [part for part in _parts(typed) if part not in {"and", "et"}]
    if _joined(parts) in ALL.folded:
        return ()
    found: list[Kind] = []
    while parts:
        sizes = range(min(_LONGEST, len(parts)), 0, -1)
        size = next((n for n in sizes if _joined(parts[:n]) in _KNOWN), 0)
        if not size:
            raise UserError(
                t(
                    "“{typed}” is no kind of question. There are: {kinds}.",
                    typed=Plain(parts[0]),
                    kinds=", ".join(NAMES[kind].said(language) for kind in KINDS),
                )
            )
        found.append(_KNOWN[_joined(parts[:size])])
        parts = parts[size:]
    return () if len(set(found)) == len(KINDS) else tuple(kind for kind in KINDS if kind in found)


def listed(kinds: Iterable[Kind]) -> Inline:
    """Return the names of kinds as one node: "tip, story"."""
    nodes: list[Inline] = [LABELS[kind] for kind in kinds]
    sentence = nodes[-1]
    for node in reversed(nodes[:-1]):
        sentence = t("{first}, {rest}", first=node, rest=sentence)
    return sentence
