"""The platforms that keep the port's contract, each with what people do and see there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final, Protocol

from adapters.local.chat import BOT, Chat
from adapters.local.platform import LocalPlatform
from adapters.slack.platform import SlackPlatform
from adapters.slack.session import SlackSession
from adapters.slack.settings import SlackSettings
from bot.app import registry
from bot.core.i18n import Catalogues, voice
from bot.core.incoming import Profile, Said
from bot.core.model import Fact, Language
from bot.core.plain import Reader, plain
from bot.core.text import Link, Mention, Text, buttons_of, inlines_of, map_inlines, paragraph, without_buttons
from bot.engine.engine import Engine
from bot.engine.platform import Platform
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.engine.platform import FakePlatform, Later, Lost
from tests.engine.world import Hands
from tests.slack.double import Aborted, AnswerLost, RateLimited, SlackDouble, buttons, notified

PEOPLE: Final[dict[str, tuple[Language, str]]] = {"Ana": ("fr", "Europe/Paris"), "Bo": ("en", "America/Montreal")}
HOME: Final = "practice"
_CONVERSATION = "D:"


@dataclass(frozen=True)
class Line:
    """A message of the bot's as people see it. ``called``: whom it notifies; ``links``: addresses it leads to."""

    message: str
    thread: str | None
    words: str
    buttons: tuple[str, ...] = ()
    called: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()


class Site(Protocol):
    """A platform where Ana and Bo are in the channel ``home`` with the bot, and in ``elsewhere`` without it.

    ``able`` is what can happen there: "wait" and "lose" are its faults, "hide" its lag; "absent": it knows a channel or
    a person that is not there; "archive", "apps" and "close" (of an account).
    """

    able: ClassVar[frozenset[str]]
    clock: Hands
    people: dict[str, str]
    home: str
    elsewhere: str

    @property
    def platform(self) -> Platform: ...

    def said(self, channel: str) -> list[Line]:
        """Return what the bot said in a channel, its threads included, in order."""
        ...

    def members(self, channel: str) -> set[str]:
        """Return who is in a conversation with the bot."""
        ...

    def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str: ...

    def delete(self, message: str, channel: str) -> None:
        """Let whoever wrote a message delete it."""
        ...

    def wait(self, words: str, seconds: int) -> None:
        """Let what says ``words`` be asked to wait, when it is sent next."""
        ...

    def lose(self, words: str, *, accepted: bool) -> None:
        """Let the answer to what says ``words`` be lost, when it is sent next."""
        ...

    def hide(self, lag: timedelta) -> None:
        """Let what is sent be invisible for some time."""
        ...


class _Unfailing:
    """What cannot happen."""

    def wait(self, words: str, seconds: int) -> None:
        raise NotImplementedError

    def lose(self, words: str, *, accepted: bool) -> None:
        raise NotImplementedError

    def hide(self, lag: timedelta) -> None:
        raise NotImplementedError


class FakeSite:
    """The engine's own fake: it takes whatever it is given, and fails where it is asked to."""

    able: ClassVar[frozenset[str]] = frozenset({"wait", "lose", "hide"})

    def __init__(self) -> None:
        self.clock = Hands()
        self.fake = FakePlatform(self.clock)
        self.people = {name: name.lower() for name in PEOPLE}
        self.home, self.elsewhere = "C1", "C2"
        self.fake.present["C1"] = [
            Profile(external=self.people[name], name=name, language=language, zone=zone)
            for name, (language, zone) in PEOPLE.items()
        ]

    @property
    def platform(self) -> Platform:
        return self.fake

    def said(self, channel: str) -> list[Line]:
        there = [m for m in self.fake.messages if m.channel == channel and not m.gone]
        return [_line(m.id, m.thread, m.body, self.people, {self.home: HOME}) for m in there]

    def members(self, channel: str) -> set[str]:
        return set(channel.removeprefix(_CONVERSATION).split(","))

    def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
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

    def delete(self, message: str, channel: str) -> None:
        gone = self.fake.written.pop((channel, message))
        for there in self.fake.threads.values():
            there[:] = [m for m in there if m is not gone]

    def wait(self, words: str, seconds: int) -> None:
        self.fake.fail(words, Later(timedelta(seconds=seconds)))

    def lose(self, words: str, *, accepted: bool) -> None:
        self.fake.fail(words, Lost(accepted))

    def hide(self, lag: timedelta) -> None:
        self.fake.lag = lag


class LocalSite(_Unfailing):
    """The playground's chat, in memory: it is on this machine, so that it neither waits nor fails."""

    able: ClassVar[frozenset[str]] = frozenset({"absent"})

    def __init__(self) -> None:
        self.clock = Hands()
        self.chat = Chat(":memory:", self.clock)
        self.people = {
            name: self.chat.add_persona(name, language=language, zone=zone) for name, (language, zone) in PEOPLE.items()
        }
        self.home = self.chat.add_channel(HOME, [BOT, *self.people.values()])
        self.elsewhere = self.chat.add_channel("elsewhere", [*self.people.values()])
        self.platform: Platform = LocalPlatform(self.chat)

    def said(self, channel: str) -> list[Line]:
        there = [m for m in self.chat.latest(channel, BOT, 100) if m.author == BOT and not m.gone]
        return [_line(m.id, m.thread, m.body, self.people, {self.home: HOME}) for m in there]

    def members(self, channel: str) -> set[str]:
        return set(self.chat.room(channel).members - {BOT})

    def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
        return self.chat.say(self.people[who], channel, words, thread)

    def delete(self, message: str, channel: str) -> None:
        assert self.chat.message(message).channel == channel
        self.chat.delete(self.chat.message(message).author, message)


@dataclass
class SlackSite:
    """The adapter's port to Slack's double."""

    able: ClassVar[frozenset[str]] = frozenset({"wait", "lose", "hide", "absent", "archive", "apps", "close"})
    clock: Hands
    double: SlackDouble
    platform: SlackPlatform
    people: dict[str, str]
    home: str
    elsewhere: str

    def said(self, channel: str) -> list[Line]:
        ours = [m for m in self.double.messages(channel) if m.bot_id == self.double.bot_id and not m.deleted]
        return [
            Line(
                m.ts,
                m.thread_ts,
                _plainly(self.double.words(m)),
                tuple(label for label, _, _ in buttons(m)),
                frozenset(notified(m)),
                tuple(_addresses(m.blocks)),
            )
            for m in sorted(ours, key=lambda m: float(m.ts))
        ]

    def members(self, channel: str) -> set[str]:
        return set(self.double.channels[channel].members) - {self.double.bot_user}

    def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
        return self.double.say(self.people[who], channel, words, thread=thread)

    def delete(self, message: str, channel: str) -> None:
        self.double.delete(self.double.message(channel, message).user, channel, message)

    def wait(self, words: str, seconds: int) -> None:  # noqa: ARG002 - whatever is said next
        self.double.fail("chat.postMessage", RateLimited(seconds))

    def lose(self, words: str, *, accepted: bool) -> None:  # noqa: ARG002 - as above
        self.double.fail("chat.postMessage", AnswerLost() if accepted else Aborted())

    def hide(self, lag: timedelta) -> None:
        self.double.lag = lag


@asynccontextmanager
async def _fake() -> AsyncIterator[Site]:
    yield FakeSite()


@asynccontextmanager
async def _local() -> AsyncIterator[Site]:
    site = LocalSite()
    yield site
    site.chat.close()


@asynccontextmanager
async def _slack() -> AsyncIterator[Site]:
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


SITES: Final[dict[str, tuple[frozenset[str], Callable[[], AbstractAsyncContextManager[Site]]]]] = {
    "fake": (FakeSite.able, _fake),
    "local": (LocalSite.able, _local),
    "slack": (SlackSite.able, _slack),
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
        _plainly(plain(unlinked, reader)),
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


def _plainly(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200b", "")
