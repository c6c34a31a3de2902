"""Where figures are taken: fresh databases of both kinds, on the disk, that wait for it at each commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from uuid import uuid4

import asyncpg

from bot.app import App, opened
from bot.config import load
from tests.servers import create_database, postgres

Kind = Literal["SQLite", "PostgreSQL"]
KINDS: tuple[Kind, ...] = ("SQLite", "PostgreSQL")

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
"""A Monday, at which the clock of the benchmarks stands."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder, and a private PostgreSQL's address. ``quick``: counts so small that the times mean nothing.

    ``seed``, ``weeks``, ``members`` (None: as many as are meant) and ``picture`` (where to draw it) are the year's;
    ``messages`` is how many direct messages go out on Slack.
    """

    folder: Path
    server: str
    quick: bool
    seed: int = 1
    weeks: int | None = None
    members: int | None = None
    picture: Path | None = None
    messages: int | None = None

    def count(self, full: int, quick: int) -> int:
        """Return how many to do."""
        return quick if self.quick else full

    def fresh(self, kind: Kind) -> str:
        """Return the address of an empty database."""
        if kind == "PostgreSQL":
            return create_database(self.server)
        return f"sqlite+aiosqlite:///{self.new_folder() / 'causerie.sqlite'}"

    def new_folder(self) -> Path:
        """Return an empty folder."""
        folder = self.folder / uuid4().hex
        folder.mkdir()
        return folder

    @asynccontextmanager
    async def app(self, kind: Kind) -> AsyncIterator[App]:
        """Open the bot on a fresh database, at ``NOW``, without a session."""
        settings = {"CAUSERIE__STORAGE__URL": self.fresh(kind), "CAUSERIE__DATA__FOLDER": str(self.folder)}
        async with opened(load(None, settings), clock=lambda: NOW) as app:
            yield app


@contextmanager
def bench(*, quick: bool) -> Iterator[Bench]:
    """Give a bench, removed afterwards; raises PostgresMissingError."""
    with TemporaryDirectory(prefix="causerie-bench-") as folder, postgres() as server:
        asyncio.run(_made_durable(server))
        yield Bench(Path(folder), server, quick)


async def connected(url: str) -> Any:  # noqa: ANN401 - the driver has no types
    """Return a connection of the bare PostgreSQL driver."""
    return await asyncpg.connect(url.replace("+asyncpg", ""))


async def _made_durable(server: str) -> None:
    """Undo what makes the tests' server fast: here a commit is on the disk when it returns, as in use."""
    connection = await connected(server)
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        await connection.execute(f"ALTER SYSTEM SET {name} = on")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    durable = False
    while not durable:
        connection = await connected(server)
        durable = (
            await connection.fetchval("SHOW fsync") == await connection.fetchval("SHOW synchronous_commit") == "on"
        )
        await connection.close()
