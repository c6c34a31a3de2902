"""Identities and the people of a community. Every id is ours; a platform's never leaves its adapter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum, StrEnum
from typing import Literal, NewType

WorkspaceId = NewType("WorkspaceId", str)
ChannelId = NewType("ChannelId", str)
MemberId = NewType("MemberId", str)
CommunityId = NewType("CommunityId", str)
BindingId = NewType("BindingId", str)
MessageId = NewType("MessageId", str)
Label = NewType("Label", str)
Fact = NewType("Fact", str)

Language = Literal["en", "fr"]
Address = Literal["vous", "tu"]
Place = Literal["channel", "room"]
"""What people of a platform call where they talk."""
Stage = Literal["potential", "coalescing", "launch", "maturity", "renewal"]
"""Where a community is in its life (Wenger, McDermott and Snyder, 2002)."""
State = Literal["draft", "open", "closed"]
"""A draft was set up and not started; a closed community can be opened again for a while."""


class Role(IntEnum):
    """Who may give a command: each includes the ones before it."""

    ANYONE = 0
    MEMBER = 1
    FACILITATOR = 2
    COORDINATOR = 3


class Scope(StrEnum):
    """What a command is about."""

    MEMBER = "member"
    COMMUNITY = "community"
    WORKSPACE = "workspace"


class OfficeName(StrEnum):
    """The offices that a community gives."""

    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in a workspace. ``zone`` is an IANA name; quiet hours go from ``quiet_from`` to ``quiet_to``, local.

    ``language`` and ``zone`` are those that they chose, else those of the platform. ``topics``: what they care for.
    """

    id: MemberId
    name: str
    language: Language | None = None
    zone: str | None = None
    topics: tuple[str, ...] = ()
    quiet_from: time = time(19)
    quiet_to: time = time(8)
    weekly_budget: int = 2
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A community of practice, with its home channel.

    ``bilingual``: what is posted is said in both languages, its own first. ``since``: when it came into its state.
    """

    id: CommunityId
    workspace: WorkspaceId
    home: ChannelId
    name: str
    language: Language = "en"
    address: Address = "vous"
    zone: str = "UTC"
    region: str | None = None
    bilingual: bool = False
    stage: Stage | None = None
    paused_until: datetime | None = None
    state: State = "open"
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office held by a member, from ``since`` until ``until`` (None: open-ended)."""

    name: OfficeName
    member: MemberId
    since: datetime
    until: datetime | None = None
