"""The adapter's port to a real homeserver of Matrix, in rooms that are encrypted or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from aiohttp import ClientSession

from adapters.matrix.http import AwayError, RefusedError
from adapters.matrix.platform import MatrixPlatform
from adapters.matrix.session import MatrixSession
from bot.app import registry
from bot.core.degrade import KEYCAPS
from bot.core.i18n import Catalogues
from bot.engine.engine import Engine
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.contracts.site import HOME, PEOPLE, Line, Site, plainly
from tests.engine.world import Hands
from tests.matrix.failing import Failing
from tests.matrix.guests import told
from tests.matrix.keyed import Keyed, keyed
from tests.matrix.members.messages import Message, fold
from tests.matrix.person import Person, user_name
from tests.matrix.shown import shown
from tests.matrix.synapse import Registered, Synapse
from tests.matrix.working import PATIENCE as WORKING
from tests.matrix.working import stepped

MUCH = 210
"""The adapter reads a hundred events at once."""

IGNORED = "bridge"


@dataclass
class MatrixSite:
    """The adapter at work with one account; what is said is read by those to whom it was."""

    able: ClassVar[frozenset[str]] = frozenset({"wait", "lose", "absent", "react", "leave", "bar", "ignore"})
    reads: ClassVar[str] = HOME
    clock: Hands
    synapse: Synapse
    session: MatrixSession
    server: Failing
    players: dict[str, Person]
    people: dict[str, str]
    bot: Person
    home: str
    elsewhere: str
    nowhere: str = "!nowhere:localhost"
    authors: dict[str, str] = field(default_factory=dict)
    greeting: frozenset[str] = frozenset()
    """What the bot said when it came."""

    @property
    def platform(self) -> MatrixPlatform:
        return self.session.port

    async def said(self, channel: str) -> list[Line]:
        await self.session.idle()
        reader = await self._somebody(channel)
        there = fold(told(event) for event in await reader.messages(channel))
        ours = self.bot.id
        assert all(m.type == "m.room.message" or m.redacted for m in there), "what nobody there can read"
        said = [m for m in there if m.sender == ours and not m.redacted and m.id not in self.greeting]
        return [_line(m, ours) for m in said]

    async def members(self, channel: str) -> set[str]:
        here = await self.bot.members(channel)
        return {who for who, what in here.items() if what in {"join", "invite"}} - {self.bot.id}

    async def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
        (message,) = await self._say(who, [words], channel, thread)
        return message

    async def say_much(self, who: str, channel: str, thread: str | None = None) -> list[str]:
        return await self._say(who, [f"words {n}" for n in range(MUCH)], channel, thread)

    async def delete(self, message: str, channel: str) -> None:
        await self.players[self.authors[message]].redact(channel, message)

    def wait(self, words: str, seconds: int) -> None:
        asked = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": seconds * 1000}
        self._fail(words, lambda: RefusedError(429, asked, float(seconds)), accepted=False)

    def lose(self, words: str, *, accepted: bool) -> None:
        self._fail(words, lambda: AwayError("no answer came"), accepted=accepted)

    def hide(self, lag: timedelta) -> None:
        raise NotImplementedError

    def _fail(self, words: str, fault: Callable[[], Exception], *, accepted: bool) -> None:
        """Let what is sent next fail, which may be sealed, or the next reaction."""
        self.server.fail("m.reaction" if words in KEYCAPS else "m.room.", fault, accepted=accepted)

    async def leave(self, who: str, channel: str) -> None:
        """Let somebody leave a room, or decline to come."""
        await self.players[who].leave(channel)
        await self.session.once()

    async def bar(self) -> None:
        """Let only those speak at home who have power there."""
        ana = self.players["Ana"]
        levels = await ana.state(self.home, "m.room.power_levels")
        await ana.set_state(self.home, "m.room.power_levels", levels | {"events_default": 50})
        await self.session.once()

    async def bring_ignored(self) -> str:
        """Let somebody come home whom the configuration has ignored; return their id."""
        ana = self.players["Ana"]
        made = await asyncio.to_thread(self.synapse.register, user_name(IGNORED))
        other = Person(ana.http, ana.url, made)
        await ana.invite(self.home, other.id)
        await other.join(self.home)
        return other.id

    async def _say(self, who: str, what: list[str], channel: str, thread: str | None) -> list[str]:
        person = await self._there(who, channel)
        messages = [await person.say(channel, words, thread=thread) for words in what]
        self.authors |= dict.fromkeys(messages, who)
        # The key of what is sealed comes by a sync.
        await self.session.once()
        return messages

    async def _there(self, who: str, channel: str) -> Person:
        """Return somebody in a room, to which they may have been invited."""
        person = self.players[who]
        if channel not in await person.joined():
            await person.join(channel)
        if isinstance(person, Keyed):
            await person.hear()
        return person

    async def _somebody(self, channel: str) -> Person:
        """Return somebody who may read what is said in a room."""
        for who, person in self.players.items():
            if channel in {*await person.joined(), *await person.invited()}:
                return await self._there(who, channel)
        raise AssertionError(channel)


@asynccontextmanager
async def rooms(ask: Callable[[str], Any], *, encrypted: bool = False) -> AsyncIterator[Site]:
    """Give a site; ``ask`` gives a fixture."""
    synapse: Synapse = ask("synapse")
    folder: Path = ask("tmp_path")
    clock, known = Hands(), registry()
    async with AsyncExitStack() as held:
        database = await SqlDatabase.in_memory(installed())
        held.push_async_callback(database.close)
        http = await held.enter_async_context(ClientSession())
        players: dict[str, Person] = {}
        for name in PEOPLE:
            made = await asyncio.to_thread(synapse.register, user_name(name), shown=name)
            players[name] = (
                await held.enter_async_context(keyed(http, synapse.url, made, folder / name))
                if encrypted
                else Person(http, synapse.url, made)
            )
        engine = Engine(database, known, Catalogues(known.locales), clock)
        session = await held.enter_async_context(
            stepped(engine, synapse, folder=folder / "matrix", encrypt_direct=encrypted, ignored=(f"@{IGNORED}-*",))
        )
        session.port.api.server = server = Failing(session.port.api.server)
        account = session.account
        bot = Person(http, synapse.url, Registered(account.user, account.device, account.token, ""))
        ana, bo = players.values()
        home = await ana.create_room(HOME, invite=[bo.id, bot.id], encrypted=encrypted)
        elsewhere = await ana.create_room("elsewhere", invite=[bo.id], encrypted=encrypted)
        for room in (home, elsewhere):
            await bo.join(room)
        async with asyncio.timeout(WORKING):
            while home not in session.port.rooms.known:
                await session.once()
                await session.idle()
        people = {name: player.id for name, player in players.items()}
        site = MatrixSite(clock, synapse, session, server, players, people, bot, home, elsewhere)
        site.greeting = frozenset(line.message for line in await site.said(home))
        yield site


def _line(message: Message, ours: str) -> Line:
    words, links = (message.body, ()) if message.html is None else shown(message.html)
    return Line(
        message.id,
        message.thread,
        plainly(words),
        called=message.mentions,
        links=links,
        reactions=tuple(key for key, who in message.reactions.items() if ours in who),
    )
