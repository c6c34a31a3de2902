"""Who may decide, and what is said of what was decided already."""

from __future__ import annotations

from bot.core.errors import UserError
from bot.core.events import ButtonPressed, FormSubmitted
from bot.core.i18n import words
from bot.core.model import Role
from rituals.weekly_question.settings import Now

t, tn = words("weekly_question")


def for_those_in_charge(event: ButtonPressed | FormSubmitted) -> None:
    """Let pass who is in charge; raises UserError."""
    if event.role < Role.FACILITATOR:
        raise UserError(t("Only the facilitator or a coordinator can decide this."))


def stale(moment: Now) -> UserError:
    """Return what to say of a button about what was decided otherwise since."""
    return UserError(
        t(
            "Something else was decided since. Nothing was changed; `{prefix} question next` shows what is planned.",
            prefix=moment.prefix,
        )
    )
