"""The playground at work: what members do becomes facts, and what is prompted is shown to them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from adapters.local.chat import BOT, Chat, ChatEvent
from adapters.local.platform import LocalPlatform, profiles, shown
from adapters.local.values import Room
from bot.core.awaited import Options
from bot.core.forms import Form
from bot.core.i18n import Voice
from bot.core.incoming import (
    Batch,
    ChannelProfile,
    Commanded,
    Deleted,
    Incoming,
    Invited,
    Joined,
    Left,
    Pressed,
    Reacted,
    Said,
    Submitted,
)
from bot.core.model import Fact, WorkspaceId
from bot.core.text import Button, Mention, Paragraph, Text, text_codec, words
from bot.engine.converse import degraded, numbered, offer, offer_choices
from bot.engine.engine import Engine
from bot.engine.platform import Reply
from bot.engine.ports import Whose
from bot.engine.receive import receive
from bot.engine.respond import awaits_reply, respond
from bot.engine.walk import settle

AT_ONCE = 32


class LocalSession:
    """The adapter at work on one chat."""

    platform = "local"
    external = "playground"

    def __init__(self, chat: Chat, engine: Engine, *, plain: bool = False) -> None:
        """Take the chat, and whether it is to show messages only: neither buttons, forms nor whispers."""
        self.chat = chat
        self.engine = engine
        self.port = LocalPlatform(chat, plain=plain)
        self.workspace = WorkspaceId("")
        self._cursor = 0
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Make the workspace known, and find where to read on."""
        async with self.engine.database.unit() as unit:
            self.workspace = (await unit.directory.workspace(self.platform, self.external)).id
            await unit.directory.save(self.workspace, self._known(None))
            self._cursor = int(await unit.directory.cursor(self.workspace) or 0)
            await unit.commit()
        self.engine.platforms[self.workspace] = self.port

    async def heard(self) -> None:
        """Take in what members did since, answer those who wait, and let everything happen that can."""
        async with self._lock:
            while events := self.chat.events_after(self._cursor, AT_ONCE):
                await self._take(events)
        await settle(self.engine)
        self.chat.changed()

    async def _take(self, events: Sequence[ChatEvent]) -> None:
        """Receive events in order: those for which somebody waits one by one, the others together."""
        together: list[Incoming] = []
        for event in events:
            fact = self.fact(event)
            if fact is not None and awaits_reply(fact, self.port.capabilities):
                if together:
                    await receive(self.engine, self.workspace, self._known(event.seq - 1, together))
                    together = []
                reply = await respond(self.engine, self.workspace, fact, self._known(event.seq, (), speaker(event)))
                await self._show(event, fact, reply)
            elif fact is not None:
                together.append(fact)
            self._cursor = event.seq
        await receive(self.engine, self.workspace, self._known(self._cursor, together))

    def _known(self, seq: int | None, heard: Sequence[Incoming] = (), waiting: str = "") -> Batch:
        """Return what is known, up to an event: of people, whom the bot meets in channels, and who speaks to it."""
        rooms = self.chat.rooms()
        near = {m for r in rooms if not r.direct and BOT in r.members for m in r.members}
        near |= {waiting, *(str(getattr(fact, "author", None)) for fact in heard)}
        return Batch(
            heard=tuple(heard),
            people=tuple(p for p in profiles(self.chat) if p.external in near),
            channels=tuple(_profile(r) for r in rooms),
            cursor=None if seq is None else str(seq),
        )

    def fact(self, event: ChatEvent) -> Incoming | None:
        """Return an event of the chat as a fact, keyed by the chat's own coordinates."""
        said = event.payload
        channel = said.get("channel")
        if event.kind in {"said", "edited", "deleted", "reacted", "unreacted"}:
            return self._about_message(event, str(channel))
        common: dict[str, Any] = {
            "fact": Fact(f"local:{channel}:{event.kind}:{event.seq}"),
            "at": event.at,
            "channel": channel,
            "author": said["persona"],
        }
        match event.kind:
            case "command":
                return Commanded(**common, thread=said["thread"], words=said["text"])
            case "pressed":
                message = self.chat.message(said["message"])
                place = None if message.only_for else message.id
                return Pressed(**common, message=place, action=said["action"], value=said["value"])
            case "submitted":
                form = self.chat.form_for(said["persona"])
                return Submitted(**common, form=form.form["id"], values=said["values"]) if form else None
            case "invited":
                return Invited(**common)
            case "joined":
                return Joined(**common)
            case "left":
                return Left(**common)
            case _:
                return None

    def _about_message(self, event: ChatEvent, channel: str) -> Incoming | None:
        said = event.payload
        common: dict[str, Any] = {
            "fact": Fact(f"local:{channel}:{said['message']}:{event.kind}:{event.seq}"),
            "at": event.at,
            "channel": channel,
            "message": said["message"],
        }
        room = self.chat.room(channel)
        if room.direct and BOT not in room.members:
            return None
        match event.kind:
            case "said" | "edited":
                # A conversation of three is not a word to the bot alone.
                alone = room.direct and len(room.members) == 2  # noqa: PLR2004
                text = text_codec.validate_python(said["text"])
                if event.kind == "said" and (asked := addressed(text)) is not None:
                    common.pop("message")
                    return Commanded(**common, author=said["author"], thread=said["thread"], words=asked)
                return Said(
                    **common,
                    author=said["author"],
                    thread=said["thread"],
                    text=text,
                    direct=alone,
                    edited=event.kind == "edited",
                )
            case "deleted":
                return Deleted(**common, author=said["author"], thread=said["thread"])
            case _:
                removed = event.kind == "unreacted"
                return Reacted(**common, author=said["persona"], emoji=said["emoji"], removed=removed)

    async def _show(self, event: ChatEvent, fact: Incoming, reply: Reply) -> None:
        said = event.payload
        persona = speaker(event)
        channel = said["channel"]
        if reply.line is not None:
            await self._say(fact.fact, channel, reply.line, reply.voice)
        if not self.port.capabilities.whispers:
            alone = self.chat.direct(frozenset({persona, BOT}))
            degrading = await degraded(self.engine, self.workspace, alone, reply)
            for number, body in enumerate(degrading.reply.whispers):
                message = self.chat.post(f"{event.seq}/{number}", alone, shown(body))
                if degrading.reply.asks and number == len(degrading.reply.whispers) - 1:
                    await offer_choices(self.engine, self.workspace, alone, message, reply.whose)
                if number in degrading.options:
                    options = Options(degrading.options[number])
                    await offer(self.engine, self.workspace, alone, message, options, reply.whose)
            return
        if event.kind == "submitted":
            if reply.errors:
                errors = {k: text_codec.dump_python(shown(v), mode="json") for k, v in reply.errors.items()}
                self.chat.form_errors(said["form"], errors)
            else:
                self.chat.close_form(said["form"])
        for body in reply.whispers:
            self.chat.whisper(persona, channel, shown(body), said.get("thread"))
        if reply.form is not None:
            self.chat.open_form(persona, form_json(reply.form), channel)

    async def _say(self, fact: Fact, channel: str, line: Text, voice: Voice) -> None:
        """Say a line to everybody, once; without buttons its numbers are answered in its thread."""
        options: tuple[Button, ...] = ()
        if not self.port.capabilities.buttons:
            line, options = numbered(self.engine, line, voice)
        message = self.chat.post(f"line:{fact}", channel, shown(line))
        if options:
            await offer(self.engine, self.workspace, channel, message, Options(options), Whose())


def speaker(event: ChatEvent) -> str:
    """Return who did something."""
    return str(event.payload.get("persona") or event.payload["author"])


def _profile(room: Room) -> ChannelProfile:
    """Return a room as the platform tells of it, with who is alone there with the bot."""
    others = sorted(room.members - {BOT})
    person = others[0] if room.direct and len(others) == 1 and BOT in room.members else None
    return ChannelProfile(external=room.id, name=room.name, direct=room.direct, person=person)


def addressed(text: Text) -> str | None:
    """Return what is said to the bot in a message that begins by naming it; None for any other message."""
    match text.blocks:
        case (Paragraph(children=(Mention(member), *rest)),) if member == BOT:
            return "".join(f"@{n.member}" if isinstance(n, Mention) else words(n) for n in rest).strip(" :,\u00a0")
        case _:
            return None


def form_json(form: Form) -> dict[str, Any]:
    """Return a resolved form as the page takes it."""
    return {
        "id": form.id,
        "title": words(form.title),
        "intro": text_codec.dump_python(form.intro, mode="json") if form.intro else None,
        "submit": words(form.submit),
        "fields": [
            {
                "name": f.name,
                "label": words(f.label),
                "kind": f.kind,
                "value": f.value,
                "help": words(f.help) if f.help else "",
                "choices": [{"value": c.value, "label": words(c.label)} for c in f.choices],
                "required": f.required,
                "given": list(f.given) if f.given else None,
            }
            for f in form.fields
        ],
    }
