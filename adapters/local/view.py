"""What one persona sees of the playground, as JSON for the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.local.chat import BOT, Chat, Message, Room
from adapters.local.desk import Coming, Desk, Told
from bot.core.text import text_codec

LIMIT = 200


async def seen(chat: Chat, desk: Desk, persona: str, told: Sequence[Told]) -> dict[str, Any]:
    """Return everything that the page shows ``persona``: at most ``LIMIT`` messages of each channel."""
    coming = await desk.upcoming(persona)
    rooms = [room for room in chat.rooms() if persona in room.members or not room.direct]
    messages = {room.id: list(_messages(chat, room, persona)) for room in rooms}
    form = chat.form_for(persona)
    return {
        "version": chat.version,
        "language": chat.noted("language", "en"),
        "zone": chat.noted("zone", "UTC"),
        "begun": bool(chat.noted("begun")),
        "me": persona,
        "personas": [{"id": p.id, "name": p.name, "bot": p.id == BOT} for p in chat.personas()],
        "channels": [{**_room(room, persona), "older": len(messages[room.id]) >= LIMIT} for room in rooms],
        "messages": [message for room in rooms for message in messages[room.id]],
        "form": form and {"id": form.id, "form": form.form, "errors": form.errors, "round": form.round},
        **ahead(desk, coming),
        "told": [
            {"at": t.at.isoformat(), "sentence": t.sentence, "channel": t.channel, "message": t.message}
            for t in told
            if t.channel is None or t.channel in messages
        ],
    }


def ahead(desk: Desk, coming: Iterable[Coming]) -> dict[str, Any]:
    """Return what the clock shows and what will happen next."""
    return {
        "now": desk.now().isoformat(),
        "movable": desk.movable,
        "coming": [{"at": c.at.isoformat(), "sentence": c.sentence} for c in coming],
    }


def _room(room: Room, persona: str) -> dict[str, Any]:
    return {
        "id": room.id,
        "name": room.name,
        "direct": room.direct,
        "members": sorted(room.members),
        "joined": persona in room.members,
    }


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
