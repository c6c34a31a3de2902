"""What an adapter package offers, under the entry point ``causerie.adapters``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.core.i18n import Catalogues
from bot.core.model import Language
from bot.engine.engine import Engine
from bot.engine.platform import Session
from bot.engine.registry import Registry


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is in order, in a sentence for the operator."""

    ok: bool
    what: str


class Manifest(Protocol):
    """Writes what a platform wants to know of the app, to be pasted there."""

    def __call__(self, registry: Registry, catalogues: Catalogues, language: Language, *, as_json: bool) -> str:
        """Return it for people to read, or as JSON."""
        ...


class Belongings(Protocol):
    """What an adapter keeps in the data folder, beside the database: backed up and restored with it."""

    def backup(self, folder: Path, target: Path) -> bool:
        """Write all of it into one file, readable by its owner alone, while the bot may run; False if there is nothing.

        ``folder`` is the data folder. Blocks. Raises a ``CauserieError``, leaving no file.
        """
        ...

    def refuse(self, backup: Path, folder: Path) -> None:
        """Raise a ``CauserieError`` unless ``restore`` would succeed: the file is whole, and the bot does not run."""
        ...

    def restore(self, backup: Path, folder: Path) -> None:
        """Put what such a file holds in the place of what is there, which is kept aside. Raises as ``refuse`` does."""
        ...


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter: ``sessions`` returns one session for each workspace that the configuration names.

    It is given the engine, the adapter's own table of the configuration (which it validates), and the data folder. It
    imports its SDK only then. ``check`` is given the last two, and looks whether they will do, for ``causerie check``;
    ``manifest`` writes what the platform wants to know of the app; ``belongings`` is what it keeps in the data folder
    and cannot do without.
    """

    name: str
    sessions: Callable[[Engine, Mapping[str, Any], Path], Sequence[Session]]
    check: Callable[[Mapping[str, Any], Path], Awaitable[Sequence[Finding]]] | None = None
    manifest: Manifest | None = None
    belongings: Belongings | None = None
