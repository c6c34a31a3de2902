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
    """A person in a workspace. ``zone`` is an IANA name; quiet hours go from ``quiet_from`` to ``quiet_to``, local."""

    id: MemberId
    name: str
    language: Language | None = None
    zone: str | None = None
    quiet_from: time = time(19)
    quiet_to: time = time(8)
    weekly_budget: int = 2
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A community of practice, with its home channel."""

    id: CommunityId
    workspace: WorkspaceId
    home: ChannelId
    name: str
    language: Language = "en"
    address: Address = "vous"
    zone: str = "UTC"
    region: str | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office held by a member, from ``since`` until ``until`` (None: open-ended)."""

    name: OfficeName
    member: MemberId
    since: datetime
    until: datetime | None = None
