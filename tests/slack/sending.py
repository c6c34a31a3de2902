"""Two communities on Slack's double, their outbox, and a clock that is moved; what is planted is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import update

from adapters.slack.platform import PACE
from adapters.slack.session import SlackSession
from adapters.slack.settings import SlackSettings
from bot.core.effects import Effect
from bot.core.events import CommandGiven
from bot.core.incoming import Batch, ChannelProfile, Commanded, Profile
from bot.core.model import BindingId, Community, CommunityId, Fact, MemberId, Office, OfficeName
from bot.engine.engine import Engine, derived
from bot.engine.ports import Binding
from bot.engine.respond import respond
from bot.engine.walk import settle, walk
from storage import tables
from storage.database import SqlDatabase
from tests.engine.planted import STORAGES, Planted
from tests.engine.world import Hands, engine_on
from tests.slack.double import Message, SlackDouble

HOMES: Final = ("home", "other")
PEOPLE: Final = ("Ana", "Bo", "Chi", "Dee")


@dataclass
class Desk:
    """Ana, Bo, Chi and Dee are in the homes of two communities; Ana and Bo coordinate that of ``home``."""

    engine: Engine
    double: SlackDouble
    session: SlackSession
    clock: Hands
    bare: Planted
    people: dict[str, str]
    members: dict[str, MemberId]
    homes: dict[str, str]
    asked: int = 0

    async def do(self, *effects: Effect, home: str = "home") -> None:
        """Let a community's ritual do this, and let everything happen that can now."""
        self.asked += 1
        self.bare.on(CommandGiven, *effects)
        fact = Fact(f"ask {self.asked}")
        chi, channel = self.people["Chi"], self.homes[home]
        heard = Commanded(fact=fact, at=self.clock(), channel=channel, author=chi, words="bare")
        await respond(self.engine, self.session.workspace, heard)
        await settle(self.engine)

    async def after(self, wait: timedelta) -> None:
        """Move the clock, stopping wherever something is due."""
        end = self.clock.at + wait
        async for instant in walk(self.engine, end):
            self.clock.at = max(instant, self.clock.at)
            await settle(self.engine)
        self.clock.at = end
        await settle(self.engine)

    def follow(self, patch: pytest.MonkeyPatch) -> None:
        """Let the loop's time pass with the clock's, for what waits by the loop's."""
        loop, start = asyncio.get_running_loop(), self.clock.at
        real = loop.time
        patch.setattr(loop, "time", lambda: real() + (self.clock.at - start).total_seconds())

    def to(self, *people: str) -> frozenset[MemberId]:
        """Return people by our ids."""
        return frozenset(self.members[name] for name in people)

    def place(self, name: str) -> str:
        """Return a home, or the conversation with one person, or with several ("Bo+Chi")."""
        if name in self.homes:
            return self.homes[name]
        people = [self.people[person] for person in name.split("+")]
        return self.double.direct(people[0]) if len(people) == 1 else self.double.group(*people)

    def standing(self, name: str) -> list[Message]:
        """Return what the bot said in a place, as it reads from the top."""
        ours = [m for m in self.double.messages(self.place(name)) if m.bot_id and not m.deleted]
        return sorted(ours, key=lambda m: float(m.ts))

    def said(self, name: str) -> list[str]:
        """Return the words of what the bot said in a place."""
        return [self.double.words(m) for m in self.standing(name)]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Return the arguments of each call of a method."""
        return [arguments for name, arguments in self.double.calls if name == method]

    async def outbox(self) -> list[tuple[str, str]]:
        """Return (label, status) of everything in the outbox, oldest first."""
        async with self.engine.database.view() as unit:
            rows = await unit.outbox.rows(all_=True, limit=1000)
        return [(r.label, r.status) for r in reversed(rows)]

    async def replay(self) -> int:
        """Send anew what was given up."""
        async with self.engine.database.unit() as unit:
            number = await unit.outbox.replay(None, self.clock())
            await unit.commit()
        await settle(self.engine)
        return number


@asynccontextmanager
async def desk(*, paced: bool = False, **settings: Any) -> AsyncIterator[Desk]:  # noqa: ANN401 - settings of the adapter
    """Give a desk; ``paced``: at the pace of a real workspace, by the clock."""
    clock, bare = Hands(), Planted("bare")
    database = await SqlDatabase.in_memory(STORAGES)
    engine = engine_on(database, clock, bare)
    try:
        async with SlackDouble(clock=clock) as double:
            people = {name: double.add_user(name, tz="UTC") for name in PEOPLE}
            homes = {home: double.add_channel(home, [*people.values()], with_bot=True) for home in HOMES}
            tokens = {"bot_token": double.bot_token, "app_token": double.app_token, "api_url": double.api_url}
            known = SlackSettings.model_validate(tokens | settings)
            session = SlackSession(engine, known, pace=PACE if paced else timedelta())
            await session.open()
            members = await _founded(database, session, people, homes)
            yield Desk(engine, double, session, clock, bare, people, members, homes)
            await session.web.close()
    finally:
        await database.close()


async def _founded(
    database: SqlDatabase, session: SlackSession, people: dict[str, str], homes: dict[str, str]
) -> dict[str, MemberId]:
    now, workspace = session.engine.clock(), session.workspace
    profiles = tuple(Profile(external=external, name=name) for name, external in people.items())
    channels = tuple(ChannelProfile(external=external, name=name) for name, external in homes.items())
    async with database.unit() as unit:
        await unit.directory.save(workspace, Batch(people=profiles, channels=channels))
        known = await unit.directory.by_external(workspace, [*people.values()])
        members = {name: known[external] for name, external in people.items()}
        for home, external in homes.items():
            channel = await unit.directory.channel(workspace, external)
            assert channel is not None
            id_ = CommunityId(derived("community", home))
            community = Community(id=id_, workspace=workspace, home=channel, name=f"Practice {home}")
            bindings = [
                Binding(id=BindingId(derived("binding", home, ritual)), community=id_, ritual=ritual)
                for ritual in ("community", "bare")
            ]
            await unit.commons.found(community, bindings, now)
            for member in members.values():
                await unit.commons.join(id_, member, now)
        for name in ("Ana", "Bo"):
            office = Office(name=OfficeName.COORDINATOR, member=members[name], since=now)
            await unit.commons.appoint(CommunityId(derived("community", "home")), office)
        # Nobody's quiet hours get in the way of what is not about them.
        await unit.connection.execute(update(tables.member).values(quiet_from=time(0), quiet_to=time(0)))
        await unit.commit()
    return members
