"""The bot's user vouches for its device: once, and as other programs check it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey
from signedjson.key import decode_verify_key_bytes
from signedjson.sign import verify_signed_json
from unpaddedbase64 import decode_base64

from adapters.matrix import account as kept
from adapters.matrix.crosssigning import (
    USAGES,
    ForeignSigningError,
    Identity,
    SigningRefusedError,
    canonical,
    known,
    vouch,
)
from adapters.matrix.http import V3, Json, Server
from adapters.matrix.keys import Keys
from tests.matrix.logins import asked, logged_in, registered
from tests.matrix.synapse import Synapse

JSON = st.dictionaries(
    st.text(max_size=5),
    st.recursive(st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(), st.lists, max_leaves=5),
    max_size=5,
)


def identity(user: str = "@causerie:example.org") -> Identity:
    return Identity(user, b"m" * 32, b"s" * 32, b"u" * 32)


def test_the_keys_are_those_of_the_seeds() -> None:
    own = identity()

    assert {usage: decode_base64(own.public(usage)) for usage in USAGES} == {
        "master": bytes(SigningKey(b"m" * 32).verify_key),
        "self_signing": bytes(SigningKey(b"s" * 32).verify_key),
        "user_signing": bytes(SigningKey(b"u" * 32).verify_key),
    }
    assert "seed" not in repr(own)


@given(JSON)
def test_what_is_signed_is_what_others_verify(value: dict[str, object]) -> None:
    own = identity()

    signed = own.signed(value, "master")

    key = decode_verify_key_bytes(f"ed25519:{own.public('master')}", decode_base64(own.public("master")))
    verify_signed_json(signed, own.user, key)


def test_signatures_and_what_the_server_adds_are_not_signed() -> None:
    bare = {"b": 1, "a": "é"}

    assert (
        canonical({**bare, "signatures": {"x": {}}, "unsigned": {"age": 1}})
        == canonical(bare)
        == b'{"a":"\xc3\xa9","b":1}'
    )


async def test_done_again_it_changes_nothing(synapse: Synapse, tmp_path: Path) -> None:
    bot = registered(synapse)
    account = await logged_in(synapse, bot, tmp_path)
    own = Identity.of(account)
    asked_for: list[str] = []
    async with Server(account.homeserver, account.token) as server, Keys.open(tmp_path, account) as keys:

        async def noted(method: str, path: str, body: Json | None = None) -> Json:
            asked_for.append(path)
            return await server(method, path, body)

        before = await known(server, account.user, account.device)
        assert not await vouch(noted, own, account.device, keys.sign)
        assert await known(server, account.user, account.device) == before
        assert before.vouches(own)
    # No password is at hand here: an upload would be refused.
    assert asked_for == [f"{V3}/keys/query"]


async def test_a_signature_that_is_missing_is_made_good(synapse: Synapse, tmp_path: Path) -> None:
    bot = registered(synapse)
    kept.make(tmp_path)
    own = identity(bot.user_id)
    async with (
        asked(synapse, bot.token) as server,
        Keys.create(tmp_path, synapse.url, bot.user_id, bot.device_id, bot.token) as keys,
    ):
        await server("POST", f"{V3}/keys/device_signing/upload", {f"{usage}_key": own.key(usage) for usage in USAGES})
        await keys.published(server)
        there = await known(server, bot.user_id, bot.device_id)
        assert there.ours(own)
        assert not there.vouches(own)

        assert await vouch(server, own, bot.device_id, keys.sign)
        assert (await known(server, bot.user_id, bot.device_id)).vouches(own)
        with pytest.raises(ForeignSigningError):
            await vouch(server, Identity(bot.user_id, b"x" * 32, b"y" * 32, b"z" * 32), bot.device_id, keys.sign)
        assert (await known(server, bot.user_id, bot.device_id)).vouches(own)


async def test_a_device_that_is_not_ours_is_not_signed(synapse: Synapse, tmp_path: Path) -> None:
    bot = registered(synapse)
    account = await logged_in(synapse, bot, tmp_path / "first")
    kept.make(tmp_path / "second")
    own = Identity.of(account)
    async with (
        Server(account.homeserver, account.token) as server,
        Keys.create(tmp_path / "second", synapse.url, account.user, account.device, account.token) as others,
    ):
        with pytest.raises(SigningRefusedError, match=account.device):
            await vouch(server, own, account.device, others.sign)
        with pytest.raises(SigningRefusedError, match="NOWHERE"):
            await vouch(server, own, "NOWHERE", others.sign)
