"""What was read becomes facts: with who and where they are, stored together with the token, and answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adapters.matrix.conversations import Conversations
from adapters.matrix.hear import Hearing, begins, was
from adapters.matrix.http import RefusedError
from adapters.matrix.platform import MatrixPlatform
from adapters.matrix.reader import Invite, News, Reader
from adapters.matrix.rooms import Room
from adapters.matrix.settings import server_of
from adapters.matrix.show import Answers
from bot.core.events import Trouble
from bot.core.incoming import (
    Batch,
    ChannelProfile,
    Commanded,
    Deleted,
    Incoming,
    Note,
    Profile,
    Reacted,
    Renumbered,
    Said,
)
from bot.core.model import Fact, WorkspaceId
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
INVITED: Final = "invited/"
"""Notes of invitations that could not be accepted yet: by room, who invited."""
MOVED: Final = "moved/"
"""Notes of rooms that take another's place: by room, the one before."""

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
    later: Later
    keys: set[tuple[str, str]] = field(default_factory=set)
    """Keys that came and of which it is not certain yet that what they open was read."""

    @property
    def _conversations(self) -> Conversations:
        return self.platform.conversations

    async def take(self, news: News) -> None:
        """Take all of it in; if it raises, it is to be told again, and what was stored counts once."""
        self.keys.update(news.keys)
        events, notes = await self._readable()
        events += news.events
        notes += [
            self._note(f"{SEALED}{room.id}/{e['event_id']}", self.reader.sealing.session(e)) for room, e in news.sealed
        ]
        # To come into a large room may take minutes: it is done beside what is heard.
        notes += [self._note(f"{INVITED}{invite.room}", invite.inviter) for invite in news.invites]
        back = {room.id: room for room, event in events if begins(event, room.me)}
        for room in back.values():
            notes += await self._arrived(room, [e for r, e in events if r is room])
        facts, changed = await self._understood(events, notes)
        for room_id, event in news.left:
            await self._departed(room_id, event)
        for room_id in {*back, *(r.id for r, e in events if e.get("type") == "m.room.power_levels")}:
            await undelivered.mended(self.engine, self.workspace, room_id)
        await self._store(facts, changed, notes, news.cursor)
        self.keys.clear()
        for room_id, _ in news.left:
            self.platform.rooms.forget(room_id)
            self.reader.sealing.forget(room_id)
        if news.invites:
            self.later(self.answer_invites())
        self.engine.nudge()

    async def _understood(
        self, events: Sequence[tuple[Room, Json]], notes: list[Note]
    ) -> tuple[list[tuple[Incoming, str]], list[Profile]]:
        """Return the facts in events, each with its event, and who is called otherwise; ``notes`` get what is noted."""
        facts: list[tuple[Incoming, str]] = []
        changed: list[Profile] = []
        for room, event in events:
            with _tolerant(event):
                if event.get("type") == "m.room.tombstone":
                    notes += await self._follows(room, event)
                if event.get("type") == "m.room.member" and was(event) == "join":
                    changed += await self._renamed(room, event)
                fact = await self._fact(room, event)
                if fact is not None and not self.platform.settings.ignores(getattr(fact, "author", None) or ""):
                    facts.append((self._by_id(fact), str(event["event_id"])))
        return facts, changed

    async def begin(self) -> None:
        """Look at once through all that could not be read or accepted before: its keys may have come."""
        async with self.engine.database.view() as unit:
            sealed = await unit.directory.notes(self.workspace, SEALED)
        self.keys.update((key.removeprefix(SEALED).rpartition("/")[0], session) for key, session in sealed.items())

    async def answer_invites(self) -> None:
        """Accept or decline the invitations that were noted, and those for which that failed before."""
        async with self.engine.database.view() as unit:
            waiting = await unit.directory.notes(self.workspace, INVITED)
        for key, inviter in waiting.items():
            note = await self._answered(Invite(key.removeprefix(INVITED), inviter))
            if note.value is None:
                await receive(self.engine, self.workspace, Batch(notes=(note,)))

    async def _store(
        self, facts: Sequence[tuple[Incoming, str]], changed: Sequence[Profile], notes: list[Note], cursor: str
    ) -> None:
        """Store facts in order: those for which somebody waits one by one, the rest together with the token."""
        heard = {fact.fact for fact in await worth(self.engine, self.workspace, [fact for fact, _ in facts])}
        together: list[Incoming] = []
        for fact, event in facts:
            if fact.fact not in heard and not await self._answers(fact):
                continue
            if isinstance(fact, Reacted) or (isinstance(fact, Said) and fact.thread and not fact.edited):
                notes.append(self._seen(fact, event))
            if not awaits_reply(fact, self.platform.capabilities):
                together.append(fact)
                continue
            if together:
                await receive(self.engine, self.workspace, await self._around(together))
                together = []
            around = replace(await self._around([fact]), heard=())
            reply = await respond(self.engine, self.workspace, fact, around)
            self.later(self.answers.show(fact, event, reply))
        around = await self._around(together)
        batch = replace(around, people=(*around.people, *changed), notes=tuple(notes), cursor=cursor)
        await receive(self.engine, self.workspace, batch)

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
            for user in _people(fact):
                if user not in room.names:
                    await self._named(room, user)
                people[user] = self.platform.profile(room, user)
        return Batch(heard=tuple(facts), people=tuple(people.values()), channels=tuple(channels.values()))

    def _channel(self, room: Room) -> ChannelProfile:
        rooms = self.platform.rooms
        direct, person = rooms.is_direct(room.id), rooms.alone(room.id)
        return ChannelProfile(external=room.id, name=room.called, direct=direct, person=person)

    def _rooms_named(self, fact: Incoming) -> list[Room]:
        """Return the rooms that a command names, as far as the bot is in them."""
        words = {word.removeprefix("#") for word in getattr(fact, "words", "").split() if word.startswith("#")}
        return [room for room in self.platform.rooms.known.values() if room.id in words]

    def _by_id(self, fact: Incoming) -> Incoming:
        """Return a command with the ids of rooms in place of their aliases."""
        if not isinstance(fact, Commanded) or "#" not in fact.words:
            return fact
        words = fact.words
        for room in self.platform.rooms.known.values():
            if room.alias:
                words = words.replace(room.alias, f"#{room.id}")
        return replace(fact, words=words)

    async def _named(self, room: Room, user: str) -> None:
        """Ask what somebody is called in a room; who is not there is nobody to us."""
        try:
            told = await self.platform.api.member(room.id, user)
        except RefusedError:
            return
        room.apply({"type": "m.room.member", "state_key": user, "content": told})

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
        what = event.get("redacts") or content.get("redacts")
        if not isinstance(what, str) or event.get("sender") == room.me:
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
        if not self.keys:
            return events, notes
        async with self.engine.database.view() as unit:
            sealed = await unit.directory.notes(self.workspace, SEALED)
        for key, session in sealed.items():
            room_id, _, event = key.removeprefix(SEALED).rpartition("/")
            room = self.platform.rooms.known.get(room_id)
            if room is None or (room_id, session) not in self.keys:
                continue
            opened = await self.reader.opened(room, event)
            if opened is not None:
                notes.append(self._note(key, None))
            if opened:
                events.append((room, opened))
        events.sort(key=lambda pair: int(pair[1].get("origin_server_ts") or 0))
        return events, notes

    async def _answered(self, invite: Invite) -> Note:
        """Accept an invitation from whom it is accepted, decline another; note one that is to be tried again."""
        done, again = self._note(f"{INVITED}{invite.room}", None), self._note(f"{INVITED}{invite.room}", invite.inviter)
        async with self.engine.database.view() as unit:
            moved = await unit.directory.notes(self.workspace, f"{MOVED}{invite.room}")
        try:
            if f"{MOVED}{invite.room}" in moved or self.platform.settings.accepts(invite.inviter):
                await self.platform.api.join(invite.room, [server_of(invite.inviter)])
            else:
                log.warning("An invitation from %s was declined, as matrix.invites says", server_of(invite.inviter))
                await self.platform.api.leave(invite.room)
        except RefusedError as refused:
            log.warning("An invitation could not be answered: %s", refused)
        except (RetryLaterError, OutcomeUnknownError) as error:
            log.info("An invitation waits: %s", error)
            return again
        return done

    async def _arrived(self, room: Room, events: Sequence[Json]) -> list[Note]:
        """Note what a room is into which the bot came: a conversation, or one that takes another's place."""
        came = next(event for event in reversed(events) if begins(event, room.me))
        before = (came.get("unsigned") or {}).get("prev_content") or {}
        inviter = (came.get("unsigned") or {}).get("prev_sender")
        if before.get("is_direct") is True and isinstance(inviter, str) and inviter != room.me:
            await self._conversations.note(inviter, room.id)
        async with self.engine.database.view() as unit:
            old = (await unit.directory.notes(self.workspace, f"{MOVED}{room.id}")).get(f"{MOVED}{room.id}")
        if old is None:
            return []
        if room.predecessor == old:
            await receive(self.engine, self.workspace, Batch(renumbered=(Renumbered(old, room.id),)))
        return [self._note(f"{MOVED}{room.id}", None)]

    async def _follows(self, room: Room, event: Json) -> list[Note]:
        """Follow a room to the one that takes its place, if whoever says so has the power to."""
        needed = max(room.needed("m.room.tombstone", state=True), self.platform.settings.moderator_level)
        place = room.replaced_by
        if not place or room.level(str(event.get("sender"))) < needed:
            return []
        try:
            await self.platform.api.join(place, [server_of(str(event["sender"]))])
        except RefusedError as refused:
            log.info("The room that takes another's place waits for an invitation: %s", refused)
        return [self._note(f"{MOVED}{place}", room.id)]

    async def _departed(self, room: str, event: Json) -> None:
        """Tell whoever is at home in a room that the bot had to leave it."""
        if event.get("sender") != self.platform.rooms.me:
            key = Fact(f"matrix:{self.platform.rooms.me}:{room}:{event['event_id']}")
            await undelivered.foreseen(self.engine, self.workspace, room, Trouble.ABSENT, key)

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


def _people(fact: Incoming) -> set[str]:
    """Return who is in a fact: its author, and whom its words name."""
    people = {author} if (author := getattr(fact, "author", None)) else set()
    text = getattr(fact, "text", None)
    if text is not None:
        people |= {str(node.member) for node in inlines_of(text) if isinstance(node, Mention | Named)}
    words = getattr(fact, "words", "")
    return people | {word for word in words.split() if word.startswith("@") and ":" in word}
