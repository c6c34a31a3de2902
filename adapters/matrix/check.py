"""Whether the bot's Matrix account will do: for `causerie check`, and for who compares its fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.matrix import account as kept
from adapters.matrix.account import Account, NoAccountError
from adapters.matrix.crosssigning import Identity, Known, known
from adapters.matrix.errors import sentences
from adapters.matrix.http import RefusedError, Server
from adapters.matrix.keys import (
    GONE,
    RESTORE,
    KeysInUseError,
    KeysLostError,
    Lock,
    TokenRevokedError,
    installed,
    verify,
)
from adapters.matrix.settings import MatrixSettings
from bot.core.errors import CauserieError
from bot.engine.adapter import Finding


@dataclass(frozen=True)
class Status:
    """The account that is kept, and whether its device is vouched for; None where the server could not be asked."""

    account: Account
    signed: bool | None
    trouble: str = ""


async def status(folder: Path, homeserver: str = "") -> Status:
    """Return what the account in the adapter's folder is, and what the server says of it.

    ``homeserver`` is what is configured. Raises NoAccountError or AccountDamagedError.
    """
    account = kept.read(folder)
    if account is None:
        raise NoAccountError(f"there is no {folder / kept.FILE}")
    try:
        there = await _told(account, homeserver)
    except CauserieError as error:
        return Status(account, None, str(error))
    return Status(account, there.vouches(Identity.of(account)))


async def check(settings: MatrixSettings, folder: Path) -> Sequence[Finding]:
    """Look at the account in the adapter's folder, its keys, and what the server knows of both."""
    findings: list[Finding] = []
    try:
        installed()
        account = kept.of(folder, settings.user)
        findings.append(_store(folder, account))
        findings += _server(account, await _told(account, settings.homeserver))
    except CauserieError as error:
        findings.append(Finding(ok=False, what=str(error)))
    if settings.open_to_everybody:
        hint = "Matrix: anybody may invite the bot, on any server (matrix.invites)"
        findings.append(Finding(ok=True, what=hint))
    return findings


def _store(folder: Path, account: Account) -> Finding:
    try:
        with Lock(folder):
            verify(folder / kept.store_name(account.device), account)
    except KeysInUseError:
        return Finding(ok=True, what="Matrix: the running bot has the keys")
    except CauserieError as error:
        return Finding(ok=False, what=str(error))
    return Finding(ok=True, what=f"Matrix: the keys are those of {account.device}")


async def _told(account: Account, homeserver: str) -> Known:
    """Ask the server for our keys. Raises what is to be told to the operator."""
    address = account.address(homeserver)
    with sentences(address):
        async with Server(address, account.token) as server:
            try:
                return await known(server, account.user, account.device)
            except RefusedError as refused:
                if refused.code in GONE:
                    raise TokenRevokedError(account.user) from None
                raise


def _server(account: Account, there: Known) -> Sequence[Finding]:
    logged_in = Finding(ok=True, what=f"Matrix: {account.user}, device {account.device} ({account.homeserver})")
    if there.device is None:
        return [
            logged_in,
            Finding(ok=True, what="Matrix: the server has no keys of the bot; it gets them at the start"),
        ]
    if there.device.get("keys", {}).get(f"ed25519:{account.device}") != account.ed25519:
        return [logged_in, Finding(ok=False, what=str(KeysLostError(f"the server has other keys; {RESTORE}")))]
    if there.vouches(Identity.of(account)):
        return [logged_in, Finding(ok=True, what="Matrix: the device is signed by the bot's user")]
    why = "its user does not sign the bot's device, so some members' apps will not let it read"
    mend = "`causerie matrix login --again --reset-signing`"
    return [logged_in, Finding(ok=False, what=f"Matrix: {why}; {mend}")]
