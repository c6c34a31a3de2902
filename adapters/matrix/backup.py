"""The account and its keys in one file: copied while the bot runs, and put back while it does not.

Old keys are better than none, but not by much: what was sent under newer ones cannot be read with them.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.matrix import account as kept
from adapters.matrix.account import Account
from adapters.matrix.aside import copy_aside, put_aside
from adapters.matrix.keys import Lock, installed, verify
from bot.core.errors import CauserieError

STORE: Final = "keys.sqlite"
"""The name of the store in the file, whatever the device is called."""


class KeysBackupError(CauserieError):
    """The Matrix account and its keys cannot be backed up or restored; nothing was changed."""


class Kept:
    """The account and its keys, as ``bot.engine.adapter.Belongings`` are backed up and restored."""

    def backup(self, folder: Path, target: Path) -> bool:
        """Write both into one file. Raises KeysBackupError, KeysLostError, or AccountDamagedError."""
        home = kept.home(folder)
        account = kept.read(home)
        if account is None:
            return False
        installed()
        source = home / kept.store_name(account.device)
        verify(source, account)
        with _sentence(target), TemporaryDirectory(dir=target.parent, prefix=".causerie-") as there:
            store, beside = Path(there) / STORE, Path(there) / target.name
            _copy(source, store)
            verify(store, account)
            beside.touch(mode=0o600)
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as file:
                file.writestr(kept.FILE, json.dumps(asdict(account), indent=1))
                file.write(store, STORE)
            _settled(beside)
            beside.replace(target)
            kept.settle(target.parent)
        return True

    def refuse(self, backup: Path, folder: Path) -> None:
        """Raise KeysInUseError, KeysBackupError, KeysLostError or AccountDamagedError where it cannot be restored."""
        home = kept.home(folder)
        kept.make(home)
        with Lock(home), _unpacked(backup, home):
            pass

    def restore(self, backup: Path, folder: Path) -> None:
        """Put both back; raises as ``refuse`` does."""
        home = kept.home(folder)
        kept.make(home)
        with Lock(home), _unpacked(backup, home) as (account, store):
            place = home / kept.store_name(account.device)
            put_aside(place)
            store.replace(place)
            copy_aside(home / kept.FILE)
            kept.write(home, account)


@contextmanager
def _unpacked(backup: Path, home: Path) -> Iterator[tuple[Account, Path]]:
    """Give the account in a backup, and its store where it can be moved from."""
    installed()
    with _sentence(backup), TemporaryDirectory(dir=home) as there:
        with zipfile.ZipFile(backup) as file:
            account = kept.loaded(json.loads(file.read(kept.FILE)), backup)
            store = Path(there) / STORE
            store.touch(mode=0o600)
            store.write_bytes(file.read(STORE))
        verify(store, account)
        _settled(store)
        yield account, store


@contextmanager
def _sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeysBackupError(f"{path}, {error.strerror}") from None
    except sqlite3.Error as error:
        raise KeysBackupError(f"{path}, {error}") from None
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise KeysBackupError(f"{path} is damaged, or no backup of a Matrix account") from None


def _copy(source: Path, target: Path) -> None:
    """Copy a store as it is at one instant."""
    target.touch(mode=0o600)
    with (
        # Not for reading only: what a process that was killed had half written is undone.
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)


def _settled(file: Path) -> None:
    """Let a file's content be on the disk."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
