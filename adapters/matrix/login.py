"""Logging in, once: a device, its keys, the signatures that vouch for it; what is kept of it is written last."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from adapters.matrix import account as kept
from adapters.matrix.account import Account, AccountDamagedError, OtherAccountError
from adapters.matrix.aside import copy_aside
from adapters.matrix.crosssigning import USAGES, Identity, allowed, known, vouch
from adapters.matrix.errors import (
    AlreadyLoggedInError,
    DeviceMissingError,
    DeviceTakenError,
    PasswordsOffError,
    TokenRefusedError,
    UserIdError,
    WrongPasswordError,
    sentences,
)
from adapters.matrix.find import found
from adapters.matrix.http import V3, AwayError, RefusedError, Server
from adapters.matrix.keys import Keys, Lock, installed
from adapters.matrix.settings import USER, server_of

DEVICE_NAME = "Causerie"
PASSWORD = "m.login.password"  # noqa: S105 - Matrix's name for a way to log in


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the operator wants: ``user`` to be logged in at ``homeserver``, with a password or an access token.

    ``homeserver`` is an address or a server's name; empty, it is the user's own server. ``name`` is shown for the bot;
    without one, "Causerie" where the user has none yet. ``again``: as a new device, though there is an account.
    ``reset_signing``: put new cross-signing keys in the place of another program's.
    """

    user: str
    homeserver: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    name: str = ""
    again: bool = False
    reset_signing: bool = False


def user_id(typed: str) -> str:
    """Return what was typed, if it is a user id. Raises UserIdError."""
    stripped = typed.strip()
    if not re.fullmatch(USER, stripped):
        raise UserIdError(stripped)
    return stripped


def first(folder: Path, *, again: bool) -> Account | None:
    """Return the account that is there already, None too where it is damaged and another login is wanted.

    Raises AlreadyLoggedInError unless it is, and ExtraMissingError.
    """
    installed()
    try:
        there = kept.read(folder)
    except AccountDamagedError:
        if not again:
            raise
        return None
    if there is not None and not again:
        raise AlreadyLoggedInError(f"{there.user}, device {there.device}")
    return there


async def login(folder: Path, wanted: Wanted) -> Account:
    """Log the bot in, and keep its account in the adapter's folder.

    Raises errors that say what to do; then there is no account where there was none, and the one that was there is as
    it was. With ``again``, that one is kept aside, and its device is logged out if the server lets it.
    """
    before = first(folder, again=wanted.again)
    address = wanted.homeserver or server_of(wanted.user)
    # What cannot work on this machine is refused before the server hears of it.
    kept.make(folder)
    with Lock(folder), sentences(address):
        async with Server(await found(address)) as server, _device(server, folder, wanted) as (user, device):
            account = await _made(folder, server, user, device, before, wanted)
            await _show(server, account.user, wanted.name)
            copy_aside(folder / kept.FILE)
            kept.write(folder, account)
            (folder / kept.UNFINISHED).unlink(missing_ok=True)
    if before is not None and (before.user, before.device) != (account.user, account.device):
        await _logged_out(before)
    return account


@asynccontextmanager
async def _device(server: Server, folder: Path, wanted: Wanted) -> AsyncIterator[tuple[str, str]]:
    """Give the user and the device that the server now knows; a new one is undone when what follows fails."""
    if wanted.token:
        server.token = wanted.token
        user, device = await _whoami(server)
        yield _asked_for(wanted, user), device
        return
    user, device = await _by_password(server, wanted)
    try:
        yield _asked_for(wanted, user), device
    except BaseException:
        (folder / kept.store_name(device)).unlink(missing_ok=True)
        with suppress(RefusedError, AwayError):
            await server("POST", f"{V3}/logout", {})
        raise


def _asked_for(wanted: Wanted, user: str) -> str:
    if user != wanted.user:
        raise OtherAccountError(f"the server says {user}, not {wanted.user}")
    return user


async def _by_password(server: Server, wanted: Wanted) -> tuple[str, str]:
    offered = [flow.get("type") for flow in (await server("GET", f"{V3}/login")).get("flows", ())]
    if PASSWORD not in offered:
        raise PasswordsOffError(server.address)
    body = {
        "type": PASSWORD,
        "identifier": {"type": "m.id.user", "user": wanted.user},
        "password": wanted.password,
        "initial_device_display_name": DEVICE_NAME,
    }
    try:
        answer = await server("POST", f"{V3}/login", body)
    except RefusedError as refused:
        if refused.code == "M_FORBIDDEN":
            raise WrongPasswordError(wanted.user) from None
        raise
    server.token = answer["access_token"]
    return answer["user_id"], answer["device_id"]


async def _whoami(server: Server) -> tuple[str, str]:
    try:
        answer = await server("GET", f"{V3}/account/whoami")
    except RefusedError as refused:
        if refused.code == "M_UNKNOWN_TOKEN":
            raise TokenRefusedError(server.address) from None
        raise
    if not answer.get("device_id"):
        raise DeviceMissingError(answer["user_id"])
    return answer["user_id"], answer["device_id"]


async def _made(
    folder: Path, server: Server, user: str, device: str, before: Account | None, wanted: Wanted
) -> Account:
    """Make the device's keys, have the server know them, and sign them."""
    there = await known(server, user, device)
    if there.device is not None and not (folder / kept.store_name(device)).exists():
        raise DeviceTakenError(device)
    seeds = _seeds(user, before, kept.read(folder, kept.UNFINISHED))
    async with Keys.create(folder, server.address, user, device, server.token) as keys:
        account = Account(
            homeserver=server.address, user=user, device=device, token=server.token, ed25519=keys.ed25519, **seeds
        )
        identity = Identity.of(account)
        allowed(there, identity, reset=wanted.reset_signing)
        await keys.published(server)
        # From here on the server may have the public keys: the seeds must not get lost.
        kept.write(folder, account, kept.UNFINISHED)
        await vouch(server, identity, device, keys.sign, password=wanted.password, reset=wanted.reset_signing)
    return account


def _seeds(user: str, *known_before: Account | None) -> dict[str, str]:
    """Return the user's seeds by usage: those that there are, else new ones."""
    for account in known_before:
        if account is not None and account.user == user:
            return {usage: getattr(account, usage) for usage in USAGES}
    return {usage: _seed() for usage in USAGES}


def _seed() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


async def _show(server: Server, user: str, name: str) -> None:
    """Give the user a name to be shown, unless it has one; a server that forbids it is no obstacle."""
    where = f"{V3}/profile/{quote(user, safe='')}/displayname"
    with suppress(RefusedError, AwayError):
        try:
            shown = (await server("GET", where)).get("displayname")
        except RefusedError:
            shown = None
        localpart = user[1:].partition(":")[0]
        # Synapse shows a new user by the first part of its id.
        if name or not shown or shown == localpart:
            await server("PUT", where, {"displayname": name or DEVICE_NAME})


async def _logged_out(account: Account) -> None:
    """Log a device out, if it is not already."""
    with suppress(RefusedError, AwayError):
        async with Server(account.homeserver, account.token) as server:
            await server("POST", f"{V3}/logout", {})
