"""People in rooms, whichever client they have: on the raw API where nothing is encrypted, else by matrix-js-sdk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.matrix.client import Event
from tests.matrix.members import Member, Message
from tests.matrix.members.messages import fold
from tests.matrix.person import OFTEN, Person

PATIENCE = 20.0


@dataclass
class Guest:
    """Somebody called ``name`` with an account; ``member`` is their client where rooms are encrypted."""

    name: str
    person: Person
    member: Member | None = None
    direct: str = ""
    """The room in which they talk with the bot alone."""
    joined: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """Return the user id."""
        return self.person.id

    @property
    def client(self) -> Person | Member:
        """Return what they speak with."""
        return self.member or self.person

    async def create_room(self, name: str = "", *, invite: Iterable[str] = (), direct: bool = False) -> str:
        """Make a room as their client does, encrypted if it can be, and return its id."""
        room = await self.client.create_room(name, invite=invite, direct=direct, encrypted=self.member is not None)
        self.joined.add(room)
        return room

    async def join(self, room: str) -> None:
        """Enter a room, once."""
        if room not in self.joined:
            await self.client.join(room)
            self.joined.add(room)

    async def meets(self, room: str, user: str) -> None:
        """Wait until somebody is in a room, and until their client knows."""
        if self.member is not None:
            await self.member.sees(room, user)

    async def read(self, room: str, other: str) -> list[Message]:
        """Return what they see in a room, once they can read all that ``other`` said."""
        if self.member is None:
            return fold(told(event) for event in await self.person.messages(room))
        deadline = time.monotonic() + PATIENCE
        while True:
            messages = await self.member.messages(room)
            sealed = [m.undecryptable for m in messages if m.undecryptable and m.sender == other]
            if not sealed:
                return messages
            assert time.monotonic() < deadline, f"{self.name} cannot read {len(sealed)} messages: {sealed[0]}"
            await asyncio.sleep(OFTEN)


def told(event: Event) -> Event:
    """Return an event of the server as a client tells of it."""
    return {
        "event_id": event["event_id"],
        "at": event["origin_server_ts"],
        "sender": event["sender"],
        "type": event["type"],
        "state_key": event.get("state_key"),
        "content": event["content"],
        "relation": event["content"].get("m.relates_to", {}),
        "redacted": "redacted_because" in event.get("unsigned", {}),
        "encrypted": event["type"] == "m.room.encrypted",
        "undecryptable": "no client" if event["type"] == "m.room.encrypted" else None,
        "shield": None,
        "shield_reason": None,
    }
