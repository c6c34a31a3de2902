"""The storage of a ritual that counts notes, as a third party would write it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Integer, MetaData, String, Table, Text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry

from bot.engine.ports import Binding
from storage.personal import free
from storage.ritual import RitualStorage, by_name
from storage.tables import NAMING

metadata = MetaData(naming_convention=NAMING)

table = Table(
    "notes_tally",
    metadata,
    Column("binding_id", String(20), primary_key=True),
    Column("community_id", String(20), nullable=False),
    Column("count", Integer, nullable=False),
    Column("author", Text, info=free(message=True)),
)


@dataclass(eq=False, kw_only=True)
class Tally:
    binding_id: str
    community_id: str
    count: int = 0
    author: str | None = None


@dataclass(frozen=True)
class Notes:
    session: AsyncSession
    binding: Binding

    async def tally(self) -> Tally:
        found = await self.session.get(Tally, self.binding.id)
        if found is None:
            found = Tally(binding_id=self.binding.id, community_id=self.binding.community)
            self.session.add(found)
        return found


def map_classes(mapper: registry) -> None:
    mapper.map_imperatively(Tally, table)


storage: RitualStorage[Notes] = RitualStorage(
    name="notes", metadata=metadata, migrations="tests.contracts.notes.migrations", map_classes=map_classes, open=Notes
)

STORAGES = by_name([storage])
