"""Keyed hashes: what is still honoured of people who were erased, without knowing who they were."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import CauserieError

FILE = "erasure.key"
_LEAST = 16


class KeyUnusableError(CauserieError):
    """The key of what was erased cannot be read or made; put back the one that was backed up."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key kept in ``file``, which only its owner can read, made by ``make`` at first need.

    Without a file it is made anew whenever it is needed: for a database that is forgotten, with a fixed ``make``.
    """

    make: Callable[[], bytes]
    file: Path | None = None

    @property
    def there(self) -> bool:
        """Whether there is a key."""
        return self.file is None or self.file.exists()

    def read(self) -> bytes:
        """Return the key. Raises KeyUnusableError."""
        if self.file is None:
            return self.make()
        try:
            if not self.file.exists():
                self._write(self.file)
            key = self.file.read_bytes()
        except OSError as error:
            raise KeyUnusableError(f"{self.file}, {error.strerror}") from None
        if len(key) < _LEAST:
            raise KeyUnusableError(f"{self.file} is too short")
        return key

    def hash(self, *parts: str) -> str:
        """Return the keyed hash of these parts: 64 hexadecimal digits of HMAC-SHA256. Raises KeyUnusableError."""
        return hmac.new(self.read(), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()

    def _write(self, file: Path) -> None:
        """Write a new key whole, unless somebody else does so first."""
        beside = file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(self.make())
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(beside, file)
        except FileExistsError:
            pass
        finally:
            beside.unlink()


FORGOTTEN = Key(lambda: bytes(32))
"""For databases that are forgotten: what is hashed with it is no secret."""
