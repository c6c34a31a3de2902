"""Where a story is played: any platform with a chat, people, and a clock that can be moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from adapters.local.chat import BOT, Chat, Message, OpenForm
from adapters.local.seed import seed
from adapters.local.session import LocalSession
from bot.app import registry
from bot.core.i18n import Catalogues, voice
from bot.core.model import Language
from bot.core.plain import Reader, plain
from bot.core.text import (
    Inline,
    Link,
    Paragraph,
    Text,
    buttons_of,
    inlines_of,
    map_inlines,
    text_codec,
    without_buttons,
)
from bot.engine.engine import Engine
from bot.engine.walk import settle, walk
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.engine.world import Hands, dump

CHANNELS: Mapping[Language, str] = {"en": "channel", "fr": "canal"}
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """A message as somebody sees it: who said what; ``thread`` is the message above it."""

    id: str
    who: str
    words: str
    thread: str | None
    buttons: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Stage(Protocol):
    """What a story needs. People go by their first names; the home channel is meant where none is named."""

    language: Language
    prefix: str
    """What is typed before a command."""
    plain: bool
    """Whether there are neither buttons nor forms: people choose and answer as they can."""

    profiles: bool
    """Whether it tells in which language and zone people live."""

    @property
    def place(self) -> str:
        """What a channel is called there, in the language of the stage."""
        ...

    async def say(self, who: str, words: str, *, thread: str | None = None) -> str:
        """Say something, a second after what was before, and return the message's id."""
        ...

    async def edit(self, who: str, message: str, words: str) -> None:
        """Replace one's own words."""
        ...

    async def delete(self, who: str, message: str) -> None:
        """Take back one's own message."""
        ...

    async def react(self, who: str, message: str, emoji: str) -> None:
        """Put a reaction on a message."""
        ...

    async def command(self, who: str, words: str, *, channel: str | None = None) -> str:
        """Give a command, and return what is shown to the person alone."""
        ...

    async def alone(self, who: str, words: str) -> str:
        """Say something to the bot alone, and return what it answers."""
        ...

    async def press(self, who: str, button: str) -> str:
        """Press the newest button that says so among those this person sees, and return what is shown to them."""
        ...

    async def submit(self, who: str, **values: str) -> Mapping[str, str]:
        """Send the open form with these values instead of those in it; return what is wrong, by field.

        Where a form is asked for in words, only what was wrong can be given anew.
        """
        ...

    async def leave(self, who: str) -> None:
        """Leave the home channel."""
        ...

    async def invite(self, who: str, channel: str, *others: str) -> None:
        """Make a channel with the bot in it, and let others join; from then on it is the home channel."""
        ...

    async def moderate(self, who: str) -> None:
        """Let somebody be in charge of the home channel by the platform, where it knows such people."""
        ...

    async def until(self, at: datetime) -> None:
        """Move the clock."""
        ...

    def form(self, who: str) -> Mapping[str, str] | None:
        """Return the values in the form that is open in front of somebody."""
        ...

    def link(self, message: str) -> str:
        """Return where a link to a message of the home channel leads."""
        ...

    def seen(self, who: str | None = None) -> list[Line]:
        """Return what the bot said to everybody in the home channel, or to one person alone in direct messages."""
        ...

    def whispered(self, who: str) -> list[Line]:
        """Return what only this person can see, oldest first."""
        ...

    async def kept(self) -> object:
        """Return all that is stored, but for which facts were heard."""
        ...


@dataclass
class LocalStage:
    """The playground."""

    chat: Chat
    session: LocalSession
    clock: Hands
    language: Language
    prefix: str = "/causerie"
    plain: bool = False
    profiles: bool = True
    elsewhere: str | None = None

    @property
    def place(self) -> str:
        return CHANNELS[self.language]

    async def say(self, who: str, words: str, *, thread: str | None = None) -> str:
        self.clock.at += timedelta(seconds=1)
        message = self.chat.say(self._id(who), self.home, words, thread)
        await self.session.heard()
        return message

    async def edit(self, who: str, message: str, words: str) -> None:
        self.chat.edit(self._id(who), message, words)
        await self.session.heard()

    async def delete(self, who: str, message: str) -> None:
        self.chat.delete(self._id(who), message)
        await self.session.heard()

    async def react(self, who: str, message: str, emoji: str) -> None:
        self.chat.react(self._id(who), message, emoji)
        await self.session.heard()

    async def command(self, who: str, words: str, *, channel: str | None = None) -> str:
        before = self.chat.newest()
        place = self.home if channel is None else next(r.id for r in self.chat.rooms() if r.name == channel)
        self.chat.say(self._id(who), place, f"/causerie {words}")
        await self.session.heard()
        return self._shown(who, before)

    async def reply(self, who: str, words: str) -> None:
        """Say something to the bot alone."""
        self.chat.say(self._id(who), self.chat.direct(frozenset({self._id(who), BOT})), words)
        await self.session.heard()

    async def alone(self, who: str, words: str) -> str:
        before = self.chat.newest()
        await self.reply(who, words)
        lines = {line.id: line for line in (*self.seen(who), *self.whispered(who)) if int(line.id[1:]) > before}
        return "\n".join(line.words for line in lines.values())

    async def asked(self, who: str, words: str) -> str:
        """Give a command, and return what the bot answers by direct message."""
        before = self.chat.newest()
        await self.command(who, words)
        return "\n".join(line.words for line in self.seen(who) if int(line.id[1:]) > before)

    async def press(self, who: str, button: str) -> str:
        before = self.chat.newest()
        for message in reversed(self._visible(who)):
            for offered in buttons_of(message.body):
                if self._words(Text((_row(offered.label),))) == button:
                    self.chat.press(self._id(who), message.id, offered.action, offered.value)
                    await self.session.heard()
                    return self._shown(who, before)
        raise LookupError(button)

    async def submit(self, who: str, **values: str) -> Mapping[str, str]:
        form = self._form(who)
        assert form is not None
        given = {f["name"]: values.get(f["name"].replace(".", "_"), f["value"]) for f in form.form["fields"]}
        self.chat.submit(self._id(who), form.id, given)
        await self.session.heard()
        after = self._form(who)
        return {k: self._words(text_codec.validate_python(v)) for k, v in (after.errors if after else {}).items()}

    async def leave(self, who: str) -> None:
        self.chat.leave(self.home, self._id(who))
        await self.session.heard()

    async def invite(self, who: str, channel: str, *others: str) -> None:
        self.elsewhere = self.chat.open_channel(self._id(who), channel)
        for other in others:
            self.chat.join(self.elsewhere, self._id(other))
        await self.session.heard()

    async def moderate(self, who: str) -> None:
        pass

    async def until(self, at: datetime) -> None:
        await settle(self.session.engine)
        async for instant in walk(self.session.engine, at):
            self.clock.at = max(instant, self.clock.at)
            await settle(self.session.engine)
        self.clock.at = at

    def form(self, who: str) -> Mapping[str, str] | None:
        form = self._form(who)
        return {f["name"]: f["value"] for f in form.form["fields"]} if form else None

    def link(self, message: str) -> str:
        return f"#{self.home}/{message}"

    def seen(self, who: str | None = None) -> list[Line]:
        place = self.home if who is None else self.chat.direct(frozenset({self._id(who), BOT}))
        return [self._line(m) for m in self.chat.said_after(0, BOT) if m.channel == place]

    def whispered(self, who: str) -> list[Line]:
        return [self._line(m) for m in self._visible(who) if m.only_for == self._id(who)]

    async def kept(self) -> object:
        database = self.session.engine.database
        assert isinstance(database, SqlDatabase)
        rows = await dump(database, ("inbox", "claim"))
        rows["workspace"] = []  # the cursor moves with everything that is read
        return rows, [(m.id, m.body) for m in self.chat.said_after(0, BOT)]

    @property
    def home(self) -> str:
        """The home channel."""
        return self.elsewhere or self.chat.noted("home")

    def _id(self, who: str) -> str:
        return next(p.id for p in self.chat.personas() if p.name.split()[0] == who)

    def _form(self, who: str) -> OpenForm | None:
        return self.chat.form_for(self._id(who))

    def _visible(self, who: str) -> list[Message]:
        rooms = [r.id for r in self.chat.rooms() if not r.direct or self._id(who) in r.members]
        messages = [m for room in rooms for m in self.chat.latest(room, self._id(who), 500)]
        return sorted(messages, key=lambda m: int(m.id[1:]))

    def _shown(self, who: str, before: int) -> str:
        """Return the whispers to somebody since a message."""
        mine = [m for m in self._visible(who) if int(m.id[1:]) > before and m.only_for == self._id(who)]
        return "\n".join(self._words(m.body) for m in mine)

    def _line(self, message: Message) -> Line:
        return Line(
            message.id,
            next(p.name for p in self.chat.personas() if p.id == message.author),
            self._words(message.body),
            message.thread,
            tuple(self._words(Text((_row(b.label),))) for b in buttons_of(message.body)),
            tuple(n.url for n in inlines_of(message.body) if isinstance(n, Link)),
        )

    def _words(self, body: Text) -> str:
        reader = Reader(
            voice(self.language),
            self.chat.noted("zone", "UTC"),
            name=lambda m: next(p.name for p in self.chat.personas() if p.id == m),
            channel=lambda c: self.chat.room(c).name,
            link=lambda _: None,
        )
        return plain(_unlinked(without_buttons(body)), reader).replace("\u00a0", " ").replace("\u202f", " ")


def _row(label: Inline) -> Paragraph:
    return Paragraph((label,))


def _unlinked(body: Text) -> Text:
    return map_inlines(body, lambda n: n.children if isinstance(n, Link) else (n,))


@asynccontextmanager
async def local(language: Language, *, plain: bool = False) -> AsyncIterator[LocalStage]:
    """Give the playground with its small community, on a Friday morning; ``plain``: messages are all that it shows."""
    clock = Hands(FRIDAY)
    known = registry()
    database = await SqlDatabase.in_memory(installed())
    chat = Chat(":memory:", clock)
    session = LocalSession(chat, Engine(database, known, Catalogues(known.locales), clock), plain=plain)
    try:
        await session.open()
        await seed(session, language)
        yield LocalStage(chat, session, clock, language, plain=plain)
    finally:
        chat.close()
        await database.close()
