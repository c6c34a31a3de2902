"""Encrypted rooms: what is read in them, and what is sealed for whoever is in them. nio does the cryptography."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from adapters.matrix.api import Api
from adapters.matrix.keys import Keys
from bot.engine.platform import RetryLaterError

Json = Mapping[str, Any]
log = logging.getLogger("causerie.matrix")

ENCRYPTED: Final = "m.room.encrypted"
_ALONE: Final = frozenset({"m.reaction", "m.room.redaction"})
"""What is not encrypted in an encrypted room."""
_SEALED: Final = frozenset({"m.room.message", "m.reaction"})
"""What is heard that was encrypted."""
_TOLD: Final = frozenset({"m.room.member", "m.room.encryption"})
"""What nio has to know of an encrypted room."""
_LONGEST: Final = 60.0
_CLAIM_AGAIN: Final = 60.0
"""Seconds after which devices that had no keys left to begin with are asked again."""


class Sealing:
    """Reads and seals by the device's keys. ``encrypted`` rooms are told of by ``take`` or ``learn``."""

    def __init__(self, keys: Keys, api: Api) -> None:
        """Take the keys, and the API to ask for those of others."""
        self.keys = keys
        self.client = keys.client
        self._api = api
        self.came: set[tuple[str, str]] = set()
        """The (room, session) pairs that can be read since, until somebody has read what they open."""
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._made_up = 0
        self._claimed: dict[tuple[str, str], float] = {}
        self._closed = False

    async def take(self, answer: Json, encrypted: Iterable[str]) -> None:
        """Take in the keys and memberships in a sync; what can be read from now on is in ``came``.

        What is taken in again is known already.
        """
        for event in (answer.get("to_device") or {}).get("events") or ():
            # One by one: nio stumbles over much that anybody may send.
            await self._fed({"next_batch": answer["next_batch"], "to_device": {"events": [event]}})
        rooms = (answer.get("rooms") or {}).get("join") or {}
        kept = {room: _reduced(rooms[room]) for room in encrypted if room in rooms}
        devices = answer.get("device_lists") or {}
        if kept or devices.get("changed") or devices.get("left"):
            await self._fed({"next_batch": answer["next_batch"], "device_lists": devices, "rooms": {"join": kept}})
        if "device_one_time_keys_count" in answer:
            # nio passes over none at all, and would never make new ones.
            self.client.olm.uploaded_key_count = answer["device_one_time_keys_count"].get("signed_curve25519", 0)

    async def learn(self, room: str, state: Sequence[Json]) -> None:
        """Take in the state of an encrypted room of which no sync told."""
        self._made_up += 1
        told = _reduced({"state": {"events": list(state)}})
        await self._fed({"next_batch": f"learned-{self._made_up}", "rooms": {"join": {room: told}}})

    def forget(self, room: str) -> None:
        """Forget a room that was left."""
        self.client.rooms.pop(room, None)
        self.client.olm.outbound_group_sessions.pop(room, None)

    def read(self, room: str, event: Json) -> Json | None:
        """Return an encrypted event as it was before it was sealed; None as long as its key is not here."""
        from nio import MegolmEvent  # noqa: PLC0415

        if not self.session(event):
            # It was taken back, and nothing of it is left to be read.
            return None
        sealed = MegolmEvent.from_dict({**event, "room_id": room, "content": self._told(room, event)})
        if not isinstance(sealed, MegolmEvent):
            return None
        sealed.room_id = room
        try:
            source: Json = self.client.decrypt_event(sealed).source
        except Exception:  # noqa: BLE001 - nio takes for granted much of what others write
            return None
        content = source.get("content")
        if not isinstance(content, Mapping):
            return None
        if self._forged(str(event.get("sender")), sealed.sender_key):
            return {**event, "content": {}}
        if "state_key" in event or source.get("type") not in _SEALED:
            # Who may change a room, or take something back, the server says: of what is sealed it cannot.
            return {**event, "content": {}}
        # What is about a message stands outside of what is sealed, for the server to see.
        outside = (event.get("content") or {}).get("m.relates_to")
        content = {**content, "m.relates_to": outside} if outside else content
        return {**event, "type": source.get("type"), "content": content}

    def _told(self, room: str, event: Json) -> Json:
        """Return what is sealed with the key of its sender's device: nio needs it, and a client need not tell it."""
        content: Json = event["content"]
        session = self.session(event)
        sessions = self.client.olm.inbound_group_store[room]
        sender = next((key for key, theirs in sessions.items() if session in theirs), "")
        return {"sender_key": sender, "device_id": "", **content}

    def has(self, room: str, session: str) -> bool:
        """Whether the key of a session is here."""
        return any(session in theirs for theirs in self.client.olm.inbound_group_store[room].values())

    def close(self) -> None:
        """Seal nothing any more: the keys are another's from now on."""
        self._closed = True

    def _forged(self, sender: str, key: str) -> bool:
        """Whether an event comes from a device that is known to be somebody else's."""
        if self.client.device_store.device_from_sender_key(sender, key) is not None or sender == self.client.user_id:
            return False
        return any(device.curve25519 == key and device.user_id != sender for device in self.client.device_store)

    @staticmethod
    def session(event: Json) -> str:
        """Return the session of an encrypted event."""
        return str((event.get("content") or {}).get("session_id", ""))

    async def seal(self, room: str, kind: str, content: Json) -> tuple[str, Json]:
        """Return an event sealed for everybody in an encrypted room, as its type and content.

        Raises RetryLaterError when the keys of those who are there are not to be had now.
        """
        if kind in _ALONE:
            return kind, content
        async with self._locks[room]:
            await self._ready(room)
            sealed_kind, sealed = self.client.encrypt(room, kind, dict(content))
        return str(sealed_kind), sealed

    async def settle(self) -> None:
        """Do what nio asks for beside all else: give and ask for keys. What fails is done next time."""
        client = self.client
        try:
            if client.should_upload_keys:
                await self.keys.upload(self._api.server)
            async with asyncio.timeout(_LONGEST):
                await client.send_to_device_messages()
                if client.should_query_keys:
                    await client.keys_query()
                if client.should_claim_keys:
                    await client.keys_claim(client.get_users_for_key_claiming())
        except Exception as error:  # noqa: BLE001 - nothing of it is lost: it is asked for again
            log.info("keys could not be exchanged now (%s)", type(error).__name__)

    async def _ready(self, room: str) -> None:
        """See to it that everybody there has the key with which it is sealed."""
        client = self.client
        if self._closed:
            raise RetryLaterError(None, "the keys are not open")
        if room not in client.rooms or not client.rooms[room].members_synced:
            # Not by what nio asks for that: it would forget whoever is invited, who could not read what came before.
            await self.learn(room, await self._api.state(room))
            client.rooms[room].members_synced = True
        there = client.rooms[room]
        if client.should_query_keys:
            await self._asked(client.keys_query())
        await self._claim(room)
        if not client.olm.should_share_group_session(room):
            return
        try:
            await self._asked(client.share_group_session(room, ignore_unverified_devices=True))
        finally:
            # nio leaves it there when a request fails, and would never share again.
            client.sharing_session.pop(room, None)
        session = client.olm.outbound_group_sessions[room]
        given = session.users_shared_with | session.users_ignored
        for user in there.users:
            for device in client.device_store.active_user_devices(user):
                if (user, device.id) not in given and client.olm.session_store.get(device.curve25519):
                    # nio takes it for given, whatever became of the request.
                    client.invalidate_outbound_session(room)
                    raise RetryLaterError(None, "not everybody could be given the key")

    async def _claim(self, room: str) -> None:
        """Begin to talk with devices there that could not be talked with; what comes of it is shared anew."""
        now = asyncio.get_running_loop().time()
        missing = {
            user: [d for d in devices if now - self._claimed.get((user, d), -_CLAIM_AGAIN) >= _CLAIM_AGAIN]
            for user, devices in self.client.get_missing_sessions(room).items()
        }
        missing = {user: devices for user, devices in missing.items() if devices}
        if not missing:
            return
        await self._asked(self.client.keys_claim(missing))
        still = self.client.get_missing_sessions(room)
        self._claimed |= {(user, d): now for user, devices in still.items() for d in devices}
        if any(set(devices) - set(still.get(user, ())) for user, devices in missing.items()):
            self.client.invalidate_outbound_session(room)

    async def _asked(self, request: Any) -> None:  # noqa: ANN401 - nio's own coroutine
        from nio import ErrorResponse  # noqa: PLC0415

        try:
            async with asyncio.timeout(_LONGEST):
                answer = await request
        except Exception as error:  # noqa: BLE001 - whatever nio raises, nothing was sent
            raise RetryLaterError(None, f"keys could not be exchanged ({type(error).__name__})") from None
        if isinstance(answer, ErrorResponse):
            raise RetryLaterError(None, f"keys could not be exchanged ({answer.status_code})")

    async def _fed(self, answer: Json) -> None:
        """Give nio what it has to know; what it stumbles over is left."""
        from nio import ForwardedRoomKeyEvent, RoomKeyEvent, SyncResponse  # noqa: PLC0415

        try:
            told = SyncResponse.from_dict(dict(answer))
            # nio passes over an answer that looks like the last one; ours may be taken in anew after a failure.
            self.client.next_batch = ""
            with self.client.store.database.atomic():
                await self.client.receive_response(told)
            keys = [e for e in told.to_device_events if isinstance(e, RoomKeyEvent | ForwardedRoomKeyEvent)]
        except Exception as error:  # noqa: BLE001 - it would be told again for ever
            # Anybody may send such things; the message of the error may quote a member.
            log.warning("what the server told of keys is not understood: %s", type(error).__name__)
            return
        self.came.update((e.room_id, e.session_id) for e in keys)


def _reduced(told: Json) -> dict[str, Any]:
    """Return what nio has to know of what is told of a room: messages are read by ourselves."""
    parts = {name: ((told.get(name) or {}).get("events") or ()) for name in ("state", "timeline")}
    only = {name: [e for e in events if e.get("type") in _TOLD] for name, events in parts.items()}
    return {
        "state": {"events": only["state"]},
        "timeline": {"events": only["timeline"], "limited": False, "prev_batch": ""},
        "ephemeral": {"events": []},
        "account_data": {"events": []},
    }
