"""The storage of a ritual that keeps nothing."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry

from bot.engine.ports import Binding
from storage.ritual import RitualStorage
from storage.tables import NAMING


def _nothing(_: AsyncSession, __: Binding) -> None:
    return None


def _no_classes(_: registry) -> None:
    return None


storage: RitualStorage[None] = RitualStorage(
    name="bare",
    metadata=MetaData(naming_convention=NAMING),
    migrations="tests.engine.bare.migrations",
    map_classes=_no_classes,
    open=_nothing,
)
