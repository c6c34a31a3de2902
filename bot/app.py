"""The composition root: the one place that knows everybody."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.core.errors import CauserieError
from bot.core.i18n import Catalogues
from bot.core.model import Language
from bot.engine import governance
from bot.engine.adapter import Adapter
from bot.engine.engine import Engine, Policy, unprobed
from bot.engine.platform import Session
from bot.engine.ports import Clock, Probe
from bot.engine.registry import Registry
from bot.engine.ritual import Ritual
from bot.engine.runner import Runner
from storage import remembering
from storage.database import SqlDatabase
from storage.ritual import installed as installed_storages

log = logging.getLogger("causerie")

RITUALS, ADAPTERS = "causerie.rituals", "causerie.adapters"


class BrokenPackageError(CauserieError):
    """An installed package offers what it cannot give."""


class NameClashError(CauserieError):
    """Two installed packages offer the same name."""


def now() -> datetime:
    """Return the machine's time, UTC."""
    return datetime.now(UTC)


def installed(group: str) -> dict[str, Any]:
    """Return what the installed packages offer in an entry-point group, by name.

    Ours and third parties' come in by the same door. Raises NameClashError and BrokenPackageError.
    """
    found: dict[str, Any] = {}
    for point in sorted(entry_points(group=group), key=lambda p: p.name):
        if point.name in found:
            raise NameClashError(f"{point.name} in {group}")
        found[point.name] = _loaded(point)
    return found


def _loaded(point: EntryPoint) -> Any:  # noqa: ANN401 - each group has its own type
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise BrokenPackageError(f"{point.name} ({point.value}): {error}") from error


def registry() -> Registry:
    """Return every installed ritual, the built-in one first."""
    rituals: Mapping[str, Ritual[Any, Any]] = installed(RITUALS)
    return Registry.of((governance.ritual, *rituals.values()))


@dataclass(frozen=True)
class App:
    """Everything put together."""

    engine: Engine
    database: SqlDatabase
    sessions: list[Session] = field(default_factory=list)

    async def run(self, sweep_at_most: timedelta) -> None:
        """Run the engine and every session until cancelled; the first that fails ends all."""
        runner = Runner(self.engine, now, sweep_at_most)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(runner.run())
            for session in self.sessions:
                tasks.create_task(session.run())


@asynccontextmanager
async def opened(
    config: Config, *, clock: Clock = now, probe: Probe = unprobed, exclusive: bool = True
) -> AsyncIterator[App]:
    """Open the database and put the engine on it, without any session yet.

    ``exclusive`` is for whoever runs the engine: a second one on the same SQLite file is refused.
    """
    known = registry()
    key = remembering.Key(lambda: secrets.token_bytes(32), Path(config.data.folder) / remembering.FILE)
    database = await SqlDatabase.open(config.storage.url, storages=installed_storages(), engine=exclusive, key=key)
    policy = Policy(
        lease=timedelta(seconds=config.engine.lease_seconds), history=timedelta(days=config.engine.history_days)
    )
    engine = Engine(
        database=database,
        registry=known,
        catalogues=Catalogues(known.locales),
        clock=clock,
        policy=policy,
        probe=probe,
    )
    try:
        if exclusive and database.exclusive:
            # Whatever was being sent when the last engine stopped is nobody's now.
            async with database.unit() as unit:
                await unit.outbox.overdue(clock(), clock() + policy.doubt, everything=True)
                await unit.commit()
        yield App(engine, database)
    finally:
        await database.close()


def adapters(config: Config) -> Sequence[tuple[Adapter, Mapping[str, Any]]]:
    """Return the adapters that the configuration names, each with its table; only these are loaded."""
    wanted: dict[str, Mapping[str, Any]] = dict(config.adapters)
    if config.slack.configured:
        wanted["slack"] = config.slack.model_dump()
    if config.matrix.configured:
        wanted["matrix"] = config.matrix.model_dump()
    if config.local.enabled == "always" or (config.local.enabled == "alone" and not wanted):
        wanted["local"] = {"port": config.local.port}
    return [(adapter(name), table) for name, table in wanted.items()]


def adapter(name: str) -> Adapter:
    """Return an installed adapter. Raises BrokenPackageError."""
    there = offered()
    if name not in there:
        raise BrokenPackageError(f"no installed package offers the adapter {name}; there are {', '.join(there)}")
    found: Adapter = _loaded(there[name])
    return found


def offered() -> dict[str, EntryPoint]:
    """Return the installed adapters by name, none of them loaded."""
    return {point.name: point for point in entry_points(group=ADAPTERS)}


def sessions(engine: Engine, config: Config) -> Sequence[Session]:
    """Return a session for each workspace that the configuration names."""
    folder = Path(config.data.folder)
    return [session for one, table in adapters(config) for session in one.sessions(engine, table, folder)]


@asynccontextmanager
async def demo(config: Config, language: Language, port: int, *, plain: bool = False) -> AsyncIterator[tuple[App, str]]:
    """Open the seeded playground, whose clock can be moved, and give the page's address."""
    # The playground's server is no part of a bot on another platform.
    from adapters.local.clock import PlaygroundClock  # noqa: PLC0415
    from adapters.local.serve import PlaygroundSession  # noqa: PLC0415

    folder = Path(config.data.folder)
    clock = PlaygroundClock(now, folder / "playground.clock")
    async with opened(config, clock=clock) as app:
        session = PlaygroundSession(app.engine, folder, {"port": port, "language": language, "plain": plain}, clock)
        app.sessions.append(session)
        await session.open()
        yield app, session.address
