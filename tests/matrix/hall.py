"""People in rooms of the real homeserver, one of them a community's home, and the adapter, taken from sync to sync."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import update

from adapters.matrix.session import MatrixSession
from bot.core.effects import Effect, Post, Whisper
from bot.core.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    MemberJoined,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionChanged,
)
from bot.core.incoming import Batch, ChannelProfile, Commanded
from bot.core.model import BindingId, Community, CommunityId, Fact, Label, Office, OfficeName
from bot.core.plain import written
from bot.core.text import paragraph
from bot.engine.engine import Engine, derived
from bot.engine.ports import Binding
from bot.engine.respond import respond
from bot.engine.walk import settle
from storage import tables
from storage.database import SqlDatabase
from tests.engine.planted import STORAGES, Now, Planted, Store
from tests.engine.world import Hands, engine_on
from tests.matrix import client
from tests.matrix.person import Person, people
from tests.matrix.synapse import Registered, Synapse
from tests.matrix.working import stepped

RECORDED = (ButtonPressed, MemberJoined, MessageDeleted, MessageEdited, MessagePosted, ReactionChanged)


@dataclass
class Hall:
    """Ana and Bo, and the bot. ``heard`` is what the ritual of the community heard, once there is one."""

    engine: Engine
    database: SqlDatabase
    session: MatrixSession
    clock: Hands
    bare: Planted
    person: Callable[[str], Awaitable[Person]]
    ana: Person
    bo: Person
    home: str = ""
    label: str = ""
    heard: list[Event] = field(default_factory=list)
    done: int = 0

    async def empty(self) -> None:
        """Let there be another Ana and another Bo, and nothing yet that was heard."""
        self.ana, self.bo = await self.person("Ana"), await self.person("Bo")
        self.home = ""
        self.heard.clear()

    @property
    def community(self) -> CommunityId:
        """The community."""
        return CommunityId(derived("community", self.home))

    @property
    def me(self) -> str:
        """The bot's user id."""
        return self.session.settings.user

    async def record(self, _: Store, event: Any, __: Now) -> Sequence[Effect]:  # noqa: ANN401 - of any class
        """Hear something, as the ritual."""
        self._note(event)
        return ()

    async def obey(self, _: Store, event: Any, __: Now) -> Sequence[Effect]:  # noqa: ANN401 - as above
        """Take a command, as the ritual, and answer it."""
        self._note(event)
        return (Whisper(paragraph("Done.")),)

    async def rest(self, times: int = 2) -> None:
        """Let everything happen that can happen now, on both sides."""
        for _ in range(times):
            await self.session.once()
            await self.session.idle()
            await settle(self.engine)

    async def room(self, *others: Person, by: Person | None = None, **options: Any) -> str:  # noqa: ANN401 - Person's
        """Return a room of Ana's, or somebody else's, with the bot and others in it."""
        maker = by or self.ana
        options.setdefault("name", "Kitchen")
        room = await maker.create_room(invite=[self.me, *(other.id for other in others)], **options)
        for other in others:
            await other.join(room)
        await self.rest(3)
        return room

    async def found(self, room: str, *coordinators: Person) -> None:
        """Let a room be the home of a community, of all who are in it."""
        self.home = room
        port, workspace, now = self.session.port, self.session.workspace, self.clock()
        present = await port.people(room)
        async with self.database.unit() as unit:
            channel = ChannelProfile(external=room, name=port.rooms.of(room).called)
            await unit.directory.save(workspace, Batch(people=tuple(present), channels=(channel,)))
            home = await unit.directory.channel(workspace, room)
            assert home is not None
            community = Community(id=self.community, workspace=workspace, home=home, name="Practice")
            rituals = [
                Binding(id=self.binding(ritual), community=community.id, ritual=ritual)
                for ritual in ("community", "bare")
            ]
            await unit.commons.found(community, rituals, now)
            members = await unit.directory.by_external(workspace, [p.external for p in present])
            for member in members.values():
                await unit.commons.join(self.community, member, now)
            for each in coordinators:
                office = Office(name=OfficeName.COORDINATOR, member=members[each.id], since=now)
                await unit.commons.appoint(self.community, office)
            # Nobody's quiet hours get in the way of what is not about them.
            await unit.connection.execute(update(tables.member).values(quiet_from=time(0), quiet_to=time(0)))
            await unit.commit()

    async def do(self, *effects: Effect) -> None:
        """Let the community's ritual do this, at Ana's wish, and let everything happen that can now."""
        self.done += 1
        self.bare.on(CommandGiven, *effects)
        fact = Fact(f"do {self.done}")
        asked = Commanded(fact=fact, at=self.clock(), channel=self.home, author=self.ana.id, words="bare")
        await respond(self.engine, self.session.workspace, asked)
        self.bare.when(CommandGiven, self.obey)
        await settle(self.engine)
        await self.session.port.idle()

    def binding(self, ritual: str = "bare") -> BindingId:
        """Return the binding of a ritual of the community's."""
        return BindingId(derived("binding", self.community, ritual))

    async def post(self, words: str = "What helps?", **rest: Any) -> str:  # noqa: ANN401 - Post's
        """Let the community's ritual say something at home under a new ``label``, and return its event."""
        self.label = f"ask {self.done}"
        await self.do(Post(Label(self.label), paragraph(words), **rest))
        async with self.engine.database.view() as unit:
            said = await unit.directory.said(self.binding(), Label(self.label))
        assert said is not None, await self.outbox()
        return said.parts[0]

    @property
    def account(self) -> Registered:
        """The bot's account, for a test that does something in its place."""
        account = self.session.account
        return Registered(account.user, account.device, account.token, "")

    @property
    def commands(self) -> list[str]:
        """What the ritual was told to do, each by what came after its name."""
        return [str(event.values.get("what") or "") for event in self.events(CommandGiven)]

    async def members(self) -> set[str]:
        """Return the names of who belongs to the community."""
        async with self.engine.database.view() as unit:
            ids = await unit.commons.member_ids(self.community)
            return {member.name for member in (await unit.directory.members(ids)).values()}

    async def outbox(self) -> list[tuple[str, str]]:
        """Return (label, status) of everything in the outbox, oldest first."""
        async with self.engine.database.view() as unit:
            rows = await unit.outbox.rows(all_=True, limit=1000)
        return [(row.label, row.status) for row in reversed(rows)]

    async def notes(self, prefix: str) -> set[str]:
        """Return the keys of what the adapter notes."""
        async with self.engine.database.view() as unit:
            return set(await unit.directory.notes(self.session.workspace, prefix))

    def posted(self) -> list[str]:
        """Return the words of members that the ritual heard."""
        return [written(e.text) for e in self.heard if isinstance(e, MessagePosted)]

    def events(self, kind: type[Event]) -> Sequence[Any]:
        """Return what the ritual heard of a kind."""
        return [event for event in self.heard if type(event) is kind]

    async def events_by_me(self, room: str, reader: Person, kind: str = "m.room.message") -> list[client.Event]:
        """Return what the bot did in a room, as somebody there reads it: what was taken back is not there."""
        events = await reader.messages(room)
        return [e for e in events if e["sender"] == self.me and e["type"] == kind and e["content"]]

    async def said(self, room: str, reader: Person) -> list[str]:
        """Return what the bot said in a room, its edits aside."""
        told = [e["content"] for e in await self.events_by_me(room, reader)]
        return [c["body"] for c in told if c.get("m.relates_to", {}).get("rel_type") != "m.replace"]

    async def direct(self, person: Person) -> list[str]:
        """Return the rooms in which the bot talks with somebody, entered by them."""
        rooms = list(self.session.port.rooms.direct.get(person.id, ()))
        invited = await person.invited()
        for room in rooms:
            if room in invited:
                await person.join(room)
        return rooms

    async def alone(self, person: Person) -> list[str]:
        """Return what the bot told somebody alone."""
        there = await person.joined() + await person.invited()
        rooms = [room for room in await self.direct(person) if room in there]
        return [words for room in rooms for words in await self.said(room, person)]

    def _note(self, event: Event) -> None:
        if event.community == self.community:
            self.heard.append(event)


@asynccontextmanager
async def hall(
    synapse: Synapse,
    folder: Path,
    *,
    url: str | None = None,
    bot: Registered | None = None,
    **settings: Any,  # noqa: ANN401 - as MatrixSettings takes them
) -> AsyncIterator[Hall]:
    """Give a hall with no room in it yet. Rooms for two are not encrypted, for the people here to read."""
    clock, bare = Hands(datetime.now(UTC)), Planted("bare")
    database = await (SqlDatabase.in_memory(STORAGES) if url is None else SqlDatabase.open(url, storages=STORAGES))
    engine = engine_on(database, clock, bare)
    settings.setdefault("encrypt_direct", False)
    try:
        async with people(synapse) as person, stepped(engine, synapse, folder=folder, bot=bot, **settings) as session:
            made = Hall(engine, database, session, clock, bare, person, await person("Ana"), await person("Bo"))

            for kind in RECORDED:
                bare.when(kind, made.record)
            bare.when(CommandGiven, made.obey)
            yield made
    finally:
        await database.close()
