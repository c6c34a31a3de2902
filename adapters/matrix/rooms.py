"""What a room is, as far as its state told: who may do what there, who is called what, and whether it is for two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.matrix.wire import is_id, text_of

Json = Mapping[str, Any]

OURS: Final = "io.causerie.room"
"""The type of the state event by which a room that we created is known again; its key says for whom."""
INFINITE: Final = 2**53
"""Above every power level: what creators have from room version 12 on."""
_BEFORE: Final = frozenset(map(str, range(1, 12)))
"""Room versions whose creators have no more power than their level; from 12 on they are above all."""
STATE: Final = (
    "m.room.create",
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.name",
    "m.room.canonical_alias",
    "m.room.member",
    "m.room.tombstone",
    OURS,
)


@dataclass
class Room:
    """A room that the bot is in. ``names`` are those of members who were seen, by user id."""

    id: str
    me: str
    name: str = ""
    alias: str = ""
    encrypted: bool = False
    key: str = ""
    founder: str = ""
    creators: frozenset[str] = frozenset()
    power: Json = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)
    invited: set[str] = field(default_factory=set)
    complete: bool = False
    """Whether everybody who is in it or invited was seen."""
    predecessor: str = ""
    replaced_by: str = ""

    def apply(self, event: Json) -> None:
        """Take in a state event; one that is not of its form changes nothing."""
        content, kind, key = event.get("content"), event.get("type"), event.get("state_key")
        if not isinstance(content, Mapping) or not isinstance(key, str):
            return
        if kind == "m.room.member":
            self._membership(key, content)
        elif kind == OURS and event.get("sender") == self.me:
            self.key = key
        elif not key:
            self._changed(str(kind), event, content)

    def _changed(self, kind: str, event: Json, content: Json) -> None:
        match kind:
            case "m.room.create":
                self._created(str(event.get("sender", "")), content)
            case "m.room.power_levels":
                self.power = content
            case "m.room.encryption":
                self.encrypted = True
            case "m.room.name":
                self.name = word(content.get("name"))
            case "m.room.canonical_alias":
                self.alias = word(content.get("alias"))
            case "m.room.tombstone":
                self.replaced_by = word(content.get("replacement_room"))
            case _:
                pass

    def level(self, user: str) -> int:
        """Return somebody's power level."""
        if user in self.creators:
            return INFINITE
        if not self.power and user == self.founder:
            return 100
        users = self.power.get("users")
        told = users.get(user) if isinstance(users, Mapping) else None
        return _number(told if told is not None else self.power.get("users_default"), 0)

    def needed(self, event: str, *, state: bool = False) -> int:
        """Return the power level that it takes to send events of a type."""
        events = self.power.get("events")
        told = events.get(event) if isinstance(events, Mapping) else None
        if told is not None:
            return _number(told, 0)
        if state:
            return _number(self.power.get("state_default"), 50 if self.power else 0)
        return _number(self.power.get("events_default"), 0)

    @property
    def called(self) -> str:
        """What people call the room."""
        return self.name or self.alias or "…"

    @property
    def others(self) -> frozenset[str]:
        """Who is in it or invited, as far as was seen, the bot left out."""
        return frozenset((self.joined | self.invited) - {self.me})

    def _membership(self, user: str, content: Json) -> None:
        membership = content.get("membership")
        if not is_id(user):
            return
        (self.joined.add if membership == "join" else self.joined.discard)(user)
        (self.invited.add if membership == "invite" else self.invited.discard)(user)
        if membership in {"join", "invite"}:
            self.names[user] = word(content.get("displayname")) or _localpart(user)

    def _created(self, sender: str, content: Json) -> None:
        self.founder = sender
        version = str(content.get("room_version", "1"))
        if version not in _BEFORE:
            more = content.get("additional_creators")
            listed = more if isinstance(more, list) else []
            self.creators = frozenset({sender, *(one for one in listed if isinstance(one, str))})
        before = content.get("predecessor")
        self.predecessor = word(before.get("room_id")) if isinstance(before, Mapping) else ""


@dataclass
class Rooms:
    """The rooms that the bot is in, and which of them are for two; ``direct`` are those ids by user."""

    me: str
    known: dict[str, Room] = field(default_factory=dict)
    direct: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, Room] = field(default_factory=dict)
    """Those that the bot was in: what is told of them names them still."""

    def of(self, room: str) -> Room:
        """Return a room that the bot is in, a new one if nothing is known of it yet."""
        return self.known.setdefault(room, Room(room, self.me))

    def peek(self, room: str) -> Room:
        """Return a room as far as it is known, without noting that the bot is in it."""
        return self.known.get(room) or self.left.get(room) or Room(room, self.me)

    def forget(self, room: str) -> None:
        """Note that the bot is not in a room any more."""
        if (there := self.known.pop(room, None)) is not None:
            self.left[room] = there

    def apply(self, room: str, events: Iterable[Json]) -> Room:
        """Take in what is told of a room's state."""
        there = self.of(room)
        for event in events:
            there.apply(event)
        return there

    def listed(self, content: Json) -> None:
        """Take in the account's own list of rooms for two; what is not of its form is left out."""
        self.direct = {
            str(user): [room for room in rooms if isinstance(room, str)]
            for user, rooms in content.items()
            if isinstance(rooms, list)
        }

    def is_direct(self, room: str) -> bool:
        """Whether a room is a conversation rather than a channel."""
        there = self.known.get(room)
        if there is not None and there.key:
            return True
        # Others may call a room of many a conversation.
        several = there is not None and there.complete and len(there.others) > 1
        return not several and any(room in rooms for rooms in self.direct.values())

    def alone(self, room: str) -> str | None:
        """Return who talks with the bot alone in a room for two, None where that is nobody, several, or not known."""
        there = self.known.get(room)
        if there is None or not there.complete or len(there.others) != 1 or not self.is_direct(room):
            return None
        return next(iter(there.others))

    def with_key(self, key: str) -> Room | None:
        """Return the room that we created under a key."""
        return next((room for room in self.known.values() if room.key == key), None)


def _localpart(user: str) -> str:
    return user.removeprefix("@").partition(":")[0]


def word(value: object) -> str:
    """Return what a server calls somebody or something, on one line."""
    return " ".join(text_of({"": value}, "").split())


def _number(value: object, default: int) -> int:
    """Return a power level; old rooms write them as text."""
    try:
        return int(value) if isinstance(value, int | str) else default
    except ValueError:
        return default
