"""Who is in the playground, and in which rooms: each change is one transaction; what a member did is an event too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.local.store import Store
from adapters.local.values import BOT, NAME_LIMIT, Reason, RefusedError, Room


class Rooms(Store):
    """People, channels and direct conversations."""

    def add_persona(self, name: str, *, language: str = "en", zone: str = "UTC") -> str:
        """Add somebody to speak as and return their id."""
        with self._write():
            others = self._count("SELECT count(*) FROM persona WHERE id <> ?", BOT)
            persona = f"U{1 + others}"
            self._db.execute("INSERT INTO persona VALUES (?, ?, ?, ?)", (persona, name, language, zone))
        return persona

    def add_channel(self, name: str, members: Sequence[str]) -> str:
        """Add a channel with its first members (no ``joined`` event for them) and return its id."""
        with self._write():
            return self._add_room(name, members, direct=False)

    def open_channel(self, persona: str, name: str) -> str:
        """Make a channel with ``persona`` and the bot, whom they invite, and return its id.

        A ``#`` in front is left out, and words are joined by hyphens. Raises RefusedError for a name that is empty,
        over ``NAME_LIMIT`` characters, or another channel's.
        """
        called = "-".join(name.strip().lstrip("#").split())
        if not 0 < len(called) <= NAME_LIMIT:
            raise RefusedError(Reason.CHANNEL_NAME)
        if called.casefold() in {room.name.casefold() for room in self.rooms() if not room.direct}:
            raise RefusedError(Reason.CHANNEL_TAKEN)
        with self._write():
            channel = self._add_room(called, (persona, BOT), direct=False)
            self._event("invited", {"channel": channel, "persona": persona})
        return channel

    def direct(self, members: frozenset[str]) -> str:
        """Return the direct conversation of exactly these members, made if there is none."""
        for room in self.rooms():
            if room.direct and room.members == members:
                return room.id
        with self._write():
            return self._add_room("", sorted(members), direct=True)

    def join(self, channel: str, persona: str) -> None:
        """Make ``persona`` a member; nothing happens if they are one."""
        if persona not in self._open_room(channel).members:
            with self._write():
                self._db.execute("INSERT INTO membership VALUES (?, ?)", (channel, persona))
                self._event("joined", {"channel": channel, "persona": persona})

    def leave(self, channel: str, persona: str) -> None:
        """End a membership; nothing happens if there is none."""
        if persona in self._open_room(channel).members:
            with self._write():
                self._db.execute("DELETE FROM membership WHERE channel = ? AND persona = ?", (channel, persona))
                self._event("left", {"channel": channel, "persona": persona})

    def _count(self, query: str, *given: object) -> int:
        return int(self._db.execute(query, given).fetchone()[0])

    def _add_room(self, name: str, members: Sequence[str], *, direct: bool) -> str:
        place = 1 + self._count("SELECT count(*) FROM channel WHERE direct = ?", direct)
        channel = f"{'D' if direct else 'C'}{place}"
        self._db.execute("INSERT INTO channel VALUES (?, ?, ?)", (channel, name, direct))
        self._db.executemany("INSERT INTO membership VALUES (?, ?)", [(channel, member) for member in members])
        return channel

    def _event(self, kind: str, payload: Mapping[str, Any]) -> int:
        made = self._db.execute(
            "INSERT INTO event (at, kind, payload) VALUES (?, ?, ?)",
            (self._now().isoformat(), kind, json.dumps(payload)),
        )
        return int(made.lastrowid or 0)

    def _open_room(self, channel: str) -> Room:
        room = self.room(channel)
        if room.direct:
            raise RefusedError(Reason.NOT_HERE)
        return room
