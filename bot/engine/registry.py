"""Which rituals there are: ours and third parties' come in by the same door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.commands import Tree
from bot.core.errors import CauserieError
from bot.engine.personal.commands import TREE as PERSONAL
from bot.engine.ritual import Ritual

COMMUNITY = "community"
"""The name of the built-in ritual by which every community governs itself."""

CORE_LOCALE = Path(__file__).parent.parent / "locale"


class NameTakenError(CauserieError):
    """Two rituals claim the same name."""


@dataclass(frozen=True)
class Registry:
    """The rituals by name, and the one command tree made of theirs."""

    rituals: Mapping[str, Ritual[Any, Any]]
    tree: Tree
    owners: Mapping[str, str]

    @classmethod
    def of(cls, rituals: Iterable[Ritual[Any, Any]]) -> Registry:
        """Register rituals.

        Raises NameTakenError when two have one name, answer one command or name a text alike, and what ``Tree.of``
        raises when the names of their commands clash.
        """
        by_name: dict[str, Ritual[Any, Any]] = {}
        owners: dict[str, str] = {}
        texts: set[str] = set()
        for ritual in rituals:
            if ritual.name in by_name:
                raise NameTakenError(ritual.name)
            by_name[ritual.name] = ritual
            for answer in ritual.answers:
                if answer.command.id in owners:
                    raise NameTakenError(answer.command.id)
                owners[answer.command.id] = ritual.name
            if taken := texts.intersection(ritual.texts):
                raise NameTakenError(", ".join(sorted(taken)))
            texts.update(ritual.texts)
        return cls(by_name, Tree.of(*(part for r in by_name.values() for part in r.tree), PERSONAL), owners)

    @property
    def offered(self) -> tuple[Ritual[Any, Any], ...]:
        """The rituals that a community may have, beside the built-in one."""
        return tuple(ritual for name, ritual in self.rituals.items() if name != COMMUNITY)

    @property
    def locales(self) -> dict[str, Path]:
        """Where the catalogues of each gettext domain are."""
        own = {r.name: r.locale for r in self.rituals.values() if r.locale is not None}
        return {"causerie": CORE_LOCALE, **own}
