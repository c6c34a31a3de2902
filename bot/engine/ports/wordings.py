"""The texts that a community says in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.core.model import CommunityId, Language

Own = Mapping[tuple[str, str, Language], str]
"""Words by domain, name and language."""


class Wordings(Protocol):
    """The texts that a community says in its own words."""

    async def of(self, community: CommunityId) -> Own:
        """Return the words in use."""
        ...

    async def reword(
        self, community: CommunityId, domain: str, name: str, language: Language, words: str | None
    ) -> None:
        """Say a text in a community's own words from now on, or (None) as it came."""
        ...

    async def propose(
        self, community: CommunityId, domain: str, name: str, words: Mapping[Language, str], at: datetime
    ) -> None:
        """Keep words that are not in use yet, in place of what was proposed for this text; "" means: as it came."""
        ...

    async def proposed(self, community: CommunityId, domain: str, name: str) -> Mapping[Language, str]:
        """Return what was proposed for a text."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget what was proposed before an instant."""
        ...
