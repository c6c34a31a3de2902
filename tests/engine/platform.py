"""A chat platform that works, in memory, and fails where a test asks it to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.degrade import Capabilities
from bot.core.i18n import voice
from bot.core.incoming import Incoming, Profile
from bot.core.plain import Reader, plain
from bot.core.text import Button, Paragraph, Text, buttons_of, without_buttons
from bot.engine.platform import ImpossibleError, OutcomeUnknownError, Outgoing, Placed, RetryLaterError, Trouble
from bot.engine.ports import Clock


@dataclass(frozen=True)
class Later:
    """It asks to wait."""

    after: timedelta | None = None


@dataclass(frozen=True)
class Refuses:
    """It will never accept this; ``trouble`` and ``detail`` say what people can do about it."""

    trouble: Trouble | None = None
    detail: str = ""


@dataclass(frozen=True)
class Lost:
    """The answer is lost; ``accepted``: the request was not. ``broken``: as any other exception."""

    accepted: bool
    broken: bool = False


Fault = Later | Refuses | Lost


@dataclass
class Put:
    """A message on the platform."""

    id: str
    key: str
    channel: str
    thread: str | None
    people: tuple[str, ...]
    body: Text
    at: datetime
    gone: bool = False

    @property
    def words(self) -> str:
        """The message's words, without its buttons."""
        return wording(self.body)

    @property
    def buttons(self) -> dict[str, Button]:
        """The message's buttons by what is written on them."""
        return buttons_by_label(self.body)


def wording(body: Text) -> str:
    """Return a message as people read it, without its buttons."""
    reader = Reader(voice("en"), "UTC", name=str, channel=str, link=lambda _: None)
    return plain(without_buttons(body), reader)


def buttons_by_label(body: Text) -> dict[str, Button]:
    """Return a message's buttons by what is written on them."""
    reader = Reader(voice("en"), "UTC", name=str, channel=str, link=lambda _: None)
    return {plain(Text(_line(b)), reader): b for b in buttons_of(body)}


def _line(button: Button) -> tuple[Paragraph, ...]:
    return (Paragraph((button.label,)),)


@dataclass
class FakePlatform:
    """It does not know a key that comes again: what is sent twice stands there twice."""

    clock: Clock
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    messages: list[Put] = field(default_factory=list)
    written: dict[tuple[str, str], Incoming] = field(default_factory=dict)
    threads: dict[tuple[str, str], list[Incoming]] = field(default_factory=dict)
    looked: list[datetime] = field(default_factory=list)
    """Since when a message was looked for."""
    away: set[str] = field(default_factory=set)
    """Channels of which nobody can be listed."""
    present: dict[str, list[Profile]] = field(default_factory=dict)
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(buttons=True, forms=True, whispers=True, threads=True, edits=True)
    )
    pace: timedelta = timedelta()
    lag: timedelta = timedelta()
    prefix: str = "/bot"

    def fail(self, words: str, *faults: Fault) -> None:
        """Let what says ``words`` meet these faults, one at each attempt."""
        self.faults.setdefault(words, []).extend(faults)

    async def send(self, outgoing: Outgoing) -> Placed:
        """Do what the parcel says, or fail as asked."""
        match self._fault(outgoing):
            case Later(after):
                raise RetryLaterError(after)
            case Refuses(trouble, detail):
                raise ImpossibleError("not in this channel", trouble, detail)
            case Lost(accepted, broken):
                if accepted:
                    self._do(outgoing)
                raise ValueError(wording(outgoing.body)) if broken else OutcomeUnknownError("no answer came")
            case _:
                return self._do(outgoing)

    async def find(self, outgoing: Outgoing) -> Placed | None:
        """Look for a key among what is visible already."""
        self.looked.append(outgoing.since)
        for put in self.messages:
            if put.key == outgoing.key and put.at + self.lag <= self.clock():
                return Placed(put.channel, (put.id,))
        return None

    async def fetch(self, channel: str, thread: str) -> Sequence[Incoming]:
        """Return what stands in a thread."""
        return self.threads.get((channel, thread), [])

    async def read(self, channel: str, message: str) -> Incoming | None:
        """Return one message that stands in a channel."""
        return self.written.get((channel, message))

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:  # noqa: ARG002 - the port's
        """Return who is in a channel."""
        if channel in self.away:
            raise ValueError(channel)
        return self.present.get(channel, [])

    def seen(self, channel: str) -> list[str]:
        """Return what stands in a channel, in order."""
        return [m.words for m in self.messages if m.channel == channel and not m.gone]

    def direct(self, *people: str) -> list[str]:
        """Return what was said to these people alone, in order."""
        return self.seen(_conversation(people))

    def the(self, words: str) -> Put:
        """Return the one message that says ``words``."""
        (found,) = [m for m in self.messages if m.words == words and not m.gone]
        return found

    def _fault(self, outgoing: Outgoing) -> Fault | None:
        waiting = self.faults.get(wording(outgoing.body))
        return waiting.pop(0) if waiting else None

    def _do(self, outgoing: Outgoing) -> Placed:
        targets = [m for m in self.messages if m.id in outgoing.targets]
        match outgoing.kind:
            case "edit":
                for target in targets:
                    target.body = outgoing.body
            case "delete":
                for target in targets:
                    target.gone = True
            case _:
                channel = outgoing.channel or _conversation(outgoing.people)
                put = Put(
                    id=f"m{len(self.messages) + 1}",
                    key=outgoing.key,
                    channel=channel,
                    thread=outgoing.thread,
                    people=outgoing.people,
                    body=outgoing.body,
                    at=self.clock(),
                )
                self.messages.append(put)
                return Placed(channel, (put.id,))
        return Placed(outgoing.channel or "", outgoing.targets)


def _conversation(people: Sequence[str]) -> str:
    return "D:" + ",".join(sorted(people))
