"""What members allow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.attention import Availability
from bot.core.model import CommunityId, MemberId


class Members(Protocol):
    """What members allow: their attention, and what they refused."""

    async def availability(
        self, members: Collection[MemberId], community: CommunityId, ritual: str, now: datetime, but: str = ""
    ) -> Sequence[Availability]:
        """Return what each member allows this ritual, their nudges of the last week included.

        What the parcel with the key ``but`` has spent already does not count against itself.
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
