"""The playground's chat server: personas, channels, messages, and what members did, in one SQLite file.

Members act through the page; each act is an event that the session reads after a cursor. The bot
answers through ``post``, ``whisper`` and the forms. Bodies are message trees whose members and
channels are this chat's own ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.local.rooms import Rooms
from adapters.local.values import (
    BOT,
    COMMAND,
    MESSAGE_LIMIT,
    ChatEvent,
    Message,
    OpenForm,
    Persona,
    Reason,
    RefusedError,
    Room,
    number_of,
    wire,
)
from bot.core.markdown import parse
from bot.core.model import MemberId
from bot.core.text import Text

__all__ = [
    "BOT",
    "MESSAGE_LIMIT",
    "Chat",
    "ChatEvent",
    "Message",
    "OpenForm",
    "Persona",
    "Reason",
    "RefusedError",
    "Room",
]


class Chat(Rooms):
    """The chat server. Every operation is one transaction."""

    def say(self, author: str, channel: str, markdown: str, thread: str | None = None) -> str:
        """Say something, or give a command when it starts with ``/causerie``; return the message's or event's id.

        Raises RefusedError for what is empty, over ``MESSAGE_LIMIT`` characters, another slash command, in a
        channel that the author is not in, or under a message that is gone.
        """
        words = self._words(markdown)
        self._here(channel, author)
        root = self._root(channel, author, thread)
        head, _, rest = words.partition(" ")
        if head.casefold() == COMMAND:
            with self._write():
                seq = self._event(
                    "command", {"channel": channel, "persona": author, "thread": root, "text": rest.strip()}
                )
            return f"e{seq}"
        if re.match(r"/\w", words):
            raise RefusedError(Reason.UNKNOWN_COMMAND)
        body = parse(words, self._called)
        with self._write():
            message = self._insert(None, channel, author, root, body, markdown=words)
            self._message_event("said", self.message(message))
        return message

    def edit(self, author: str, message: str, markdown: str) -> None:
        """Replace the words of one's own message. Raises RefusedError as ``say`` does, or when it is not theirs."""
        words = self._words(markdown)
        if self._own(author, message).markdown == words:
            return
        body = parse(words, self._called)
        with self._write():
            self._db.execute(
                "UPDATE message SET markdown = ?, body = ?, edited = 1 WHERE number = ?",
                (words, wire(body), number_of(message)),
            )
            self._message_event("edited", self.message(message))

    def delete(self, author: str, message: str) -> None:
        """Take back one's own message."""
        found = self._own(author, message)
        with self._write():
            self._erase(message)
            self._event(
                "deleted",
                {"channel": found.channel, "message": found.id, "author": found.author, "thread": found.thread},
            )

    def react(self, persona: str, message: str, emoji: str) -> None:
        """Add a reaction; nothing happens if it is there."""
        self._reaction("reacted", "INSERT OR IGNORE INTO reaction VALUES (?, ?, ?)", persona, message, emoji)

    def unreact(self, persona: str, message: str, emoji: str) -> None:
        """Take a reaction back; nothing happens if it is not there."""
        self._reaction(
            "unreacted", "DELETE FROM reaction WHERE number = ? AND persona = ? AND emoji = ?", persona, message, emoji
        )

    def press(self, persona: str, message: str, action: str, value: str) -> str:
        """Press a button and return the event's id. A button that is no longer there is an event too."""
        found = self._visible(persona, message)
        payload = {"channel": found.channel, "message": found.id, "persona": persona, "action": action, "value": value}
        with self._write():
            return f"e{self._event('pressed', payload)}"

    def submit(self, persona: str, form: str, values: Mapping[str, str]) -> str:
        """Hand in an open form and return the event's id; it stays open until the bot closes it."""
        row = self._db.execute(
            "SELECT channel FROM form WHERE number = ? AND persona = ? AND open", (number_of(form), persona)
        ).fetchone()
        if row is None:
            raise RefusedError(Reason.FORM_CLOSED)
        payload = {"persona": persona, "form": form, "values": dict(values), "channel": row["channel"]}
        with self._write():
            return f"e{self._event('submitted', payload)}"

    def dismiss(self, persona: str, thing: str) -> None:
        """Put away an open form, or a whisper to ``persona``, by its id."""
        with self._write():
            if thing.startswith("f"):
                self._db.execute(
                    "UPDATE form SET open = 0 WHERE number = ? AND persona = ?", (number_of(thing), persona)
                )
            else:
                self._db.execute(
                    "UPDATE message SET gone = 1 WHERE number = ? AND only_for = ?", (number_of(thing), persona)
                )

    def events_after(self, seq: int, limit: int = 100) -> list[ChatEvent]:
        """Return what members did after ``seq``, oldest first."""
        rows = self._db.execute("SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
        found = []
        for row in rows:
            payload = json.loads(row["payload"])
            if row["kind"] in ("command", "pressed", "submitted"):
                payload["id"] = f"e{row['seq']}"
            found.append(ChatEvent(row["seq"], datetime.fromisoformat(row["at"]), row["kind"], payload))
        return found

    def post(self, key: str, channel: str, body: Text, thread: str | None = None) -> str:
        """Say something as the bot, once per ``key``: the same key again returns the first id."""
        if (known := self.find(key)) is not None:
            return known
        with self._write():
            return self._insert(key, channel, BOT, thread, body)

    def find(self, key: str) -> str | None:
        """Return the id of the message posted with ``key``, removed ones included."""
        row = self._db.execute("SELECT number FROM message WHERE key = ?", (key,)).fetchone()
        return f"m{row['number']}" if row else None

    def update(self, message: str, body: Text) -> None:
        """Replace a message of the bot's."""
        with self._write():
            self._db.execute("UPDATE message SET body = ? WHERE number = ?", (wire(body), number_of(message)))

    def remove(self, message: str) -> None:
        """Take back a message of the bot's."""
        with self._write():
            self._erase(message)

    def whisper(self, persona: str, channel: str, body: Text, thread: str | None = None) -> str:
        """Say something that only ``persona`` sees, until they dismiss it."""
        with self._write():
            return self._insert(None, channel, BOT, thread, body, only_for=persona)

    def open_form(self, persona: str, form: Mapping[str, Any], channel: str | None = None) -> str:
        """Put a form in front of ``persona`` in place of any other; ``channel`` comes back with its answers."""
        with self._write():
            self._db.execute("UPDATE form SET open = 0 WHERE persona = ?", (persona,))
            made = self._db.execute(
                "INSERT INTO form (persona, channel, form) VALUES (?, ?, ?)", (persona, channel, json.dumps(form))
            )
            return f"f{made.lastrowid}"

    def form_errors(self, form: str, errors: Mapping[str, Any]) -> None:
        """Show what is wrong beside the fields: message trees as JSON, by field name."""
        with self._write():
            self._db.execute(
                "UPDATE form SET errors = ?, round = round + 1 WHERE number = ?", (json.dumps(errors), number_of(form))
            )

    def close_form(self, form: str) -> None:
        """Take a form away."""
        with self._write():
            self._db.execute("UPDATE form SET open = 0 WHERE number = ?", (number_of(form),))

    def _insert(
        self,
        key: str | None,
        channel: str,
        author: str,
        thread: str | None,
        body: Text,
        *,
        markdown: str = "",
        only_for: str | None = None,
    ) -> str:
        made = self._db.execute(
            """INSERT INTO message (key, channel, author, thread, at, markdown, body, only_for)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                channel,
                author,
                number_of(thread) if thread else None,
                self._now().isoformat(),
                markdown,
                wire(body),
                only_for,
            ),
        )
        return f"m{made.lastrowid}"

    def _erase(self, message: str) -> None:
        self._db.execute(
            "UPDATE message SET gone = 1, markdown = '', body = ? WHERE number = ?", (wire(Text()), number_of(message))
        )
        self._db.execute("DELETE FROM reaction WHERE number = ?", (number_of(message),))

    def _message_event(self, kind: str, message: Message) -> None:
        payload = {
            "channel": message.channel,
            "message": message.id,
            "author": message.author,
            "thread": message.thread,
            "text": json.loads(wire(message.body)),
            "direct": self.room(message.channel).direct,
        }
        self._event(kind, payload)

    def _words(self, markdown: str) -> str:
        words = markdown.strip()
        if not words:
            raise RefusedError(Reason.EMPTY)
        if len(words) > MESSAGE_LIMIT:
            raise RefusedError(Reason.TOO_LONG)
        return words

    def _called(self, name: str) -> MemberId | None:
        ids = {persona.name.casefold(): persona.id for persona in self.personas()}
        found = ids.get(name.casefold())
        return MemberId(found) if found else None

    def _here(self, channel: str, persona: str) -> None:
        if persona not in self.room(channel).members:
            raise RefusedError(Reason.NOT_HERE)

    def _root(self, channel: str, persona: str, thread: str | None) -> str | None:
        if thread is None:
            return None
        found = self._visible(persona, thread)
        if found.channel != channel:
            raise RefusedError(Reason.UNKNOWN)
        return found.thread or found.id

    def _visible(self, persona: str, message: str) -> Message:
        found = self.message(message)
        room = self.room(found.channel)
        if found.only_for not in (None, persona) or (room.direct and persona not in room.members):
            raise RefusedError(Reason.UNKNOWN)
        if found.gone and not self.replies(message):
            raise RefusedError(Reason.GONE)
        return found

    def _own(self, author: str, message: str) -> Message:
        found = self._visible(author, message)
        if found.gone:
            raise RefusedError(Reason.GONE)
        if found.author != author:
            raise RefusedError(Reason.NOT_YOURS)
        return found

    def _reaction(self, kind: str, statement: str, persona: str, message: str, emoji: str) -> None:
        found = self._visible(persona, message)
        with self._write():
            changed = self._db.execute(statement, (number_of(message), persona, emoji)).rowcount
            if changed:
                self._event(kind, {"channel": found.channel, "message": found.id, "persona": persona, "emoji": emoji})
