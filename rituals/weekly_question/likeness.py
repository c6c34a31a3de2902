"""When two questions are the same, or nearly. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from rapidfuzz import fuzz

from bot.core.folding import flat
from rituals.weekly_question.bank import Entry, Wording

NEARLY: Final = 90
"""The likeness, out of a hundred, from which two questions are nearly the same."""

_MARKS = re.compile(r"[^\w\s]+")


def essence(words: str) -> str:
    """Return a question's words as they are compared: no case, accents or marks."""
    return flat(_MARKS.sub(" ", words)) or flat(words)


def essences(wording: Wording) -> frozenset[str]:
    """Return a question's words as they are compared, in each language that it has."""
    return frozenset(essence(words) for words in (wording.en, wording.fr) if words)


def nearest(wording: Wording, others: Iterable[tuple[Entry, Wording]]) -> Entry | None:
    """Return the entry whose words are nearly these, in either language; the likest one, None when there is none."""
    return likest(wording, [(entry, essences(said)) for entry, said in others])


def likest(wording: Wording, others: Iterable[tuple[Entry, Collection[str]]]) -> Entry | None:
    """Return the same of entries whose essences are known: for many wordings, each is made once."""
    mine = essences(wording)
    scored = [
        (max((fuzz.ratio(a, b, score_cutoff=NEARLY) for a in mine for b in theirs), default=0), entry)
        for entry, theirs in others
    ]
    score, entry = max(scored, key=lambda found: (found[0], -found[1].number), default=(0, None))
    return entry if score >= NEARLY else None
