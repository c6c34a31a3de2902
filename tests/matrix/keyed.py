"""A member in encrypted rooms, whose client is made of the adapter's own parts: quick, where it need not be another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from adapters.matrix.api import Api
from adapters.matrix.http import Server
from adapters.matrix.keys import Keys
from adapters.matrix.login import Wanted, login
from adapters.matrix.reader import Reader
from adapters.matrix.rooms import Rooms
from adapters.matrix.sealing import ENCRYPTED, Sealing
from tests.matrix.client import Event
from tests.matrix.person import Person
from tests.matrix.synapse import Registered


@dataclass
class Keyed(Person):
    """A person who seals what they say where a room is encrypted, and reads what the keys of their device open.

    Who is there, and which keys there are, they know since they last heard.
    """

    reader: Reader
    since: str | None = field(default=None, init=False)

    async def hear(self) -> None:
        """Take in what is new."""
        answer = await self.reader.ask(self.since, whole=self.since is None, timeout_ms=0)
        await self.reader.news(answer, self.since)
        self.since = str(answer["next_batch"])
        await self.reader.sealing.settle()

    async def send(self, room: str, type_: str, content: dict[str, Any]) -> str:
        if self.reader.rooms.of(room).encrypted:
            type_, sealed = await self.reader.sealing.seal(room, type_, content)
            content = dict(sealed)
        return await super().send(room, type_, content)

    async def messages(self, room: str, limit: int = 1000) -> list[Event]:
        """Return all events as the person reads them; what no key opens stays as it is."""
        await self.hear()
        return [self._opened(room, event) for event in await super().messages(room, limit)]

    def _opened(self, room: str, event: Event) -> Event:
        opened = self.reader.sealing.read(room, event) if event["type"] == ENCRYPTED else None
        return dict(opened) if opened is not None else event


@asynccontextmanager
async def keyed(http: ClientSession, url: str, registered: Registered, folder: Path) -> AsyncIterator[Keyed]:
    """Give somebody with a device of their own, whose keys are in ``folder`` while the context lasts."""
    password = registered.password
    account = await login(folder, Wanted(user=registered.user_id, homeserver=url, password=password))
    api = Api(Server(url, account.token, http))
    async with Keys.open(folder, account) as keys:
        reader = Reader(api, Rooms(account.user), Sealing(keys, api))
        yield Keyed(http, url, Registered(account.user, account.device, account.token, password), reader)
