"""How words become events: what people's clients send, whichever client it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any


class Speaker(ABC):
    """Someone who can send events."""

    @abstractmethod
    async def send(self, room: str, type_: str, content: dict[str, Any]) -> str:
        """Send any event and return its id."""

    async def say(
        self,
        room: str,
        words: str,
        *,
        thread: str | None = None,
        reply: str | None = None,
        html: str | None = None,
        mentions: Iterable[str] = (),
        kind: str = "m.text",
    ) -> str:
        """Return the id of the new event. ``thread`` is the event that a thread starts from."""
        content: dict[str, Any] = {"msgtype": kind, "body": words, "m.mentions": {}}
        if mentions := [*mentions]:
            content["m.mentions"] = {"user_ids": mentions}
        if html is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        if thread or reply:
            relation: dict[str, Any] = {"m.in_reply_to": {"event_id": reply or thread}}
            if thread:
                relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": reply is None}
            content["m.relates_to"] = relation
        return await self.send(room, "m.room.message", content)

    async def notice(self, room: str, words: str) -> str:
        return await self.say(room, words, kind="m.notice")

    async def edit(self, room: str, event: str, words: str) -> str:
        new = {"msgtype": "m.text", "body": words, "m.mentions": {}}
        relation = {"rel_type": "m.replace", "event_id": event}
        return await self.send(
            room, "m.room.message", {**new, "body": f"* {words}", "m.new_content": new, "m.relates_to": relation}
        )

    async def react(self, room: str, event: str, key: str) -> str:
        """Return the id of the reaction, by which it can be redacted."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})
