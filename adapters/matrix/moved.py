"""What was said in a room stays there, whatever room has taken its place since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from adapters.matrix.api import Api
from adapters.matrix.http import RefusedError
from adapters.matrix.rooms import Rooms
from bot.core.model import MessageId
from bot.core.text import MessageLink, Text, inlines_of, map_inlines


@dataclass(frozen=True, slots=True)
class Standing:
    """Knows in which room a message stands."""

    api: Api
    rooms: Rooms
    _found: dict[str, str] = field(default_factory=dict)

    async def room_of(self, room: str, event: str) -> str:
        """Return where an event stands: in a room, or one before it. Asks nothing of a room that took no place."""
        if event not in self._found:
            passed: set[str] = set()
            while (
                (before := self.rooms.peek(room).predecessor) and room not in passed and not await self._in(room, event)
            ):
                passed.add(room)
                room = before
            if not passed and not before:
                return room
            self._found[event] = room
        return self._found[event]

    async def linked(self, body: Text) -> Text:
        """Return a message whose links lead to where messages stand."""
        there: dict[str, MessageId] = {}
        for node in inlines_of(body):
            if isinstance(node, MessageLink) and node.message:
                room, _, event = node.message.partition("/")
                there[node.message] = MessageId(f"{await self.room_of(room, event)}/{event}")
        return map_inlines(
            body,
            lambda node: (
                (replace(node, message=there[node.message]),)
                if isinstance(node, MessageLink) and node.message in there
                else (node,)
            ),
        )

    async def _in(self, room: str, event: str) -> bool:
        try:
            await self.api.event(room, event)
        except RefusedError:
            return False
        return True
