"""A Synapse with many people in one room, some of whom have keys: made as an application service makes them."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from nio.api import Api
from vodozemac import Account

from tests.matrix.client import Client
from tests.matrix.person import Person
from tests.matrix.synapse import Registered, Synapse

AT_ONCE = 8
ALGORITHMS = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]


@dataclass
class Crowded(Synapse):
    """A homeserver that lets an application service register people and act for them."""

    token: str = ""

    def _settings(self) -> dict[str, Any]:
        self.token = secrets.token_hex(16)
        users = [{"exclusive": True, "regex": "@crowd_.*"}]
        service = {
            "id": "crowd",
            "url": None,
            "as_token": self.token,
            "hs_token": secrets.token_hex(16),
            "sender_localpart": "crowd",
            "rate_limited": False,
            "namespaces": {"users": users, "aliases": [], "rooms": []},
        }
        (self.folder / "crowd.yaml").write_text(yaml.safe_dump(service), "utf-8")
        return super()._settings() | {"app_service_config_files": [str(self.folder / "crowd.yaml")]}


@contextmanager
def crowded() -> Iterator[Crowded]:
    """Run one while the context lasts."""
    server = Crowded(Path(tempfile.mkdtemp(prefix="causerie-synapse-")))
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(server.folder)


async def fill(server: Crowded, person: Person, room: str, members: int, devices: int) -> None:
    """Let so many people join a room, the first of them with a device that has keys."""
    service = Client(person.http, server.url, Registered("", "", server.token, ""))
    waiting = iter(range(members))

    async def come() -> None:
        for number in waiting:
            name = f"crowd_{number}"
            asked = {"type": "m.login.application_service", "username": name, "inhibit_login": number >= devices}
            made = await service.call("POST", "register", body=asked)
            await service.call("POST", "join", room, user_id=made["user_id"])
            if number < devices:
                known = Registered(made["user_id"], made["device_id"], made["access_token"], "")
                await _keys(Client(person.http, server.url, known))

    await asyncio.gather(*(come() for _ in range(AT_ONCE)))


async def _keys(client: Client) -> None:
    """Give the server a device's keys, with a few for one use."""
    account, device = Account(), client.account.device_id

    def signed(value: dict[str, Any]) -> dict[str, Any]:
        signature = account.sign(Api.to_canonical_json(value).encode()).to_base64()
        return {**value, "signatures": {client.id: {f"ed25519:{device}": signature}}}

    account.generate_one_time_keys(2)
    keys = {
        f"curve25519:{device}": account.curve25519_key.to_base64(),
        f"ed25519:{device}": account.ed25519_key.to_base64(),
    }
    once = {f"signed_curve25519:{id_}": signed({"key": k.to_base64()}) for id_, k in account.one_time_keys.items()}
    told = {"algorithms": ALGORITHMS, "device_id": device, "user_id": client.id, "keys": keys}
    await client.call("POST", "keys", "upload", body={"device_keys": signed(told), "one_time_keys": once})
