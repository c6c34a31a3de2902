"""The year is played: the clock goes from one instant to the next, people act, and the bot is off at times."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from benchmarks.year import nag
from benchmarks.year.chronicle import Chronicle, Closed, Delivery, Matter, Wish
from benchmarks.year.people import Person, people
from benchmarks.year.plaza import Plaza
from benchmarks.year.town import BEGIN, WORKSPACE, Home, absences, town
from bot.app import registry
from bot.core.forms import Field
from bot.core.i18n import Catalogues
from bot.core.incoming import Batch, ChannelProfile, Commanded, Incoming, Pressed, Profile, Submitted
from bot.core.model import CommunityId, Fact, WorkspaceId
from bot.core.text import Button
from bot.engine.agendas import awaken
from bot.engine.engine import Engine, derived
from bot.engine.platform import Outgoing, Reply
from bot.engine.receive import receive
from bot.engine.reconcile import reconcile
from bot.engine.registry import Registry
from bot.engine.respond import respond
from bot.engine.sweep import tidy
from bot.engine.walk import next_instant, settle
from storage.database import SqlDatabase
from storage.ritual import installed
from storage.tables import member
from storage.weekly_question.tables import round_

WEEK = timedelta(weeks=1)
TOGETHER = 3
"""Hours."""
TIDY_EVERY = timedelta(days=1)
Act = Callable[[], Awaitable[None]]
Reaction = Callable[["Play", Delivery, Outgoing, str], None]


@dataclass
class Play:
    """Everything that goes on. ``off`` while the bot is away; ``communities`` by their channels."""

    seed: int
    chronicle: Chronicle
    database: SqlDatabase
    engine: Engine
    plaza: Plaza
    workspace: WorkspaceId
    clock: list[datetime]
    reacts: Reaction
    off: bool = False
    communities: dict[str, CommunityId] = field(default_factory=dict)
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    backlog: list[Incoming] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    facts: Iterator[int] = field(default_factory=count)

    @property
    def now(self) -> datetime:
        """Where the clock stands."""
        return self.clock[0]

    def fact(self) -> Fact:
        """Return the key of something new."""
        return Fact(f"f{next(self.facts)}")

    def later(self, at: datetime, act: Act) -> None:
        """Let something be done, unless the year is over by then.

        People act together every three hours, since the bot is let come to rest after them; at half a minute, the
        clock's own wakes are past.
        """
        at = at.replace(hour=at.hour - at.hour % TOGETHER, minute=0, second=30, microsecond=0)
        at += timedelta(hours=TOGETHER)
        if at < self.chronicle.end:
            heapq.heappush(self.acts, (max(at, self.now), next(self.numbers), act))

    def wish(self, who: str, matter: Matter, value: Any) -> None:  # noqa: ANN401 - each matter has its own
        """Note what holds from now on."""
        self.chronicle.events.append(Wish(at=self.now, who=who, matter=matter, value=value))

    async def hear(self, *heard: Incoming) -> None:
        """Let the bot hear something, at once or when it is back."""
        if self.off:
            self.backlog += heard
            return
        await receive(self.engine, self.workspace, Batch(heard=heard))

    async def command(self, who: str, words: str, channel: str | None = None) -> Reply | None:
        """Let somebody give a command; None when nobody is there to take it."""
        at = channel or f"D:{who}"
        return await self._ask(Commanded(fact=self.fact(), at=self.now, channel=at, author=who, words=words))

    async def press(self, who: str, button: Button, channel: str, message: str | None = None) -> Reply | None:
        """Let somebody press a button; None when nobody is there to take it."""
        return await self._ask(
            Pressed(
                fact=self.fact(),
                at=self.now,
                channel=channel,
                author=who,
                message=message,
                action=button.action,
                value=button.value,
            )
        )

    async def send_form(self, who: str, reply: Reply, channel: str | None = None, **values: str) -> Reply | None:
        """Let somebody send the form they were shown, with these values in the fields that it has."""
        assert reply.form is not None, "a form was expected"
        given = {f.name: values.get(f.name.replace(".", "__"), _proposed(f)) for f in reply.form.fields}
        at = channel or f"D:{who}"
        fact = self.fact()
        return await self._ask(
            Submitted(fact=fact, at=self.now, channel=at, author=who, form=reply.form.id, values=given)
        )

    async def _ask(self, asked: Incoming) -> Reply | None:
        return None if self.off else await respond(self.engine, self.workspace, asked)

    async def prefer(self, who: str, **columns: Any) -> None:  # noqa: ANN401 - columns of any type
        """Write what a member allows, as the form does that they send."""
        async with self.database.unit() as unit:
            mine = member.c.id == self.member(who)
            await unit.connection.execute(update(member).where(mine).values(**columns))
            await unit.commit()

    async def journalled(self, home: Home) -> bool:
        """Whether something was decided just now, as any member can read in the community's open journal."""
        async with self.database.view() as unit:
            rows = await unit.commons.journal(self.communities[home.channel], 1)
        return any(at == self.now for at, *_ in rows)

    def question(self, home: Home) -> str:
        """Return the id of a community's first question."""
        return next(id_ for id_, (channel, _) in self.chronicle.questions.items() if channel == home.channel)

    def zone(self, person: Person) -> str:
        """Return the zone by which somebody lives: what they told last, else the platform's, else their community's."""
        own = [
            e.value for e in self.chronicle.events if isinstance(e, Wish) and (e.who, e.matter) == (person.id, "zone")
        ]
        last = own[-1] if own else person.own_zone
        return last or person.zone or self.chronicle.homes[person.homes[0]].zone

    def member(self, who: str) -> str:
        """Return our id of a person."""
        return derived("member", self.workspace, who)

    async def run(self) -> AsyncIterator[datetime]:
        """Play to the end, and yield where the clock stands from time to time."""
        away = list(self.chronicle.away)
        tidied = self.now
        while True:
            ahead = [i for i in (await self._rest(), self.acts[0][0] if self.acts else None) if i]
            at = min(ahead, default=self.chronicle.end)
            if at >= self.chronicle.end:
                break
            if away and at >= away[0][0]:
                await self._away(away.pop(0)[1])
            else:
                self.clock[0] = at
                await self._due()
            if self.now - tidied >= TIDY_EVERY:
                tidied = self.now
                await tidy(self.engine)
                await self.look()
                yield self.now
        self.clock[0] = self.chronicle.end
        await self.look()

    async def _rest(self) -> datetime | None:
        """Let everything happen that can happen now, and return when there is something to do again."""
        due = await next_instant(self.engine)
        if due is None or due > self.now:
            return due
        await settle(self.engine)
        due = await next_instant(self.engine)
        assert due is None or due > self.now, f"something is due at {due}, and does not happen"
        return due

    async def _due(self) -> None:
        while self.acts and self.acts[0][0] <= self.now:
            await heapq.heappop(self.acts)[2]()

    async def _away(self, until: datetime) -> None:
        """Let people act without the bot; then it starts, as the program does."""
        self.off = True
        while self.acts and self.acts[0][0] < until:
            self.clock[0] = max(self.acts[0][0], self.now)
            await self._due()
        self.off, self.clock[0] = False, until
        heard, self.backlog = tuple(self.backlog), []
        await receive(self.engine, self.workspace, Batch(heard=heard))
        await awaken(self.engine)
        _ = await reconcile(self.engine)
        await settle(self.engine)

    async def look(self) -> None:
        """Note which rounds are closed now, each as often as it is found closed at another time."""
        known = {(e.question, e.number, e.closed_at) for e in self.chronicle.events if isinstance(e, Closed)}
        query = select(round_.c.binding_id, round_.c.number, round_.c.closed_at).where(round_.c.closed_at.is_not(None))
        async with self.database.view() as unit:
            rows = (await unit.connection.execute(query.order_by(round_.c.closed_at, round_.c.binding_id))).all()
        self.chronicle.events += [
            Closed(at=self.now, question=row.binding_id, number=row.number, closed_at=row.closed_at)
            for row in rows
            if tuple(row) not in known
        ]


def _proposed(field_: Field) -> str:
    """Return what a field holds; of choices the first, where none is made."""
    return field_.value or (field_.choices[0].value if field_.choices and field_.required else "")


@asynccontextmanager
async def opened(folder: Path, seed: int, weeks: int, members: int, reacts: Reaction) -> AsyncIterator[Play]:
    """Give a year that has not begun: the workspace is known, and what members allow, but no community yet."""
    homes = town(min(20, max(2, members // 50)))
    folk = people(seed, homes, members)
    chronicle = Chronicle(
        begin=BEGIN,
        end=BEGIN + timedelta(weeks=weeks),
        homes={h.channel: h for h in homes},
        people={p.id: p for p in folk},
        away=absences(seed, weeks),
    )
    known = registry()
    rituals = (*known.rituals.values(), nag.ritual(frozenset(p.id for p in folk if p.nagged)))
    known = Registry.of(rituals)
    database = await SqlDatabase.open(
        f"sqlite+aiosqlite:///{folder / 'year.sqlite'}", storages={**installed(), nag.NAME: nag.storage}, engine=True
    )
    clock = [BEGIN]
    engine = Engine(database, known, Catalogues(known.locales), lambda: clock[0])
    try:
        async with database.unit() as unit:
            workspace = (await unit.directory.workspace("year", WORKSPACE)).id
            profiles = tuple(Profile(external=p.id, name=p.name, language=p.language, zone=p.zone) for p in folk)
            channels = tuple(ChannelProfile(external=h.channel, name=h.name.lower()) for h in homes)
            direct = tuple(ChannelProfile(external=f"D:{p.id}", name="", direct=True) for p in folk)
            await unit.directory.save(workspace, Batch(people=profiles, channels=channels + direct))
            await unit.commit()
        plaza = Plaza(database, lambda: clock[0], chronicle.events, lambda d, o, m: reacts(play, d, o, m))
        for person, profile in zip(folk, profiles, strict=True):
            for home in person.homes:
                plaza.present.setdefault(home, {})[person.id] = profile
        engine.platforms[workspace] = plaza
        play = Play(seed, chronicle, database, engine, plaza, workspace, clock, reacts)
        for person in folk:
            if (person.own_zone, person.quiet, person.budget) != (None, (time(19), time(8)), 2):
                quiet_from, quiet_to = person.quiet
                await play.prefer(
                    person.id,
                    own_zone=person.own_zone,
                    quiet_from=quiet_from,
                    quiet_to=quiet_to,
                    weekly_budget=person.budget,
                )
        yield play
    finally:
        await database.close()


__all__ = ["Play", "opened"]
