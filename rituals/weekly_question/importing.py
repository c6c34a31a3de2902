"""Questions read from a text, Markdown or CSV: all of them, or all that is wrong, line by line. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.i18n import words
from bot.core.model import Language
from bot.core.text import Code, Inline, Text, Translated, bullets, paragraph
from rituals.weekly_question.bank import Kind, Wording
from rituals.weekly_question.kinds import KINDS, NAMES, kind_named
from rituals.weekly_question.worded import refused, tidied

t, tn = words("weekly_question")

MOST: Final = 200
"""How many questions may be imported at a time."""
_SHOWN: Final = 20
_LONGEST_QUOTED: Final = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A question that a text holds; ``line`` is where it begins, counted from one."""

    line: int
    kind: Kind
    wording: Wording


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong in a line of a text; line 0 is the text as a whole."""

    line: int
    why: Translated


@dataclass
class Reading:
    """What was read of a text so far."""

    language: Language
    found: list[Found]
    troubles: list[Trouble]

    def trouble(self, line: int, why: Translated) -> None:
        """Note what is wrong in a line."""
        self.troubles.append(Trouble(line, why))

    def kind(self, line: int, typed: str) -> Kind | None:
        """Return the kind that is named; None, and a trouble noted, when there is none of this name."""
        kind = kind_named(typed)
        if kind is None:
            named = ", ".join(NAMES[k].said(self.language) for k in KINDS)
            unknown = t("{typed} is no kind of question. There are: {kinds}.", typed=quoted(typed), kinds=named)
            self.trouble(line, unknown if typed.strip() else t("The kind is missing. There are: {kinds}.", kinds=named))
        return kind

    def question(self, line: int, kind: Kind, said: Mapping[Language, str]) -> None:
        """Note a question, or what is wrong with its words."""
        wording = Wording(tidied(said.get("en", "")), tidied(said.get("fr", "")))
        given = [typed for typed in (wording.en, wording.fr) if typed] or [""]
        refusals = [refusal for refusal in map(refused, given) if refusal]
        for refusal in refusals:
            self.trouble(line, refusal)
        if not refusals:
            self.found.append(Found(line, kind, wording))

    def over(self) -> Reading:
        """Return the reading after its last line: too many questions are a trouble, and none are one too."""
        if len(self.found) > MOST:
            many = len(self.found)
            self.trouble(0, t("At most {limit} questions come in at a time; here are {many}.", limit=MOST, many=many))
        elif not self.found and not self.troubles:
            self.trouble(0, t("There is no question in this."))
        return self


def told(troubles: list[Trouble]) -> Text:
    """Return everything that is wrong, a line each; of very much, the beginning."""
    ordered = sorted(troubles, key=lambda found: found.line)
    rows = [_row(trouble) for trouble in ordered[:_SHOWN]]
    body = rows[0] if len(rows) == 1 else bullets(*rows)
    more = len(ordered) - len(rows)
    return body + paragraph(tn("And {count} more.", "And {count} more.", more)) if more else body


def _row(trouble: Trouble) -> Text:
    if not trouble.line:
        return paragraph(trouble.why)
    return paragraph(t("Line {line}: {why}", line=str(trouble.line), why=trouble.why))


def quoted(typed: str) -> Inline:
    """Return somebody's words for an error: on one line, shortened."""
    line = tidied(typed)
    return Code(line if len(line) <= _LONGEST_QUOTED else f"{line[: _LONGEST_QUOTED - 1]}…")
