"""The bank: the prompts from which a community's questions are chosen. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.markdown import inline
from bot.core.model import Address, MemberId, Stage
from bot.core.text import Worded

Kind = Literal["hard-case", "how-would-you", "debate", "look-around", "tip", "story", "look-back", "get-to-know"]
"""What sort of thinking a prompt invites."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A question's words, in inline Markdown: in both languages, or in one (the other is empty)."""

    en: str = ""
    fr: str = ""

    @property
    def node(self) -> Worded:
        """The words as a node of a message."""
        return Worded(inline(self.en), inline(self.fr))


@dataclass(frozen=True, slots=True)
class Prompt:
    """A starter prompt in both languages; ``fr_tu`` is what differs where people say « tu »."""

    key: str
    kind: Kind
    stages: tuple[Stage, ...]
    en: str
    fr: str
    fr_tu: str | None = None

    def said(self, address: Address) -> Wording:
        """Return the prompt in a community's words."""
        return Wording(self.en, self.fr_tu if address == "tu" and self.fr_tu else self.fr)


@dataclass(eq=False, kw_only=True)
class Entry:
    """A prompt in a community's bank; ``number`` is what people call it by.

    ``wording`` is None for a starter as it came; ``stages`` is empty for what fits every stage. ``author`` suggested
    it, and is named with it while ``credited``. ``queued_at``: it was put in the queue then, and comes first.
    ``at``: when it came into its state; a draft was read from a text, and waits for whoever imports it to add it.
    """

    id: str
    number: int
    key: str
    kind: Kind
    stages: tuple[Stage, ...] = ()
    wording: Wording | None = None
    state: Literal["draft", "kept", "removed"] = "kept"
    queued_at: datetime | None = None
    author: MemberId | None = None
    credited: bool = True
    at: datetime

    @property
    def credit(self) -> MemberId | None:
        """Who is named with it when it is asked."""
        return self.author if self.credited else None
