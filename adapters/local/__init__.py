"""The local playground: a small chat server, its page, and the adapter between it and the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.engine.adapter import Adapter
from bot.engine.engine import Engine
from bot.engine.platform import Session


def _sessions(engine: Engine, settings: Mapping[str, Any], folder: Path) -> Sequence[Session]:
    # The page's server is loaded only when the playground is configured.
    from adapters.local.serve import PlaygroundSession  # noqa: PLC0415

    return (PlaygroundSession(engine, folder, settings),)


adapter = Adapter("local", _sessions)

__all__ = ["adapter"]
