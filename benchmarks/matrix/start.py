"""How long ``causerie run`` takes until it is in a room on Matrix, and its memory, beside Python's with its imports."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figure import Figure
from benchmarks.matrix.place import bot_account, environ
from benchmarks.start import CAUSERIE, WAIT, middle, python, started, told_beside
from tests.matrix.person import people
from tests.matrix.synapse import Registered, Synapse, running

NIO = "import nio, nio.crypto, nio.store"
IMPORTS = (
    f"{NIO}, bot.cli, bot.app, adapters.matrix.session, rituals.weekly_question, storage.weekly_question, aiosqlite"
)


async def measure(bench: Bench) -> Figure:
    """Start programs in turn, each several times."""
    names = ("python with nio", "python with the same imports", "causerie run, first start", "causerie run, later")
    taken: list[Sequence[tuple[float, float]]] = []
    with running() as server:
        for _ in range(bench.count(7, 1)):
            folder = bench.new_folder()
            bot = await bot_account(server, folder)
            bare = [await asyncio.to_thread(python, f"{code}; {WAIT}") for code in (NIO, IMPORTS)]
            taken.append((*bare, await _run(server, bot, folder), await _run(server, bot, folder)))
    named = {name: middle(iter(runs)) for name, runs in zip(names, zip(*taken, strict=True), strict=True)}
    return Figure(
        name="matrix-start",
        title="Start on Matrix",
        columns=("", "seconds", "MiB", "× imports", "× MiB"),
        rows=told_beside(named[names[1]], named),
        note="Resident memory once it has come into a room into which it was invited before.",
    )


async def _run(server: Synapse, bot: Registered, folder: Path) -> tuple[float, float]:
    """Return the seconds until an invitation is accepted, and the MiB of the process."""
    async with people(server) as person:
        somebody = await person("Ada")
        room = await somebody.create_room("Practice", invite=[bot.user_id])
        joined = asyncio.Event()

        async def watch() -> None:
            while (await somebody.members(room)).get(bot.user_id) != "join":  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.01)
            joined.set()

        def ready(process: subprocess.Popen[str]) -> bool:
            return process.poll() is None and joined.is_set()

        watching = asyncio.create_task(watch())
        taken = await asyncio.to_thread(started, [CAUSERIE, "run"], environ(server, bot, folder), ready)
        await watching
        return taken
