"""Where the bot comes and goes: invitations, rooms that take the place of others, and rooms that it has to leave."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.matrix.hear import begins
from adapters.matrix.http import RefusedError
from adapters.matrix.platform import MatrixPlatform
from adapters.matrix.reader import Invite
from adapters.matrix.rooms import Room
from adapters.matrix.settings import server_of
from adapters.matrix.wire import id_of, is_id
from bot.core.events import Trouble
from bot.core.incoming import Batch, Note, Renumbered
from bot.core.model import Fact, WorkspaceId
from bot.engine.engine import Engine
from bot.engine.governance import undelivered
from bot.engine.platform import OutcomeUnknownError, RetryLaterError
from bot.engine.receive import receive

Json = Mapping[str, Any]
log = logging.getLogger("causerie.matrix")

INVITED: Final = "invited/"
"""Notes of rooms to come into, or to decline to: by room, who invited."""
MOVED: Final = "moved/"
"""Notes of rooms that take another's place: by room, the one before."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Comes into rooms, and goes, in one workspace."""

    engine: Engine
    workspace: WorkspaceId
    platform: MatrixPlatform

    def invited(self, invites: Sequence[Invite]) -> list[Note]:
        """Note invitations: to come into a large room may take minutes, so that is done beside what is heard."""
        return [self._note(f"{INVITED}{invite.room}", invite.inviter) for invite in invites]

    async def answer(self) -> None:
        """Accept or decline the invitations that were noted, and those for which that failed before."""
        async with self.engine.database.view() as unit:
            waiting = await unit.directory.notes(self.workspace, INVITED)
        for key, inviter in waiting.items():
            note = await self._answered(Invite(key.removeprefix(INVITED), inviter))
            if note.value is None:
                await receive(self.engine, self.workspace, Batch(notes=(note,)))

    async def arrived(self, room: Room, events: Sequence[Json], pending: Sequence[Note]) -> list[Note]:
        """Note what a room is into which the bot came: a conversation, or one that takes another's place.

        ``pending`` are notes that are not stored yet.
        """
        came = next(event for event in reversed(events) if begins(event, room.me))
        before = (came.get("unsigned") or {}).get("prev_content") or {}
        inviter = id_of(came.get("unsigned"), "prev_sender")
        if before.get("is_direct") is True and inviter and inviter != room.me:
            await self.platform.conversations.look(room.id)
            # Of a room of many anybody may say that it is a conversation.
            if room.others == {inviter}:
                await self.platform.conversations.note(inviter, room.id)
        key = f"{MOVED}{room.id}"
        async with self.engine.database.view() as unit:
            noted = dict(await unit.directory.notes(self.workspace, key))
        noted |= {note.key: note.value for note in pending if note.value is not None}
        old = noted.get(key)
        if old is None:
            return []
        if room.predecessor == old:
            await receive(self.engine, self.workspace, Batch(renumbered=(Renumbered(old, room.id),)))
        return [self._note(key, None)]

    def follows(self, room: Room, event: Json) -> list[Note]:
        """Note that a room has another in its place, to come into, if whoever says so has the power to."""
        needed = max(room.needed("m.room.tombstone", state=True), self.platform.settings.moderator_level)
        sender = str(event.get("sender"))
        if not is_id(room.replaced_by) or room.level(sender) < needed:
            return []
        place = room.replaced_by
        return [self._note(f"{MOVED}{place}", room.id), self._note(f"{INVITED}{place}", sender)]

    async def departed(self, room: str, event: Json) -> None:
        """Tell whoever is at home in a room that the bot had to leave it."""
        if event.get("sender") != self.platform.rooms.me:
            key = Fact(f"matrix:{self.platform.rooms.me}:{room}:{event['event_id']}")
            await undelivered.foreseen(self.engine, self.workspace, room, Trouble.ABSENT, key)

    async def _answered(self, invite: Invite) -> Note:
        """Accept an invitation from whom it is accepted, decline another; note one that is to be tried again."""
        done, again = self._note(f"{INVITED}{invite.room}", None), self._note(f"{INVITED}{invite.room}", invite.inviter)
        settings = self.platform.settings
        async with self.engine.database.view() as unit:
            moved = await unit.directory.notes(self.workspace, f"{MOVED}{invite.room}")
        wanted = settings.accepts(invite.inviter) or (
            f"{MOVED}{invite.room}" in moved and not settings.ignores(invite.inviter)
        )
        try:
            if wanted:
                await self.platform.api.join(invite.room, [server_of(invite.inviter)])
            else:
                why = f"from {server_of(invite.inviter)}, as matrix.invites says" if invite.inviter else "into a space"
                log.warning("An invitation was declined: %s", why)
                await self.platform.api.leave(invite.room)
        except RefusedError as refused:
            log.warning("An invitation could not be answered: %s", refused)
        except (RetryLaterError, OutcomeUnknownError) as error:
            log.info("An invitation waits: %s", error)
            return again
        return done

    def _note(self, key: str, value: str | None) -> Note:
        return Note(key, value, self.engine.clock())
