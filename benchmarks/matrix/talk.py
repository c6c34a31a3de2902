"""Somebody's client: what they say, and the messages that its long-polling sync brings."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from nio import AsyncClient, AsyncClientConfig, MatrixRoom, RoomMessage

from tests.matrix.person import Person
from tests.matrix.synapse import Registered

TIMEOUT_MS = 30_000
PATIENCE = 120.0
SILENCE = 1.5
"""Seconds after which nothing more is said."""
_NOTHING: dict[str, Any] = {"types": []}
FILTER = {
    "presence": _NOTHING,
    "account_data": _NOTHING,
    "room": {
        "account_data": _NOTHING,
        "ephemeral": _NOTHING,
        "state": {"lazy_load_members": True},
        "timeline": {"types": ["m.room.message"], "lazy_load_members": True},
    },
}


class Talk(ABC):
    """A conversation as a client has it; ``person`` makes rooms and is asked for what is measured nowhere."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._heard: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    async def round_trip(self, room: str, direct: str, words: str) -> float:
        """Say something in a room, and return the seconds until an answer to it is heard in the other."""
        assert self._heard.empty(), "nothing is said that was not asked for"
        begun = perf_counter()
        await self.say(room, words)
        async with asyncio.timeout(PATIENCE):
            where, at = await self._heard.get()
        assert where == direct, "it is answered where nobody else reads it"
        return at - begun

    async def rest(self) -> None:
        """Wait until nothing more is said."""
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(SILENCE):
                    await self._heard.get()

    @abstractmethod
    async def say(self, room: str, words: str) -> None:
        """Say something."""

    @abstractmethod
    async def hear(self) -> None:
        """Hear what is said until cancelled."""

    def _came(self, room: str, sender: str) -> None:
        if sender != self.person.id:
            self._heard.put_nowait((room, perf_counter()))


class PlainTalk(Talk):
    """By bare requests: no keys."""

    async def say(self, room: str, words: str) -> None:
        """Say something."""
        await self.person.say(room, words)

    async def hear(self) -> None:
        """Hear what is said until cancelled."""
        since, filter_ = "", json.dumps(FILTER)
        while True:
            timeout = str(TIMEOUT_MS if since else 0)
            begin = {"since": since} if since else {}
            told = await self.person.call(
                "GET", "sync", body=None, filter=filter_, timeout=timeout, set_presence="offline", **begin
            )
            if since:
                for room, news in told.get("rooms", {}).get("join", {}).items():
                    for event in news["timeline"]["events"]:
                        self._came(room, event["sender"])
            since = told["next_batch"]


class SealedTalk(Talk):
    """By a client of matrix-nio, with the keys of a device."""

    def __init__(self, person: Person, client: AsyncClient) -> None:
        super().__init__(person)
        self._client = client

    async def say(self, room: str, words: str) -> None:
        """Say something."""
        content = {"msgtype": "m.text", "body": words, "m.mentions": {}}
        await self._client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)

    async def hear(self) -> None:
        """Hear what is said until cancelled."""
        await self._client.sync(timeout=0, full_state=True)

        async def came(room: MatrixRoom, event: RoomMessage) -> None:
            assert event.decrypted
            self._came(room.room_id, event.sender)

        self._client.add_event_callback(came, RoomMessage)
        await self._client.sync_forever(timeout=TIMEOUT_MS)


@asynccontextmanager
async def plain_talk(person: Person) -> AsyncIterator[Talk]:
    """Give somebody without keys a client that hears."""
    async with _hearing(PlainTalk(person)) as talk:
        yield talk


@asynccontextmanager
async def sealed_talk(person: Person, folder: Path) -> AsyncIterator[Talk]:
    """Give somebody a client that hears, with keys that are kept in a folder."""
    known: Registered = person.account
    config = AsyncClientConfig(encryption_enabled=True)
    client = AsyncClient(person.url, known.user_id, known.device_id, str(folder), config)
    client.restore_login(known.user_id, known.device_id, known.token)
    try:
        await client.keys_upload()
        async with _hearing(SealedTalk(person, client)) as talk:
            yield talk
    finally:
        await client.close()


@asynccontextmanager
async def _hearing(talk: Talk) -> AsyncIterator[Talk]:
    task = asyncio.create_task(talk.hear())
    try:
        yield talk
        if task.done():
            await task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
