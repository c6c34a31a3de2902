"""The story on Matrix: on the real homeserver, by people whose accounts outlive every play.

Each play has a room of its own, and the bot a new device: what it keeps cannot be put back to an earlier day.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any, Final, TypeVar

from aiohttp import ClientSession

from adapters.matrix import account
from adapters.matrix.account import Account
from adapters.matrix.login import Wanted, login
from adapters.matrix.platform import KEY
from adapters.matrix.settings import MatrixSettings
from tests.kill.matrix_bot import MatrixBot
from tests.kill.place import Standing
from tests.kill.story import NEWCOMER, Members, Stage
from tests.matrix.client import Client, Event
from tests.matrix.founding import SEED
from tests.matrix.lossy import AnswerLost, Fault, Fine, Lossy, lossy
from tests.matrix.members import Member, playing
from tests.matrix.members.messages import Message, fold
from tests.matrix.person import Person, people, user_name
from tests.matrix.synapse import Registered, Synapse

T = TypeVar("T")
Someone = Person | Member
FIRST: Final = 5
"""How many are there from the beginning; then one more comes."""
QUOTED: Final = re.compile(r"^- .+? \(https://matrix\.to/#/\S+\): .*", re.MULTILINE)
QUOTED_HTML: Final = re.compile(r'<li><a href="https://matrix\.to/#/[^"]+">[^<]+</a>: [^<]*')


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass
class Cast:
    """Those who play every story, the bot's account, and a bad line to the homeserver.

    ``http`` is of the loop, and so are the people.
    """

    synapse: Synapse
    loop: Loop
    http: ClientSession
    line: Lossy
    bot: Registered
    people: Sequence[Someone]
    encrypted: bool
    logged_in: Account | None = None

    async def home(self) -> str:
        """Make a room in which all are but the last, and the bot invited."""
        first, *others = self.people[:FIRST]
        room = await first.create_room(SEED.home, invite=[other.id for other in others], encrypted=self.encrypted)
        await asyncio.gather(*(other.join(room) for other in others))
        await first.invite(room, self.bot.user_id)
        return room

    async def log_in(self, folder: Path) -> None:
        """Log the bot in as a new device of the same user, whose signatures stay the same."""
        before, self.logged_in = self.logged_in, None
        if before is not None:
            account.write(folder, before)
        wanted = Wanted(
            user=self.bot.user_id, homeserver=self.synapse.url, password=self.bot.password, again=before is not None
        )
        self.logged_in = await login(folder, wanted)

    async def clear(self) -> None:
        """Let the bot leave every room, and nobody know of any conversation."""
        if self.logged_in is None:
            return
        bot = self.robot
        for room in await _rooms(bot):
            await bot.call("POST", "rooms", room, "leave")
        await bot.call("PUT", "user", bot.id, "account_data", "m.direct", body={})

    @property
    def robot(self) -> Client:
        """The bot's account as the client-server API sees it."""
        there = self.logged_in
        assert there is not None
        return Client(self.http, self.synapse.url, Registered(there.user, there.device, there.token, self.bot.password))


@contextmanager
def cast(synapse: Synapse, *, encrypted: bool) -> Iterator[Cast]:
    """Give people on a homeserver; where it is ``encrypted``, their client is not the bot's library."""
    loop = Loop()
    stack = AsyncExitStack()

    async def gathered() -> Cast:
        http = await stack.enter_async_context(ClientSession())
        line = await stack.enter_async_context(lossy(synapse.url))
        bot = synapse.register(user_name("Causerie"), shown="Causerie")
        names = (*SEED.people, NEWCOMER)
        who: list[Someone] = []
        if encrypted:
            members = await stack.enter_async_context(playing())
            for name in names:
                them = synapse.register(user_name(name), shown=name)
                who.append(
                    await members.login(
                        name, synapse.url, them.user_id, them.password, token=them.token, device=them.device_id
                    )
                )
        else:
            person = await stack.enter_async_context(people(synapse))
            who.extend([await person(name) for name in names])
        return Cast(synapse, loop, http, line, bot, who, encrypted)

    try:
        yield loop.run(gathered())
        loop.run(stack.aclose())
    finally:
        loop.end()


@dataclass(frozen=True)
class MatrixMembers(Members):
    """Members in the room that is their community's home."""

    place: MatrixPlace

    def command(self, who: int, words: str) -> None:
        self.place.commands.append(self._say(who, f"!causerie {words}"))

    def say(self, who: int, words: str, thread: str | None = None) -> None:
        self._say(who, words, thread)

    def edit(self, who: int, message: str, words: str) -> None:
        self._run(self._person(who).edit(self._home, message, words))

    def delete(self, who: int, message: str) -> None:
        self._run(self._person(who).redact(self._home, message))

    def react(self, who: int, message: str, emoji: str) -> None:
        self._run(self._person(who).react(self._home, message, emoji))

    def arrive(self) -> None:
        newcomer = self._person(-1)
        self._run(self._person(0).invite(self._home, newcomer.id))
        self._run(newcomer.join(self._home))
        self.place.seen(newcomer.id)

    def leave(self, who: int) -> None:
        self._run(self._person(who).leave(self._home))

    @property
    def chatter(self) -> str:
        theirs = [m for m in self._messages() if m.sender == self._person(2).id]
        return [m.id for m in theirs if m.thread is None and not m.body.startswith("!")][-1]

    def question(self, number: int) -> str:
        bot = self.place.cast.bot.user_id
        return [m.id for m in self._messages() if m.sender == bot and "Answer in the thread" in m.body][number - 1]

    def answers(self, question: int) -> list[tuple[int, str]]:
        root, everybody = self.question(question), [person.id for person in self.place.cast.people]
        below = [m for m in self._messages() if m.thread == root and not m.redacted]
        return [(everybody.index(m.sender), m.id) for m in below if m.sender in everybody]

    @property
    def _home(self) -> str:
        return self.place.home

    def _person(self, number: int) -> Someone:
        return self.place.cast.people[number]

    def _say(self, who: int, words: str, thread: str | None = None) -> str:
        return self._run(self._person(who).say(self._home, words, thread=thread))

    def _messages(self) -> list[Message]:
        return fold(self._run(events(self._person(0), self._home)))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.place.cast.loop.run(work)


class MatrixPlace:
    """A room with the people of a cast, and the bot, logged in there with the keys in ``folder``."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        self.cast = cast
        cast.loop.run(cast.clear())
        self.home = cast.loop.run(cast.home())
        self.commands: list[str] = []
        self._folder = account.home(folder)
        cast.loop.run(cast.log_in(self._folder))
        self.bot = self._bot(cast.synapse.url)
        self._met = False

    @contextmanager
    def members(self, at: datetime) -> Iterator[MatrixMembers]:
        del at
        if not self._met:
            self.seen(self.cast.bot.user_id)
            self._met = True
        yield MatrixMembers(self)

    def seen(self, user: str) -> None:
        """Let everybody's client know that somebody is there: they are to read what is said."""
        there = [p for p in self.cast.people[:FIRST] if isinstance(p, Member) and p.id != user]
        self.cast.loop.run(_all([person.sees(self.home, user) for person in there]))

    def begin(self, stage: Stage) -> None:
        with self.members(stage.at) as they:
            stage.act(they)

    def worsen(self) -> None:
        """Lose some answers to what was done."""
        self.bot = self._bot(self.cast.line.url)
        lost: list[Fault] = [AnswerLost(), Fine(), Fine()]
        self.cast.line.fail(r"PUT .*/send/m\.room\.(message|encrypted)/", *lost * 4)
        self.cast.line.fail(r"POST .*/createRoom", AnswerLost())
        self.cast.line.fail(r"PUT .*/account_data/", AnswerLost())

    def started(self) -> None:
        """Take no notice: the server is there."""

    def heard(self, at: datetime) -> int:
        """Have nothing to tell: the bot asks the server."""
        del at
        return 0

    def standing(self) -> Standing:
        """Leave out notices: they answer a command, and are said at most once."""
        return self.cast.loop.run(self._standing())

    def said(self) -> list[str]:
        """Return the ids of all that the bot said in the community's home and alone, answers to commands too."""

        async def all_of_it() -> list[str]:
            bot, found = self.cast.robot, list[str]()
            for room in await _rooms(bot):
                told = await bot.call("GET", "rooms", room, "messages", dir="f", limit="1000")
                found += [e["event_id"] for e in told["chunk"] if e["sender"] == bot.id and "state_key" not in e]
            return sorted(found)

        return self.cast.loop.run(all_of_it())

    async def _standing(self) -> Standing:
        names: dict[str, str] = {self.home: "home"}
        posted = await self._posted(self.cast.people[0], self.home, names)
        bot = self.cast.robot
        there: dict[str, list[str]] = {}
        for room in await _rooms(bot):
            if room != self.home:
                there.setdefault(await _with_whom(bot, room), []).append(room)
        for number, person in enumerate(self.cast.people):
            for time, room in enumerate(there.get(person.id, [])):
                names[room] = f"conversation {time} with {number}"
                await person.join(room)
                posted += await self._posted(person, room, names)
        commands = [f"matrix:{bot.id}:{self.home}:{event}" for event in self.commands]
        return Standing(posted, names, commands)

    async def _posted(self, reader: Someone, room: str, names: dict[str, str]) -> list[Any]:
        """Return what the bot posted in a room, and give every event there a name."""
        told, bot = await events(reader, room), self.cast.bot.user_id
        parcels = {e["event_id"] for e in told if e["sender"] == bot and KEY in e["content"]}
        for number, event in enumerate(e for e in told if e["sender"] != bot):
            names[event["event_id"]] = f"event {number} in {names[room]}"
        said = [m for m in fold(told) if m.sender == bot and (m.id in parcels or m.undecryptable)]
        names |= {m.id: f"message {number} in {names[room]}" for number, m in enumerate(said)}
        return [[m.id, room, m.thread, m.redacted, m.undecryptable, *_even(m)] for m in said]

    def _bot(self, url: str) -> MatrixBot:
        cast = self.cast
        settings = MatrixSettings(homeserver=url, user=cast.bot.user_id, encrypt_direct=cast.encrypted)
        return MatrixBot(settings, self._folder, self.home, cast.people[0].id)


async def events(reader: Someone, room: str) -> list[Event]:
    """Return all events of a room, oldest first, as a client shows them."""
    if isinstance(reader, Member):
        return await reader.events(room)
    return [
        {
            "event_id": e["event_id"],
            "sender": e["sender"],
            "type": e["type"],
            "state_key": e.get("state_key"),
            "content": e["content"],
            "relation": e["content"].get("m.relates_to", {}),
            "redacted": "redacted_because" in e.get("unsigned", {}),
            "encrypted": False,
            "undecryptable": None,
            "shield": None,
            "shield_reason": None,
        }
        for e in await reader.messages(room)
    ]


def _even(message: Message) -> tuple[str, str]:
    """Return what is said, whichever answers are chosen to be quoted: that hangs on the ids of events."""
    return QUOTED.sub("- …", message.body), QUOTED_HTML.sub("<li>…", message.html or "")


async def _rooms(bot: Client) -> list[str]:
    rooms: list[str] = (await bot.call("GET", "joined_rooms"))["joined_rooms"]
    return rooms


async def _with_whom(bot: Client, room: str) -> str:
    told = await bot.call("GET", "rooms", room, "members")
    return next((str(e["state_key"]) for e in told["chunk"] if e["state_key"] != bot.id), "")


async def _all(work: Sequence[Coroutine[Any, Any, Any]]) -> None:
    await asyncio.gather(*work)
