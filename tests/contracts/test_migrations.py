"""Models and migrations agree, on both databases; an upgrade keeps what was there; a newer database is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, String, Table, text

from storage import versions
from storage.connect import connected, migrating, sqlite_file
from storage.database import SqlDatabase
from storage.errors import DatabaseNewerError
from storage.migrate import differences, state, upgrade
from storage.ritual import RitualStorage, Storages, by_name, installed
from storage.tables import NAMING
from tests.contracts.conftest import found
from tests.contracts.notes import STORAGES
from tests.contracts.notes import storage as notes

ALL: Storages = {**installed(), **STORAGES}


async def test_models_and_migrations_agree(database_url: str) -> None:
    await upgrade(database_url, ALL)
    engine = migrating(database_url)
    async with connected(engine) as connection:
        for part in versions.parts(ALL):
            assert await connection.run_sync(differences, part) == []
    await engine.dispose()


@pytest.mark.parametrize("part", versions.parts(ALL), ids=lambda part: part.name)
def test_revisions_are_numbered_in_their_files(part: versions.Part) -> None:
    scripts = ScriptDirectory(str(files(part.migrations)))
    assert part.revisions == tuple(reversed([s.revision for s in scripts.walk_revisions()]))


async def test_an_upgrade_happens_once(database_url: str) -> None:
    before = await state(database_url, STORAGES)
    assert {name: s.current for name, s in before.items()} == {"core": None, "notes": None}
    await upgrade(database_url, STORAGES)
    assert all(s.up_to_date for s in (await state(database_url, STORAGES)).values())
    assert await upgrade(database_url, STORAGES) is None


async def test_a_ritual_may_come_later_and_go(database_url: str) -> None:
    await upgrade(database_url, {})
    await upgrade(database_url, STORAGES)
    assert set(await state(database_url, {})) == {"core"}
    assert await upgrade(database_url, {}) is None


async def test_the_file_before_an_upgrade_is_kept(sqlite_database: str) -> None:
    await upgrade(sqlite_database, {})
    kept = await upgrade(sqlite_database, STORAGES)
    file = sqlite_file(sqlite_database)
    assert kept is not None
    assert file is not None
    assert kept.parent == file.parent
    assert set(await state(f"sqlite+aiosqlite:///{kept}", {})) == {"core"}
    with closing(sqlite3.connect(kept)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'notes_tally'").fetchall()


async def test_a_newer_database_is_refused_unchanged(database_url: str) -> None:
    await upgrade(database_url, STORAGES)
    engine = migrating(database_url)
    async with connected(engine) as connection:
        await connection.execute(text("UPDATE alembic_version_notes SET version_num = '0042'"))
        await connection.commit()
    await engine.dispose()
    for attempt in (upgrade(database_url, STORAGES), state(database_url, STORAGES)):
        with pytest.raises(DatabaseNewerError, match="notes, 0042 after 0001"):
            await attempt
    with pytest.raises(DatabaseNewerError):
        await SqlDatabase.open(database_url, storages=STORAGES, engine=True)
    assert set(await state(database_url, {})) == {"core"}


async def test_a_migration_that_fails_changes_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upgrade(database_url, {})
    scripts = tmp_path / "broken_notes" / "versions"
    scripts.mkdir(parents=True)
    for folder in (scripts.parent, scripts):
        (folder / "__init__.py").write_text("")
    (scripts / "0001_break.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('broken_one', sa.Column('id', sa.Integer))\n    raise LookupError\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    broken = Table("broken_one", MetaData(naming_convention=NAMING), Column("id", Integer))
    storage: RitualStorage[object] = RitualStorage(
        name="broken",
        metadata=broken.metadata,
        migrations="broken_notes",
        map_classes=notes.map_classes,
        open=notes.open,
    )
    with pytest.raises(LookupError):
        await upgrade(database_url, by_name([storage]))
    engine = migrating(database_url)
    async with connected(engine) as connection:
        tables = await connection.run_sync(versions.tables)
    await engine.dispose()
    assert not {t for t in tables if "broken" in t}


async def test_rebuilding_a_table_keeps_what_refers_to_it(
    database_url: str, storages: Storages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite rebuilds a table to change it; with foreign keys enforced that would delete the rows below."""
    database = await SqlDatabase.open(database_url, storages=storages)
    place = await found(database)
    await database.close()
    scripts = tmp_path / "wider" / "versions"
    scripts.mkdir(parents=True)
    for folder in (scripts.parent, scripts):
        (folder / "__init__.py").write_text("")
    (scripts / "0001_widen.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    with op.batch_alter_table('community', recreate='auto') as batch:\n"
        "        batch.alter_column('name', type_=sa.String(200))\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    wider = MetaData(naming_convention=NAMING)
    Table("wider_none", wider, Column("id", String, primary_key=True))
    storage: RitualStorage[object] = RitualStorage(
        name="wider", metadata=wider, migrations="wider", map_classes=lambda _: None, open=lambda _, __: None
    )
    await upgrade(database_url, {**storages, "wider": storage})
    database = await SqlDatabase.open(database_url, storages=storages)
    async with database.view() as unit:
        assert len(await unit.commons.bindings(place.community)) == 2
        assert len(await unit.commons.member_ids(place.community)) == 3
    await database.close()
