"""Stories played on Matrix: the adapter at work on a real homeserver, where people choose by reacting and replying."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, Final

from adapters.local.seed import SEEDS, Seed
from adapters.matrix.addresses import address, message_address
from adapters.matrix.parse import message_text
from adapters.matrix.session import MatrixSession
from bot.app import registry
from bot.core.awaited import Filling
from bot.core.degrade import KEYCAPS, without_buttons
from bot.core.dialogue import Dialogue, next_field
from bot.core.forms import Field
from bot.core.i18n import Catalogues, voice
from bot.core.incoming import Pressed, Submitted
from bot.core.model import ChannelId, Fact, Language
from bot.core.plain import Reader, plain
from bot.core.text import (
    Bullets,
    Button,
    Buttons,
    ChannelLink,
    Inline,
    Link,
    Plain,
    Text,
    buttons_of,
    inlines_of,
    map_inlines,
)
from bot.engine.engine import Engine
from bot.engine.founding import START
from bot.engine.respond import respond
from bot.engine.walk import settle, walk
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.engine.world import Hands, dump
from tests.matrix.guests import Guest
from tests.matrix.members import Message, playing
from tests.matrix.person import Person, people
from tests.matrix.synapse import Synapse
from tests.matrix.working import stepped
from tests.scenarios.stage import FRIDAY, Line

MODERATOR: Final = 50
MOST_ROUNDS: Final = 50
_NOTHING: Final[dict[str, Any]] = {"types": []}
_EVENTS: Final = {"account_data": _NOTHING, "ephemeral": _NOTHING, "state": _NOTHING, "timeline": {"limit": 100}}
_NEWS: Final = json.dumps({"presence": _NOTHING, "account_data": _NOTHING, "room": _EVENTS})


@dataclass
class MatrixStage:
    """Five people in a room, and the adapter at work in it, taken from sync to sync.

    ``watch`` is another device of the bot's account: it knows whether anything happened.
    """

    session: MatrixSession
    watch: Person
    clock: Hands
    language: Language
    people: dict[str, Guest]
    home: str = ""
    channels: dict[str, str] = field(default_factory=dict)
    founders: dict[str, Guest] = field(default_factory=dict)
    prefix: str = "!causerie"
    plain: bool = True
    profiles: bool = False
    greeted: frozenset[str] = frozenset()
    """What the bot said before the community was set up."""
    known: dict[str, list[Message]] = field(default_factory=dict)
    forms: dict[str, Dialogue] = field(default_factory=dict)
    begun: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """What the fields of people's forms held when they were opened."""
    since: str = ""

    @property
    def place(self) -> str:
        return {"en": "room", "fr": "salon"}[self.language]

    async def say(self, who: str, words: str, *, thread: str | None = None) -> str:
        self.clock.at += timedelta(seconds=1)
        event = await self._type(who, self.home, words, thread=thread)
        await self.rest()
        return event

    async def edit(self, who: str, message: str, words: str) -> None:
        await self.guest(who).client.edit(self.home, message, words)
        await self.rest()

    async def delete(self, who: str, message: str) -> None:
        await self.guest(who).client.redact(self.home, message)
        await self.rest()

    async def react(self, who: str, message: str, emoji: str) -> None:
        await self.guest(who).client.react(self.home, message, emoji)
        await self.rest()

    async def command(self, who: str, words: str, *, channel: str | None = None) -> str:
        before = self.whispered(who)
        await self._type(who, self.channels[channel] if channel else self.home, f"{self.prefix} {words}")
        await self.rest()
        return self._since(who, before)

    async def alone(self, who: str, words: str) -> str:
        guest = self.guest(who)
        if not guest.direct:
            guest.direct = await guest.create_room(invite=[self.session.account.user], direct=True)
            await self.rest()
            await guest.meets(guest.direct, self.session.account.user)
        before = self._said(guest.direct)
        await self._type(who, guest.direct, words)
        await self.rest()
        return "\n".join(self._line(m).words for m in self._said(guest.direct) if m not in before)

    async def press(self, who: str, button: str) -> str:
        guest, before = self.guest(who), self.whispered(who)
        for room, message in self._visible(guest):
            buttons = self._line(message).buttons
            if button in buttons:
                await guest.client.react(room, message.id, KEYCAPS[buttons.index(button)])
                await self.rest()
                return self._since(who, before)
        raise LookupError(button)

    async def submit(self, who: str, **values: str) -> Mapping[str, str]:
        """Answer every question of the form; to what was refused at once, what was there before.

        What must not be empty is left to be asked.
        """
        person, wrong = self.guest(who).id, dict[str, str]()
        while (dialogue := self.forms.get(person)) is not None and (asked := next_field(dialogue)) is not None:
            held = self.begun[person]
            wanted = {k: v if k in wrong else values.get(k.replace(".", "_"), v) for k, v in held.items()}
            told = await self.alone(who, _answer(dialogue, asked, wanted))
            after = self.forms.get(person)
            if after is None:
                break
            if after.errors != dialogue.errors or (asked.name not in after.answers and after != dialogue):
                return wrong | {name: self._words(body) for name, body in after.errors.items()}
            if asked.name not in after.answers:
                wrong[asked.name] = told.split("\n\n", maxsplit=1)[0]
                if not wanted[asked.name].strip():
                    return wrong
        return wrong

    async def leave(self, who: str) -> None:
        guest = self.guest(who)
        await guest.client.leave(self.home)
        guest.joined.discard(self.home)
        await self.rest()

    async def invite(self, who: str, channel: str, *others: str) -> None:
        self.home = await self.open(who, channel, *others)

    async def moderate(self, who: str) -> None:
        await self.founders[self.home].person.set_power(self.home, self.guest(who).id, MODERATOR)
        await self.rest()

    async def until(self, at: datetime) -> None:
        await self.rest()
        async for instant in walk(self.session.engine, at):
            self.clock.at = max(instant, self.clock.at)
            await settle(self.session.engine)
        await self.rest()
        self.clock.at = at

    def form(self, who: str) -> Mapping[str, str] | None:
        dialogue = self.forms.get(self.guest(who).id)
        return {f.name: f.value for f in dialogue.form.fields} if dialogue else None

    def link(self, message: str) -> str:
        return str(message_address(f"{self.home}/{message}"))

    def seen(self, who: str | None = None) -> list[Line]:
        said = self._said(self.home if who is None else self.guest(who).direct)
        return [self._line(m) for m in said if who is None or not m.notice]

    def whispered(self, who: str) -> list[Line]:
        return [self._line(m) for m in self._said(self.guest(who).direct) if m.notice]

    async def kept(self) -> object:
        database = self.session.engine.database
        assert isinstance(database, SqlDatabase)
        # What was heard, and what may be answered to what was said.
        rows = await dump(database, ("inbox", "claim", "note", "awaited"))
        rows["workspace"] = []  # the cursor moves with everything that is read
        alone = [guest.direct for guest in self.people.values() if guest.direct]
        rows["channel"] = [row for row in rows["channel"] if not any(room in row for room in alone)]
        return rows, {room: self._said(room) for room in self.channels.values()}

    async def rest(self) -> None:
        """Let everything happen that can happen now, on both sides."""
        changed: set[str] = set()
        for _ in range(MOST_ROUNDS):
            await self.session.once()
            await self.session.idle()
            await settle(self.session.engine)
            await self.session.idle()
            await self._joined()
            news, heard = await self._news()
            changed |= news
            if heard:
                break
        else:
            raise AssertionError("there is always something new")
        for room in changed:
            await self._look(room)
        for guest in self.people.values():
            await self._asked(guest)

    async def found(self, who: str, seed: Seed) -> None:
        """Set the community up as its form does, which is asked for in words elsewhere."""
        asked = {"name": seed.name, "language": self.language, "address": "vous", "zone": seed.zone, "region": ""}
        common: dict[str, Any] = {"at": self.clock(), "channel": self.home, "author": self.guest(who).id}
        values = {**asked, "weekly_question.cadence": seed.cadence}
        form = Submitted(**common, fact=Fact("form"), form=f"found:{self.home}", values=values)
        reply = await respond(self.session.engine, self.session.workspace, form)
        start = next(b for body in reply.whispers for b in buttons_of(body) if b.action == START)
        press = Pressed(**common, fact=Fact("start"), message=None, action=START, value=start.value)
        await respond(self.session.engine, self.session.workspace, press)
        await self.rest()

    async def open(self, who: str, channel: str, *others: str) -> str:
        """Make a channel with the bot in it, let others join, and return its id."""
        founder, guests = self.guest(who), [self.guest(name) for name in others]
        room = await founder.create_room(channel, invite=[self.session.account.user, *(g.id for g in guests)])
        self.channels[channel], self.founders[room] = room, founder
        for guest in guests:
            await guest.join(room)
        await self.rest()
        for guest in (founder, *guests):
            await guest.meets(room, self.session.account.user)
        return room

    def guest(self, who: str) -> Guest:
        """Return somebody by their first name."""
        return next(guest for name, guest in self.people.items() if name.split()[0] == who)

    async def _type(self, who: str, room: str, words: str, *, thread: str | None = None) -> str:
        """Say something as a client sends what was typed: Markdown, people and rooms as HTML beside plain words."""
        body, html, mentions = words, escape(words, quote=False), []
        for name, guest in self.people.items():
            if f"@{name}" in body:
                body = body.replace(f"@{name}", name)
                html = html.replace(f"@{name}", f'<a href="{address(guest.id)}">{name}</a>')
                mentions.append(guest.id)
        for name, channel in self.channels.items():
            html = re.sub(rf"#{re.escape(name)}\b", f'<a href="{address(channel)}">#{name}</a>', html)
        html = re.sub(r"\*\*(\S.*?)\*\*", r"<strong>\1</strong>", html)
        html = re.sub(r"\*(\S.*?)\*", r"<em>\1</em>", html)
        formatted = html if html != escape(body, quote=False) else None
        return await self.guest(who).client.say(room, body, thread=thread, html=formatted, mentions=mentions)

    async def _joined(self) -> None:
        """Let people accept the conversations that the bot began."""
        for guest in self.people.values():
            for room in self.session.port.rooms.direct.get(guest.id, ())[-1:]:
                await guest.join(room)
                guest.direct = room

    async def _news(self) -> tuple[set[str], bool]:
        """Return the rooms in which something happened since this was asked last; and whether it was all by the bot."""
        after = {"since": self.since} if self.since else {}
        told = await self.watch.call("GET", "sync", body=None, filter=_NEWS, timeout="0", **after)
        self.since, rooms = told["next_batch"], told.get("rooms", {})
        joined = rooms.get("join", {})
        senders = {event["sender"] for there in joined.values() for event in there["timeline"]["events"]}
        limited = any(there["timeline"]["limited"] for there in joined.values())
        return {*joined}, senders <= {self.watch.id} and not limited and not rooms.get("invite")

    async def _look(self, room: str) -> None:
        viewers = [g for g in (self.founders.get(room), *self.people.values()) if g is not None and room in g.joined]
        if viewers:
            self.known[room] = await viewers[0].read(room, self.session.account.user)

    async def _asked(self, guest: Guest) -> None:
        """Look which form somebody is filling in."""
        async with self.session.engine.database.view() as unit:
            awaited = await unit.awaits.of(self.session.workspace, guest.direct, "")
        self.forms.pop(guest.id, None)
        if isinstance(awaited, Filling):
            dialogue = self.forms[guest.id] = awaited.dialogue
            if not dialogue.answers and not dialogue.errors:
                self.begun[guest.id] = {f.name: f.value for f in dialogue.form.fields}

    def _said(self, room: str) -> list[Message]:
        """Return what the bot said in a room."""
        bot = self.session.account.user
        said = [m for m in self.known.get(room, ()) if m.sender == bot and not m.redacted]
        return [m for m in said if m.type == "m.room.message" and m.id not in self.greeted]

    def _visible(self, guest: Guest) -> list[tuple[str, Message]]:
        """Return what the bot said wherever somebody is, newest first."""
        said = [(room, m) for room in guest.joined for m in self._said(room)]
        return sorted(said, key=lambda pair: pair[1].at, reverse=True)

    def _since(self, who: str, before: list[Line]) -> str:
        return "\n".join(line.words for line in self.whispered(who) if line not in before)

    def _line(self, message: Message) -> Line:
        body, buttons = self._parted(map_inlines(message_text(message.content), self._named))
        links = [n for n in inlines_of(body) if isinstance(n, Link)]
        return Line(message.id, "Causerie", self._words(body), message.thread, buttons, tuple(n.url for n in links))

    def _named(self, node: Inline) -> tuple[Inline, ...]:
        """Return a link to a room as it is shown elsewhere: as a channel."""
        there = [room for room in self.channels.values() if isinstance(node, Link) and node.url == address(room)]
        return (ChannelLink(ChannelId(there[0])),) if there else (node,)

    def _parted(self, body: Text) -> tuple[Text, tuple[str, ...]]:
        """Return words without the list of what may be chosen, and what is in that list."""
        match body.blocks:
            case (*said, Bullets(items, ordered=True), last) if self._words(Text((last,))) in self._hints():
                return Text(tuple(said)), tuple(self._words(Text(item)) for item in items)
            case _:
                return body, ()

    def _hints(self) -> set[str]:
        """Return the ways to say how one chooses."""
        options = [Buttons((Button("a", Plain("A")),)), Buttons((Button("b", Plain("B")),))]
        last = [without_buttons(Text(tuple(options[:n])))[0].blocks[-1] for n in (1, 2)]
        catalogues = self.session.engine.catalogues
        spoken = [voice("en"), voice("fr"), voice("fr", "tu")]
        return {self._words(catalogues.resolve(Text((hint,)), v)) for hint in last for v in spoken}

    def _words(self, body: Text) -> str:
        names = {guest.id: name for name, guest in self.people.items()}
        reader = Reader(
            voice(self.language),
            SEEDS[self.language].zone,
            name=lambda m: names.get(m, m),
            channel=lambda c: next(name for name, room in self.channels.items() if room == c),
            link=lambda _: None,
        )
        unlinked = map_inlines(body, lambda n: n.children if isinstance(n, Link) else (n,))
        return plain(unlinked, reader).replace("\u00a0", " ").replace("\u202f", " ")


def _answer(dialogue: Dialogue, asked: Field, wanted: Mapping[str, str]) -> str:
    """Return what is typed so that the fields that are still open hold what is wanted."""
    rest = [f for f in dialogue.form.fields if f.name not in dialogue.answers]
    if len(rest) > 1 and all(wanted[f.name] == f.value and (f.value or not f.required) for f in rest):
        return "=="
    value = wanted[asked.name]
    if value and value == asked.value:
        return "="
    numbers = {choice.value: str(number) for number, choice in enumerate(asked.choices, 1)}
    return numbers.get(value, value) if value.strip() else "-"


@asynccontextmanager
async def matrix(language: Language, synapse: Synapse, *, encrypted: bool = False) -> AsyncIterator[MatrixStage]:
    """Give rooms in which the playground's small community lives, on a Friday morning."""
    clock, known, seed = Hands(FRIDAY), registry(), SEEDS[language]
    async with AsyncExitStack() as stack:
        person = await stack.enter_async_context(people(synapse))
        process = await stack.enter_async_context(playing()) if encrypted else None
        guests = {name: Guest(name, await person(name)) for name in seed.people}
        if process is not None:
            for name, guest in guests.items():
                account = guest.person.account
                guest.member = await process.login(
                    name, synapse.url, guest.id, account.password, token=account.token, device=account.device_id
                )
        watch = await person("Causerie")
        database = await SqlDatabase.in_memory(installed())
        stack.push_async_callback(database.close)
        engine = Engine(database, known, Catalogues(known.locales), clock)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        session = await stack.enter_async_context(
            stepped(engine, synapse, folder=folder, bot=watch.account, encrypt_direct=encrypted)
        )
        stage = MatrixStage(session, watch, clock, language, guests)
        first, *others = (name.split()[0] for name in seed.people)
        free = await stage.open(first, seed.free, *others[:2])
        stage.home = await stage.open(first, seed.home, *others)
        for name in others[:2]:
            await stage.founders[free].person.set_power(free, stage.guest(name).id, MODERATOR)
        stage.greeted = frozenset(m.id for room in (free, stage.home) for m in stage._said(room))  # noqa: SLF001
        await stage.found(first, seed)
        yield stage
