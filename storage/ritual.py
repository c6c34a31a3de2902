"""What a ritual brings to the database: its tables, their migrations, its classes, its store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry

from bot.engine.ports import Binding
from storage.errors import StorageClashError

S = TypeVar("S")
GROUP = "causerie.storage"


@dataclass(frozen=True, eq=False, kw_only=True)
class RitualStorage(Generic[S]):
    """A ritual's storage, registered under the entry point ``causerie.storage``.

    ``name`` is the ritual's, and the beginning of its tables' names. Every table has ``community_id``; ``metadata``
    uses ``storage.tables.NAMING``. ``migrations`` is the package whose folder ``versions`` has the Alembic scripts:
    ``0001_begin.py`` with the revision ``0001``, and so on. ``map_classes`` maps its classes on the registry given,
    once per process. ``open`` returns the store of one binding.
    """

    name: str
    metadata: MetaData
    migrations: str
    map_classes: Callable[[registry], None]
    open: Callable[[AsyncSession, Binding], S]


Storages = Mapping[str, RitualStorage[Any]]


def installed() -> Storages:
    """Return the storages of every installed package; raises StorageClashError."""
    return by_name(point.load() for point in entry_points(group=GROUP))


def by_name(storages: Iterable[RitualStorage[Any]]) -> Storages:
    """Return storages by name; raises StorageClashError when two have one name, or a table has none of its own."""
    named: dict[str, RitualStorage[Any]] = {}
    for storage in storages:
        if storage.name in named:
            raise StorageClashError(storage.name)
        for table in storage.metadata.tables.values():
            if table.name != storage.name and not table.name.startswith(f"{storage.name}_"):
                raise StorageClashError(f"{storage.name}, table {table.name}")
        named[storage.name] = storage
    return named


@cache
def mapped(storage: RitualStorage[Any]) -> registry:
    """Map a storage's classes, the first time it is asked for."""
    mappers = registry(metadata=storage.metadata)
    storage.map_classes(mappers)
    return mappers
