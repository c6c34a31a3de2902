"""How long ``causerie run`` takes until Slack is heard, and its memory, beside Python with the same imports."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figure import Figure
from benchmarks.slack.workplace import environ
from benchmarks.start import CAUSERIE, WAIT, middle, python, started, told_beside
from bot.app import now
from tests.slack.double import Hosted, threaded

IMPORTS = "import bot.cli, bot.app, adapters.slack.session, rituals.weekly_question, storage.weekly_question, aiosqlite"
CONNECTIONS = 2


async def measure(bench: Bench) -> Figure:
    """Start programs in turn, each several times."""
    names = ("python with the same imports", "causerie run, first start", "causerie run, later starts")
    taken: list[Sequence[tuple[float, float]]] = []
    with threaded(clock=now) as hosted:
        for _ in range(bench.count(7, 1)):
            folder = bench.new_folder()
            taken.append((python(f"{IMPORTS}; {WAIT}"), _run(hosted, folder), _run(hosted, folder)))
    named = {name: middle(iter(runs)) for name, runs in zip(names, zip(*taken, strict=True), strict=True)}
    rows = told_beside(named[names[0]], named)
    return Figure(
        name="slack-start",
        title="Start on Slack",
        columns=("", "seconds", "MiB", "× imports", "× MiB"),
        rows=rows,
        note="Resident memory once both connections are open. The first start makes the database.",
    )


def _run(hosted: Hosted, folder: Path) -> tuple[float, float]:
    """Return the seconds until both connections are open, and the MiB of the process."""
    hosted.wait(lambda double: double.until(lambda: not double.sockets.open))

    def ready(process: subprocess.Popen[str]) -> bool:
        return process.poll() is None and len(hosted.double.sockets.open) == CONNECTIONS

    return started([CAUSERIE, "run"], environ(hosted.double, folder), ready)
