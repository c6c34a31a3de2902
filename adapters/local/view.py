"""What one persona sees of the playground, as JSON for the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from babel import Locale

from adapters.local.chat import BOT, Chat, Message, Room
from adapters.local.desk import Coming, Desk, Place, Told
from bot.core.text import text_codec

LIMIT = 200
_UNKNOWN_CITIES = {"America/Montreal": {"fr": "Montréal"}}
"""What Babel does not know, since the zone is an older name of another."""


async def seen(chat: Chat, desk: Desk, persona: str, told: Sequence[Told]) -> dict[str, Any]:
    """Return everything that the page shows ``persona``: at most ``LIMIT`` messages of each channel."""
    coming = await desk.upcoming(persona)
    around = await desk.around(persona)
    places = {place.channel: place for place in around.places}
    rooms = [room for room in chat.rooms() if persona in room.members or not room.direct]
    messages = {room.id: list(_messages(chat, room, persona)) for room in rooms}
    form = chat.form_for(persona)
    return {
        "version": chat.version,
        "language": chat.noted("language", "en"),
        "zone": around.zone,
        "cities": {zone: cities(zone) for zone in {around.zone, *(p.zone for p in around.places)}},
        "home": chat.noted("home"),
        "begun": bool(chat.noted("begun")),
        "me": persona,
        "personas": [{"id": p.id, "name": p.name, "bot": p.id == BOT} for p in chat.personas()],
        "channels": [
            {**_room(room, persona), **_place(places.get(room.id)), "older": len(messages[room.id]) >= LIMIT}
            for room in rooms
        ],
        "messages": [message for room in rooms for message in messages[room.id]],
        "form": form and {"id": form.id, "form": form.form, "errors": form.errors, "round": form.round},
        **ahead(desk, coming),
        "told": [{**asdict(t), "at": t.at.isoformat()} for t in told if t.channel in messages],
    }


def ahead(desk: Desk, coming: Iterable[Coming]) -> dict[str, Any]:
    """Return what the clock shows and what will happen next."""
    return {
        "now": desk.now().isoformat(),
        "movable": desk.movable,
        "coming": [{**asdict(c), "at": c.at.isoformat()} for c in coming],
    }


def _room(room: Room, persona: str) -> dict[str, Any]:
    return {
        "id": room.id,
        "name": room.name,
        "direct": room.direct,
        "members": sorted(room.members),
        "joined": persona in room.members,
    }


def _place(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {"community": None, "zone": None, "coordinators": []}
    return {"community": place.name, "zone": place.zone, "coordinators": list(place.coordinators)}


def cities(zone: str) -> dict[str, str]:
    """Return how a zone's city is called, by language."""
    short = zone.rsplit("/", 1)[-1].replace("_", " ")
    known = {language: Locale(language).time_zones.get(zone, {}).get("city", short) for language in ("en", "fr")}
    return known | _UNKNOWN_CITIES.get(zone, {})


def _messages(chat: Chat, room: Room, persona: str) -> Iterable[dict[str, Any]]:
    reactions = chat.reactions(room.id)
    for message in chat.latest(room.id, persona, LIMIT):
        yield _message(message, persona, reactions.get(message.id, {}))


def _message(message: Message, persona: str, reactions: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "id": message.id,
        "channel": message.channel,
        "author": message.author,
        "thread": message.thread,
        "at": message.at.isoformat(),
        "markdown": message.markdown if message.author == persona else None,
        "body": text_codec.dump_python(message.body, mode="json"),
        "whisper": message.only_for is not None,
        "edited": message.edited,
        "gone": message.gone,
        "reactions": reactions,
    }
