"""Rooms for two, and for a few: found again, or made; each carries the key by which it is known again."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from adapters.matrix.api import Api
from adapters.matrix.http import RefusedError
from adapters.matrix.rooms import OURS, Room, Rooms
from adapters.matrix.sealing import Sealing
from adapters.matrix.settings import MatrixSettings
from bot.engine.engine import derived
from bot.engine.platform import ImpossibleError, Trouble
from bot.engine.ports import Probe

log = logging.getLogger("causerie.matrix")


@dataclass(frozen=True, slots=True)
class Conversations:
    """The bot's conversations with people."""

    api: Api
    rooms: Rooms
    sealing: Sealing
    settings: MatrixSettings
    probe: Probe
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def known(self, people: Collection[str]) -> Room | None:
        """Return the room in which the bot talks with these people and nobody else, if there is one."""
        return (await self._looked_for(people))[0]

    async def open(self, people: Collection[str], *, asked: bool = False) -> Room:
        """Return the room in which the bot talks with these people, made if there is none.

        ``asked``: they wait for it, so that whoever left is invited again; else that is left to them, and it raises
        ImpossibleError.
        """
        async with self._locks[derived(*sorted(people))]:
            room, key = await self._looked_for(people)
            if room is None:
                room = await self._made(people, key)
            if len(people) == 1:
                # Not where it was made alone: whatever became of that, the list is to have it.
                await self.note(next(iter(people)), room.id)
            missing = [person for person in people if person not in room.others]
            if missing and not asked:
                raise ImpossibleError("somebody left the conversation, or declined it", Trouble.UNREACHABLE)
            for person in missing:
                await self._invite(room, person)
            return room

    async def look(self, room: str) -> None:
        """See to it that the members of a room are known."""
        there = self.rooms.known.get(room)
        if there is not None and not there.complete:
            for event in await self.api.state(room):
                there.apply(event)
            there.complete = True

    async def _looked_for(self, people: Collection[str]) -> tuple[Room | None, str]:
        """Return the room, or the key under which it is to be made.

        A room into which others came is theirs from then on, and another one is made.
        """
        if len(people) == 1:
            (person,) = people
            for known in reversed(self.rooms.direct.get(person, ())):
                await self.look(known)
                if self.rooms.alone(known) == person:
                    return self.rooms.known[known], ""
        number = 0
        while True:
            key = derived("room", self.rooms.me, *sorted(people), *([str(number)] if number else []))
            room = self.rooms.with_key(key) or await self._unheard(key)
            if room is None:
                return None, key
            await self.look(room.id)
            if room.others <= set(people):
                return room, key
            number += 1

    async def _unheard(self, key: str) -> Room | None:
        """Look for a room whose making was not answered, among those of which nothing was told yet."""
        for room in await self.api.joined():
            if room not in self.rooms.known:
                await self._learn(room)
        return self.rooms.with_key(key)

    async def _learn(self, room: str) -> Room:
        state = await self.api.state(room)
        there = self.rooms.apply(room, state)
        there.complete = True
        if there.encrypted:
            await self.sealing.learn(room, state)
        return there

    async def _made(self, people: Collection[str], key: str) -> Room:
        state: list[dict[str, Any]] = [{"type": OURS, "state_key": key, "content": {}}]
        if self.settings.encrypt_direct:
            sealed = {"algorithm": "m.megolm.v1.aes-sha2"}
            state.append({"type": "m.room.encryption", "state_key": "", "content": sealed})
        asked = {
            # Not the preset for trusted people, which gives whoever is invited all the powers of a creator.
            "preset": "private_chat",
            "is_direct": True,
            "invite": sorted(people),
            "initial_state": state,
            # It is known by its key where nobody else can write one, and theirs where nobody brings others.
            "power_level_content_override": {"events": {OURS: 100}, "invite": 100},
        }
        try:
            room = await self.api.create(asked)
        except RefusedError as refused:
            raise ImpossibleError(f"a conversation cannot be opened ({refused})", Trouble.UNREACHABLE) from None
        self.probe("matrix.made")
        return await self._learn(room)

    async def note(self, person: str, room: str) -> None:
        """Note with the account that a room is a conversation with a person, for every client to know."""
        theirs = self.rooms.direct.get(person, [])
        if room in theirs:
            return
        listed = {**self.rooms.direct, person: [*theirs, room]}
        try:
            await self.api.keep(self.rooms.me, "m.direct", listed)
        except RefusedError as refused:
            log.warning("a conversation could not be noted with the account: %s", refused)
        self.rooms.direct = listed

    async def _invite(self, room: Room, person: str) -> None:
        try:
            await self.api.invite(room.id, person)
        except RefusedError as refused:
            raise ImpossibleError(f"somebody cannot be invited ({refused})", Trouble.UNREACHABLE) from None
        room.invited.add(person)
