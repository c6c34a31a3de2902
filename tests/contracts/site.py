"""A platform in the suite of the port: what people do and see there, and what can happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final, Protocol

from bot.core.model import Language
from bot.engine.platform import Platform
from tests.engine.world import Hands

PEOPLE: Final[dict[str, tuple[Language, str]]] = {"Ana": ("fr", "Europe/Paris"), "Bo": ("en", "America/Montreal")}
HOME: Final = "practice"


@dataclass(frozen=True)
class Line:
    """A message of the bot's as people see it.

    ``called``: whom it notifies; ``links``: addresses it leads to; ``reactions``: the bot's own on it, in order.
    """

    message: str
    thread: str | None
    words: str
    buttons: tuple[str, ...] = ()
    called: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()


class Site(Protocol):
    """A platform where Ana and Bo are in the channel ``home`` with the bot, and in ``elsewhere`` without it.

    ``able`` is what can happen there: "wait" and "lose" are its faults, "hide" its lag; "absent": it knows a channel
    that is not there, "nobody": a person; "archive", "apps" and "close" (of an account); "profiles": it tells people's
    languages and time zones; "react": people choose by reactions; "leave" (a conversation), "bar" (from a channel) and
    "ignore" (by the configuration). ``nowhere`` is a channel that is not there; ``reads`` is how the home is named.
    """

    able: ClassVar[frozenset[str]]
    reads: ClassVar[str]
    clock: Hands
    people: dict[str, str]
    home: str
    elsewhere: str
    nowhere: str

    @property
    def platform(self) -> Platform: ...

    async def said(self, channel: str) -> list[Line]:
        """Return what the bot said in a channel, its threads included, in order."""
        ...

    async def members(self, channel: str) -> set[str]:
        """Return who is in a conversation with the bot."""
        ...

    async def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str: ...

    async def say_much(self, who: str, channel: str, thread: str | None = None) -> list[str]:
        """Let somebody say more than two pages of the platform's hold; return the messages in order."""
        ...

    async def delete(self, message: str, channel: str) -> None:
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


class Unfailing:
    """What cannot happen, and what is the same nearly everywhere."""

    reads: ClassVar[str] = f"#{HOME}"

    async def say(self, who: str, words: str, channel: str, thread: str | None = None) -> str:
        raise NotImplementedError

    async def say_much(self, who: str, channel: str, thread: str | None = None) -> list[str]:
        return [await self.say(who, f"words {n}", channel, thread) for n in range(450)]

    def wait(self, words: str, seconds: int) -> None:
        raise NotImplementedError

    def lose(self, words: str, *, accepted: bool) -> None:
        raise NotImplementedError

    def hide(self, lag: timedelta) -> None:
        raise NotImplementedError


def plainly(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200b", "")
