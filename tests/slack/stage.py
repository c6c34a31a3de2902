"""Stories played on Slack: the adapter at work against the double, by everything that Slack has for people."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.local.seed import SEEDS
from adapters.slack.parse import parse_blocks
from adapters.slack.scopes import EVENTS, NEEDED, OPTIONAL
from adapters.slack.session import SlackSession
from adapters.slack.settings import SlackSettings
from bot.app import registry
from bot.core.i18n import Catalogues, voice
from bot.core.model import Language
from bot.core.plain import Reader, plain
from bot.core.text import Link, Text, inlines_of, map_inlines
from bot.engine.engine import Engine
from bot.engine.walk import settle, walk
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.engine.world import Hands, dump
from tests.scenarios.stage import CHANNELS, FRIDAY, Line
from tests.slack.double import SlackDouble, buttons

EMOJI: Final = {"📥": "inbox_tray", "👍": "+1"}
REQUIRED: Final = "Please complete this required field."
NO_CHOICE: Final = "This is none of the choices."
LOCALES: Final[Mapping[Language, str]] = {"en": "en-GB", "fr": "fr-FR"}


@dataclass
class SlackStage:
    """A workspace of Slack's with five people, and the adapter at work in it."""

    double: SlackDouble
    session: SlackSession
    clock: Hands
    language: Language
    people: dict[str, str]
    home: str
    channels: dict[str, str]
    prefix: str = "/causerie"
    plain: bool = False
    profiles: bool = True

    @property
    def place(self) -> str:
        return CHANNELS[self.language]

    async def say(self, who: str, words: str, *, thread: str | None = None) -> str:
        self.clock.at += timedelta(seconds=1)
        ts = self.double.say(self.person(who), self.home, _marked(words), thread=thread)
        await self.rest()
        return ts

    async def edit(self, who: str, message: str, words: str) -> None:
        self.double.edit(self.person(who), self.home, message, _marked(words))
        await self.rest()

    async def delete(self, who: str, message: str) -> None:
        self.double.delete(self.person(who), self.home, message)
        await self.rest()

    async def react(self, who: str, message: str, emoji: str) -> None:
        self.double.react(self.person(who), self.home, message, EMOJI.get(emoji, emoji))
        await self.rest()

    async def command(self, who: str, words: str, *, channel: str | None = None) -> str:
        before = self._shown(who)
        self.double.slash(self.person(who), self.channels[channel] if channel else self.home, self._typed(words))
        await self.rest()
        return self._since(who, before)

    async def alone(self, who: str, words: str) -> str:
        before = len(self.seen(who))
        self.double.say(self.person(who), self.double.direct(self.person(who)), self._typed(words))
        await self.rest()
        return "\n".join(line.words for line in self.seen(who)[before:])

    async def press(self, who: str, button: str) -> str:
        before = self._shown(who)
        person = self.person(who)
        for channel, message in reversed(self._visible(who)):
            for label, action, value in buttons(message):
                if label == button:
                    self.double.press(person, channel, message.ts, action, value)
                    await self.rest()
                    return self._since(who, before)
        raise LookupError(button)

    async def submit(self, who: str, **values: str) -> Mapping[str, str]:
        person = self.person(who)
        blocks = {b["block_id"]: b for b in self.double.views(person)[-1]["blocks"] if "element" in b}
        names = {name.replace(".", "_"): name for name in blocks}
        given = {names[name]: value for name, value in values.items()}
        # What Slack itself lets nobody choose or leave empty.
        barred = {name: REQUIRED for name, value in given.items() if not value and not blocks[name].get("optional")}
        barred |= {name: NO_CHOICE for name, value in given.items() if not _offered(blocks[name]["element"], value)}
        held = {name: _initial(block["element"]) for name, block in blocks.items()}
        sent = held | {name: value for name, value in given.items() if name not in barred}
        if REQUIRED in barred.values():
            return barred
        self.double.submit(person, sent)
        await self.rest()
        return barred | {k: _plainly(v) for k, v in self.double.view_errors(person).items()}

    async def leave(self, who: str) -> None:
        self.double.leave(self.person(who), self.home)
        await self.rest()

    async def invite(self, who: str, channel: str, *others: str) -> None:
        members = [self.person(name) for name in (who, *others)]
        self.home = self.channels[channel] = self.double.add_channel(channel, members)
        self.double.invite_bot(self.person(who), self.home)
        await self.rest()

    async def moderate(self, who: str) -> None:
        pass

    async def until(self, at: datetime) -> None:
        await self.rest()
        async for instant in walk(self.session.engine, at):
            self.clock.at = max(instant, self.clock.at)
            await self.rest()
        self.clock.at = at

    def form(self, who: str) -> Mapping[str, str] | None:
        views = self.double.views(self.person(who))
        if not views:
            return None
        return {b["block_id"]: _initial(b["element"]) for b in views[-1]["blocks"] if "element" in b}

    def link(self, message: str) -> str:
        return self.session.port.permalink(self.home, message)

    def seen(self, who: str | None = None) -> list[Line]:
        place = self.home if who is None else self.double.direct(self.person(who))
        said = [m for m in self.double.messages(place) if m.bot_id == self.double.bot_id and not m.deleted]
        return [self._line(m) for m in sorted(said, key=lambda m: float(m.ts))]

    def whispered(self, who: str) -> list[Line]:
        return [self._line(m) for m in self.double.ephemerals(self.person(who))]

    async def kept(self) -> object:
        database = self.session.engine.database
        assert isinstance(database, SqlDatabase)
        rows = await dump(database, ("inbox", "claim"))
        said = [(m.ts, m.blocks) for channel in self.channels.values() for m in self.double.messages(channel)]
        return rows, said

    async def rest(self) -> None:
        """Let everything happen that can happen now, on both sides."""
        for _ in range(2):
            await self.double.drained()
            await self.session.idle()
            await settle(self.session.engine)
        await self.double.drained()
        await self.session.idle()

    def person(self, who: str) -> str:
        """Return somebody by the id that Slack gave them."""
        return next(user for name, user in self.people.items() if name.split()[0] == who)

    def _typed(self, words: str) -> str:
        """Return words as Slack's field sends them, with people and channels by their ids."""
        for name, user in self.people.items():
            words = words.replace(f"@{name}", f"<@{user}>")
        for name, channel in self.channels.items():
            words = re.sub(rf"#{re.escape(name)}\b", f"<#{channel}>", words)
        return words

    def _visible(self, who: str) -> list[tuple[str, Any]]:
        """Return what somebody sees that has buttons, oldest first, with where it is."""
        person = self.person(who)
        places = [*self.channels.values(), self.double.direct(person)]
        messages = [(place, m) for place in places for m in self.double.messages(place) if not m.deleted]
        messages += [(m.channel, m) for m in self.double.ephemerals(person)]
        return sorted(messages, key=lambda pair: float(pair[1].ts))

    def _shown(self, who: str) -> list[tuple[str, str]]:
        """Return what somebody was answered, with its words: an answer may take a question's place.

        It is seen by them only, or stands in their conversation with the bot, without a key of the outbox.
        """
        person = self.person(who)
        direct = [m for m in self.double.messages(self.double.direct(person)) if m.bot_id and not m.metadata]
        return [(m.ts, self._words(m)) for m in (*self.double.ephemerals(person), *direct)]

    def _since(self, who: str, before: list[tuple[str, str]]) -> str:
        return "\n".join(words for ts, words in self._shown(who) if (ts, words) not in before)

    def _line(self, message: Any) -> Line:  # noqa: ANN401 - the double's own message
        tree = parse_blocks(message.blocks) or Text()
        return Line(
            message.ts,
            "Causerie",
            self._words(message),
            message.thread_ts if message.thread_ts != message.ts else None,
            tuple(_plainly(label) for label, _, _ in buttons(message)),
            tuple(node.url for node in inlines_of(tree) if isinstance(node, Link)),
        )

    def _words(self, message: Any) -> str:  # noqa: ANN401 - as above
        names = {user: name for name, user in self.people.items()}
        channels = {channel: name for name, channel in self.channels.items()}
        reader = Reader(
            voice(self.language),
            SEEDS[self.language].zone,
            name=lambda m: names[m],
            channel=lambda c: channels[c],
            link=lambda _: None,
        )
        tree = parse_blocks(message.blocks) or Text()
        unlinked = map_inlines(tree, lambda node: node.children if isinstance(node, Link) else (node,))
        return _plainly(plain(unlinked, reader))


def _plainly(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200b", "")


def _marked(words: str) -> str:
    return words.replace("**", "*")


def _offered(element: Mapping[str, Any], value: str) -> bool:
    options = element.get("options")
    return not value or options is None or value in {option["value"] for option in options}


def _initial(element: Mapping[str, Any]) -> str:
    chosen = element.get("initial_option") or {}
    return str(element.get("initial_value") or element.get("initial_date") or chosen.get("value") or "")


@asynccontextmanager
async def working(engine: Engine, double: SlackDouble, **settings: Any) -> AsyncIterator[SlackSession]:  # noqa: ANN401 - settings
    """Give the adapter at work on a double."""
    tokens = {"bot_token": double.bot_token, "app_token": double.app_token, "api_url": double.api_url}
    session = SlackSession(engine, SlackSettings(**(tokens | settings)), pace=timedelta())
    await session.open()
    running = asyncio.create_task(session.run())
    try:
        await double.connected(2)
        yield session
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def slack(language: Language, **settings: Any) -> AsyncIterator[SlackStage]:  # noqa: ANN401 - settings
    """Give a workspace in which the playground's small community lives, on a Friday morning."""
    clock, known, seed = Hands(FRIDAY), registry(), SEEDS[language]
    database = await SqlDatabase.in_memory(installed())
    engine = Engine(database, known, Catalogues(known.locales), clock)
    try:
        async with SlackDouble(clock=clock, scopes=NEEDED | OPTIONAL) as double:
            double.subscriptions = frozenset(EVENTS)
            people = {name: double.add_user(name, locale=LOCALES[language], tz=seed.zone) for name in seed.people}
            users = list(people.values())
            home = double.add_channel(seed.home, users, with_bot=True)
            free = double.add_channel(seed.free, users[:3], with_bot=True)
            async with working(engine, double, **settings) as session:
                channels = {seed.home: home, seed.free: free}
                stage = SlackStage(double, session, clock, language, people, home, channels)
                await stage.command("Nadia", "setup")
                wrong = await stage.submit("Nadia", name=seed.name, weekly_question_cadence=seed.cadence)
                assert wrong == {}
                await stage.command("Nadia", "help", channel=seed.free)
                await stage.press("Nadia", "Start" if language == "en" else "Commencer")
                yield stage
    finally:
        await database.close()
