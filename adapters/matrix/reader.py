"""What the server tells: asked for from a token on, gaps filled, and everything unsealed that can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.matrix.api import Api
from adapters.matrix.hear import begins
from adapters.matrix.http import RefusedError
from adapters.matrix.rooms import STATE, Room, Rooms
from adapters.matrix.sealing import ENCRYPTED, Sealing
from adapters.matrix.wire import id_of, inner, is_id

Json = Mapping[str, Any]

HEARD: Final = (*STATE, "m.room.message", ENCRYPTED, "m.reaction", "m.room.redaction")
_TIMELINE: Final = {"types": list(HEARD), "lazy_load_members": True}
_MEMBERS_AGAIN: Final = {"include_redundant_members": True}
FILTER: Final[Json] = {
    "presence": {"types": []},
    "account_data": {"types": ["m.direct"]},
    "room": {
        "account_data": {"types": []},
        "ephemeral": {"types": []},
        "state": {"types": list(STATE), "lazy_load_members": True},
        "timeline": _TIMELINE | {"limit": 100},
    },
}
"""A member of whom the server told is not told of again: Synapse would say each time that their keys changed."""
WHOLE: Final[Json] = {**FILTER, "room": {**FILTER["room"], "state": FILTER["room"]["state"] | _MEMBERS_AGAIN}}
"""After a start, whoever says something is told of, whatever the server told before."""
FIRST: Final[Json] = {**WHOLE, "room": {**WHOLE["room"], "timeline": _TIMELINE | {"limit": 1}}}
"""Of what was said before the bot was there nothing is asked for."""


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation into a room; into a space, where nobody talks, it has no ``inviter``."""

    room: str
    inviter: str


@dataclass(slots=True)
class News:
    """What one answer of the server tells.

    ``events`` are in order, and unsealed; ``sealed`` those whose keys are not here yet. ``left`` are the events by
    which the bot was made to leave a room, ``keys`` the (room, session) pairs that can be read from now on.
    """

    cursor: str
    events: list[tuple[Room, Json]] = field(default_factory=list)
    sealed: list[tuple[Room, Json]] = field(default_factory=list)
    invites: list[Invite] = field(default_factory=list)
    left: list[tuple[str, Json]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what happens in the bot's rooms."""

    api: Api
    rooms: Rooms
    sealing: Sealing

    async def ask(self, since: str | None, *, whole: bool, timeout_ms: int) -> Json:
        """Ask what is new since a token; ``whole``: with the state of every room. Raises what ``Server`` raises."""
        filter_ = (WHOLE if whole else FILTER) if since else FIRST
        return await self.api.sync(since, filter_, timeout_ms=0 if whole else timeout_ms, full_state=whole)

    async def news(self, answer: Json, since: str | None) -> News:
        """Return what an answer tells; of what was said before ``since`` nothing. Raises what ``Api`` raises."""
        news = News(str(answer["next_batch"]))
        for event in _events(answer, "account_data"):
            if event.get("type") == "m.direct" and isinstance(event.get("content"), Mapping):
                self.rooms.listed(event["content"])
        there = answer.get("rooms") or {}
        joined: Mapping[str, Json] = there.get("join") or {}
        for room, told in joined.items():
            self.rooms.apply(room, _events(told, "state"))
        sealed = [room for room, told in joined.items() if self.rooms.of(room).encrypted or _seals(told)]
        await self.sealing.take(answer, sealed)
        for room, told in joined.items():
            await self._joined(news, self.rooms.of(room), told, since)
        for room, told in (there.get("invite") or {}).items():
            news.invites += self._invited(room, _events(told, "invite_state"))
        for room, told in (there.get("leave") or {}).items():
            news.left += [(room, e) for e in (*_events(told, "state"), *_events(told, "timeline")) if self._gone(e)][
                -1:
            ]
        return news

    async def opened(self, room: Room, event: str) -> Json | None:
        """Return an event that could not be read when it came; None where it still cannot, {} where it is gone."""
        try:
            sealed = await self.api.event(room.id, event)
        except RefusedError:
            return {}
        if sealed.get("type") != ENCRYPTED:
            return sealed
        return self.sealing.read(room.id, sealed) if sealed.get("content") else {}

    async def _joined(self, news: News, room: Room, told: Json, since: str | None) -> None:
        timeline = told.get("timeline") or {}
        events = [event for event in _events(told, "timeline") if _whole(event)]
        for event in events:
            room.apply(event)
        if since is None:
            return
        if timeline.get("limited"):
            # Of others that came or went meanwhile nothing may be told.
            room.complete = False
        known = any(begins(event, room.me) for event in events)
        if timeline.get("limited") and timeline.get("prev_batch") and not known:
            events = [*await self._missed(room, str(timeline["prev_batch"]), since), *events]
        # What was said before the bot came is not for it.
        start = max((n for n, event in enumerate(events) if begins(event, room.me)), default=0)
        for event in events[start:]:
            if event.get("type") != ENCRYPTED:
                news.events.append((room, event))
            elif (opened := self.sealing.read(room.id, event)) is not None:
                news.events.append((room, opened))
            elif event.get("sender") != room.me and self.sealing.session(event):
                news.sealed.append((room, event))

    async def _missed(self, room: Room, start: str, since: str) -> Sequence[Json]:
        """Return what a timeline left out, oldest first, as far back as the bot was there."""
        found: list[Json] = []
        async for event in self.api.messages(room.id, start, to=since, filter_=_TIMELINE):
            if _whole(event):
                found.append(event)
            if begins(event, room.me):
                break
        return found[::-1]

    def _invited(self, room: str, state: Sequence[Json]) -> list[Invite]:
        ours = [e for e in state if e.get("type") == "m.room.member" and e.get("state_key") == self.rooms.me]
        space = any(e.get("type") == "m.room.create" and inner(e, "content").get("type") == "m.space" for e in state)
        return [Invite(room, "" if space else id_of(e, "sender")) for e in ours[-1:]]

    def _gone(self, event: Json) -> bool:
        return event.get("type") == "m.room.member" and event.get("state_key") == self.rooms.me


def _events(told: Json, part: str) -> Sequence[Json]:
    events = (told.get(part) or {}).get("events") or ()
    return [event for event in events if isinstance(event, Mapping)]


def _whole(event: Json) -> bool:
    """Whether an event has what every event has."""
    named = all(is_id(event.get(key)) for key in ("event_id", "sender")) and isinstance(event.get("type"), str)
    return named and isinstance(event.get("content"), Mapping)


def _seals(told: Json) -> bool:
    return any(event.get("type") == "m.room.encryption" for event in _events(told, "timeline"))
