"""Cross-signing: the user's three keys, which vouch for the bot's device, so that clients share room keys with it.

Keys are made of seeds that are kept with the account. Signatures of one key over one value are always the same, so that
whatever is there already can be compared with what ought to be, and left alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.matrix.account import Account
from adapters.matrix.http import V3, Call, Json, RefusedError
from bot.core.errors import CauserieError

USAGES: Final = ("master", "self_signing", "user_signing")
UNAUTHORIZED: Final = 401

Sign = Callable[[Json], str]


class ForeignSigningError(CauserieError):
    """The user has signing keys of another program, such as Element, already; --reset-signing replaces them."""


class PasswordWantedError(CauserieError):
    """The server wants the password before it takes new signing keys; give it with --password-file."""


class SigningRefusedError(CauserieError):
    """The server does not take the signatures of the bot's device."""


@dataclass(frozen=True)
class Identity:
    """A user's cross-signing keys, from seeds of 32 bytes each."""

    user: str
    master: bytes
    self_signing: bytes
    user_signing: bytes

    @classmethod
    def of(cls, account: Account) -> Identity:
        """Return the identity whose seeds are kept with an account."""
        seeds = (_decoded(seed) for seed in (account.master, account.self_signing, account.user_signing))
        return cls(account.user, *seeds)

    def public(self, usage: str) -> str:
        """Return the public key of a usage, in base64."""
        from Crypto.Signature import eddsa  # noqa: PLC0415 - it comes with nio

        return _encoded(eddsa.import_private_key(self._seed(usage)).public_key().export_key(format="raw"))

    def sign(self, usage: str, value: Json) -> str:
        """Return the signature of a JSON object, apart from the signatures in it, by the key of a usage."""
        from Crypto.Signature import eddsa  # noqa: PLC0415 - as above

        key = eddsa.import_private_key(self._seed(usage))
        return _encoded(eddsa.new(key, "rfc8032").sign(canonical(value)))

    def key(self, usage: str) -> dict[str, Any]:
        """Return a public key as the server is given it: all but the master are signed by the master."""
        public = self.public(usage)
        key: dict[str, Any] = {"user_id": self.user, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        return key if usage == "master" else self.signed(key, "master")

    def signed(self, value: Json, usage: str) -> dict[str, Any]:
        """Return a JSON object with nothing but the signature of a usage's key on it."""
        signature = {f"ed25519:{self.public(usage)}": self.sign(usage, value)}
        return {**_bare(value), "signatures": {self.user: signature}}

    def _seed(self, usage: str) -> bytes:
        seed: bytes = getattr(self, usage)
        return seed


@dataclass(frozen=True)
class Known:
    """What the server tells of our own cross-signing: the public keys by usage, and one device's keys."""

    keys: Mapping[str, Json]
    device: Json | None

    def ours(self, identity: Identity) -> bool:
        """Whether the identity is the one that the server has."""
        return all(_public(self.keys.get(usage)) == identity.public(usage) for usage in USAGES)

    def vouches(self, identity: Identity) -> bool:
        """Whether the identity has signed the device."""
        if self.device is None or not self.ours(identity):
            return False
        return _has(self.device, identity.signed(self.device, "self_signing"))


async def known(call: Call, user: str, device: str) -> Known:
    """Ask the server for our own signing keys and our device's. Raises what ``call`` raises."""
    answer = await call("POST", f"{V3}/keys/query", {"device_keys": {user: []}})
    keys = {usage: answer.get(f"{usage}_keys", {}).get(user) for usage in USAGES}
    return Known(
        {usage: key for usage, key in keys.items() if key}, answer.get("device_keys", {}).get(user, {}).get(device)
    )


def allowed(there: Known, identity: Identity, *, reset: bool) -> None:
    """Raise ForeignSigningError where the identity would replace another, unless that is what is wanted."""
    if there.keys and not there.ours(identity) and not reset:
        raise ForeignSigningError(identity.user)


async def vouch(
    call: Call, identity: Identity, device: str, sign: Sign, *, password: str = "", reset: bool = False
) -> bool:
    """Have the identity known to the server, the device signed by it, and its master key signed by the device.

    ``sign`` is the device's own signature. Whatever is so already is left alone; return whether anything was to be
    done. ``reset`` replaces the identity of another program. Raises ForeignSigningError where it may not,
    PasswordWantedError, SigningRefusedError, and what ``call`` raises.
    """
    there = await known(call, identity.user, device)
    changed = not there.ours(identity)
    if changed:
        allowed(there, identity, reset=reset)
        keys = {f"{usage}_key": identity.key(usage) for usage in USAGES}
        await _proved(call, f"{V3}/keys/device_signing/upload", keys, identity.user, password)
        there = await known(call, identity.user, device)
    # The server is not taken at its word: what is signed is what this device has signed itself.
    if there.device is None or not _has(there.device, _by_device(there.device, identity.user, device, sign)):
        raise SigningRefusedError(f"it has no keys of {device}, or others")
    if not there.ours(identity):
        raise SigningRefusedError("it keeps other ones")
    master = identity.public("master")
    wanted = {
        device: identity.signed(there.device, "self_signing"),
        master: _by_device(identity.key("master"), identity.user, device, sign),
    }
    lacking = {
        name: value
        for name, value in wanted.items()
        if not _has(there.device if name == device else there.keys["master"], value)
    }
    if lacking:
        answer = await call("POST", f"{V3}/keys/signatures/upload", {identity.user: lacking})
        failures = answer.get("failures", {}).get(identity.user, {})
        if failures:
            raise SigningRefusedError(", ".join(f"{name} {f.get('errcode', '')}" for name, f in failures.items()))
    return changed or bool(lacking)


def canonical(value: Json) -> bytes:
    """Return the form of a JSON object that is signed: without its signatures and what the server adds."""
    return json.dumps(_bare(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _by_device(value: Json, user: str, device: str, sign: Sign) -> Json:
    """Return a JSON object with nothing but the device's own signature on it."""
    return {**_bare(value), "signatures": {user: {f"ed25519:{device}": sign(_bare(value))}}}


async def _proved(call: Call, path: str, body: Json, user: str, password: str) -> None:
    """Post something for which the server may want the password."""
    try:
        await call("POST", path, body)
    except RefusedError as refused:
        if refused.status != UNAUTHORIZED or "flows" not in refused.answer:
            raise
        if not password:
            raise PasswordWantedError(user) from None
        proof = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
            "session": refused.answer.get("session"),
        }
        await call("POST", path, {**body, "auth": proof})


def _public(key: Json | None) -> str:
    return next(iter((key or {}).get("keys", {}).values()), "")


def _has(there: Json, wanted: Json) -> bool:
    """Whether what the server has bears the signatures that are wanted."""
    signatures = there.get("signatures", {})
    return all(
        signatures.get(user, {}).get(name) == signature
        for user, named in wanted["signatures"].items()
        for name, signature in named.items()
    )


def _bare(value: Json) -> dict[str, Any]:
    return {k: v for k, v in value.items() if k not in {"signatures", "unsigned"}}


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
