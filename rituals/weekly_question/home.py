"""What the weekly question has on a member's home: what waits for a decision, and its buttons."""

from __future__ import annotations

from typing import Final

from bot.core.i18n import words
from bot.core.model import Role
from bot.core.text import Text
from bot.engine.ritual import Shortcut
from rituals.weekly_question import handover, preview
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

t, tn = words("weekly_question")

SHORTCUTS: Final = (
    Shortcut(label=t("Suggest a question"), words="question suggest", role=Role.MEMBER, below=Role.FACILITATOR),
    Shortcut(label=t("The next question"), words="question next", role=Role.FACILITATOR),
    Shortcut(label=t("Add a question"), words="question bank add", role=Role.FACILITATOR),
    Shortcut(label=t("The bank of questions"), words="question bank list", role=Role.FACILITATOR),
)


async def waiting(rounds: Rounds, moment: Now) -> Text:
    """Return what nobody decided yet, as the copies say it: the next question, suggestions, the word about silence."""
    return await preview.undecided(rounds, moment) + await handover.undecided(rounds, moment)
