"""What the bank and the suggestions need not keep any longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.starters import by_key
from rituals.weekly_question.suggestion import outdated

DRAFTS_KEPT: Final = timedelta(days=1)
"""How long questions that were read from a text wait to be added."""
REMOVED_KEPT: Final = timedelta(days=30)
"""How long a question that was taken out of the bank is remembered; a starter is for good, lest it come back."""
NOTICES_KEPT: Final = timedelta(days=60)
"""How long it is remembered what was put to whom; about a suggestion, as long as that is."""


async def forget(rounds: Rounds, moment: Now) -> None:
    """Forget what was taken out of the bank or never came into it, and what became of suggestions, after their time."""
    kept = {"draft": DRAFTS_KEPT, "removed": REMOVED_KEPT}
    old = [
        entry
        for entry in await rounds.entries()
        if entry.state in kept and entry.key not in by_key() and entry.at < moment.now - kept[entry.state]
    ]
    await rounds.drop_entries(old)
    for suggestion in outdated(await rounds.suggestions(), moment.now):
        await rounds.drop_suggestion(suggestion)
    remembered = {suggestion.notice for suggestion in await rounds.suggestions()}
    await rounds.forget_notices(moment.now - NOTICES_KEPT, remembered)
