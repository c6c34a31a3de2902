"""Statements that both databases know in the same words, but that SQLAlchemy keeps in two modules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Table, bindparam, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
MOST_VALUES = 500
"""How many values a statement compares with at once."""
VALUES: BindParameter[Any] = bindparam("values", expanding=True)
"""Stands for such values in a statement that is built once: building one takes longer than SQLite needs for it."""


def _insert(dialect: str, table: Table) -> Any:  # noqa: ANN401 - the two classes of Insert share no base that has ON CONFLICT
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def insert_new(dialect: str, table: Table, returning: str) -> Any:  # noqa: ANN401 - as above
    """Return an insert that leaves out what is there already, and returns a column of what was new."""
    return _insert(dialect, table).on_conflict_do_nothing().returning(table.c[returning])


@cache
def insert_or_update(
    dialect: str, table: Table, keys: tuple[str, ...], columns: tuple[str, ...], kept: tuple[str, ...] = ()
) -> Any:  # noqa: ANN401 - as above
    """Return an insert that writes ``columns`` anew where the keys are there; ``kept`` stay when nothing is said."""
    insert = _insert(dialect, table)
    changes = {c: insert.excluded[c] for c in columns}
    changes |= {c: func.coalesce(insert.excluded[c], table.c[c]) for c in kept}
    return insert.on_conflict_do_update(index_elements=keys, set_=changes)


async def new(connection: AsyncConnection, table: Table, row: dict[str, Any], returning: str) -> bool:
    """Insert a row unless it is there; return whether it was new."""
    result = await connection.execute(insert_new(connection.dialect.name, table, returning), row)
    return result.first() is not None


def chunks(values: Collection[T]) -> Iterator[Sequence[T]]:
    """Yield the values, a statement's worth at a time."""
    every = list(values)
    for start in range(0, len(every), MOST_VALUES):
        yield every[start : start + MOST_VALUES]
