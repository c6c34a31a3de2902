"""Slack: in by Socket Mode, out by the Web API. Its SDK is loaded only where Slack is configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.core.i18n import Catalogues
from bot.core.model import Language
from bot.engine.adapter import Adapter, Finding
from bot.engine.engine import Engine
from bot.engine.platform import Session
from bot.engine.registry import Registry


def _sessions(engine: Engine, table: Mapping[str, Any], _: Path) -> Sequence[Session]:
    from adapters.slack.session import SlackSession  # noqa: PLC0415
    from adapters.slack.settings import read  # noqa: PLC0415

    return (SlackSession(engine, read(table)),)


async def _check(table: Mapping[str, Any], _: Path) -> Sequence[Finding]:
    from adapters.slack.check import check  # noqa: PLC0415
    from adapters.slack.settings import read  # noqa: PLC0415

    return await check(read(table))


def _manifest(registry: Registry, catalogues: Catalogues, language: Language, *, as_json: bool) -> str:
    from adapters.slack.manifest import written  # noqa: PLC0415

    return written(registry.tree, catalogues, language, as_json=as_json)


adapter = Adapter("slack", _sessions, _check, _manifest)

__all__ = ["adapter"]
