from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests import servers


async def test_a_fresh_database_answers_and_is_empty(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE answer (words TEXT)"))
        assert (await connection.execute(text("SELECT count(*) FROM answer"))).scalar_one() == 0
    await engine.dispose()


async def test_a_database_copied_from_another_has_its_tables(postgres_url: str, postgres_database: str) -> None:
    engine = create_async_engine(postgres_database)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE answer AS SELECT 'Tea' AS words"))
    await engine.dispose()

    copy = servers.create_database(postgres_url, template=postgres_database)

    engine = create_async_engine(copy)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT words FROM answer"))).scalar_one() == "Tea"
    await engine.dispose()
    servers.drop_database(copy)


def test_the_newest_packaged_postgresql_is_taken(tmp_path: Path) -> None:
    for version in ("9", "15", "17", "common"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()

    assert servers.programs(tmp_path) == tmp_path / "17" / "bin"


def test_without_postgresql_the_message_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(servers.PostgresMissingError, match="apt-get install postgresql"):
        servers.programs(tmp_path)


def test_a_postgresql_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "initdb"
    old.write_text("#!/bin/sh\necho 'initdb (PostgreSQL) 13.22 (Debian 13.22-0+deb11u1)'\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")

    with pytest.raises(servers.PostgresMissingError, match="is version 13"):
        servers.programs(tmp_path / "nowhere")
