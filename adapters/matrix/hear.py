"""What happens in rooms, as facts: keyed by the event's own id, so that the same event read twice is one fact.

Events are as the client-server API gives them, and were unsealed before. Whatever is not for us becomes None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.matrix.parse import addressed, message_text
from adapters.matrix.rooms import Room, Rooms
from adapters.matrix.wire import id_of, is_id, new_content, target, text_of, thread_of
from bot.core.incoming import Commanded, Incoming, Invited, Joined, Left, Reacted, Said
from bot.core.model import Fact

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Understands events.

    ``me`` is the bot's user id; ``at`` makes an instant of a server's milliseconds.
    """

    me: str
    prefix: str
    rooms: Rooms
    at: Callable[[int], datetime]

    def fact(self, room: Room, event: Json) -> Incoming | None:
        """Return what an event of a room is as a fact; redactions are told by what was redacted (``retracted``)."""
        content = event.get("content")
        if not isinstance(content, Mapping) or not isinstance(event.get("sender"), str):
            return None
        match event.get("type"):
            case "m.room.message":
                return self._said(room, event, content)
            case "m.reaction":
                return self._reacted(room, event, content)
            case "m.room.member":
                return self._member(room, event, content)
            case _:
                return None

    def key(self, room: Room, event: Json) -> Fact:
        """Return the key of an event's fact."""
        return Fact(f"matrix:{self.me}:{room.id}:{event['event_id']}")

    def common(self, room: Room, event: Json) -> dict[str, Any]:
        """Return what every fact of an event has."""
        return {
            "fact": self.key(room, event),
            "at": self.at(int(event.get("origin_server_ts") or 0)),
            "channel": room.id,
            "author": event["sender"],
        }

    def thread(self, event: Json) -> str | None:
        """Return the message under which an event stands, sealed or not: that is told outside of what is sealed."""
        content = event.get("content")
        return thread_of(content) if isinstance(content, Mapping) else None

    def said(self, room: Room, event: Json, content: Json, *, edited: bool = False) -> Said:
        """Return a message as it was said, whatever it says."""
        return Said(
            **self.common(room, event) | {"thread": thread_of(content)},
            message=event["event_id"],
            text=message_text(content),
            direct=self.rooms.alone(room.id) is not None,
            edited=edited,
        )

    def _said(self, room: Room, event: Json, content: Json) -> Incoming | None:
        # Notices are what programs say.
        if event["sender"] == self.me or content.get("msgtype") == "m.notice" or not content:
            return None
        now = new_content(content)
        if now is not None:
            return self._edited(room, event, content, now)
        asked = self._addressed(room, content)
        if asked is None:
            return self.said(room, event, content)
        return Commanded(**self.common(room, event) | {"thread": thread_of(content)}, words=asked)

    def _edited(self, room: Room, event: Json, content: Json, now: Json) -> Said | None:
        """Return other words of a message; a command is not given again."""
        about = target(content)
        if about is None or now.get("msgtype") == "m.notice":
            return None
        if self._addressed(room, now) is not None:
            return None
        return Said(
            **self.common(room, event),
            message=about,
            text=message_text(now),
            direct=self.rooms.alone(room.id) is not None,
            edited=True,
        )

    def _addressed(self, room: Room, content: Json) -> str | None:
        """Return what is said to the bot, by its prefix or by what it is called there."""
        called = {room.names.get(self.me, ""), self.me.removeprefix("@").partition(":")[0]} - {""}
        return addressed(content, self.me, called, self.prefix)

    def _reacted(self, room: Room, event: Json, content: Json) -> Reacted | None:
        relation = content.get("m.relates_to")
        if event["sender"] == self.me or not isinstance(relation, Mapping):
            return None
        about, emoji = id_of(relation, "event_id"), text_of(relation, "key")
        if not about or not emoji:
            return None
        return Reacted(**self.common(room, event), message=about, emoji=emoji)

    def _member(self, room: Room, event: Json, content: Json) -> Incoming | None:
        """Return that somebody came or went; who changes their name has come before."""
        who = event.get("state_key")
        if not is_id(who):
            return None
        here, before = content.get("membership") == "join", was(event) == "join"
        if here == before:
            return None
        common = self.common(room, event)
        if who == self.me:
            invited = Invited(**common | {"author": id_of(event.get("unsigned"), "prev_sender") or None})
            # Into a room of its own making the bot was not invited, whatever that room is to become.
            own = room.founder == self.me or self.rooms.is_direct(room.id)
            return invited if here and not own else None
        return (Joined if here else Left)(**common | {"author": who})


def was(event: Json) -> str:
    """Return the membership that somebody had before an event changed it."""
    before = (event.get("unsigned") or {}).get("prev_content")
    return str(before.get("membership", "leave")) if isinstance(before, Mapping) else "leave"


def begins(event: Json, me: str) -> bool:
    """Whether an event is that we came into the room."""
    content = event.get("content") or {}
    return bool(
        event.get("type") == "m.room.member"
        and event.get("state_key") == me
        and content.get("membership") == "join"
        and was(event) != "join"
    )
