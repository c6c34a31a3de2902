"""The bot's account on the tests' homeserver, and what others see of it there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import vodozemac

from adapters.matrix import login as matrix_login
from adapters.matrix.account import Account
from adapters.matrix.crosssigning import canonical
from adapters.matrix.http import V3, Server
from tests.matrix.synapse import Registered, Synapse


def registered(synapse: Synapse, shown: str | None = None) -> Registered:
    """Make a user for the bot, logged in nowhere but in the test's own device."""
    return synapse.register(f"causerie-{uuid4().hex[:8]}", shown=shown)


async def logged_in(synapse: Synapse, bot: Registered, folder: Path, **more: str | bool) -> Account:
    """Log the bot in by its password, unless it is told otherwise."""
    given: dict[str, Any] = {"user": bot.user_id, "homeserver": synapse.url, "password": bot.password, **more}
    return await matrix_login.login(folder, matrix_login.Wanted(**given))


@asynccontextmanager
async def asked(synapse: Synapse, token: str) -> AsyncIterator[Server]:
    async with Server(synapse.url, token) as server:
        yield server


async def seen(synapse: Synapse, bot: Registered, by: Registered) -> dict[str, Any]:
    """Return what somebody sees of the bot's keys: ``devices``, ``master``, ``self_signing``."""
    async with asked(synapse, by.token) as server:
        told = await server("POST", f"{V3}/keys/query", {"device_keys": {bot.user_id: []}})
    return {
        "devices": told["device_keys"].get(bot.user_id, {}),
        "master": told.get("master_keys", {}).get(bot.user_id),
        "self_signing": told.get("self_signing_keys", {}).get(bot.user_id),
    }


def signed(value: Mapping[str, Any], user: str, name: str, public: str) -> bool:
    """Whether a value bears the signature of a key, as another program checks it."""
    signature = value.get("signatures", {}).get(user, {}).get(f"ed25519:{name}")
    if signature is None:
        return False
    key = vodozemac.Ed25519PublicKey.from_base64(public)
    key.verify_signature(canonical(value), vodozemac.Ed25519Signature.from_base64(signature))
    return True


def public(key: Mapping[str, Any]) -> str:
    (only,) = key["keys"].values()
    return str(only)


def vouched(there: Mapping[str, Any], account: Account) -> bool:
    """Whether the chain holds from the master key to the device."""
    device, master, own = there["devices"][account.device], there["master"], there["self_signing"]
    return (
        signed(own, account.user, public(master), public(master))
        and signed(device, account.user, public(own), public(own))
        and signed(device, account.user, account.device, account.ed25519)
    )
