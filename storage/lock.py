"""One engine at a time on a SQLite file."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from storage.errors import DatabaseFolderError, DatabaseInUseError


def engine_lock(file: Path) -> FileLock:
    """Take the lock that an engine holds on a SQLite file; raises DatabaseInUseError or DatabaseFolderError.

    The system lets go of it when the process ends, however it ends.
    """
    if not file.parent.is_dir():
        raise DatabaseFolderError(f"there is no folder {file.parent}")
    path = file.with_name(f"{file.name}.lock")
    lock = FileLock(path, thread_local=False)
    try:
        # The lock's own attempt would not tell a folder that cannot be written to from a lock that is taken.
        path.touch()
        lock.acquire(timeout=0)
    except Timeout:
        raise DatabaseInUseError(str(file)) from None
    except OSError as error:
        raise DatabaseFolderError(f"{file.parent}, {error.strerror}") from None
    return lock
