"""What members allow, what they chose for themselves, and all that is kept of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal, Protocol

from bot.core.attention import Availability
from bot.core.model import CommunityId, Language, MemberId, WorkspaceId
from bot.core.text import Translated


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a member chose. ``language`` and ``zone`` None: as the platform tells; "each": each community's language."""

    language: Language | Literal["each"] | None = None
    zone: str | None = None
    topics: tuple[str, ...] = ()
    quiet_from: time = time(19)
    quiet_to: time = time(8)
    weekly_budget: int = 2
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What somebody refused: a ritual's messages in a community; None stands for all of them."""

    community: CommunityId | None = None
    ritual: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A member's rows of one table; ``columns`` are the table's names and headings (None: not for people to read)."""

    table: str
    title: Translated | None
    columns: tuple[tuple[str, Translated | None], ...]
    rows: tuple[tuple[Any, ...], ...]


class Members(Protocol):
    """What members allow: their attention, what they refused, and what they chose."""

    async def availability(
        self, members: Collection[MemberId], community: CommunityId, ritual: str, now: datetime, but: str = ""
    ) -> Sequence[Availability]:
        """Return what each member allows this ritual, their nudges of the last week included.

        What the parcel with the key ``but`` has spent already does not count against itself. What somebody refused
        before they were erased is honoured.
        """
        ...

    async def spend(self, members: Collection[MemberId], parcel: str, now: datetime) -> None:
        """Take a nudge from each member's budget, once per parcel."""
        ...

    async def refuse(self, member: MemberId, community: CommunityId | None, ritual: str | None, now: datetime) -> None:
        """Honour a refusal: of a ritual, or of everything when None."""
        ...

    async def accept(self, member: MemberId, community: CommunityId | None, ritual: str | None) -> None:
        """Lift a refusal."""
        ...

    async def refused(self, member: MemberId) -> Sequence[Refusal]:
        """Return what a member refused, oldest first; what they refused before they were erased, last.

        Of the latter, those of rituals that communities have which still go on.
        """
        ...

    async def preferences(self, member: MemberId) -> Preferences:
        """Return what a member chose; raises KeyError when there is no such member."""
        ...

    async def prefer(self, member: MemberId, preferences: Preferences) -> None:
        """Write what a member chose."""
        ...


class Records(Protocol):
    """All that is kept of a member, over every table of the core and of every installed ritual."""

    async def lock(self, member: MemberId) -> None:
        """Let no other transaction work on the communities of a member's workspace, nor write of that member."""
        ...

    async def held(self, member: MemberId) -> Sequence[Held]:
        """Return what is kept of a member: the rows of each table that has any."""
        ...

    async def erase(self, member: MemberId, now: datetime) -> None:
        """Erase all that is kept of a member, as each column's rule says, but a keyed hash of each refusal."""
        ...

    async def purge(self, workspace: WorkspaceId, before: datetime, now: datetime) -> bool:
        """Delete every row of a workspace in every table, but a keyed hash of each refusal.

        Tables of rituals that were uninstalled are covered. False, and nothing deleted, unless it was frozen before an
        instant and still is.
        """
        ...

    async def honours(self) -> bool:
        """Whether what was refused before an erasure can be honoured: False when the key of its hashes is missing."""
        ...

    async def prune(self) -> None:
        """Forget where messages stand that nothing refers to any more."""
        ...
