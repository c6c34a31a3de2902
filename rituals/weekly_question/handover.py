"""Whoever takes charge later gets what is still to be decided: suggestions, and the word about quiet rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.core.effects import Effect, Wake
from bot.core.i18n import words
from bot.core.model import Label
from bot.core.text import Text, paragraph
from rituals.weekly_question import quiet, suggestions
from rituals.weekly_question.notices import Notice
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import shelf
from rituals.weekly_question.suggestion import Suggestion, waiting

t, tn = words("weekly_question")

WAKE: Final = Label("handover")
GRACE: Final = timedelta(days=1)
SHOWN: Final = 3
"""How many suggestions stand on a home."""


async def wake(rounds: Rounds, moment: Now) -> Wake | None:
    """Return a wake for now where somebody in charge has no copy of what is still to be decided."""
    suggested, word = await _owed(rounds, moment)
    return Wake(WAKE, moment.now, GRACE) if suggested or word else None


async def on_due(rounds: Rounds, moment: Now) -> Sequence[Effect]:
    """Give to each of those in charge what they have no copy of."""
    suggested, word = await _owed(rounds, moment)
    said: list[Effect] = []
    if suggested:
        on_shelf = await shelf(rounds, moment)
        for notice, suggestion in suggested:
            said += notice.send(moment.in_charge, suggestions.put(on_shelf, suggestion), moment.new_id)
    if word is not None:
        said += await quiet.handed_over(rounds, word, moment)
    return said


async def undecided(rounds: Rounds, moment: Now) -> Text:
    """Return what is still to be decided, whoever has a copy of it, the first suggestions first."""
    suggested, word = await _undecided(rounds)
    said = Text()
    if suggested:
        on_shelf = await shelf(rounds, moment)
        for _, suggestion in suggested[:SHOWN]:
            said += suggestions.put(on_shelf, suggestion)
    if more := len(suggested[SHOWN:]):
        said += paragraph(
            tn(
                "{count} more suggestion waits: `{prefix} question suggestions` shows it.",
                "{count} more suggestions wait: `{prefix} question suggestions` shows them.",
                more,
                prefix=moment.prefix,
            )
        )
    return said + await quiet.word(rounds, word, moment) if word is not None else said


async def _owed(rounds: Rounds, moment: Now) -> tuple[list[tuple[Notice, Suggestion]], Notice | None]:
    """Return the suggestions, and the word about quiet rounds, of which somebody in charge has no copy."""
    if not moment.in_charge:
        return [], None
    suggested, word = await _undecided(rounds)
    lacking = word if word is not None and word.lacks(moment.in_charge) else None
    return [(n, s) for n, s in suggested if n.lacks(moment.in_charge)], lacking


async def _undecided(rounds: Rounds) -> tuple[list[tuple[Notice, Suggestion]], Notice | None]:
    """Return the suggestions, the first first, and the last word about quiet rounds, that nobody decided about yet."""
    suggested = {suggestion.notice: suggestion for suggestion in waiting(await rounds.suggestions())}
    streak = (await rounds.plan()).quiet
    if not (suggested or streak):
        return [], None
    notices = await rounds.open_notices()
    words_ = [notice for notice in notices if streak and quiet.number_of(notice) is not None]
    pairs = sorted(((n, suggested[n.name]) for n in notices if n.name in suggested), key=lambda pair: pair[1].number)
    return pairs, words_[-1] if words_ else None
