"""The story on Slack: against the double, in a thread of the test's process, which outlives the bot.

A command that Slack could not deliver, or of which it never learned that it was taken, is told to who gave it as a
failure. They look whether it happened all the same, and give it again if not: as soon as the bot is back. Here the
inbox is looked into for that; what was acknowledged must be there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.local.seed import SEEDS
from adapters.slack.session import SlackSession
from adapters.slack.settings import SlackSettings
from bot.engine.engine import Engine
from bot.engine.walk import settle
from tests.kill.driver import BEGIN
from tests.kill.place import Standing
from tests.kill.story import NEWCOMER, Members, Stage
from tests.slack.double import Envelope, Hosted, SlackDouble, buttons

SEED = SEEDS["en"]
EMOJI: Final = {"📥": "inbox_tray", "👍": "+1"}
LAG = timedelta(seconds=5)
"""For so long nothing that was written is in a history yet."""
ACK_TIMEOUT = 20.0
"""Seconds: a loaded machine is slow, not wrong."""
Stored = Callable[[str], bool]
"""Whether a fact is in the inbox, by the end of its key."""


@dataclass(frozen=True)
class SlackBot:
    """Slack as the bot's process sees it: an address and two tokens."""

    settings: SlackSettings

    @asynccontextmanager
    async def at_work(
        self, engine: Engine, heard: Callable[[], Awaitable[int]]
    ) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        session = SlackSession(engine, self.settings, pace=timedelta(), heartbeat=ACK_TIMEOUT)
        await session.open()
        running = asyncio.create_task(session.run())

        async def rest() -> None:
            # Slack tells of what the bot itself writes, too.
            before = -1
            while (told := await heard()) != before:
                before = told
                await session.idle()
                await settle(engine)

        try:
            yield rest
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@dataclass
class Given:
    """A command as it was given: ``envelope`` is how it went the last time."""

    who: int
    words: str
    envelope: Envelope


@dataclass
class Now:
    """The double's clock."""

    at: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class SlackMembers(Members):
    """Members on Slack. ``patient``: each act waits until the bot has taken it in, or died."""

    place: SlackPlace
    patient: bool = True

    def command(self, who: int, words: str) -> None:
        given = Given(who, words, self.give(who, words))
        self.place.given.append(given)

    def give(self, who: int, words: str) -> Envelope:
        return self._act(lambda d: d.slash(self._person(who), self._home, words))

    def say(self, who: int, words: str, thread: str | None = None) -> None:
        self._act(lambda d: d.say(self._person(who), self._home, words, thread=thread))

    def edit(self, who: int, message: str, words: str) -> None:
        self._act(lambda d: d.edit(self._person(who), self._home, message, words.replace("**", "*")))

    def delete(self, who: int, message: str) -> None:
        self._act(lambda d: d.delete(self._person(who), self._home, message))

    def react(self, who: int, message: str, emoji: str) -> None:
        self._act(lambda d: d.react(self._person(who), self._home, message, EMOJI[emoji]))

    def arrive(self) -> None:
        self._act(lambda d: d.join(self._person(-1), self._home))

    def leave(self, who: int) -> None:
        self._act(lambda d: d.leave(self._person(who), self._home))

    @property
    def chatter(self) -> str:
        said = self.place.hosted.double.messages(self._home)
        return [m.ts for m in said if m.user == self._person(2) and m.thread_ts is None][-1]

    def question(self, number: int) -> str:
        double = self.place.hosted.double
        said = [m for m in double.messages(self._home) if m.bot_id and m.thread_ts is None]
        return [m.ts for m in said if "Answer in the thread" in double.words(m)][number - 1]

    def answers(self, question: int) -> list[tuple[int, str]]:
        double, root = self.place.hosted.double, self.question(question)
        below = [m for m in double.messages(self._home) if m.thread_ts == root and not m.bot_id and not m.deleted]
        return [(self.place.people.index(m.user), m.ts) for m in below]

    @property
    def _home(self) -> str:
        return self.place.home

    def _person(self, number: int) -> str:
        return self.place.people[number]

    def _act[T](self, act: Callable[[SlackDouble], T]) -> T:
        self.place.now.at += timedelta(seconds=1)
        done = self.place.hosted.run(act)
        if self.patient:
            self.place.taken_in()
        return done


@dataclass
class SlackPlace:
    """A workspace with the seeded community's people and channels. The double is to be a new one."""

    hosted: Hosted
    now: Now
    stored: Stored
    patient: bool = True
    given: list[Given] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    home: str = ""
    _waiting: list[Stage] = field(default_factory=list)
    _opened: int = 0
    _back: bool = False
