"""Whoever takes charge later gets what is still to be decided: suggestions, and the word about quiet rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.core.effects import Effect, Wake
from bot.core.model import Label
from rituals.weekly_question import quiet, suggestions
from rituals.weekly_question.notices import Notice
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import shelf
from rituals.weekly_question.suggestion import Suggestion, waiting

WAKE: Final = Label("handover")
GRACE: Final = timedelta(days=1)


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


async def _owed(rounds: Rounds, moment: Now) -> tuple[list[tuple[Notice, Suggestion]], Notice | None]:
    """Return the suggestions, and the word about quiet rounds, of which somebody in charge has no copy."""
    suggested = {suggestion.notice: suggestion for suggestion in waiting(await rounds.suggestions())}
    streak = (await rounds.plan()).quiet
    if not moment.in_charge or not (suggested or streak):
        return [], None
    undecided = await rounds.open_notices()
    words = [notice for notice in undecided if streak and quiet.number_of(notice) is not None][-1:]
    return (
        [(n, suggested[n.name]) for n in undecided if n.name in suggested and n.lacks(moment.in_charge)],
        next((notice for notice in words if notice.lacks(moment.in_charge)), None),
    )
