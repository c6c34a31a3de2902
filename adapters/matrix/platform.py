"""Matrix as the outbox sees it: messages carry their key, and are sent again under the same transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from weakref import WeakValueDictionary

from adapters.matrix.api import Api
from adapters.matrix.conversations import Conversations
from adapters.matrix.files import attached
from adapters.matrix.hear import Hearing
from adapters.matrix.http import RefusedError
from adapters.matrix.moved import Standing
from adapters.matrix.render import Reading, content, edited_content, files_of, in_thread, parts
from adapters.matrix.rooms import Room, Rooms
from adapters.matrix.sealing import ENCRYPTED, Sealing
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.wire import inner, new_content, target, text_of, thread_of
from bot.core.degrade import KEYCAPS, Capabilities
from bot.core.incoming import Incoming, Profile, Said
from bot.engine.engine import Engine, derived
from bot.engine.platform import ImpossibleError, OutcomeUnknownError, Outgoing, Placed, RetryLaterError, Trouble

Json = Mapping[str, Any]
log = logging.getLogger("causerie.matrix")

KEY: Final = "io.causerie.key"
"""Where a message carries the key of its parcel and the number of its part."""
CLOCKS: Final = timedelta(minutes=5)
"""By how much a server's clock may be behind ours."""
LAG: Final = timedelta(seconds=10)
PATIENCE: Final = 600.0
"""Seconds for which choices are placed where the server asks to wait; they can be typed all the same."""
_MESSAGES: Final = ("m.room.message", ENCRYPTED)
_MOST_READ: Final = 5000
"""Events of a room that are looked through for a thread, or for a message of ours."""
_SAID: Final = frozenset({"m.text", "m.notice", "m.emote", "m.image", "m.file", "m.video", "m.audio"})


class MatrixPlatform:
    """The port to one account's rooms."""

    pace = timedelta()
    lag = LAG

    def __init__(
        self,
        engine: Engine,
        api: Api,
        rooms: Rooms,
        sealing: Sealing,
        settings: MatrixSettings,
        hearing: Hearing,
        at: Callable[[int], datetime],
    ) -> None:
        """Take what it sends by; ``at`` makes an instant of what servers tell."""
        self.engine = engine
        self.api = api
        self.rooms = rooms
        self.sealing = sealing
        self.settings = settings
        self.conversations = Conversations(api, rooms, sealing, settings, engine.probe)
        self.standing = Standing(api, rooms)
        self.prefix = settings.prefix
        self.capabilities = Capabilities(
            buttons=False,
            forms=False,
            whispers=False,
            threads=True,
            edits=True,
            moderates=self.moderates,
            place="room",
        )
        self._hearing = hearing
        self._at = at
        self._placing: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, outgoing: Outgoing) -> Placed:
        """Do what the parcel says."""
        try:
            match outgoing.kind:
                case "edit":
                    return await self._edit(outgoing)
                case "delete":
                    return await self._delete(outgoing)
                case _:
                    return await self._say(outgoing)
        except RefusedError as refused:
            raise self._impossible(refused, outgoing.channel) from None

    async def find(self, outgoing: Outgoing) -> Placed | None:
        """Look for a message by its key; what arrived in part is completed. What changes a message is done again."""
        if outgoing.kind not in {"post", "direct"}:
            return None
        try:
            room = self.rooms.peek(outgoing.channel) if outgoing.channel else None
            room = room or await self.conversations.known(outgoing.people)
            if room is None:
                return None
            there = await self._sent(room, outgoing)
            return await self._say(outgoing, room, there) if there else None
        except RefusedError as refused:
            raise self._impossible(refused, outgoing.channel) from None

    async def fetch(self, channel: str, thread: str) -> Sequence[Incoming]:
        """Return what people answered under a message, as it reads now."""
        room = self.rooms.peek(channel)
        found: list[Said] = []
        newest: dict[str, Json] = {}
        try:
            async for event in self._back(room):
                if event["event_id"] == thread:
                    break
                words = event["content"]
                about = target(words)
                if about is not None:
                    newest.setdefault(f"{event['sender']} {about}", event)
                elif thread_of(words) == thread and self._by_somebody(event):
                    now = newest.get(f"{event['sender']} {event['event_id']}")
                    found.append(self._as_said(room, event, now))
        except RefusedError as refused:
            raise self._impossible(refused, channel) from None
        return found[::-1]

    async def read(self, channel: str, message: str) -> Incoming | None:
        """Return one message of a member's as it reads now, None when it is gone."""
        room = self.rooms.peek(channel)
        try:
            event = self.opened(room, await self.api.event(channel, message))
            if event is None or not self._by_somebody(event):
                return None
            edits = await self.api.related(channel, message, "m.replace")
        except RefusedError as refused:
            if refused.code in {"M_NOT_FOUND", "M_FORBIDDEN"}:
                return None
            raise self._impossible(refused, channel) from None
        theirs = [opened for e in edits if e.get("sender") == event["sender"] and (opened := self.opened(room, e))]
        newest = max(theirs, key=lambda e: int(e.get("origin_server_ts") or 0), default=None)
        return self._as_said(room, event, newest)

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:  # noqa: ARG002 - the port's
        """Return who is in a room, the bot left out; nobody where the bot is not."""
        try:
            members = await self.api.members(channel)
        except RefusedError as refused:
            if refused.code in {"M_FORBIDDEN", "M_NOT_FOUND"}:
                return ()
            raise RetryLaterError(None, str(refused)) from None
        if self.rooms.me not in members:
            return ()
        room = self.rooms.peek(channel)
        for user, told in members.items():
            said = {"membership": "join", "displayname": told.get("display_name")}
            room.apply({"type": "m.room.member", "state_key": user, "content": said})
        return [self.profile(room, user) for user in members if user != self.rooms.me]

    def profile(self, room: Room, user: str) -> Profile:
        """Return what is known of somebody in a room."""
        name = room.names.get(user) or user.removeprefix("@").partition(":")[0]
        addressable = user != self.rooms.me and not self.settings.ignores(user)
        return Profile(external=user, name=name, addressable=addressable)

    def moderates(self, channel: str, person: str) -> bool:
        """Whether somebody has the power level, or is named, to be in charge of a room's community."""
        if self.settings.may_coordinate(person):
            return True
        room = self.rooms.known.get(channel)
        return room is not None and room.level(person) >= self.settings.moderator_level

    async def put(self, room: Room, said: Json, txn: str, *, kind: str = "m.room.message") -> str:
        """Send an event into a room, sealed where the room is, and return its id."""
        if room.encrypted:
            mark = {KEY: said[KEY]} if KEY in said else {}
            kind, sealed = await self.sealing.seal(room.id, kind, said)
            # Outside of what is sealed, for another device of the bot's to find it.
            said = {**sealed, **mark}
        event = await self.api.send(room.id, kind, said, derived("txn", txn))
        self.engine.probe("matrix.sent")
        return event

    def offer(self, room: Room, event: str, options: int, key: str, *, anew: bool = False) -> None:
        """Place the reactions by which people choose, beside all else; ``anew``: in place of others.

        Under the same ``key`` each is placed once.
        """
        # In the order in which they were offered, so that the last ones stay.
        turn = self._turns.setdefault(event, asyncio.Lock())
        task = asyncio.create_task(self._place(room, event, KEYCAPS[:options], key, turn, anew=anew))
        self._placing.add(task)
        task.add_done_callback(self._placed)

    def _placed(self, task: asyncio.Task[None]) -> None:
        self._placing.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("choices could not be placed: %s", type(task.exception()).__name__)

    async def idle(self) -> None:
        """Wait until the choices have been placed."""
        await asyncio.gather(*self._placing)

    async def close(self) -> None:
        """Leave choices unplaced."""
        for task in self._placing:
            task.cancel()
        await asyncio.gather(*self._placing, return_exceptions=True)

    def opened(self, room: Room, event: Json) -> Json | None:
        """Return an event that can be read."""
        return self.sealing.read(room.id, event) if event.get("type") == ENCRYPTED else event

    def reading(self, locale: str, zone: str, names: Mapping[str, str]) -> Reading:
        """Return who reads."""
        return Reading(zone, locale, names, lambda room: self.rooms.peek(room).called, self.engine.clock())

    async def _say(
        self, outgoing: Outgoing, room: Room | None = None, there: Mapping[int, str] | None = None
    ) -> Placed:
        """Send the parts that are not ``there`` yet; files come first, so that the words are the last to be found."""
        if room is None:
            room = await self._destination(outgoing)
        under = outgoing.thread
        if under and await self.standing.room_of(room.id, under) != room.id:
            # Nothing can be said any more in a thread of the room before.
            under = None
        files = files_of(outgoing.body)
        if files and not there:
            await attached(self, room, files, outgoing.key, under)
        placed = dict(there or {})
        body = await self.standing.linked(outgoing.body)
        said = parts(body, self.reading(outgoing.locale, outgoing.zone, outgoing.names))
        for number, part in enumerate(said):
            if number in placed:
                continue
            # What goes on is read on in the thread of what came first.
            thread = under or (placed.get(0) if outgoing.channel else None)
            words = {**content(part, notice=False), KEY: {"key": outgoing.key, "part": number}}
            words = in_thread(words, thread) if thread else words
            try:
                placed[number] = await self.put(room, words, f"{outgoing.key}/{number}")
            except (RefusedError, RetryLaterError) as failed:
                if not placed:
                    raise
                # What stands already is not to be said again: it is looked for, and completed.
                raise OutcomeUnknownError(str(failed)) from None
        if outgoing.options and placed:
            self.offer(room, placed[max(placed)], outgoing.options, outgoing.key)
        return Placed(room.id, tuple(placed[number] for number in sorted(placed)))

    async def _destination(self, outgoing: Outgoing) -> Room:
        if not outgoing.channel:
            return await self.conversations.open(outgoing.people)
        room = self.rooms.known.get(outgoing.channel)
        if room is None:
            raise ImpossibleError("the bot is not in the room", Trouble.ABSENT)
        return room

    async def _edit(self, outgoing: Outgoing) -> Placed:
        room = self.rooms.peek(outgoing.channel or "")
        targets = outgoing.targets
        reading = self.reading(outgoing.locale, outgoing.zone, outgoing.names)
        said = parts(await self.standing.linked(outgoing.body), reading, most=len(targets))
        for event, part in zip(targets, said, strict=False):
            await self.put(room, edited_content(part, event, notice=False), f"{outgoing.key}/{event}")
        for event in targets[len(said) :]:
            await self.api.redact(room.id, event, derived("txn", outgoing.key, event))
        kept = targets[: len(said)]
        if kept:
            self.offer(room, kept[-1], outgoing.options, outgoing.key, anew=True)
        return Placed(room.id, kept)

    async def _delete(self, outgoing: Outgoing) -> Placed:
        for event in outgoing.targets:
            await self.api.redact(outgoing.channel or "", event, derived("txn", outgoing.key, event))
        return Placed(outgoing.channel or "", outgoing.targets)

    async def _place(
        self, room: Room, event: str, keycaps: Sequence[str], key: str, turn: asyncio.Lock, *, anew: bool
    ) -> None:
        """Let the bot's reactions on a message be those that choose; what fails is left, since numbers can be typed."""
        try:
            async with turn, asyncio.timeout(PATIENCE):
                ours = await self._ours(room, event) if anew else {}
                for keycap, reaction in ours.items():
                    if keycap in KEYCAPS and keycap not in keycaps:
                        await self._patiently(self.api.redact, room.id, reaction, derived("txn", "taken", reaction))
                for keycap in keycaps:
                    if keycap not in ours:
                        relation = {"rel_type": "m.annotation", "event_id": event, "key": keycap}
                        txn = derived("txn", key, event, keycap)
                        await self._patiently(self.api.send, room.id, "m.reaction", {"m.relates_to": relation}, txn)
        except (RefusedError, RetryLaterError, TimeoutError) as error:
            log.info("choices could not be placed: %s", error)

    async def _ours(self, room: Room, event: str) -> dict[str, str]:
        """Return the bot's reactions on a message: each key's event."""
        found = await self.api.related(room.id, event, "m.annotation/m.reaction")
        ours = [e for e in found if e.get("sender") == self.rooms.me]
        return {text_of(inner(e.get("content"), "m.relates_to"), "key"): str(e["event_id"]) for e in ours}

    async def _patiently(self, send: Callable[..., Any], *arguments: Any) -> None:  # noqa: ANN401 - the method's own
        while True:
            try:
                await send(*arguments)
            except RefusedError as refused:
                if refused.code != "M_DUPLICATE_ANNOTATION":
                    raise
            except RetryLaterError as later:
                await asyncio.sleep(1.0 if later.after is None else later.after.total_seconds())
                continue
            except OutcomeUnknownError:
                # Under the same transaction it is placed once.
                await asyncio.sleep(1.0)
                continue
            return

    async def _sent(self, room: Room, outgoing: Outgoing) -> dict[int, str]:
        """Return the parts that are on the server, by their numbers, whichever device of the bot's sent them."""
        found: dict[int, str] = {}
        only = {"types": list(_MESSAGES), "senders": [self.rooms.me], "lazy_load_members": True}
        async for event in self.api.messages(room.id, None, filter_=only):
            if self._at(int(event.get("origin_server_ts") or 0)) < outgoing.since - CLOCKS:
                break
            mark = inner(event.get("content"), KEY)
            if mark.get("key") == outgoing.key:
                found[int(mark.get("part", 0))] = event["event_id"]
        return found

    async def _back(self, room: Room) -> AsyncIterator[Json]:
        """Yield a room's messages that can be read, the newest first."""
        only: dict[str, Any] = {"types": list(_MESSAGES), "lazy_load_members": True}
        read = 0
        async for event in self.api.messages(room.id, None, filter_=only):
            read += 1
            opened = self.opened(room, event)
            if opened is not None and isinstance(opened.get("content"), Mapping):
                yield opened
            if read >= _MOST_READ:
                return

    def _by_somebody(self, event: Json) -> bool:
        words = event.get("content") or {}
        return (
            event.get("sender") != self.rooms.me
            and event.get("type") == "m.room.message"
            and words.get("msgtype") in _SAID - {"m.notice"}
            and target(words) is None
        )

    def _as_said(self, room: Room, event: Json, newest: Json | None) -> Said:
        words = event["content"]
        now = new_content(newest["content"]) if newest is not None else None
        # An edit says nothing of where the message stands.
        placed = {"m.relates_to": words["m.relates_to"]} if "m.relates_to" in words else {}
        return self._hearing.said(room, event, words if now is None else {**now, **placed})

    def _impossible(self, refused: RefusedError, channel: str | None) -> ImpossibleError:
        """Return a refusal as the engine understands it."""
        if channel is None:
            return ImpossibleError(str(refused), Trouble.UNREACHABLE)
        if channel not in self.rooms.known:
            return ImpossibleError(str(refused), Trouble.ABSENT)
        return ImpossibleError(str(refused), Trouble.BARRED if refused.code == "M_FORBIDDEN" else None)
