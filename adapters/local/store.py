"""What the playground's chat server keeps, read; and the transaction in which it is changed."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from adapters.local.values import (
    BOT,
    Message,
    OpenForm,
    Persona,
    Reason,
    RefusedError,
    Room,
    message_from,
    number_of,
)

_SCHEMA = Path(__file__).with_name("schema.sql")


class Store:
    """One SQLite file. ``version`` grows with each change of it."""

    def __init__(self, path: Path | str, now: Callable[[], datetime]) -> None:
        """Open or create the file at ``path`` (or ``:memory:``); ``now`` dates what is said."""
        self._now = now
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(_SCHEMA.read_text("utf-8"))
        self._db.execute("INSERT OR IGNORE INTO persona VALUES (?, 'Causerie', 'en', 'UTC')", (BOT,))
        self._waiting: set[asyncio.Future[None]] = set()
        self.version = 0

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def changed(self) -> None:
        """Tell those who wait that there is something new to see."""
        self.version += 1
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, version: int) -> int:
        """Return the version as soon as it is above ``version``."""
        while self.version <= version:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
            try:
                await waiter
            finally:
                self._waiting.discard(waiter)
        return self.version

    def note(self, name: str, value: str) -> None:
        """Keep a small fact about the place: ``language`` and ``zone`` of the community, ``begun``, ``persona``."""
        if self.noted(name) != value:
            with self._write():
                self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def noted(self, name: str, default: str = "") -> str:
        """Return a fact kept by ``note``."""
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return str(row["value"]) if row else default

    def personas(self) -> list[Persona]:
        """Return everybody, the bot first."""
        rows = self._db.execute("SELECT * FROM persona ORDER BY rowid")
        return [Persona(row["id"], row["name"], row["language"], row["zone"]) for row in rows]

    def rooms(self) -> list[Room]:
        """Return channels and direct conversations, oldest first."""
        members: dict[str, set[str]] = {}
        for row in self._db.execute("SELECT * FROM membership"):
            members.setdefault(row["channel"], set()).add(row["persona"])
        rows = self._db.execute("SELECT * FROM channel ORDER BY rowid")
        return [
            Room(row["id"], row["name"], bool(row["direct"]), frozenset(members.get(row["id"], ()))) for row in rows
        ]

    def room(self, channel: str) -> Room:
        """Return a room. Raises RefusedError when there is none with this id."""
        for room in self.rooms():
            if room.id == channel:
                return room
        raise RefusedError(Reason.UNKNOWN)

    def message(self, message: str) -> Message:
        """Return a message. Raises RefusedError when there is none with this id."""
        row = self._db.execute("SELECT * FROM message WHERE number = ?", (number_of(message),)).fetchone()
        if row is None:
            raise RefusedError(Reason.UNKNOWN)
        return message_from(row)

    def newest(self) -> int:
        """Return the number of the newest message, 0 when nothing was said yet."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM message").fetchone()[0])

    def said_after(self, number: int, author: str) -> list[Message]:
        """Return what somebody said to everybody in a room after a message, by its number, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM message WHERE number > ? AND author = ? AND only_for IS NULL AND NOT gone ORDER BY number",
            (number, author),
        )
        return [message_from(row) for row in rows]

    def replies(self, root: str) -> list[Message]:
        """Return what was answered under ``root`` and still stands, whispers excepted, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM message WHERE thread = ? AND NOT gone AND only_for IS NULL ORDER BY number",
            (number_of(root),),
        )
        return [message_from(row) for row in rows]

    def latest(self, channel: str, persona: str, limit: int) -> list[Message]:
        """Return what ``persona`` sees of a channel: the ``limit`` newest messages and the roots of their threads."""
        rows = self._db.execute(
            """WITH seen AS (
                SELECT * FROM message AS m
                WHERE channel = :channel AND (only_for IS NULL OR (only_for = :persona AND NOT gone))
                AND (NOT gone OR EXISTS (SELECT 1 FROM message AS r WHERE r.thread = m.number AND NOT r.gone))
            ), newest AS (SELECT * FROM seen ORDER BY number DESC LIMIT :limit)
            SELECT * FROM newest
            UNION SELECT * FROM seen WHERE number IN (SELECT thread FROM newest) ORDER BY number""",
            {"channel": channel, "persona": persona, "limit": limit},
        )
        return [message_from(row) for row in rows]

    def reactions(self, channel: str) -> dict[str, dict[str, list[str]]]:
        """Return who reacted in a channel: message, emoji, personas in the order they came."""
        found: dict[str, dict[str, list[str]]] = {}
        for row in self._db.execute(
            "SELECT r.* FROM reaction AS r JOIN message USING (number) WHERE channel = ? ORDER BY r.rowid", (channel,)
        ):
            found.setdefault(f"m{row['number']}", {}).setdefault(row["emoji"], []).append(row["persona"])
        return found

    def form_for(self, persona: str) -> OpenForm | None:
        """Return the form that is open in front of ``persona``."""
        row = self._db.execute("SELECT * FROM form WHERE persona = ? AND open", (persona,)).fetchone()
        if row is None:
            return None
        return OpenForm(f"f{row['number']}", json.loads(row["form"]), json.loads(row["errors"]), row["round"])

    @contextmanager
    def _write(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        self.changed()
