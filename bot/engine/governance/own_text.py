"""A text that a community may say in its own words: what it stands for, and which words may take its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.errors import UserError
from bot.core.i18n import in_addresses, placeholders, words
from bot.core.text import Code, Inline, Plain, Translated

t, _ = words("causerie")

LONGEST = 1000
SHORT = 80
"""As much of a text as is shown among others."""
_UNHEARD = re.compile("[\ue000-\uf8ff\x00-\x08\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Own:
    """A text that may be said otherwise: ``example`` is its sentence, with values such as it is said with."""

    ritual: str
    name: str
    example: Translated
    stand_for: Mapping[str, Translated]

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What has to stay in it, in the order of the sentence."""
        return placeholders(self.example.msgid)

    def meaning(self, placeholder: str) -> Inline:
        """Return what a placeholder stands for."""
        if placeholder in self.stand_for:
            return self.stand_for[placeholder]
        return t("for example “{value}”", value=self.example.params.get(placeholder, Plain("…")))


def checked(text: Own, given: str) -> str:
    """Return the words as they are kept; raises UserError for a placeholder amiss, and for too many words."""
    rows = (" ".join(row.split()) for row in _UNHEARD.sub("", given).splitlines())
    said = "\n".join(row for row in rows if row)
    if len(said) > LONGEST:
        raise UserError(
            t("At most {limit} characters fit here, and this has {length}.", limit=LONGEST, length=len(said))
        )
    there = placeholders(said)
    lacking = [p for p in text.placeholders if p not in there]
    if said and lacking:
        raise UserError(
            t(
                "{placeholder} has to stay: {meaning}.",
                placeholder=Code(f"{{{lacking[0]}}}"),
                meaning=text.meaning(lacking[0]),
            )
        )
    invented = [p for p in there if p not in text.placeholders]
    if invented:
        raise UserError(
            t("{placeholder} stands for nothing in this text.", placeholder=Code(f"{{{invented[0][:SHORT]}}}"))
        )
    lost = in_addresses(said)
    if lost:
        raise UserError(t("{placeholder} cannot stand in a link’s address.", placeholder=Code(f"{{{lost[0]}}}")))
    return said
