"""The story on the playground."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.local.chat import BOT, Chat
from adapters.local.seed import seed
from adapters.local.session import LocalSession
from bot.core.text import Text, text_codec
from bot.engine.engine import Engine
from tests.kill.driver import BEGIN
from tests.kill.place import Standing
from tests.kill.story import NEWCOMER, Members, Stage

CHAT = "playground.sqlite"


class LooseChat(Chat):
    """A platform that keeps the key of a message, and shows it twice when it is sent twice."""

    def post(self, key: str, channel: str, body: Text, thread: str | None = None) -> str:
        return super().post(f"{key} again {self.newest()}" if self.find(key) else key, channel, body, thread)


@dataclass(frozen=True)
class LocalBot:
    """The playground as the bot's process sees it: a file, which it seeds."""

    chat: Path

    @asynccontextmanager
    async def at_work(
        self, engine: Engine, heard: Callable[[], Awaitable[int]]
    ) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        del heard
        with closing(LooseChat(self.chat, engine.clock)) as chat:
            session = LocalSession(chat, engine)
            await session.open()
            await seed(session, "en")
            yield session.heard


@dataclass
class Ticking:
    """A clock that goes on by a second whenever it is read, so that no two things happen at once."""

    at: datetime

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass(frozen=True)
class LocalMembers(Members):
    """Members on the playground."""

    chat: Chat

    def command(self, who: int, words: str) -> None:
        self.say(who, f"/causerie {words}")

    def say(self, who: int, words: str, thread: str | None = None) -> None:
        self.chat.say(self._person(who), self._home, words, thread)

    def edit(self, who: int, message: str, words: str) -> None:
        self.chat.edit(self._person(who), message, words)

    def delete(self, who: int, message: str) -> None:
        self.chat.delete(self._person(who), message)

    def react(self, who: int, message: str, emoji: str) -> None:
        self.chat.react(self._person(who), message, emoji)

    def arrive(self) -> None:
        self.chat.join(self._home, self.chat.add_persona(NEWCOMER, zone="Europe/London"))

    def leave(self, who: int) -> None:
        self.chat.leave(self._home, self._person(who))

    @property
    def chatter(self) -> str:
        return [m.id for m in self.chat.said_after(0, self._person(2)) if m.thread is None][-1]

    def question(self, number: int) -> str:
        said = self.chat.said_after(0, BOT)
        return [m.id for m in said if b"Answer in the thread" in text_codec.dump_json(m.body)][number - 1]

    def answers(self, question: int) -> list[tuple[int, str]]:
        found = [m for m in self.chat.replies(self.question(question)) if m.author != BOT]
        return [(self._people.index(m.author), m.id) for m in found]

    @property
    def _home(self) -> str:
        return self.chat.noted("home")

    @property
    def _people(self) -> list[str]:
        return [p.id for p in self.chat.personas() if p.id != BOT]

    def _person(self, number: int) -> str:
        return self._people[number]


class LocalPlace:
    """A playground in a file."""

    def __init__(self, folder: Path) -> None:
        self._chat = folder / CHAT
        self.bot = LocalBot(self._chat)

    @contextmanager
    def members(self, at: datetime) -> Iterator[Members]:
        with closing(Chat(self._chat, Ticking(at))) as chat:
            yield LocalMembers(chat)

    def begin(self, stage: Stage) -> None:
        with self.members(stage.at) as they:
            stage.act(they)

    def worsen(self) -> None:
        """Lose nothing; nobody waits as it is."""

    def started(self) -> None:
        """Take no notice: the file is there."""

    def heard(self, at: datetime) -> int:
        """Have nothing to tell: the bot reads it."""
        del at
        return 0

    def standing(self) -> Standing:
        """Leave out whispers: they take numbers from the messages."""
        with closing(Chat(self._chat, lambda: BEGIN)) as chat:
            numbers = range(1, chat.newest() + 1)
            messages = [m for m in (chat.message(f"m{n}") for n in numbers) if m.only_for is None]
        posted: list[Any] = [
            [m.id, m.channel, m.thread, m.gone, text_codec.dump_python(m.body, mode="json")]
            for m in messages
            if m.author == BOT
        ]
        return Standing(posted, {m.id: f"message {place}" for place, m in enumerate(messages)})
