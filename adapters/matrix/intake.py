"""What was read becomes facts: with who and where they are, stored together with the token, and answered."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from adapters.matrix.coming import INVITED, Coming
from adapters.matrix.conversations import Conversations
from adapters.matrix.hear import Hearing, begins, was
from adapters.matrix.http import RefusedError
from adapters.matrix.platform import MatrixPlatform
from adapters.matrix.reader import News, Reader
from adapters.matrix.rooms import Room
from adapters.matrix.show import Answers
from adapters.matrix.wire import id_of, is_id
from bot.core.arguments import split
from bot.core.grammar import language_of
from bot.core.incoming import (
    Batch,
    ChannelProfile,
    Commanded,
    Deleted,
    Incoming,
    Note,
    Profile,
    Prompted,
    Reacted,
    Said,
)
from bot.core.model import WorkspaceId
from bot.core.text import Mention, Named, inlines_of
from bot.engine.converse import answers
from bot.engine.engine import Engine
from bot.engine.governance import undelivered
from bot.engine.platform import OutcomeUnknownError, RetryLaterError
from bot.engine.receive import receive, worth
from bot.engine.respond import awaits_reply, respond

Json = Mapping[str, Any]
log = logging.getLogger("causerie.matrix")

SEEN: Final = "seen/"
"""Notes of what a message or reaction was, for when it is taken back: nothing of it is told then."""
SEALED: Final = "sealed/"
"""Notes of events that cannot be read yet: by room and event, the session of the key."""
MOST_SEALED: Final = 500
"""Events of one sync that are noted to be read later."""
MOST_NAMED: Final = 20
"""People named in one message whom the server is asked for."""

Later = Callable[[Coroutine[Any, Any, None]], None]


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes in what the server tells, in order, in one workspace; ``later`` runs something beside it."""

    engine: Engine
    workspace: WorkspaceId
    platform: MatrixPlatform
    reader: Reader
    hearing: Hearing
    answers: Answers
    coming: Coming
    later: Later

    @property
    def _conversations(self) -> Conversations:
        return self.platform.conversations

    async def take(self, news: News, *, singly: bool = False) -> None:
        """Take all of it in; if it raises, it is to be told again, and what was stored counts once.

        ``singly``: one fact at a time, and what cannot be stored is left, so that it does not hold up all that follows.
        """
        events, notes = await self._readable()
        events += news.events
        notes += [
            self._note(f"{SEALED}{room.id}/{e['event_id']}", self.reader.sealing.session(e))
            for room, e in news.sealed[-MOST_SEALED:]
        ]
        notes += self.coming.invited(news.invites)
        for room, event in events:
            if event.get("type") == "m.room.tombstone":
                notes += self.coming.follows(room, event)
        back = {room.id: room for room, event in events if begins(event, room.me)}
        for room in back.values():
            notes += await self.coming.arrived(room, [e for r, e in events if r is room], notes)
        facts, changed = await self._understood(events)
        for room_id, event in news.left:
            await self.coming.departed(room_id, event)
            notes += await self._unread(room_id)
        for room_id in {*back, *(r.id for r, e in events if e.get("type") == "m.room.power_levels")}:
            await undelivered.mended(self.engine, self.workspace, room_id)
        await self._store(facts, changed, notes, news.cursor, singly=singly)
        self.reader.sealing.came.clear()
        for room_id, _ in news.left:
            self.platform.rooms.forget(room_id)
            self.reader.sealing.forget(room_id)
        if any(note.key.startswith(INVITED) for note in notes):
            self.later(self.coming.answer())
        self.engine.nudge()

    async def _understood(
        self, events: Sequence[tuple[Room, Json]]
    ) -> tuple[list[tuple[Incoming, str]], list[Profile]]:
        """Return the facts in events, each with its event, and who is called otherwise."""
        facts: list[tuple[Incoming, str]] = []
        changed: list[Profile] = []
        for room, event in events:
            with _tolerant(event):
                if event.get("type") == "m.room.member" and was(event) == "join":
                    changed += await self._renamed(room, event)
                fact = await self._fact(room, event)
                if fact is not None and not self.platform.settings.ignores(getattr(fact, "author", None) or ""):
                    facts.append((self._by_id(fact), str(event["event_id"])))
        return facts, changed

    async def begin(self) -> None:
        """Look at once through all that could not be read before: its keys may have come."""
        async with self.engine.database.view() as unit:
            sealed = await unit.directory.notes(self.workspace, SEALED)
        for key, session in sealed.items():
            room = key.removeprefix(SEALED).rpartition("/")[0]
            if self.reader.sealing.has(room, session):
                self.reader.sealing.came.add((room, session))

    async def _store(
        self,
        facts: Sequence[tuple[Incoming, str]],
        changed: Sequence[Profile],
        notes: list[Note],
        cursor: str,
        *,
        singly: bool = False,
    ) -> None:
        """Store facts in order: those for which somebody waits one by one, the rest together with the token."""
        together: list[Incoming] = []
        kept = await self._worth(facts, singly=singly)
        for place, (fact, event) in enumerate(kept, 1):
            if isinstance(fact, Reacted) or (isinstance(fact, Said) and fact.thread and not fact.edited):
                notes.append(self._seen(fact, event))
            waits = awaits_reply(fact, self.platform.capabilities)
            if together and (waits or singly):
                await self._received(together, tolerant=singly)
                together = []
            if not waits:
                together.append(fact)
                continue
            last = place == len(kept) and not singly
            async with self._bearing(tolerant=singly):
                around = replace(await self._around([fact]), heard=())
                if last:
                    # One commit less while somebody waits.
                    around = replace(around, people=(*around.people, *changed), notes=tuple(notes), cursor=cursor)
                reply = await respond(self.engine, self.workspace, fact, around)
                self.later(self.answers.show(fact, event, reply))
            if last:
                return
        if singly and together:
            await self._received(together, tolerant=True)
            together = []
        around = await self._around(together)
        batch = replace(around, people=(*around.people, *changed), notes=tuple(notes), cursor=cursor)
        await receive(self.engine, self.workspace, batch)

    async def _worth(self, facts: Sequence[tuple[Incoming, str]], *, singly: bool) -> list[tuple[Incoming, str]]:
        """Return the facts that somebody hears, or that answer what was asked."""
        kept: list[tuple[Incoming, str]] = []
        parts = [[pair] for pair in facts] if singly else [list(facts)]
        for part in parts:
            async with self._bearing(tolerant=singly):
                asked = [fact for fact, _ in part if not isinstance(fact, Prompted)]
                heard = {fact.fact for fact in await worth(self.engine, self.workspace, asked)} if asked else set()
                kept += [
                    pair
                    for pair in part
                    if isinstance(pair[0], Prompted) or pair[0].fact in heard or await self._answers(pair[0])
                ]
        return kept

    async def _received(self, facts: Sequence[Incoming], *, tolerant: bool) -> None:
        async with self._bearing(tolerant=tolerant):
            await receive(self.engine, self.workspace, await self._around(facts))

    @asynccontextmanager
    async def _bearing(self, *, tolerant: bool) -> AsyncIterator[None]:
        """Bear, if ``tolerant``, that something cannot be stored, as long as the database is there."""
        try:
            yield
        except (RetryLaterError, OutcomeUnknownError):
            raise
        except Exception as error:
            if not tolerant:
                raise
            async with self.engine.database.view() as unit:
                await unit.directory.cursor(self.workspace)
            # The message of the error may quote a member.
            log.error("what was heard cannot be stored, and is left: %s", type(error).__name__)  # noqa: TRY400 - as above

    async def _answers(self, fact: Incoming) -> bool:
        """Whether a fact that no ritual hears answers what was asked."""
        if not isinstance(fact, Said | Reacted) or not awaits_reply(fact, self.platform.capabilities):
            return False
        return await answers(self.engine, self.workspace, fact)

    async def _around(self, facts: Sequence[Incoming]) -> Batch:
        """Return facts with the people and rooms in them."""
        people: dict[str, Profile] = {}
        channels: dict[str, ChannelProfile] = {}
        for fact in facts:
            room = self.platform.rooms.known.get(getattr(fact, "channel", None) or "")
            if room is None:
                continue
            channels[room.id] = self._channel(room)
            for named in self._rooms_named(fact):
                channels[named.id] = self._channel(named)
            author = getattr(fact, "author", None)
            for user in [*([author] if author else []), *sorted(_named_in(fact) - {author})[:MOST_NAMED]]:
                if user in people or not await self._is_there(room, user, known=user == author):
                    continue
                people[user] = self.platform.profile(room, user)
                if user == author and self._in_french(fact):
                    people[user] = replace(people[user], language="fr")
        return Batch(heard=tuple(facts), people=tuple(people.values()), channels=tuple(channels.values()))

    def _channel(self, room: Room) -> ChannelProfile:
        rooms = self.platform.rooms
        direct, person = rooms.is_direct(room.id), rooms.alone(room.id)
        return ChannelProfile(external=room.id, name=room.called, direct=direct, person=person)

    def _rooms_named(self, fact: Incoming) -> list[Room]:
        """Return the rooms that a command names, as far as the bot is in them."""
        words = {word.removeprefix("#") for word in getattr(fact, "words", "").split() if word.startswith("#")}
        return [room for room in self.platform.rooms.known.values() if room.id in words]

    def _in_french(self, fact: Incoming) -> bool:
        """Whether somebody gave a command in French: of languages Matrix tells nothing.

        An English one tells nothing either: it is what documentation names.
        """
        return isinstance(fact, Commanded) and language_of(self.engine.registry.tree, split(fact.words)) == "fr"

    def _by_id(self, fact: Incoming) -> Incoming:
        """Return a command with the ids of rooms in place of their aliases."""
        if not isinstance(fact, Commanded) or "#" not in fact.words:
            return fact
        aliases = {room.alias: room.id for room in self.platform.rooms.known.values() if room.alias.startswith("#")}
        words = re.sub(
            r"(?<!\S)#\S+", lambda found: f"#{aliases[found[0]]}" if found[0] in aliases else found[0], fact.words
        )
        return replace(fact, words=words)

    async def _is_there(self, room: Room, user: str, *, known: bool) -> bool:
        """Whether somebody is in a room, or was of late and is ``known`` to have been; they are asked for by name."""
        if user in room.names:
            return True
        try:
            told = await self.platform.api.member(room.id, user)
        except RefusedError:
            return False
        room.apply({"type": "m.room.member", "state_key": user, "content": told})
        if user in room.names:
            return True
        async with self.engine.database.view() as unit:
            # Of whoever has left, the server tells no name.
            return known and not await unit.directory.told_of(self.workspace, [user])

    async def _fact(self, room: Room, event: Json) -> Incoming | None:
        if self.platform.rooms.is_direct(room.id):
            await self._conversations.look(room.id)
        if event.get("type") == "m.room.redaction":
            return await self._retracted(room, event)
        fact = self.hearing.fact(room, event)
        if isinstance(fact, Said) and fact.edited:
            return await self._edited(room, fact)
        return fact

    async def _edited(self, room: Room, fact: Said) -> Said | None:
        """Return an edit with the thread in which its message stands, if it is by whoever wrote that."""
        try:
            before = await self.platform.api.event(room.id, fact.message)
        except RefusedError:
            return None
        if before.get("sender") != fact.author:
            return None
        return replace(fact, thread=self.hearing.thread(before))

    async def _retracted(self, room: Room, event: Json) -> Incoming | None:
        """Return what was taken back."""
        content = event.get("content") or {}
        what = id_of(event, "redacts") or id_of(content, "redacts")
        if not what or event.get("sender") == room.me:
            return None
        async with self.engine.database.view() as unit:
            seen = (await unit.directory.notes(self.workspace, f"{SEEN}{room.id}/{what}")).get(
                f"{SEEN}{room.id}/{what}"
            )
        told = json.loads(seen) if seen else {}
        common = self.hearing.common(room, event)
        if "emoji" not in told:
            return Deleted(**common | {"author": None, "thread": told.get("thread")}, message=what)
        try:
            author = (await self.platform.api.event(room.id, what)).get("sender")
        except RefusedError:
            author = event.get("sender")
        return Reacted(**common | {"author": author}, message=told["message"], emoji=told["emoji"], removed=True)

    async def _readable(self) -> tuple[list[tuple[Room, Json]], list[Note]]:
        """Return the events whose keys have come, and that they need not be noted any more."""
        events: list[tuple[Room, Json]] = []
        notes: list[Note] = []
        came = set(self.reader.sealing.came)
        for room_id in sorted({room for room, _ in came}):
            room = self.platform.rooms.known.get(room_id)
            if room is None:
                continue
            async with self.engine.database.view() as unit:
                sealed = await unit.directory.notes(self.workspace, f"{SEALED}{room_id}/")
            for key, session in sealed.items():
                if (room_id, session) not in came:
                    continue
                opened = await self.reader.opened(room, key.rpartition("/")[2])
                if opened is not None:
                    notes.append(self._note(key, None))
                if opened:
                    events.append((room, opened))
        events.sort(key=lambda pair: int(pair[1].get("origin_server_ts") or 0))
        return events, notes

    async def _unread(self, room: str) -> list[Note]:
        """Return that what could not be read in a room need not be noted any more."""
        async with self.engine.database.view() as unit:
            sealed = await unit.directory.notes(self.workspace, f"{SEALED}{room}/")
        return [self._note(key, None) for key in sealed]

    async def _renamed(self, room: Room, event: Json) -> list[Profile]:
        """Return what somebody is called now, if the engine was told of them."""
        who = str(event.get("state_key"))
        if (event.get("content") or {}).get("membership") != "join":
            return []
        async with self.engine.database.view() as unit:
            known = await unit.directory.told_of(self.workspace, [who])
        return [self.platform.profile(room, who)] if known else []

    def _seen(self, fact: Said | Reacted, event: str) -> Note:
        told = {"thread": fact.thread} if isinstance(fact, Said) else {"message": fact.message, "emoji": fact.emoji}
        return self._note(f"{SEEN}{fact.channel}/{event}", json.dumps(told))

    def _note(self, key: str, value: str | None) -> Note:
        return Note(key, value, self.engine.clock())


@contextmanager
def _tolerant(event: Json) -> Iterator[None]:
    """Bear an event that is like none that is known: it holds up no other."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # The message of the error may quote a member.
        log.error("an event is not understood (%s): %s", str(event.get("type"))[:40], type(error).__name__)  # noqa: TRY400 - as above


def _named_in(fact: Incoming) -> set[str]:
    """Return whom the words of a fact name."""
    text = getattr(fact, "text", None)
    people = {str(node.member) for node in inlines_of(text) if isinstance(node, Mention | Named)} if text else set()
    words = getattr(fact, "words", "")
    return people | {word for word in words.split() if word.startswith("@") and ":" in word and is_id(word)}
