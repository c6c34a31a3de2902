"""How long ``causerie run`` takes until Slack is heard, and its memory, beside Python with the same imports."""

from __future__ import annotations

import subprocess
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
    """Start programs, each several times."""
    times = bench.count(7, 1)
    with threaded(clock=now) as hosted:
        folders = [bench.new_folder() for _ in range(times)]
        imports = middle(python(f"{IMPORTS}; {WAIT}") for _ in range(times))
        first = middle(_run(hosted, folder) for folder in folders)
        again = middle(_run(hosted, folder) for folder in folders)
    rows = told_beside(
        imports,
        {
            "python with the same imports": imports,
            "causerie run, first start": first,
            "causerie run, later starts": again,
        },
    )
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
