"""Ask once, undo for a day: what every command does that takes something away.

The command answers with ``asking``; the button's press does it and answers with ``done``; the press of [Undo] reads its
value with ``undoing``. Whoever handles a press looks at the state anew: it may have been pressed before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.text import Button, Inline, Text, Translated, When, buttons, paragraph

t, _ = words("causerie")

UNDO_WITHIN = timedelta(days=1)
KEEP = "core.keep"
"""The action of the button that leaves everything as it is; the engine answers it for every ritual."""


def asking(question: Text | Translated, yes: Inline, action: str, value: str = "") -> Text:
    """Return the question, which says what will be taken away, with the buttons [``yes``] and [Leave it]."""
    said = question if isinstance(question, Text) else paragraph(question)
    return said + buttons(Button(action, yes, value), Button(KEEP, t("Leave it")))


def done(said: Text | Translated, action: str, value: str, now: datetime) -> Text:
    """Return what was done at ``now`` (UTC), with the button [Undo] and until when it works."""
    told = said if isinstance(said, Text) else paragraph(said)
    until = paragraph(t("It can be undone until {when}.", when=When(now + UNDO_WITHIN)))
    return told + until + buttons(Button(action, t("Undo"), f"{now.isoformat()} {value}"))


def undoing(value: str, now: datetime) -> str:
    """Return the value given to ``done``. Raises UserError when more than a day has passed."""
    at, __, given = value.partition(" ")
    until = datetime.fromisoformat(at) + UNDO_WITHIN
    if now > until:
        raise UserError(t("This could be undone until {when}. Nothing was changed.", when=When(until)))
    return given


def left() -> Text:
    """Return what is said to whoever leaves everything as it is."""
    return paragraph(t("Left as it is."))
