"""What a story needs of a platform: the bot at work there, the people, and what stands there at the end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from tests.kill.driver import Bot
from tests.kill.story import Members, Stage


class Standing(NamedTuple):
    """What the bot said to everybody in a channel, oldest first, and a name for every message by the platform's own.

    What is said is in a form in which two plays can be compared; messages in it are as the platform names them.
    ``commands`` are the facts, in the story's order, that are other ones when something was given again.
    """

    posted: list[Any]
    names: dict[str, str]
    commands: Sequence[str] = ()


class Place(Protocol):
    """A platform that outlives the bot."""

    @property
    def bot(self) -> Bot:
        """What its process runs."""
        ...

    def members(self, at: datetime) -> AbstractContextManager[Members]:
        """Let members act from an instant on, whether or not the bot is there."""
        ...

    def begin(self, stage: Stage) -> None:
        """Let members act out a stage: now, or as soon as the bot is there where it must be for that."""
        ...

    def worsen(self) -> None:
        """Let members not wait for the bot, and lose what a platform may lose."""
        ...

    def started(self) -> None:
        """Note that the bot's process starts anew."""
        ...

    def heard(self, at: datetime) -> int:
        """Wait until the bot, whose clock shows ``at``, was told everything, or died; return how much it was told."""
        ...

    def standing(self) -> Standing:
        """Return what stands there."""
        ...
