"""What is replaced is kept: nothing with a key in it is ever deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

JOURNALS = ("", "-journal", "-wal", "-shm")
"""What SQLite may have left beside a file, and needs to make it whole."""


def put_aside(path: Path) -> Path | None:
    """Give a file, with the journals beside it, the first free name such as ``keys.replaced.sqlite``, and return it."""
    if not path.exists():
        return None
    free = _free(path)
    for journal in JOURNALS:
        there = path.with_name(path.name + journal)
        if there.exists():
            there.rename(free.with_name(free.name + journal))
    return free


def copy_aside(path: Path) -> None:
    """Keep a copy of a file that is about to be replaced, so that it is there at every instant."""
    if path.exists():
        shutil.copy2(path, _free(path))


def _free(path: Path) -> Path:
    number, free = 1, path.with_name(f"{path.stem}.replaced{path.suffix}")
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}.replaced-{number}{path.suffix}")
    return free
