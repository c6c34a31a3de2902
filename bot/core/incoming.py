"""What an adapter hears, in the platform's own coordinates, before the engine gives it our ids.

``channel``, ``author``, ``message`` and ``thread`` are the platform's ids, and so are those inside ``text``.
A ``fact`` is made of those coordinates, never of a delivery id: the same thing heard twice has one key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from bot.core.model import BindingId, CommunityId, Fact, Label, Language
from bot.core.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What all that comes from a platform has in common. ``at`` is the platform's instant, in UTC."""

    fact: Fact
    at: datetime
    channel: str | None = None
    author: str | None = None
    thread: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Said(Heard):
    """Someone wrote a message. ``direct``: to the bot alone. ``edited``: these words replace earlier ones."""

    message: str
    text: Text
    direct: bool = False
    edited: bool = False
    kind: Literal["said"] = "said"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deleted(Heard):
    """A message was taken away."""

    message: str
    kind: Literal["deleted"] = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reacted(Heard):
    """Someone put a reaction on a message, or took it off."""

    message: str
    emoji: str
    removed: bool = False
    kind: Literal["reacted"] = "reacted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined(Heard):
    """Someone joined a channel."""

    kind: Literal["joined"] = "joined"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left(Heard):
    """Someone left a channel."""

    kind: Literal["left"] = "left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited(Heard):
    """The bot was added to a channel; ``author`` added it."""

    kind: Literal["invited"] = "invited"


@dataclass(frozen=True, kw_only=True, slots=True)
class Commanded(Heard):
    """Someone gave a command: ``words`` are those after the prefix.

    ``community`` and ``binding`` are set when they were asked which.
    """

    words: str
    community: CommunityId | None = None
    binding: BindingId | None = None
    kind: Literal["commanded"] = "commanded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed(Heard):
    """Someone pressed a button; ``message`` is None for a message that only they could see."""

    message: str | None
    action: str
    value: str = ""
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted(Heard):
    """Someone sent a form."""

    form: str
    values: dict[str, str] = field(default_factory=dict)
    kind: Literal["submitted"] = "submitted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Internal:
    """A fact of our own, for one binding: ``event`` names its class in ``bot.core.events``."""

    fact: Fact
    at: datetime
    binding: BindingId
    event: Literal["due", "missed", "delivered", "undelivered", "offered", "computed", "fetched"]
    label: Label
    payload: dict[str, Any] = field(default_factory=dict)
    kind: Literal["internal"] = "internal"


Incoming = Annotated[
    Said | Deleted | Reacted | Joined | Left | Invited | Commanded | Pressed | Submitted | Internal,
    Field(discriminator="kind"),
]
Prompted = Invited | Commanded | Pressed | Submitted
incoming_codec: TypeAdapter[Incoming] = TypeAdapter(Incoming)


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What a platform says of a person. ``addressable`` is False for bots, deactivated people and strangers."""

    external: str
    name: str
    language: Language | None = None
    zone: str | None = None
    addressable: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelProfile:
    """What a platform says of a channel; ``person`` is who talks with the bot alone in it, by the platform's id."""

    external: str
    name: str
    direct: bool = False
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A channel goes by another id of the platform's from now on; it is the same channel."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Note:
    """What an adapter remembers beside its cursor; without a ``value`` it is forgotten.

    It holds ids of the platform's and nobody's words, and names people no longer than it takes to answer them. A year
    after ``at`` (UTC) it is forgotten anyway.
    """

    key: str
    value: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What an adapter read at once: saved together with the cursor from which it reads on, and its notes.

    ``renumbered`` comes before all the rest, which has the new ids.
    """

    renumbered: tuple[Renumbered, ...] = ()
    heard: tuple[Incoming, ...] = ()
    people: tuple[Profile, ...] = ()
    channels: tuple[ChannelProfile, ...] = ()
    notes: tuple[Note, ...] = ()
    cursor: str | None = None
