"""What a ritual says should happen. The engine records it with the ritual's state, in one transaction.

Durable effects reach the outbox or the core's tables. Prompt effects return to the person who is waiting and are never
stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.core.forms import Form
from bot.core.model import ChannelId, Label, MemberId, MessageId
from bot.core.text import Text, Translated


class Care(StrEnum):
    """Why a message comes: it was asked for now or in advance, it belongs to an office, or it is anything else."""

    ANSWER = "answer"
    STANDING = "standing"
    DUTY = "duty"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that should happen."""


@dataclass(frozen=True, slots=True)
class Post(Effect):
    """Say ``body`` in the home channel, in its thread ``under`` if given, once per label.

    ``channel``: in another channel than the home, for a community that moves.
    """

    label: Label
    body: Text
    under: Label | None = None
    channel: ChannelId | None = None


@dataclass(frozen=True, slots=True)
class DirectMessage(Effect):
    """Say ``body`` to one member, or in one conversation with several, once per label.

    It is dropped when one of them refused it, waits as ``care`` demands, and expires at ``until``.
    """

    label: Label
    to: frozenset[MemberId]
    body: Text
    care: Care
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edit(Effect):
    """Replace the words of what was said under ``label``; ``to``: to whom, when it was a direct message."""

    label: Label
    body: Text
    to: frozenset[MemberId] = frozenset()


@dataclass(frozen=True, slots=True)
class Withdraw(Effect):
    """Take back what was said under ``label``, or see that it is never said."""

    label: Label


@dataclass(frozen=True, slots=True)
class Configure(Effect):
    """Set keys of this ritual's settings; a value of None returns the key to its default. Validated before commit."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Journal(Effect):
    """Write a line in the community's open journal, where any member can read it."""

    line: Translated


@dataclass(frozen=True, slots=True)
class Load(Effect):
    """Enter work done for the community in the load ledger: ``units`` of about a quarter of an hour."""

    member: MemberId
    role: str
    units: float


@dataclass(frozen=True, slots=True)
class Offer(Effect):
    """Offer something to the other rituals of the community; ``payload`` is JSON."""

    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fetch(Effect):
    """Read the thread under ``thread``, or one ``message``; the answer comes back as ``Fetched`` with ``label``."""

    label: Label
    thread: Label | None = None
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Consent(Effect):
    """A member asked for this ritual's messages: what they refused of it before is lifted.

    Refused to whoever refused everything: that is theirs to lift first.
    """

    member: MemberId


@dataclass(frozen=True, slots=True)
class Compute(Effect):
    """Run ``computation`` (a name among the ritual's own) on a JSON snapshot, off the event loop.

    The result comes back as ``Computed`` with ``label``.
    """

    label: Label
    computation: str
    snapshot: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Whisper(Effect):
    """Prompt: say ``body`` to the person who asked, alone."""

    body: Text


@dataclass(frozen=True, slots=True)
class Line(Effect):
    """Prompt: say ``body`` once where the person is, to everybody; only of a channel that is no community's home."""

    body: Text


@dataclass(frozen=True, slots=True)
class OpenForm(Effect):
    """Prompt: show a form to the person who asked."""

    form: Form


@dataclass(frozen=True, slots=True)
class Rehearse(Effect):
    """Prompt: play the next weeks on a copy and tell the person who asked; ``after`` is said below it."""

    weeks: int
    after: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True)
class Wake:
    """A wish to be woken: at ``at`` (UTC), or up to ``grace`` later when the bot was away; after that, ``Missed``.

    ``what`` tells people what will happen then ("the weekly question"); without it the wake is not shown to anybody.
    """

    label: Label
    at: datetime
    grace: timedelta
    what: Translated | None = None


Prompt = Whisper | Line | OpenForm | Rehearse


@dataclass(frozen=True, slots=True)
class Outcome:
    """Effects sorted by what becomes of them."""

    durable: tuple[Effect, ...] = ()
    prompt: tuple[Prompt, ...] = field(default_factory=tuple)


def sort(said: tuple[Effect, ...]) -> Outcome:
    """Separate what is stored from what returns to the person waiting."""
    return Outcome(
        tuple(e for e in said if not isinstance(e, Prompt)),
        tuple(e for e in said if isinstance(e, Prompt)),
    )
