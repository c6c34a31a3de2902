"""A world around the engine: a database, a platform, two communities of one workspace, a clock that is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import update

from bot.core.i18n import Catalogues
from bot.core.incoming import (
    Batch,
    ChannelProfile,
    Commanded,
    Deleted,
    Incoming,
    Pressed,
    Profile,
    Reacted,
    Said,
    Submitted,
)
from bot.core.model import (
    BindingId,
    ChannelId,
    Community,
    CommunityId,
    Fact,
    MemberId,
    Office,
    OfficeName,
    WorkspaceId,
)
from bot.core.text import Button, buttons_of
from bot.engine import governance
from bot.engine.engine import Engine, Policy, derived
from bot.engine.founding import START
from bot.engine.platform import Reply
from bot.engine.ports import Binding
from bot.engine.receive import receive
from bot.engine.registry import Registry
from bot.engine.respond import respond
from bot.engine.walk import settle, walk
from storage import tables, versions
from storage.database import SqlDatabase
from tests.engine.planted import STORAGES, Planted, said
from tests.engine.platform import FakePlatform, wording

MONDAY = datetime(2026, 11, 23, 14, tzinfo=UTC)
PEOPLE = {"ana": "Ana", "bo": "Bo", "chi": "Chi"}


@dataclass
class Hands:
    """A clock whose hands a test moves."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at


@dataclass
class World:
    """Rooms "C1" and "C2" are the homes of two communities of Ana, Bo and (in "C1") Chi; Ana coordinates both."""

    engine: Engine
    database: SqlDatabase
    platform: FakePlatform
    clock: Hands
    notes: Planted
    bare: Planted
    workspace: WorkspaceId
    communities: dict[str, Community]
    members: dict[str, MemberId]
    told: int = field(default=0)

    def fact(self) -> Fact:
        """Return the key of something new."""
        self.told += 1
        return Fact(f"f{self.told}")

    def message(
        self,
        author: str,
        words: str,
        *,
        channel: str = "C1",
        thread: str | None = None,
        message: str | None = None,
        edited: bool = False,
        direct: bool = False,
    ) -> Said:
        """Return a member's message."""
        fact = self.fact()
        return Said(
            fact=fact,
            at=self.clock.at,
            channel=channel,
            author=author,
            thread=thread,
            message=message or f"u{fact}",
            text=said(words),
            edited=edited,
            direct=direct,
        )

    async def hear(self, *heard: Incoming) -> None:
        """Receive, and let everything happen that can now."""
        await receive(self.engine, self.workspace, Batch(heard=heard))
        await settle(self.engine)

    async def say(self, author: str, words: str, **rest: Any) -> Said:  # noqa: ANN401 - as ``message`` takes it
        """Let a member say something."""
        heard = self.message(author, words, **rest)
        await self.hear(heard)
        return heard

    async def delete(self, message: str, *, author: str | None = None, thread: str | None = None) -> None:
        """Let a message be taken away."""
        await self.hear(
            Deleted(fact=self.fact(), at=self.clock.at, channel="C1", author=author, thread=thread, message=message)
        )

    async def react(self, author: str, message: str, emoji: str, *, removed: bool = False) -> None:
        """Let a member react."""
        await self.hear(
            Reacted(
                fact=self.fact(),
                at=self.clock.at,
                channel="C1",
                author=author,
                message=message,
                emoji=emoji,
                removed=removed,
            )
        )

    async def command(self, author: str, words: str, channel: str | None = "C1") -> Reply:
        """Let a member give a command, and let everything happen that can."""
        heard = Commanded(fact=self.fact(), at=self.clock.at, channel=channel, author=author, words=words)
        return await self.ask(heard)

    async def press(self, author: str, button: Button, message: str | None = None, channel: str | None = "C1") -> Reply:
        """Let a member press a button."""
        heard = Pressed(
            fact=self.fact(),
            at=self.clock.at,
            channel=channel,
            author=author,
            message=message,
            action=button.action,
            value=button.value,
        )
        return await self.ask(heard)

    async def submit(self, author: str, form: str, values: Mapping[str, str], channel: str | None = "C1") -> Reply:
        """Let a member send a form."""
        heard = Submitted(
            fact=self.fact(), at=self.clock.at, channel=channel, author=author, form=form, values=dict(values)
        )
        return await self.ask(heard)

    async def found(self, author: str, channel: str, values: Mapping[str, str]) -> Reply:
        """Let a member send the setup form of a channel, and press [Start]; return what the form was answered."""
        reply = await self.submit(author, f"found:{channel}", values)
        start = next((b for body in reply.whispers for b in buttons_of(body) if b.action == START), None)
        if start is not None:
            await self.press(author, start)
        return reply

    async def ask(self, heard: Incoming) -> Reply:
        """Respond to something for which somebody waits."""
        reply = await respond(self.engine, self.workspace, heard)
        await settle(self.engine)
        return reply

    async def settle(self) -> None:
        """Let everything happen that can now."""
        await settle(self.engine)

    async def until(self, at: datetime) -> None:
        """Move the clock, stopping wherever something is due."""
        await settle(self.engine)
        async for instant in walk(self.engine, at):
            self.clock.at = max(instant, self.clock.at)
            await settle(self.engine)
        self.clock.at = at
        await settle(self.engine)

    async def after(self, wait: timedelta) -> None:
        """Move the clock by some time."""
        await self.until(self.clock.at + wait)

    async def away(self, wait: timedelta) -> None:
        """Let time pass while the bot is away, then let it start."""
        self.clock.at += wait
        await settle(self.engine)

    async def binding(self, ritual: str, home: str = "C1") -> Binding:
        """Return a community's binding."""
        async with self.database.view() as unit:
            bindings = await unit.commons.bindings(self.communities[home].id)
        return next(b for b in bindings if b.ritual == ritual)

    async def tally(self, home: str = "C1") -> int:
        """Return what the ritual that counts has counted."""
        binding = await self.binding("notes", home)
        async with self.database.view() as unit:
            number: int = (await (await unit.open(binding)).tally()).count
            return number

    async def configured(self, home: str = "C1", **settings: Any) -> None:  # noqa: ANN401 - settings of any type
        """Store settings past their validation, as an older version might have."""
        binding = await self.binding("notes", home)
        async with self.database.unit() as unit:
            await unit.commons.configure(binding.id, settings)
            await unit.commit()

    async def channel(self, external: str, name: str) -> None:
        """Let there be a channel."""
        async with self.database.unit() as unit:
            channels = (ChannelProfile(external=external, name=name),)
            await unit.directory.save(self.workspace, Batch(channels=channels))
            await unit.commit()

    async def pause(self, until: datetime | None, home: str = "C1") -> None:
        """Pause a community."""
        async with self.database.unit() as unit:
            self.communities[home] = replace(self.communities[home], paused_until=until)
            await unit.commons.change(self.communities[home])
            await unit.commit()

    async def allow(self, who: str, **what: Any) -> None:  # noqa: ANN401 - columns of any type
        """Change what a member allows: zone, quiet hours, budget, pause."""
        async with self.database.unit() as unit:
            await unit.connection.execute(
                update(tables.member).where(tables.member.c.id == self.members[who]).values(**what)
            )
            await unit.commit()

    def to(self, *people: str) -> frozenset[MemberId]:
        """Return people by our ids."""
        return frozenset(self.members[p] for p in people)

    async def outbox(self) -> list[tuple[str, str]]:
        """Return (label, status) of everything in the outbox, oldest first."""
        async with self.database.view() as unit:
            rows = await unit.outbox.rows(all_=True, limit=1000)
        return [(r.label, r.status) for r in reversed(rows)]


def whispers(reply: Reply) -> list[str]:
    """Return what was whispered."""
    return [wording(body) for body in reply.whispers]


async def dump(database: SqlDatabase, without: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return every row of every table but those ``without``, for comparing."""
    async with database.view() as unit:
        found: dict[str, list[str]] = {}
        for part in versions.parts(database._storages):  # noqa: SLF001 - what the program itself copies
            for table in part.metadata.sorted_tables:
                if table.name not in without:
                    rows = await unit.connection.execute(table.select())
                    found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found


@asynccontextmanager
async def opened(url: str | None) -> AsyncIterator[World]:
    """Give a world on a migrated database; in memory without an address."""
    database = (
        await SqlDatabase.open(url, storages=STORAGES) if url is not None else await SqlDatabase.in_memory(STORAGES)
    )
    try:
        yield await populated(database)
    finally:
        await database.close()


def engine_on(database: SqlDatabase, clock: Hands, *rituals: Planted) -> Engine:
    """Return an engine with these rituals."""
    registry = Registry.of((governance.ritual, *(r.ritual() for r in rituals)))
    return Engine(database, registry, Catalogues(registry.locales), clock, policy=Policy())


async def populated(database: SqlDatabase) -> World:
    """Found the two communities, unless they are there."""
    clock = Hands()
    notes, bare = Planted("notes"), Planted("bare")
    engine = engine_on(database, clock, notes, bare)
    platform = FakePlatform(clock)
    homes = {"C1": ("ana", "bo", "chi"), "C2": ("ana", "bo")}
    profiles = {who: Profile(external=who, name=name) for who, name in PEOPLE.items()}
    communities: dict[str, Community] = {}
    async with database.unit() as unit:
        workspace = (await unit.directory.workspace("fake", "W")).id
        channels = tuple(ChannelProfile(external=c, name=f"room-{c}") for c in (*homes, "C3"))
        await unit.directory.save(workspace, Batch(people=tuple(profiles.values()), channels=channels))
        members = dict(await unit.directory.by_external(workspace, list(profiles)))
        for home, people in homes.items():
            channel = await unit.directory.channel(workspace, home) or ChannelId("")
            community = Community(
                id=CommunityId(derived("community", home)), workspace=workspace, home=channel, name=f"Practice {home}"
            )
            bindings = [
                Binding(id=BindingId(derived("binding", home, r)), community=community.id, ritual=r)
                for r in ("community", "notes", "bare")
            ]
            await unit.commons.found(community, bindings, clock.at)
            for who in people:
                await unit.commons.join(community.id, members[who], clock.at)
            await unit.commons.appoint(
                community.id, Office(name=OfficeName.COORDINATOR, member=members["ana"], since=clock.at)
            )
            communities[home] = community
            platform.present[home] = [profiles[w] for w in people]
        platform.present["C3"] = [profiles[w] for w in ("bo", "chi")]
        # Nobody's quiet hours get in the way of what is not about them.
        await unit.connection.execute(update(tables.member).values(quiet_from=time(0), quiet_to=time(0)))
        await unit.commit()
    engine.platforms[workspace] = platform
    return World(engine, database, platform, clock, notes, bare, workspace, communities, members)
