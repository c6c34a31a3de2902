"""The playground's desk: the clock, what comes next, completion, and the seeded community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from adapters.local.chat import BOT, Chat
from adapters.local.desk import Around, Coming, Hint, Move, Place, Told
from adapters.local.session import LocalSession
from bot.core.excerpt import excerpt
from bot.core.help import complete
from bot.core.i18n import voice
from bot.core.model import Community, Language, Member, Role
from bot.core.plain import Reader, plain_line
from bot.core.text import Inline, without_buttons
from bot.engine.engine import Engine
from bot.engine.governance import told
from bot.engine.people import coordinators_of, role_of
from bot.engine.ports import DueWake
from bot.engine.walk import next_instant, settle, walk

PREFIX = "/causerie"
TOLD_LENGTH = 90


class MovableClock(Protocol):
    """A clock that can be put forward."""

    def __call__(self) -> datetime:
        """Return the time, UTC."""
        ...

    def put(self, at: datetime) -> None:
        """Put the clock to an instant, from which it goes on."""
        ...


@dataclass(frozen=True)
class Playground:
    """The desk behind the page. ``clock`` is None where time is real and may not be moved."""

    session: LocalSession
    clock: MovableClock | None

    @property
    def chat(self) -> Chat:
        """The chat server."""
        return self.session.chat

    @property
    def engine(self) -> Engine:
        """The engine."""
        return self.session.engine

    @property
    def movable(self) -> bool:
        """Whether the clock can be moved."""
        return self.clock is not None

    def now(self) -> datetime:
        """Return what the clock shows."""
        return self.engine.clock()

    async def heard(self) -> None:
        """Take in what members did."""
        await self.session.heard()

    async def move(self, how: Move) -> Sequence[Told]:
        """Move the clock, stopping at each instant at which something is due."""
        if self.clock is None:
            return ()
        before = self.chat.newest()
        await settle(self.engine)
        target = {"hour": self.now() + timedelta(hours=1), "day": self.now() + timedelta(days=1)}.get(how)
        if target is None:
            target = await self._next_told()
        async for instant in walk(self.engine, target):
            self.clock.put(max(instant, self.now()))
            await settle(self.engine)
        self.clock.put(max(target, self.now()))
        await settle(self.engine)
        self.chat.changed()
        return [self._told(m.id) for m in self.chat.said_after(before, BOT)]

    async def _next_told(self) -> datetime:
        """Return the next instant that people are told of, else the next at which anything happens, else tomorrow."""
        told = [w.at for c in await self._communities() for w in await self._coming(c, 1)]
        ahead = [at for at in told if at > self.now()]
        return min(ahead, default=await next_instant(self.engine) or self.now() + timedelta(days=1))

    def _told(self, message: str) -> Told:
        found = self.chat.message(message)
        said = plain_line(excerpt(without_buttons(found.body), TOLD_LENGTH), self._reader(None))
        return Told(found.at, said, found.channel, message)

    async def upcoming(self, persona: str, limit: int = 8) -> Sequence[Coming]:
        """Return what will happen in the persona's communities."""
        coming: list[Coming] = []
        for community in await self._communities():
            reader = self._reader(community)
            room = self.chat.room(await self._home(community))
            if persona not in room.members:
                continue
            coming.extend(
                Coming(wake.at, self._sentence(what, reader), room.id, community.zone)
                for wake in await self._coming(community, limit)
                if (what := told(wake)) is not None
            )
        return sorted(coming, key=lambda c: c.at)[:limit]

    async def around(self, persona: str) -> Around:
        """Return a persona's zone, the one they chose or the platform's, and who coordinates where."""
        async with self.engine.database.view() as unit:
            id_ = await unit.directory.member(self.session.workspace, persona)
            member = (await unit.directory.members([id_]))[id_] if id_ else None
            places = []
            for community in await unit.commons.communities():
                people = await coordinators_of(self.engine, unit, community)
                ids = await unit.directory.externals(people)
                home = await unit.directory.channel_external(community.home)
                places.append(Place(home, community.name, community.zone, tuple(ids[p] for p in people)))
        return Around(self.engine.zone_of(None, member), tuple(places))

    async def complete(self, typed: str, persona: str) -> Sequence[Hint]:
        """Return ways to go on with a command."""
        rest = typed.strip().removeprefix(PREFIX) if typed.strip() != PREFIX[: len(typed.strip())] else ""
        member, community, role = await self._speaker(persona)
        voice = self.engine.voice_of(community, member)
        keep = rest.lstrip() + (" " if typed.endswith(" ") and rest.strip() else "")
        return [
            Hint(f"{PREFIX} {c.insert}", c.usage, self.engine.catalogues.sentence(c.help, voice))
            for c in complete(self.engine.registry.tree, keep, voice.language, role)
        ]

    async def first_question(self, persona: str) -> None:
        """Ask the first question, as the seeded coordinator, whoever speaks."""
        coordinator = self.chat.noted("coordinator") or persona
        self.chat.note("begun", "yes")
        self.chat.say(coordinator, self.chat.noted("home"), f"{PREFIX} question now")
        await self.heard()

    async def _speaker(self, persona: str) -> tuple[Member | None, Community | None, Role]:
        async with self.engine.database.view() as unit:
            id_ = await unit.directory.member(self.session.workspace, persona)
            if id_ is None:
                return None, None, Role.ANYONE
            member = (await unit.directory.members([id_]))[id_]
            theirs = await unit.commons.of_member(id_)
            if not theirs:
                return member, None, Role.ANYONE
            roles = [await role_of(unit, c, id_, self.engine) for c in theirs]
            return member, theirs[0], max(roles)

    async def _communities(self) -> Sequence[Community]:
        async with self.engine.database.view() as unit:
            return await unit.commons.communities()

    async def _home(self, community: Community) -> str:
        async with self.engine.database.view() as unit:
            return await unit.directory.channel_external(community.home)

    async def _coming(self, community: Community, limit: int) -> Sequence[DueWake]:
        async with self.engine.database.view() as unit:
            return await unit.wakes.coming(community.id, limit)

    def _reader(self, community: Community | None) -> Reader:
        languages: dict[str, Language] = {"en": "en", "fr": "fr"}
        zone = community.zone if community else self.chat.noted("zone", "UTC")
        language = community.language if community else languages[self.chat.noted("language", "en")]
        return Reader(
            voice=self.engine.voice_of(community) if community else voice(language, "vous", zone),
            zone=zone,
            name=self._name,
            channel=lambda c: self.chat.room(c).name,
            link=lambda _: None,
            now=self.now(),
        )

    def _sentence(self, node: Inline, reader: Reader) -> str:
        return plain_line(self.engine.catalogues.inlines((node,), reader.voice), reader)

    def _name(self, persona: str) -> str:
        return next((p.name for p in self.chat.personas() if p.id == persona), "…")
