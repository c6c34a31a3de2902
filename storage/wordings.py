"""The texts that a community says in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import CommunityId, Language
from bot.engine.ports import Own
from storage.sql import insert_or_update
from storage.tables import proposal, wording


@dataclass(frozen=True, slots=True)
class SqlWordings:
    """``ports.Wordings`` on a connection."""

    connection: AsyncConnection

    async def of(self, id_: CommunityId) -> Own:
        """Return the words in use."""
        rows = await self.connection.execute(select(wording).where(wording.c.community_id == id_))
        return {(r.domain, r.name, r.language): r.words for r in rows}

    async def reword(self, id_: CommunityId, domain: str, name: str, language: Language, words: str | None) -> None:
        """Say a text in a community's own words, or as it came."""
        keys = {"community_id": id_, "domain": domain, "name": name, "language": language}
        if words is None:
            here = [wording.c[key] == value for key, value in keys.items()]
            await self.connection.execute(delete(wording).where(*here))
            return
        write = insert_or_update(self.connection.dialect.name, wording, tuple(keys), ("words",))
        await self.connection.execute(write, {**keys, "words": words})

    async def propose(
        self, id_: CommunityId, domain: str, name: str, words: Mapping[Language, str], at: datetime
    ) -> None:
        """Keep words that are not in use yet, in place of those that were proposed."""
        keys = {"community_id": id_, "domain": domain, "name": name}
        here = [proposal.c[key] == value for key, value in keys.items()]
        await self.connection.execute(delete(proposal).where(*here))
        rows = [{**keys, "language": language, "words": said, "at": at} for language, said in words.items()]
        if rows:
            await self.connection.execute(proposal.insert(), rows)

    async def proposed(self, id_: CommunityId, domain: str, name: str) -> Mapping[Language, str]:
        """Return what was proposed for a text."""
        query = select(proposal.c.language, proposal.c.words).where(
            proposal.c.community_id == id_, proposal.c.domain == domain, proposal.c.name == name
        )
        return {r.language: r.words for r in await self.connection.execute(query)}

    async def prune(self, before: datetime) -> None:
        """Forget what was proposed before an instant."""
        await self.connection.execute(delete(proposal).where(proposal.c.at < before))
