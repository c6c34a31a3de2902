"""One member: what people do in a client, and what they see there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tests.matrix.client import Event
from tests.matrix.members.messages import Message, fold
from tests.matrix.speaker import Speaker

ENCRYPTION: Final = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


class Call(Protocol):
    """Asks the process of Node for an operation that may wait so many seconds."""

    async def __call__(self, op: str, *, name: str, waits: float = 0, **arguments: object) -> Any: ...  # noqa: ANN401


@dataclass(frozen=True)
class Device:
    """A device of somebody's, with its Ed25519 key.

    ``signed``: its owner's cross-signing keys signed it. ``verified``: the member who looks is sure of the owner, too.
    """

    id: str
    key: str
    signed: bool
    verified: bool


@dataclass(frozen=True)
class Member(Speaker):
    """A client logged in as the user ``id`` on ``device``. Whatever is refused raises MembersError."""

    call: Call
    name: str
    id: str
    device: str

    # Rooms

    async def create_room(
        self, name: str = "", *, invite: Iterable[str] = (), encrypted: bool = True, direct: bool = False
    ) -> str:
        """Make a room and return its id; in a ``direct`` one, those invited have the same power."""
        options: dict[str, Any] = {
            "invite": [*invite],
            "is_direct": direct,
            "preset": "trusted_private_chat" if direct else "private_chat",
            "initial_state": [ENCRYPTION] if encrypted else [],
        }
        if name:
            options["name"] = name
        room: str = await self._do("create_room", options=options)
        return room

    async def invite(self, room: str, user: str) -> None:
        await self._do("invite", room=room, user=user)

    async def join(self, room: str) -> None:
        """Enter, and come back when the client knows the room, and whether it is encrypted."""
        await self._do("join", room=room)

    async def leave(self, room: str) -> None:
        await self._do("leave", room=room)

    async def invited(self) -> list[str]:
        """Return the rooms that the client knows the member is invited to."""
        rooms: list[str] = (await self._do("invited"))["rooms"]
        return rooms

    async def until_invited(self, seconds: float = 10) -> str:
        """Return a room that the member is invited to, once there is one."""
        deadline = time.monotonic() + seconds
        while not (told := await self._do("invited"))["rooms"]:
            if (left := deadline - time.monotonic()) <= 0:
                raise AssertionError(f"{self.id} is not invited after {seconds} s.")
            await self._do("synced", waits=left, after=told["syncs"])
        room: str = told["rooms"][0]
        return room

    async def sees(self, room: str, user: str, membership: str = "join", seconds: float = 10) -> None:
        """Wait until the client knows of the membership: what it encrypts from then on is for ``user`` as well."""
        await self._do("sees", waits=seconds, room=room, user=user, membership=membership)

    # Words

    async def send(self, room: str, type_: str, content: dict[str, Any]) -> str:
        """Send any event, encrypted where the room is, and return its id."""
        event: str = await self._do("send", room=room, type=type_, content=content)
        return event

    async def redact(self, room: str, event: str) -> str:
        redaction: str = await self._do("redact", room=room, event=event)
        return redaction

    # Reading

    async def messages(self, room: str) -> list[Message]:
        """Return the messages of the room, all that the member may see, as the client can read them now."""
        return fold(await self.events(room))

    async def events(self, room: str) -> list[Event]:
        """Return all events of the room that the member may see, oldest first, decrypted."""
        events: list[Event] = (await self._do("events", room=room))["events"]
        return events

    async def until(self, room: str, matches: str | Callable[[Message], object], seconds: float = 10) -> Message:
        """Return the first message that matches or has these words in it, once the client can read it.

        AssertionError tells what was there instead.
        """
        deadline = time.monotonic() + seconds
        while True:
            told = await self._do("events", room=room)
            messages = fold(told["events"])
            for message in messages:
                if matches in message.body if isinstance(matches, str) else matches(message):
                    return message
            if (left := deadline - time.monotonic()) <= 0:
                there = "\n".join(f"  {m.sender}: {m.undecryptable or m.body}" for m in messages) or "  nothing"
                raise AssertionError(f"Not there for {self.id} after {seconds} s. There was:\n{there}")
            await self._do("synced", waits=left, after=told["syncs"])

    # Keys

    async def devices(self, user: str) -> list[Device]:
        """Return the devices, as far as the client knows, of someone with whom it shares an encrypted room."""
        return [Device(**told) for told in await self._do("devices", user=user)]

    async def only_signed(self, *, on: bool = True) -> None:
        """Deal only with devices that their owners have signed: send them no keys, decrypt nothing of theirs."""
        await self._do("only_signed", on=on)

    async def hold_keys(self, *, on: bool = True) -> None:
        """Keep back the keys of what is said from now on, which are new; with ``on=False`` hand them over, late."""
        await self._do("hold_keys", on=on)

    async def stop(self) -> None:
        """End the client. Its keys are gone; the device stays on the homeserver."""
        await self._do("stop")

    async def _do(self, op: str, *, waits: float = 0, **arguments: object) -> Any:  # noqa: ANN401 - JSON
        return await self.call(op, name=self.name, waits=waits, **arguments)
