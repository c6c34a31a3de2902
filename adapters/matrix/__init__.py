"""Matrix: in by the client-server API's sync, out by its events. nio is loaded only where Matrix is configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.engine.adapter import Adapter, Finding
from bot.engine.engine import Engine
from bot.engine.platform import Session


def _sessions(engine: Engine, table: Mapping[str, Any], folder: Path) -> Sequence[Session]:
    from adapters.matrix.account import home  # noqa: PLC0415
    from adapters.matrix.session import MatrixSession  # noqa: PLC0415
    from adapters.matrix.settings import read  # noqa: PLC0415

    return (MatrixSession(engine, read(table), home(folder)),)


async def _check(table: Mapping[str, Any], folder: Path) -> Sequence[Finding]:
    from adapters.matrix.account import home  # noqa: PLC0415
    from adapters.matrix.check import check  # noqa: PLC0415
    from adapters.matrix.settings import read  # noqa: PLC0415

    return await check(read(table), home(folder))


class _Belongings:
    """The account and its keys."""

    def backup(self, folder: Path, target: Path) -> bool:
        from adapters.matrix.backup import Kept  # noqa: PLC0415

        return Kept().backup(folder, target)

    def refuse(self, backup: Path, folder: Path) -> None:
        from adapters.matrix.backup import Kept  # noqa: PLC0415

        Kept().refuse(backup, folder)

    def restore(self, backup: Path, folder: Path) -> None:
        from adapters.matrix.backup import Kept  # noqa: PLC0415

        Kept().restore(backup, folder)


adapter = Adapter("matrix", _sessions, _check, belongings=_Belongings())

__all__ = ["adapter"]
