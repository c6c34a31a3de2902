"""Migrations: the core first, then every ritual, all of them in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import versions
from storage.backup import copy_sqlite, free_name
from storage.connect import address, connected, migrating, sqlite_file
from storage.errors import DatabaseDamagedError
from storage.ritual import Storages
from storage.versions import Part, State

_ONE_AT_A_TIME = 7_305_129_441
"""The key of PostgreSQL's advisory lock on migrating."""


async def upgrade(url: str, storages: Storages) -> Path | None:
    """Bring a database up to date; return the copy of it as it was before, kept beside a SQLite file.

    Raises DatabaseNewerError, DatabaseDamagedError and what opening raises; then nothing was changed.
    """
    before = await state(url, storages)
    if all(s.up_to_date for s in before.values()):
        return None
    kept: Path | None = None
    file = sqlite_file(url)
    if file is not None and any(s.current for s in before.values()):
        kept = free_name(file.with_name(f"{file.stem}.before-upgrade{file.suffix}"))
        copy_sqlite(file, kept)
    engine = migrating(url)
    try:
        async with connected(engine) as connection:
            await connection.run_sync(upgrade_on, storages)
            await connection.commit()
    finally:
        await engine.dispose()
    return kept


async def state(url: str, storages: Storages) -> Mapping[str, State]:
    """Return each part's revision; raises DatabaseNewerError and what opening raises."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return {p.name: State(None, p.revisions[-1]) for p in versions.parts(storages)}
    engine = migrating(address(url))
    try:
        async with connected(engine) as connection:
            return await connection.run_sync(versions.read, storages)
    finally:
        await engine.dispose()


def upgrade_on(connection: Connection, storages: Storages) -> None:
    """Migrate on a connection whose transaction is the caller's; raises DatabaseDamagedError."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    for part in versions.parts(storages):
        _upgrade_part(connection, part)
    if connection.dialect.name == "sqlite":
        broken = {row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}
        if broken:
            raise DatabaseDamagedError(f"references of {', '.join(sorted(broken))} lead nowhere")


def differences(connection: Connection, part: Part) -> list[Any]:
    """Return what the models of a part have otherwise than the database, as Alembic tells it."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - only needed here

    ours = set(part.metadata.tables)

    def own(name: str | None, kind: str, parents: object) -> bool:
        del parents
        return kind != "table" or name in ours

    options = {"version_table": part.version_table, "include_name": own, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), part.metadata))


def _upgrade_part(connection: Connection, part: Part) -> None:
    with as_file(files(part.migrations)) as folder:
        scripts = ScriptDirectory(str(folder))

        def steps(revision: Any, _: MigrationContext) -> Any:  # noqa: ANN401 - Alembic's own types
            return scripts._upgrade_revs("head", revision)  # noqa: SLF001 - what Alembic's own upgrade command calls

        with EnvironmentContext(Config(), scripts, fn=steps) as environment:
            environment.configure(
                connection=connection,
                target_metadata=part.metadata,
                version_table=part.version_table,
                render_as_batch=True,
            )
            environment.run_migrations()
