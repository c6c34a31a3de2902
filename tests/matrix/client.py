"""The client-server API of Matrix as it is, for the tests' people and for what a test has to see for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from aiohttp import ClientSession

from tests.matrix.synapse import Registered

Event = dict[str, Any]


class RefusedError(Exception):
    """The homeserver refused what a person asked; ``code`` is such as M_FORBIDDEN, ``retry_after`` in seconds."""

    def __init__(self, asked: str, status: int, answer: dict[str, Any]) -> None:
        self.status = status
        self.code: str = answer.get("errcode", "")
        self.retry_after = answer.get("retry_after_ms", 0) / 1000
        super().__init__(f"{asked}: {status} {self.code} {answer.get('error', '')}")


@dataclass
class Client:
    """Someone's access to the homeserver at ``url``. Whatever is refused raises RefusedError."""

    http: ClientSession
    url: str
    account: Registered

    @property
    def id(self) -> str:
        """Return the user id."""
        return self.account.user_id

    async def call(self, method: str, *path: str, body: Event | None = None, **query: str) -> dict[str, Any]:
        """Ask the client-server API (v3): the parts of the path are quoted here."""
        where = "/".join(quote(part, safe="") for part in path)
        async with self.http.request(
            method,
            f"{self.url}/_matrix/client/v3/{where}",
            json=body if body is not None or method == "GET" else {},
            params=query,
            headers={"Authorization": f"Bearer {self.account.token}"},
        ) as response:
            answer: dict[str, Any] = await response.json()
            if response.status != 200:
                raise RefusedError(f"{method} {path[0]} {path[-1]}", response.status, answer)
            return answer

    async def send(self, room: str, type_: str, content: dict[str, Any]) -> str:
        """Send any event and return its id."""
        event: str = (await self.call("PUT", "rooms", room, "send", type_, uuid4().hex, body=content))["event_id"]
        return event

    async def state(self, room: str, type_: str, key: str = "") -> dict[str, Any]:
        """Return the content of a state event, empty where there is none."""
        try:
            return await self.call("GET", "rooms", room, "state", type_, key)
        except RefusedError as refused:
            if refused.code == "M_NOT_FOUND":
                return {}
            raise

    async def set_state(self, room: str, type_: str, content: dict[str, Any], key: str = "") -> str:
        event: str = (await self.call("PUT", "rooms", room, "state", type_, key, body=content))["event_id"]
        return event
