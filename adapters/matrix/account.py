"""The bot's Matrix account as it is kept: who it is, its token, and the seeds of its signatures."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote

from bot.core.errors import CauserieError

FOLDER = "matrix"
FILE = "account.json"
UNFINISHED = "unfinished.json"
"""The account of a login that was interrupted, for the sake of its seeds."""


class NoAccountError(CauserieError):
    """The bot has no Matrix account on this machine yet; `causerie matrix login` logs it in."""


class AccountDamagedError(CauserieError):
    """The bot's Matrix account cannot be read; restore a backup, or `causerie matrix login --again`."""


class OtherAccountError(CauserieError):
    """Another user was logged in than is configured; correct matrix.user, or `causerie matrix login --again`."""


class AccountFolderError(CauserieError):
    """The bot's Matrix account cannot be kept there; make the data folder writable, or change data.folder."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """One device of one user, logged in.

    ``homeserver`` is the address of the client-server API, without a slash at its end. ``ed25519`` is the device's own
    public key. The seeds of the three keys that sign for the user are 32 bytes each. All four in base64.
    """

    homeserver: str
    user: str
    device: str
    token: str = field(repr=False)
    ed25519: str
    master: str = field(repr=False)
    self_signing: str = field(repr=False)
    user_signing: str = field(repr=False)

    def address(self, configured: str) -> str:
        """Return where the API is: the address that is configured, else, where that is a name or empty, the login's."""
        return configured.rstrip("/") if configured.startswith(("http://", "https://")) else self.homeserver

    @property
    def fingerprint(self) -> str:
        """The device's key as people compare it: in groups of four."""
        return " ".join(self.ed25519[i : i + 4] for i in range(0, len(self.ed25519), 4))


def home(data: Path) -> Path:
    """Return where, in the data folder, the adapter keeps what is its own."""
    return data / FOLDER


def store_name(device: str) -> str:
    """Return the name of the file with a device's keys. Each device has its own, so that none is written over."""
    return f"keys-{quote(device, safe='')}.sqlite"


def read(folder: Path, name: str = FILE) -> Account | None:
    """Return the account kept in the adapter's folder, if there is one.

    Raises AccountDamagedError, which shows nothing of it.
    """
    path = folder / name
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AccountDamagedError(f"{path}, {error.strerror}") from None
    except ValueError:
        raise AccountDamagedError(f"{path} is not JSON") from None
    return loaded(kept, path)


def loaded(kept: object, path: Path) -> Account:
    """Return the account in a JSON value that was found at ``path``. Raises AccountDamagedError."""
    wanted = [f.name for f in fields(Account)]
    if not isinstance(kept, dict):
        raise AccountDamagedError(f"{path} is no account")
    lacking = [name for name in wanted if not isinstance(kept.get(name), str)]
    if lacking:
        raise AccountDamagedError(f"{path} lacks {', '.join(lacking)}")
    return Account(**{name: kept[name] for name in wanted})


def of(folder: Path, user: str) -> Account:
    """Return the account kept for a user. Raises NoAccountError, OtherAccountError or AccountDamagedError."""
    account = read(folder)
    if account is None:
        raise NoAccountError(f"there is no {folder / FILE}")
    if account.user != user:
        raise OtherAccountError(f"{account.user} was logged in, matrix.user is {user}")
    return account


def write(folder: Path, account: Account, name: str = FILE) -> None:
    """Keep an account, readable by its owner alone: whole or not at all. Raises AccountFolderError."""
    make(folder)
    try:
        # It is made readable by its owner alone.
        with NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as beside:
            written = Path(beside.name)
            try:
                beside.write(json.dumps(asdict(account), indent=1))
                beside.flush()
                os.fsync(beside.fileno())
                written.replace(folder / name)
            finally:
                written.unlink(missing_ok=True)
        settle(folder)
    except OSError as error:
        raise AccountFolderError(f"{folder}, {error.strerror}") from None


def make(folder: Path) -> None:
    """Make the adapter's folder, for its owner alone. Raises AccountFolderError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise AccountFolderError(f"{folder}, {error.strerror}") from None


def settle(folder: Path) -> None:
    """Let the names in a folder be on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
