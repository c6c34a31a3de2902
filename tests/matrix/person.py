"""A member of a community on Matrix, on the raw client-server API. Their rooms are not encrypted."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, ClientTimeout

from tests.matrix.client import Client, Event, RefusedError
from tests.matrix.speaker import Speaker
from tests.matrix.synapse import Synapse

OFTEN = 0.05
"""Seconds between two looks at what is there."""


@dataclass
class Person(Client, Speaker):
    """Someone with an account, logged in. Whatever is refused raises RefusedError."""

    # Rooms

    async def create_room(
        self,
        name: str = "",
        *,
        invite: Iterable[str] = (),
        encrypted: bool = False,
        direct: bool = False,
        public: bool = False,
        version: str | None = None,
        power: dict[str, Any] | None = None,
    ) -> str:
        """Make a room and return its id; ``power`` goes over what the preset says of power levels."""
        preset = "trusted_private_chat" if direct else "public_chat" if public else "private_chat"
        asked: dict[str, Any] = {"preset": preset, "is_direct": direct, "invite": [*invite]}
        if name:
            asked["name"] = name
        if version:
            asked["room_version"] = version
        if power:
            asked["power_level_content_override"] = power
        if encrypted:
            algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
            asked["initial_state"] = [{"type": "m.room.encryption", "state_key": "", "content": algorithm}]
        room: str = (await self.call("POST", "createRoom", body=asked))["room_id"]
        if direct:
            await self._keep_as_direct(room, asked["invite"])
        return room

    async def invite(self, room: str, user: str) -> None:
        await self.call("POST", "rooms", room, "invite", body={"user_id": user})

    async def join(self, room: str) -> None:
        await self.call("POST", "join", room)

    async def leave(self, room: str) -> None:
        await self.call("POST", "rooms", room, "leave")

    async def kick(self, room: str, user: str, why: str = "") -> None:
        await self.call("POST", "rooms", room, "kick", body={"user_id": user, "reason": why})

    async def ban(self, room: str, user: str, why: str = "") -> None:
        await self.call("POST", "rooms", room, "ban", body={"user_id": user, "reason": why})

    async def unban(self, room: str, user: str) -> None:
        await self.call("POST", "rooms", room, "unban", body={"user_id": user})

    async def upgrade(self, room: str, version: str | None = None) -> str:
        """Return the id of the room that replaces it; by default of the homeserver's default version."""
        if version is None:
            capabilities = (await self.call("GET", "capabilities"))["capabilities"]
            version = capabilities["m.room_versions"]["default"]
        new: str = (await self.call("POST", "rooms", room, "upgrade", body={"new_version": version}))[
            "replacement_room"
        ]
        return new

    async def invited(self) -> list[str]:
        """Return the rooms that the person is invited to."""
        nothing: dict[str, Any] = {"types": []}
        room = {"timeline": nothing, "state": nothing, "ephemeral": nothing, "account_data": nothing}
        asked = json.dumps({"room": room, "presence": nothing, "account_data": nothing})
        told = await self.call("GET", "sync", filter=asked, timeout="0")
        return list(told.get("rooms", {}).get("invite", {}))

    async def joined(self) -> list[str]:
        """Return the rooms that the person is in."""
        rooms: list[str] = (await self.call("GET", "joined_rooms"))["joined_rooms"]
        return rooms

    # Words

    async def redact(self, room: str, event: str, why: str = "") -> str:
        told = await self.call("PUT", "rooms", room, "redact", event, uuid4().hex, body={"reason": why})
        redaction: str = told["event_id"]
        return redaction

    # State

    async def set_power(self, room: str, user: str, level: int) -> None:
        levels = await self.state(room, "m.room.power_levels")
        levels["users"] = {**levels.get("users", {}), user: level}
        await self.set_state(room, "m.room.power_levels", levels)

    async def set_topic(self, room: str, topic: str) -> None:
        await self.set_state(room, "m.room.topic", {"topic": topic})

    async def members(self, room: str) -> dict[str, str]:
        """Return what each user is to the room: join, invite, leave, ban, knock."""
        told = await self.call("GET", "rooms", room, "members")
        return {event["state_key"]: event["content"]["membership"] for event in told["chunk"]}

    # Reading

    async def messages(self, room: str, limit: int = 1000) -> list[Event]:
        """Return all events of the room that the person may see, oldest first; ``limit`` is the size of a page."""
        events: list[Event] = []
        page: dict[str, Any] = {"end": ""}
        while "end" in page:
            since = {"from": page["end"]} if page["end"] else {}
            page = await self.call("GET", "rooms", room, "messages", dir="f", limit=str(limit), **since)
            events += page["chunk"]
        return events

    async def until(self, room: str, matches: Callable[[Event], object], seconds: float = 10) -> Event:
        """Return the first event that matches, once it is there; AssertionError tells what was there instead."""
        deadline = time.monotonic() + seconds
        while True:
            events = await self.messages(room)
            for event in events:
                if matches(event):
                    return event
            if time.monotonic() > deadline:
                raise AssertionError(f"Not there after {seconds} s. There was:\n{transcript(events)}")
            await asyncio.sleep(OFTEN)

    async def until_invited(self, seconds: float = 10) -> str:
        """Return a room that the person is invited to, once there is one."""
        deadline = time.monotonic() + seconds
        while not (rooms := await self.invited()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.id} is not invited after {seconds} s.")
            await asyncio.sleep(OFTEN)
        return rooms[0]

    # The account

    async def set_name(self, name: str) -> None:
        await self.call("PUT", "profile", self.id, "displayname", body={"displayname": name})

    async def log_out(self) -> None:
        """End the device that the person was registered with; its token is of no use any more."""
        await self.call("POST", "logout")

    async def deactivate(self) -> None:
        """Give the account up, for good."""
        identifier = {"type": "m.id.user", "user": self.id}
        proof = {"type": "m.login.password", "identifier": identifier, "password": self.account.password}
        await self.call("POST", "account", "deactivate", body={"auth": proof})

    async def _keep_as_direct(self, room: str, users: Iterable[str]) -> None:
        """Mark the room as a client does, in the person's own data."""
        where = ("user", self.id, "account_data", "m.direct")
        try:
            kept = await self.call("GET", *where)
        except RefusedError as refused:
            if refused.code != "M_NOT_FOUND":
                raise
            kept = {}
        await self.call("PUT", *where, body=kept | {user: [*kept.get(user, ()), room] for user in users})


def transcript(events: Iterable[Event]) -> str:
    """Return a line for each event: who, what kind, and what it says."""
    return "\n".join(f"  {e['sender']} {e['type']} {said(e)}" for e in events) or "  nothing"


def said(event: Event) -> str:
    """Return the words of an event, or its content where it has none."""
    content = event["content"]
    return str(content.get("body") or content)


def user_name(shown: str) -> str:
    """Return a name for an account, new each time, that resembles the display name."""
    plain = "".join(c for c in shown.lower() if c.isascii() and c.isalnum())
    return f"{plain}-{uuid4().hex[:8]}"


@asynccontextmanager
async def people(server: Synapse) -> AsyncIterator[Callable[[str], Awaitable[Person]]]:
    """Give what makes a person of a display name; their user id is new each time.

    They are of this event loop, and are gone when the context ends.
    """
    async with ClientSession(timeout=ClientTimeout(total=30)) as http:

        async def person(name: str) -> Person:
            account = await asyncio.to_thread(server.register, user_name(name), shown=name)
            return Person(http, server.url, account)

        yield person
