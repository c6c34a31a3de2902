"""Ask once, undo for a day: what every command does that takes something away.

The command answers with ``asking``; the button's press reads its value with ``asked``, does it and answers with
``done``; the press of [Undo] reads its value with ``undoing``. Whoever handles a press looks at the state anew: it may
have been pressed before.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from bot.core.errors import UserError
from bot.core.i18n import words
from bot.core.text import Button, Inline, Text, Translated, When, buttons, paragraph

t, _ = words("causerie")

ASKED_WITHIN = timedelta(days=1)
UNDO_WITHIN = timedelta(days=1)
KEEP = "core.keep"
"""The action of the button that leaves everything as it is; the engine answers it for every ritual."""


def asking(question: Text | Translated, yes: Inline, action: str, now: datetime, value: str = "") -> Text:
    """Return the question, which says what will be taken away, with the buttons [``yes``] and [Leave it]."""
    said = question if isinstance(question, Text) else paragraph(question)
    return said + buttons(Button(action, yes, _stamped(now, value)), Button(KEEP, t("Leave it")))


def asked(value: str, now: datetime) -> str:
    """Return the value given to ``asking``. Raises UserError when more than a day has passed, or it is none of ours."""
    since, given = _read(value, now)
    if since is None or now > since + ASKED_WITHIN:
        raise UserError(t("This was asked too long ago. Nothing was changed."))
    return given


def done(said: Text | Translated, action: str, value: str, now: datetime) -> Text:
    """Return what was done at ``now`` (UTC), with the button [Undo] and until when it works."""
    told = said if isinstance(said, Text) else paragraph(said)
    until = paragraph(t("It can be undone until {when}.", when=When(now + UNDO_WITHIN)))
    return told + until + buttons(Button(action, t("Undo"), _stamped(now, value)))


def undoing(value: str, now: datetime) -> str:
    """Return the value given to ``done``. Raises UserError when more than a day has passed, or it is none of ours."""
    since, given = _read(value, now)
    if since is None:
        raise UserError(t("This cannot be undone any more. Nothing was changed."))
    if now > since + UNDO_WITHIN:
        raise UserError(t("This could be undone until {when}. Nothing was changed.", when=When(since + UNDO_WITHIN)))
    return given


def _stamped(now: datetime, value: str) -> str:
    return f"{now.isoformat()} {value}"


def _read(value: str, now: datetime) -> tuple[datetime | None, str]:
    """Return since when a button stands, and its value; None when that is no instant, or one that is still to come."""
    at, __, given = value.partition(" ")
    since: datetime | None = None
    # What is no instant, or one without its zone, was never said by us.
    with suppress(ValueError, TypeError):
        said = datetime.fromisoformat(at)
        since = said if said <= now else None
    return since, given


def left() -> Text:
    """Return what is said to whoever leaves everything as it is."""
    return paragraph(t("Left as it is."))
