"""Backups: made while the engine runs, checked, and restored only while it does not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL

from storage.connect import ENGINE_NAME, address, sqlite_file
from storage.errors import BackupError, DatabaseInUseError
from storage.lock import engine_lock

_RUNNING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "  # noqa: S608 - both parts are ours
    f"AND application_name = '{ENGINE_NAME}'"
)


def backup(url: str, folder: Path, now: datetime) -> Path:
    """Back a database up into a folder and return the file, named after the instant.

    Blocks; for a running engine use a thread. Raises BackupError.
    """
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    file = sqlite_file(url)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{folder} cannot be written to, {error.strerror}") from None
    if file is not None:
        target = free_name(folder / f"causerie-{stamp}.sqlite")
        copy_sqlite(file, target)
        return target
    if address(url).get_backend_name() != "postgresql":
        raise BackupError("what is in memory has no file to copy")
    target = free_name(folder / f"causerie-{stamp}.dump")
    _dump(address(url), target)
    return target


def restore(path: Path, url: str) -> Path | None:
    """Put a backup in a database's place; return where the replaced one is kept, beside the file or the backup.

    Raises BackupError, or DatabaseInUseError while an engine runs; then nothing was changed.
    """
    file = sqlite_file(url)
    if not path.is_file():
        raise BackupError(f"there is no file {path}")
    if file is None:
        return _restore_postgresql(path, address(url))
    lock = engine_lock(file)
    try:
        _check(path)
        kept: Path | None = None
        if file.exists():
            kept = free_name(file.with_name(f"{file.stem}.replaced{file.suffix}"))
            copy_sqlite(file, kept)
        _copy(path, file)
    finally:
        lock.release()
    return kept


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one instant, and check the copy; raises BackupError, leaving no target."""
    try:
        _copy(source, target)
        _check(target)
    except BackupError:
        target.unlink(missing_ok=True)
        raise


def free_name(path: Path) -> Path:
    """Return the path, or the first one numbered after it that nothing stands at."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupError(f"there is no file {source}")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there)
    except sqlite3.Error as error:
        raise BackupError(f"{source} to {target}, {error}") from None


def _check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            told = connection.execute("PRAGMA integrity_check").fetchone()[0]
            ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{path}, {error}") from None
    if told != "ok" or ours is None:
        raise BackupError(f"{path} is damaged, or no database of Causerie")


def _dump(url: URL, target: Path) -> None:
    try:
        _run("pg_dump", url, "--format=custom", f"--file={target}")
    except BackupError:
        target.unlink(missing_ok=True)
        raise


def _restore_postgresql(path: Path, url: URL) -> Path:
    _run("pg_restore", None, "--list", str(path))
    if _run("psql", url, "--no-psqlrc", "--tuples-only", f"--command={_RUNNING}").strip() != "0":
        raise DatabaseInUseError(url.render_as_string(hide_password=True))
    kept = free_name(path.with_name(f"{path.stem}.replaced{path.suffix}"))
    _dump(url, kept)
    _run("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(path))
    return kept


def _run(program: str, url: URL | None, *arguments: str) -> str:
    """Run one of PostgreSQL's programs and return what it says; the password goes by the environment, unseen."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is missing; install PostgreSQL's client programs")
    command: Sequence[str] = [found, *arguments]
    environment = dict(os.environ)
    if url is not None:
        host = url.host or url.query.get("host")
        known = {"host": host, "port": url.port, "username": url.username, "dbname": url.database}
        command = [found, *(f"--{k}={v}" for k, v in known.items() if v), *arguments]
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603 - no shell, own arguments
    if done.returncode:
        raise BackupError(f"{program}, {' '.join(done.stderr.split())}")
    return done.stdout
