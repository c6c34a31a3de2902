"""The device's keys: nio's store, opened by one process at a time and only when it is the account's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from filelock import FileLock, Timeout

from adapters.matrix.account import Account, AccountFolderError, store_name
from adapters.matrix.http import V3, Call, RefusedError
from bot.core.errors import CauserieError

if TYPE_CHECKING:
    from nio import AsyncClient

LOCK: Final = "keys.lock"
GONE: Final = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})
"""The token is not good any more."""
RESTORE: Final = "restore the newest backup, or log in as a new device with `causerie matrix login --again`"


class ExtraMissingError(CauserieError):
    """What encrypts for Matrix is not installed; in its folder, type `pip install -c constraints.txt '.[matrix]'`."""


class KeysInUseError(CauserieError):
    """Another Causerie works with the keys of this Matrix account; stop it first."""


class KeysLostError(CauserieError):
    """The keys of this Matrix device are lost, and what it says would be unreadable."""


class TokenRevokedError(CauserieError):
    """The Matrix server has logged the bot out; `causerie matrix login --again` logs it in as a new device."""


def installed() -> None:
    """Raise ExtraMissingError unless nio and what it encrypts with are installed."""
    try:
        import nio.crypto  # noqa: PLC0415
        import vodozemac  # noqa: F401, PLC0415
    except ImportError:
        raise ExtraMissingError from None
    if not hasattr(nio.crypto, "OlmAccount"):
        raise ExtraMissingError


class Lock:
    """The right to the keys in a folder, held once; the system lets go of it when the process ends.

    As a context it is let go of at the end.
    """

    def __init__(self, folder: Path) -> None:
        """Take it. Raises KeysInUseError or AccountFolderError."""
        path = folder / LOCK
        self._lock = FileLock(path, thread_local=False, mode=0o600)
        try:
            # The lock's own attempt would not tell a folder that cannot be written to from a lock that is taken.
            path.touch(mode=0o600)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise KeysInUseError(str(folder)) from None
        except OSError as error:
            raise AccountFolderError(f"{folder}, {error.strerror}") from None

    def __enter__(self) -> Self:
        """Hold it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        self.release()

    def release(self) -> None:
        """Let go."""
        self._lock.release()


class Keys:
    """The keys of the account's device. ``client`` is nio's, which never asks the server anything by itself.

    It belongs to one process and one event loop at a time; ``close`` lets go.
    """

    def __init__(self, client: AsyncClient, lock: Lock | None) -> None:
        """Take nio's client with its store loaded, and the lock on the folder if it is to be let go of with them."""
        self.client = client
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, account: Account) -> Self:
        """Open the keys of an account.

        Raises KeysInUseError while another process has them, KeysLostError unless they are this account's, and
        ExtraMissingError; then nothing was changed.
        """
        installed()
        lock = Lock(folder)
        try:
            verify(folder / store_name(account.device), account)
            return cls(_client(folder, account.homeserver, account.user, account.device, account.token), lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def create(cls, folder: Path, homeserver: str, user: str, device: str, token: str) -> Self:
        """Make new keys for a device, or open those that an interrupted login made for it.

        Whoever calls holds the lock, and lets go of it. Raises ExtraMissingError.
        """
        installed()
        # SQLite gives its journals the mode of the file, which is ours alone to read.
        (folder / store_name(device)).touch(mode=0o600)
        return cls(_client(folder, homeserver, user, device, token), None)

    async def __aenter__(self) -> Self:
        """Use them as an asynchronous context."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close them."""
        await self.close()

    async def close(self) -> None:
        """Let go of the store, and let others have it."""
        try:
            await self.client.close()
            self.client.store.database.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    @property
    def ed25519(self) -> str:
        """The device's own public key, which people compare."""
        return str(self.client.olm.account.identity_keys["ed25519"])

    @property
    def shared(self) -> bool:
        """Whether the server has the device's keys, as far as is known here."""
        return bool(self.client.olm.account.shared)

    def sign(self, value: Mapping[str, Any]) -> str:
        """Return the device's signature of a JSON object that bears none yet."""
        return str(self.client.olm.sign_json(dict(value)))

    async def published(self, call: Call) -> Mapping[str, Any]:
        """See to it that the server has this device's keys and no others; return them as they are there.

        Raises KeysLostError where it has others under this device's name, TokenRevokedError, and what ``call`` raises.
        """
        there = await self._there(call)
        if there is None:
            self.client.olm.account.shared = False
            await self.upload(call)
            there = await self._there(call)
        if there is None or not self._same(there):
            raise KeysLostError(f"the server has other keys for {self.client.device_id}; {RESTORE}")
        if not self.shared:
            # The login was interrupted after the server had taken them.
            self.client.olm.account.shared = True
            self.client.olm.save_account()
        return there

    async def upload(self, call: Call) -> None:
        """Give the server the device's keys if it has none, and one-time keys. Raises what ``call`` raises."""
        from nio import KeysUploadResponse  # noqa: PLC0415

        content = self.client.olm.share_keys()
        # Kept before the server gives them to anybody: a one-time key that is lost here is a message lost.
        self.client.olm.save_account()
        answer = await call("POST", f"{V3}/keys/upload", content)
        self.client.olm.handle_response(KeysUploadResponse.from_dict(dict(answer)))

    async def _there(self, call: Call) -> Mapping[str, Any] | None:
        user, device = self.client.user_id, self.client.device_id
        try:
            answer = await call("POST", f"{V3}/keys/query", {"device_keys": {user: [device]}})
        except RefusedError as refused:
            if refused.code in GONE:
                raise TokenRevokedError(user) from None
            raise
        keys: Mapping[str, Any] | None = answer.get("device_keys", {}).get(user, {}).get(device)
        return keys

    def _same(self, there: Mapping[str, Any]) -> bool:
        ours = self.client.olm.account.identity_keys
        return bool(
            there.get("keys") == {f"{kind}:{self.client.device_id}": ours[kind] for kind in ("curve25519", "ed25519")}
        )


def _client(folder: Path, homeserver: str, user: str, device: str, token: str) -> AsyncClient:
    from nio import AsyncClient, AsyncClientConfig  # noqa: PLC0415
    from nio.store import SqliteStore  # noqa: PLC0415

    config = AsyncClientConfig(
        store=SqliteStore,
        store_name=store_name(device),
        store_sync_tokens=False,
        encryption_enabled=True,
        max_limit_exceeded=0,
        max_timeouts=0,
    )
    client = AsyncClient(homeserver, user, device, str(folder), config)
    client.restore_login(user, device, token)
    _keeps_together(client)
    return client


def _keeps_together(client: AsyncClient) -> None:
    """Let nio keep in one transaction what one answer brings, and what one request gives to many devices.

    By itself it waits for the disk at each session with each device. Nothing is sent before it is kept.
    """
    olm, database = client.olm, client.store.database
    handle, share = olm.handle_response, olm.share_group_session_parallel

    def handled(response: Any) -> None:  # noqa: ANN401 - any of nio's
        with database.atomic():
            handle(response)

    def shared(*asked: Any, **named: Any) -> Iterator[Any]:  # noqa: ANN401 - nio's own
        requests = share(*asked, **named)
        while True:
            with database.atomic():
                request = next(requests, None)
            if request is None:
                return
            yield request

    olm.handle_response, olm.share_group_session_parallel = handled, shared


def verify(store: Path, account: Account) -> None:
    """Raise KeysLostError unless a store has the keys of an account's device.

    nio would make new keys where it finds none, under the same device's name.
    """
    from nio import AsyncClientConfig  # noqa: PLC0415
    from nio.crypto import OlmAccount  # noqa: PLC0415

    if not store.exists():
        raise KeysLostError(f"there is no {store}; {RESTORE}")
    wanted = "SELECT account FROM accounts WHERE user_id = ? AND device_id = ?"
    try:
        # What a process that was killed had half written is undone, so it is not opened for reading only.
        with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=rw", uri=True)) as opened:
            row = opened.execute(wanted, (account.user, account.device)).fetchone()
    except sqlite3.Error as error:
        raise KeysLostError(f"{store}, {error}; {RESTORE}") from None
    if row is None:
        raise KeysLostError(f"{store} has no keys of {account.device}; {RESTORE}")
    pickled = row[0] if isinstance(row[0], bytes) else str(row[0]).encode()
    try:
        found = OlmAccount.from_pickle(pickled, AsyncClientConfig().pickle_key).identity_keys["ed25519"]
    except ValueError:
        raise KeysLostError(f"{store} is damaged; {RESTORE}") from None
    if found != account.ed25519:
        raise KeysLostError(f"{store} has the keys of another device; {RESTORE}")
