"""The platforms that keep the port's contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Final

from adapters.local.chat import BOT, Chat
from adapters.local.platform import LocalPlatform
from adapters.slack.platform import SlackPlatform
from adapters.slack.session import SlackSession
from adapters.slack.settings import SlackSettings
from bot.app import registry
from bot.core.i18n import Catalogues, voice
from bot.core.incoming import Profile, Said
from bot.core.model import Fact
from bot.core.plain import Reader, plain
from bot.core.text import Link, Mention, Text, buttons_of, inlines_of, map_inlines, paragraph, without_buttons
from bot.engine.engine import Engine
from bot.engine.platform import Platform
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.contracts import matrix
from tests.contracts.matrix import MatrixSite
from tests.contracts.site import HOME, PEOPLE, Line, Site, Unfailing, plainly
from tests.engine.platform import FakePlatform, Later, Lost
from tests.engine.world import Hands
from tests.slack.double import Aborted, AnswerLost, RateLimited, SlackDouble, buttons, notified

_CONVERSATION = "D:"


class FakeSite(Unfailing):
    """The engine's own fake: it takes whatever it is given, and fails where it is asked to."""

    able: ClassVar[frozenset[str]] = frozenset({"wait", "lose", "hide", "profiles"})

    def __init__(self) -> None:
        self.clock = Hands()
        self.fake = FakePlatform(self.clock)
        self.people = {name: name.lower() for name in PEOPLE}
        self.home, self.elsewhere, self.nowhere = "C1", "C2", "C3"
        self.fake.present["C1"] = [
            Profile(external=self.people[name], name=name, language=language, zone=zone)
            for name, (language, zone) in PEOPLE.items()
        ]

    @property
    def platform(self) -> Platform:
        return self.fake

    async def said(self, channel: str) -> list[Line]:
        there = [m for m in self.fake.messages if m.channel == channel and not m.gone]
        return [_line(m.id, m.thread, m.body, self.people, {self.home: HOME}) for m in there]

    async def members(self, channel: str) -> set[str]:
        return set(channel.removeprefix(_CONVERSATION).split(","))

    async def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
        message = f"u{len(self.fake.written) + 1}"
        heard = Said(
            fact=Fact(message),
            at=self.clock(),
            channel=channel,
            author=self.people[who],
            thread=thread,
            message=message,
            text=paragraph(words),
        )
        self.fake.written[channel, message] = heard
        if thread is not None:
            self.fake.threads.setdefault((channel, thread), []).append(heard)
        return message

    async def delete(self, message: str, channel: str) -> None:
        gone = self.fake.written.pop((channel, message))
        for there in self.fake.threads.values():
            there[:] = [m for m in there if m is not gone]

    def wait(self, words: str, seconds: int) -> None:
        self.fake.fail(words, Later(timedelta(seconds=seconds)))

    def lose(self, words: str, *, accepted: bool) -> None:
        self.fake.fail(words, Lost(accepted))

    def hide(self, lag: timedelta) -> None:
        self.fake.lag = lag


class LocalSite(Unfailing):
    """The playground's chat, in memory: it is on this machine, so that it neither waits nor fails."""

    able: ClassVar[frozenset[str]] = frozenset({"absent", "nobody", "profiles"})

    def __init__(self, *, plain: bool = False) -> None:
        self.clock = Hands()
        self.chat = Chat(":memory:", self.clock)
        self.people = {
            name: self.chat.add_persona(name, language=language, zone=zone) for name, (language, zone) in PEOPLE.items()
        }
        self.home = self.chat.add_channel(HOME, [BOT, *self.people.values()])
        self.elsewhere = self.chat.add_channel("elsewhere", [*self.people.values()])
        self.nowhere = "C0NOWHERE"
        self.platform: Platform = LocalPlatform(self.chat, plain=plain)

    async def said(self, channel: str) -> list[Line]:
        there = [m for m in self.chat.latest(channel, BOT, 100) if m.author == BOT and not m.gone]
        return [_line(m.id, m.thread, m.body, self.people, {self.home: HOME}) for m in there]

    async def members(self, channel: str) -> set[str]:
        return set(self.chat.room(channel).members - {BOT})

    async def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
        return self.chat.say(self.people[who], channel, words, thread)

    async def delete(self, message: str, channel: str) -> None:
        assert self.chat.message(message).channel == channel
        self.chat.delete(self.chat.message(message).author, message)


@dataclass
class SlackSite(Unfailing):
    """The adapter's port to Slack's double."""

    able: ClassVar[frozenset[str]] = frozenset(
        {"wait", "lose", "hide", "absent", "nobody", "archive", "apps", "close", "profiles"}
    )
    clock: Hands
    double: SlackDouble
    platform: SlackPlatform
    people: dict[str, str]
    home: str
    elsewhere: str
    nowhere: str = "C0NOWHERE"

    async def said(self, channel: str) -> list[Line]:
        ours = [m for m in self.double.messages(channel) if m.bot_id == self.double.bot_id and not m.deleted]
        return [
            Line(
                m.ts,
                m.thread_ts,
                plainly(self.double.words(m)),
                tuple(label for label, _, _ in buttons(m)),
                frozenset(notified(m)),
                tuple(_addresses(m.blocks)),
            )
            for m in sorted(ours, key=lambda m: float(m.ts))
        ]

    async def members(self, channel: str) -> set[str]:
        return set(self.double.channels[channel].members) - {self.double.bot_user}

    async def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
        return self.double.say(self.people[who], channel, words, thread=thread)

    async def delete(self, message: str, channel: str) -> None:
        self.double.delete(self.double.message(channel, message).user, channel, message)

    def wait(self, words: str, seconds: int) -> None:  # noqa: ARG002 - whatever is said next
        self.double.fail("chat.postMessage", RateLimited(seconds))

    def lose(self, words: str, *, accepted: bool) -> None:  # noqa: ARG002 - as above
        self.double.fail("chat.postMessage", AnswerLost() if accepted else Aborted())

    def hide(self, lag: timedelta) -> None:
        self.double.lag = lag


@asynccontextmanager
async def _fake(_: Callable[[str], Any]) -> AsyncIterator[Site]:
    yield FakeSite()


@asynccontextmanager
async def _local(_: Callable[[str], Any], *, plain: bool = False) -> AsyncIterator[Site]:
    site = LocalSite(plain=plain)
    yield site
    site.chat.close()


@asynccontextmanager
async def _slack(_: Callable[[str], Any]) -> AsyncIterator[Site]:
    clock, known = Hands(), registry()
    database = await SqlDatabase.in_memory(installed())
    try:
        async with SlackDouble(clock=clock) as double:
            people = {
                name: double.add_user(name, locale=f"{language}-{language.upper()}", tz=zone)
                for name, (language, zone) in PEOPLE.items()
            }
            home = double.add_channel(HOME, [*people.values()], with_bot=True)
            elsewhere = double.add_channel("elsewhere", [*people.values()])
            tokens = SlackSettings(bot_token=double.bot_token, app_token=double.app_token, api_url=double.api_url)
            engine = Engine(database, known, Catalogues(known.locales), clock)
            session = SlackSession(engine, tokens, pace=timedelta())
            await session.open()
            yield SlackSite(clock, double, session.port, people, home, elsewhere)
            await session.web.close()
    finally:
        await database.close()


Opened = Callable[[Callable[[str], Any]], AbstractAsyncContextManager[Site]]
"""Gives a site, by what gives fixtures."""

SITES: Final[dict[str, tuple[frozenset[str], Opened]]] = {
    "fake": (FakeSite.able, _fake),
    "local": (LocalSite.able, _local),
    "local without buttons": (LocalSite.able, partial(_local, plain=True)),
    "slack": (SlackSite.able, _slack),
    "matrix": (MatrixSite.able, matrix.rooms),
    "matrix encrypted": (MatrixSite.able, partial(matrix.rooms, encrypted=True)),
}


def _line(message: str, thread: str | None, body: Text, people: dict[str, str], channels: dict[str, str]) -> Line:
    """Return a message that is kept as a tree, as it reads."""
    names = {external: name for name, external in people.items()}
    reader = Reader(voice("en"), "UTC", name=lambda m: names[m], channel=lambda c: channels[c], link=lambda _: None)
    nodes = tuple(inlines_of(body))
    unlinked = map_inlines(without_buttons(body), lambda node: node.children if isinstance(node, Link) else (node,))
    return Line(
        message,
        thread,
        plainly(plain(unlinked, reader)),
        tuple(plain(paragraph(b.label), reader) for b in buttons_of(body)),
        frozenset(node.member for node in nodes if isinstance(node, Mention)),
        tuple(node.url for node in nodes if isinstance(node, Link)),
    )


def _addresses(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if value.get("type") == "link":
            yield value["url"]
        yield from (url for inner in value.values() for url in _addresses(inner))
    elif isinstance(value, list):
        yield from (url for inner in value for url in _addresses(inner))
