"""What an adapter package offers, under the entry point ``causerie.adapters``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.engine.engine import Engine
from bot.engine.platform import Session


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter: ``sessions`` returns one session for each workspace that the configuration names.

    It is given the engine, the adapter's own table of the configuration (which it validates), and the data folder. It
    imports its SDK only then.
    """

    name: str
    sessions: Callable[[Engine, Mapping[str, Any], Path], Sequence[Session]]
