"""A question's words, asked for in a form and read from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args
from unicodedata import category

from bot.core.errors import UserError
from bot.core.folding import fold
from bot.core.forms import Field
from bot.core.i18n import words
from bot.core.model import Community, Language
from bot.core.text import Code, Text, Translated, paragraph
from rituals.weekly_question.bank import Wording

t, tn = words("weekly_question")

SHORTEST, LONGEST = 3, 300
UNSEEN = frozenset({"Cc", "Cs"})
"""Control characters, and halves of a character."""
_LABELS: Final[Mapping[Language, Translated]] = {"en": t("In English"), "fr": t("In French")}
_EVERYBODY = re.compile(r"@(?:all|canal|channel|everyone|group|here|room|tous|toutes)\b")


def name_of(language: Language) -> str:
    """Return the name of the field that holds a question's words in a language."""
    return f"words_{language}"


def words_fields(community: Community, now: Wording) -> tuple[Field, ...]:
    """Return a field for the community's language, and one for the other where there is something to say in it."""
    own = community.language
    other: Language = "fr" if own == "en" else "en"
    if not community.bilingual and not said(now, other):
        return (_field(own, now, t("The question")),)
    return (
        _field(own, now, _LABELS[own]),
        _field(other, now, _LABELS[other], required=False),
    )


def _field(language: Language, now: Wording, label: Translated, *, required: bool = True) -> Field:
    return Field(name_of(language), label, value=said(now, language), required=required)


def said(wording: Wording, language: Language) -> str:
    """Return the words in one language; empty where there are none."""
    return wording.en if language == "en" else wording.fr


def read_words(values: Mapping[str, str], community: Community) -> Wording:
    """Return the words that a form holds. Raises UserError, with what is wrong beside each field."""
    found: dict[Language, str] = {}
    wrong: dict[str, Text] = {}
    for language in get_args(Language):
        name = name_of(language)
        typed = tidied(values.get(name, ""))
        refusal = refused(typed) if typed or language == community.language else None
        if refusal is not None:
            wrong[name] = paragraph(refusal)
        found[language] = typed
    if wrong:
        raise UserError(next(iter(wrong.values())), wrong)
    return Wording(found["en"], found["fr"])


def tidied(typed: str) -> str:
    """Return what was typed as one line, without what can be neither seen nor kept."""
    return " ".join("".join(" " if category(letter) in UNSEEN else letter for letter in typed).split())


def refused(typed: str) -> Translated | None:
    """Return what is wrong with a question's words, None when nothing is."""
    if not typed:
        return t("A question needs words. For example: What did you learn this week?")
    if len(typed) < SHORTEST:
        return t("A question has at least {limit} characters.", limit=SHORTEST)
    if len(typed) > LONGEST:
        return t("A question has at most {limit} characters, and this has {length}.", limit=LONGEST, length=len(typed))
    everybody = _EVERYBODY.search(fold(typed))
    if everybody:
        return t("A question calls nobody: please leave out {words}.", words=Code(everybody.group()))
    return None


def of_line(typed: str, community: Community) -> Wording:
    """Return words given with a command, in the community's language. Raises UserError."""
    line = tidied(typed)
    refusal = refused(line)
    if refusal is not None:
        raise UserError(refusal)
    return in_own_language(line, community)


def in_own_language(line: str, community: Community) -> Wording:
    """Return words in the community's language, as they are."""
    return Wording(line) if community.language == "en" else Wording(fr=line)
