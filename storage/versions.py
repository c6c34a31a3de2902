"""How new a database is, found without loading the migrations' library: most starts have nothing to migrate.

Revisions are numbered: the file ``0002_offices.py`` holds revision ``0002``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from sqlalchemy import Connection, MetaData, column, inspect, select, table

from storage.errors import DatabaseNewerError
from storage.ritual import Storages
from storage.tables import metadata

CORE = "core"


@dataclass(frozen=True, slots=True)
class Part:
    """What is migrated on its own: the core, or a ritual's storage."""

    name: str
    metadata: MetaData
    migrations: str

    @property
    def version_table(self) -> str:
        """The table that holds the part's revision."""
        return "alembic_version" if self.name == CORE else f"alembic_version_{self.name}"

    @property
    def revisions(self) -> tuple[str, ...]:
        """The revisions that this program knows, oldest first."""
        scripts = files(self.migrations).joinpath("versions").iterdir()
        return tuple(
            sorted(s.name.partition("_")[0] for s in scripts if s.name.endswith(".py") and s.name[0].isdigit())
        )


@dataclass(frozen=True, slots=True)
class State:
    """A part's revision in the database (None: not there yet), and the one that this program needs."""

    current: str | None
    needed: str

    @property
    def up_to_date(self) -> bool:
        """Whether there is nothing to migrate."""
        return self.current == self.needed


def parts(storages: Storages) -> tuple[Part, ...]:
    """Return the core, then every ritual's part."""
    rituals = (Part(s.name, s.metadata, s.migrations) for s in storages.values())
    return (Part(CORE, metadata, "storage.migrations"), *rituals)


def tables(connection: Connection) -> set[str]:
    """Return the names of the tables that are there."""
    return set(inspect(connection).get_table_names())


def read(connection: Connection, storages: Storages) -> Mapping[str, State]:
    """Return each part's state; raises DatabaseNewerError."""
    there = tables(connection)
    states: dict[str, State] = {}
    for part in parts(storages):
        current: str | None = None
        if part.version_table in there:
            current = connection.scalar(select(table(part.version_table, column("version_num")).c.version_num))
        known = part.revisions
        if current is not None and current not in known:
            raise DatabaseNewerError(f"{part.name}, {current} after {known[-1]}")
        states[part.name] = State(current, known[-1])
    return states
