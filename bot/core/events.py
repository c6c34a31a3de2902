"""What a ritual hears, with our own ids and with labels instead of platform coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.model import ChannelId, CommunityId, Fact, Label, MemberId, MessageId, Role
from bot.core.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something happened in a community. ``at``: when, in UTC; ``actor``: who did it, None for the clock."""

    fact: Fact
    community: CommunityId
    at: datetime
    actor: MemberId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MessagePosted(Event):
    """A member wrote. ``thread`` is the label of the ritual's message under which they wrote, if any."""

    message: MessageId
    text: Text
    thread: Label | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageEdited(Event):
    """A member changed their message."""

    message: MessageId
    text: Text
    thread: Label | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageDeleted(Event):
    """A message was taken away, by its author or by an administrator.

    ``message`` is None when it was the ritual's own, the one labelled ``thread``.
    """

    message: MessageId | None
    thread: Label | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReactionChanged(Event):
    """A member put a reaction on a message, or took it off."""

    message: MessageId
    emoji: str
    removed: bool
    thread: Label | None = None
    role: Role = Role.MEMBER


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberJoined(Event):
    """A member joined the home channel; ``actor`` is that member."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLeft(Event):
    """A member left the home channel; ``actor`` is that member."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberErased(Event):
    """All that is kept of ``actor`` is about to be erased, over every table: say otherwise what names them.

    What a ritual keeps of them is deleted for it; in what it says now, nothing may be theirs.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandGiven(Event):
    """A member gave a command, already parsed and allowed. ``values`` are typed as the command's parameters say."""

    command: str
    values: Mapping[str, Any] = field(default_factory=dict)
    role: Role = Role.MEMBER


@dataclass(frozen=True, kw_only=True, slots=True)
class ButtonPressed(Event):
    """A member pressed a button of this ritual; ``label`` is None when it stood in a whisper."""

    action: str
    value: str
    label: Label | None = None
    role: Role = Role.MEMBER


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSubmitted(Event):
    """A member sent a form of this ritual."""

    form: str
    values: Mapping[str, str]
    role: Role = Role.MEMBER


@dataclass(frozen=True, kw_only=True, slots=True)
class Due(Event):
    """A wake of the agenda is due; ``at`` is when it was meant for, which may be up to its grace ago."""

    label: Label


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed(Event):
    """A wake of the agenda came too late for its grace (the bot was away): skip it."""

    label: Label


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered(Event):
    """A message of this ritual is on the platform."""

    label: Label


class Trouble(StrEnum):
    """Why a platform will never accept something, where a person can do something about it, or should know."""

    ARCHIVED = "archived"
    """The channel is archived."""
    ABSENT = "absent"
    """The bot is not in the channel."""
    SHARED = "shared"
    """The channel is shared with another organisation, which is not enabled."""
    BARRED = "barred"
    """Only some people may write in the channel."""
    SCOPE = "scope"
    """A permission of the app is missing; the detail names it."""
    GONE = "gone"
    """The person's account is closed."""
    UNREACHABLE = "unreachable"
    """The person cannot be written to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Undelivered(Event):
    """What a ritual of the community said under ``label`` will never be accepted by the platform.

    It was for ``channel``, or for ``people``. Only the built-in ritual hears of it.
    """

    label: Label
    trouble: Trouble
    detail: str = ""
    channel: ChannelId | None = None
    people: tuple[MemberId, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered(Event):
    """Another ritual of the community offers something; the taker checks the kind."""

    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Computed(Event):
    """The result of a ``Compute`` effect; the state may have moved since: check it again."""

    label: Label
    result: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched(Event):
    """The messages of a thread, oldest first, as ``Fetch`` asked."""

    label: Label
    messages: tuple[MessagePosted, ...]
