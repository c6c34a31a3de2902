"""What is put to everybody in charge at once, each in a message of their own: the first to decide wins. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.effects import Care, DirectMessage, Edit
from bot.core.model import Label, MemberId
from bot.core.text import Text, text_codec


@dataclass(eq=False, kw_only=True)
class Copy:
    """What one of those in charge was told; ``number`` counts the copies of a notice from one."""

    id: str
    number: int
    member: MemberId


@dataclass(eq=False, kw_only=True)
class Notice:
    """Something that whoever is in charge may decide. ``name`` begins the labels of its copies.

    ``decision`` is empty until one of them decided; ``about`` tells apart what was decided about, where that may
    change; ``shown`` tells which words the copies say.
    """

    id: str
    name: str
    at: datetime
    decision: str = ""
    decided_by: MemberId | None = None
    about: str = ""
    shown: str = ""
    copies: list[Copy] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether nobody decided yet."""
        return not self.decision

    def decide(self, decision: str, by: MemberId | None, about: str = "") -> bool:
        """Note a decision; return whether it is the first."""
        if not self.open:
            return False
        self.overrule(decision, by, about)
        return True

    def overrule(self, decision: str, by: MemberId | None, about: str = "") -> None:
        """Note a decision in place of one that was made before."""
        self.decision, self.decided_by, self.about = decision, by, about

    def reopen(self) -> None:
        """Let it be decided anew."""
        self.overrule("", None)

    def lacks(self, members: Iterable[MemberId]) -> bool:
        """Whether one of the members has no copy."""
        return not {copy.member for copy in self.copies}.issuperset(members)

    def send(
        self, members: Iterable[MemberId], body: Text, new_id: Callable[[], str], until: datetime | None = None
    ) -> list[DirectMessage]:
        """Say ``body`` to each of the members who has no copy yet."""
        told = {copy.member for copy in self.copies}
        new = [
            Copy(id=new_id(), number=number, member=member)
            for number, member in enumerate((m for m in members if m not in told), len(self.copies) + 1)
        ]
        self.copies += new
        self.shown = fingerprint(body)
        return [DirectMessage(self.label(c), frozenset({c.member}), body, Care.DUTY, until) for c in new]

    def retell(self, body: Text) -> list[Edit]:
        """Let every copy say ``body``, if they say something else."""
        if fingerprint(body) == self.shown:
            return []
        self.shown = fingerprint(body)
        return [Edit(self.label(c), body, frozenset({c.member})) for c in self.copies]

    def label(self, copy: Copy) -> Label:
        """Return the label of a copy: it names nobody, since labels are kept."""
        return Label(f"{self.name}/{copy.number}")


class Notices(Protocol):
    """The notices of one weekly question."""

    async def notice(self, name: str) -> Notice | None:
        """Return the notice with this name."""
        ...

    async def add_notice(self, notice: Notice) -> None:
        """Keep a new notice."""
        ...

    async def open_notices(self) -> Sequence[Notice]:
        """Return the notices about which nobody decided yet, the first sent first."""
        ...

    async def forget_notices(self, before: datetime, keep: Collection[str]) -> None:
        """Forget the notices that were sent before an instant, but not those named in ``keep``."""
        ...


def fingerprint(body: Text) -> str:
    """Return twenty digits that differ where messages do."""
    return hashlib.blake2b(text_codec.dump_json(body), digest_size=10).hexdigest()


def name_of(label: str | None) -> str:
    """Return the name of the notice that a copy's label belongs to; empty for none."""
    return (label or "").rpartition("/")[0]
