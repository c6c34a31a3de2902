"""A small working desk behind a real chat: enough of an animator to show the page everything that it can show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.local.chat import BOT, Chat, ChatEvent
from adapters.local.desk import Around, Coming, Hint, Move, Place, Told
from bot.core.model import ChannelId, MemberId
from bot.core.text import Button, ChannelLink, Link, Mention, Plain, Text, When, buttons, paragraph, text_codec

START = datetime(2026, 11, 23, 8, 50, tzinfo=UTC)
QUESTION = "How do you begin a session with people who have never met?"
HINTS = (
    Hint("/causerie question now", "question now", "Ask the question now"),
    Hint("/causerie question every ", "question every <rhythm>", "Change the rhythm: monday 09:00"),
    Hint("/causerie setup", "setup", "Begin a community in this channel"),
    Hint("/causerie status", "status", "What happens next, and who coordinates"),
)
PLACE = Place("C1", "Trainers in practice", "Europe/Paris", ("U1",))
SET_UP = buttons(Button("core:setup", Plain("Set up")))
FORM = {
    "title": "Set up the community",
    "intro": text_codec.dump_python(paragraph("Everything can be changed later."), mode="json"),
    "submit": "Begin",
    "fields": [
        {
            "name": "zone",
            "label": "Time zone",
            "kind": "text",
            "value": "Paris",
            "help": "For example Europe/Paris",
            "choices": [],
            "required": True,
        },
        {
            "name": "language",
            "label": "Language",
            "kind": "choice",
            "value": "fr",
            "help": "",
            "choices": [{"value": "en", "label": "English"}, {"value": "fr", "label": "Français"}],
            "required": True,
        },
        {
            "name": "about",
            "label": "What it is about",
            "kind": "long",
            "value": "",
            "help": "",
            "choices": [],
            "required": False,
        },
    ],
}


@dataclass
class Clock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at


def seeded(path: str, clock: Clock, language: str = "en") -> Chat:
    chat = Chat(path, clock.now)
    nadia = chat.add_persona("Nadia Benali")
    paul = chat.add_persona("Paul Martin")
    amelie = chat.add_persona("Amélie Roy")
    chat.add_channel("practice", [BOT, nadia, paul, amelie])
    chat.add_channel("tools", [BOT, paul])
    chat.direct(frozenset({nadia, BOT}))
    chat.note("language", language)
    chat.note("zone", "Europe/Paris")
    chat.note("home", "C1")
    return chat


@dataclass
class SmallDesk:
    chat: Chat
    clock: Clock
    cursor: int = 0
    asked: int = 0
    broken: bool = False
    told: Told | None = None
    movable: bool = True
    zone: str = "Europe/Paris"
    place: Place = PLACE

    def now(self) -> datetime:
        return self.clock.now()

    async def heard(self) -> None:
        for event in self.chat.events_after(self.cursor):
            self.cursor = event.seq
            if self.broken:
                raise RuntimeError("the engine is away")
            self._answer(event)

    async def move(self, how: Move) -> list[Told]:
        if self.broken:
            raise RuntimeError("the engine is away")
        self.clock.at += {"hour": timedelta(hours=1), "day": timedelta(days=1), "next": self._ahead()}[how]
        if how == "hour":
            return []
        message = self._ask()
        return [
            Told(self.clock.at, QUESTION, "C1", message),
            *([self.told] if self.told else []),
        ]

    async def upcoming(self, persona: str, limit: int = 8) -> list[Coming]:
        if self.broken:
            raise RuntimeError("the engine is away")
        first = self.clock.at + self._ahead()
        rows = [
            Coming(first, "the weekly question", "C1", self.place.zone),
            Coming(first + timedelta(days=3), "the digest of the answers", "C1", self.place.zone),
        ]
        return rows[:limit] if self._member(persona) else []

    async def around(self, persona: str) -> Around:
        return Around(self.zone, (self.place,) if self._member(persona) else ())

    async def complete(self, typed: str, persona: str) -> list[Hint]:
        return [hint for hint in HINTS if self._member(persona) and hint.insert.startswith(typed.lstrip())]

    async def first_question(self, persona: str) -> None:
        if self._member(persona):
            self._ask()

    def _member(self, persona: str) -> bool:
        return persona in self.chat.room("C1").members

    def _ahead(self) -> timedelta:
        return timedelta(days=7, minutes=-self.clock.at.minute)

    def _ask(self) -> str:
        self.asked += 1
        body = paragraph(QUESTION) + buttons(
            Button("volunteer", Plain("Gladly"), "1"), Button("refuse", Plain("Not this time"), "1")
        )
        return self.chat.post(f"round/{self.asked}/question", "C1", body)

    def _answer(self, event: ChatEvent) -> None:
        match event.kind, event.payload:
            case "invited", {"channel": channel}:
                self.chat.post(f"line/{channel}", channel, paragraph("Here when you need me.") + SET_UP)
            case "command", {"text": "setup", **rest}:
                self.chat.open_form(rest["persona"], FORM, rest["channel"])
            case "command", {"text": "question now"}:
                self._ask()
            case "command", {"text": text, **rest}:
                self._whisper_status(text, rest)
            case "pressed", {"message": message, "persona": persona}:
                chosen = Text((*paragraph(Mention(MemberId(persona)), " will see to it.").blocks,))
                self.chat.update(message, chosen)
            case "submitted", {"form": form, "values": values, **rest}:
                self._submitted(form, values, rest)

    def _whisper_status(self, text: str, rest: dict[str, Any]) -> None:
        body = paragraph(
            f"You asked for “{text}”. Next, in ",
            ChannelLink(ChannelId("C1")),
            ": ",
            When(self.clock.at + self._ahead()),
            ". ",
            Link((Plain("The last question"),), f"#C1/m{self.asked or 1}"),
        )
        self.chat.whisper(rest["persona"], rest["channel"], body, rest["thread"])

    def _submitted(self, form: str, values: dict[str, str], rest: dict[str, Any]) -> None:
        if "/" not in values["zone"]:
            unknown = paragraph("There is no time zone “Paris”. Try Europe/Paris.")
            self.chat.form_errors(form, {"zone": json.loads(text_codec.dump_json(unknown))})
            return
        self.chat.close_form(form)
        self.chat.post(f"setup/{form}", rest["channel"], paragraph("This community begins here."))
