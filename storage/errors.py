"""What can be wrong with a database, each with a sentence that says what to do."""

from __future__ import annotations

from bot.core.errors import CauserieError


class DatabaseFolderError(CauserieError):
    """The database cannot be kept there; make its folder writable, or change storage.url."""


class DiskFullError(CauserieError):
    """The disk of the database is full; nothing was half written. Free some space."""


class DiskError(CauserieError):
    """The disk of the database refuses to read or write; check its space, quota and health."""


class DatabaseInUseError(CauserieError):
    """Another engine works on this database; stop it first."""


class DatabaseNewerError(CauserieError):
    """The database was written by a newer Causerie; install that version, or restore a backup of before."""


class DatabaseOlderError(CauserieError):
    """The database was written by an older Causerie; run `causerie db upgrade`."""


class DatabaseUnreachableError(CauserieError):
    """The database cannot be reached; check storage.url and that its server runs."""


class DatabaseDamagedError(CauserieError):
    """The database is damaged; restore a backup with `causerie db restore`."""


class StorageMissingError(CauserieError):
    """A ritual has no storage installed; install its package again."""


class BackupError(CauserieError):
    """The backup cannot be made or restored; nothing was changed."""


class StorageClashError(CauserieError):
    """Two storages claim one name, or a table does not begin with its ritual's name."""
