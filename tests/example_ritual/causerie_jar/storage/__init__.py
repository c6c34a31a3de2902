"""The jar's storage: a table for the notes, deleted when the jar is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, MetaData, String, Table, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry

from bot.core.i18n import words
from bot.engine.ports import Binding
from causerie_jar.model import Note
from causerie_jar.ritual import Jar
from storage.owned import own
from storage.personal import OWN_ID, along, free, shown, theirs, titled
from storage.ritual import RitualStorage
from storage.tables import NAMING
from storage.types import Instant

t, _ = words("jar")

metadata = MetaData(naming_convention=NAMING)

note = Table(
    "jar_note",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("binding_id", String(OWN_ID), nullable=False, index=True),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("author", String(OWN_ID), nullable=False, info=theirs()),
    Column("at", Instant, nullable=False, info=shown(t("When"))),
    Column("said", Text, nullable=False, info=along(t("What you wrote"))),
    info=titled(t("Your notes in the jar")),
)


@dataclass(frozen=True)
class StoredJar:
    """The jar of one binding, in its unit's transaction."""

    session: AsyncSession
    binding: Binding

    async def notes(self) -> Sequence[Note]:
        """Return what is in the jar, oldest first."""
        mine = select(Note).where(note.c.binding_id == self.binding.id)
        return list(await self.session.scalars(mine.order_by(note.c.at, note.c.id)))

    async def add(self, new: Note) -> None:
        """Put a note in."""
        self.session.add(new)

    async def empty(self) -> None:
        """Forget every note."""
        await self.session.execute(delete(Note).where(note.c.binding_id == self.binding.id))


def open_jar(session: AsyncSession, binding: Binding) -> StoredJar:
    """Return the jar of one binding."""
    own(session, binding)
    return StoredJar(session, binding)


def map_classes(mapper: registry) -> None:
    """Map the ritual's classes, once."""
    mapper.map_imperatively(Note, note)


storage: RitualStorage[Jar] = RitualStorage(
    name="jar",
    metadata=metadata,
    migrations="causerie_jar.storage.migrations",
    map_classes=map_classes,
    open=open_jar,
)

__all__ = ["storage"]
