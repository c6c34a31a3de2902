"""How long ``causerie run`` takes until its page answers, and its memory, beside Python with the same imports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import psutil

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Value

IMPORTS = "import bot.cli, bot.app, adapters.local.serve, rituals.weekly_question, storage.weekly_question, aiosqlite"
CAUSERIE = str(Path(sys.executable).with_name("causerie"))
WAIT = "import sys; print(flush=True); sys.stdin.read()"
PATIENCE = 60
MIB = 2**20
OK = 200


async def measure(bench: Bench) -> Figure:
    """Start programs, each several times."""
    folder = bench.new_folder()
    times = bench.count(7, 1)
    bare = middle(python(WAIT) for _ in range(times))
    imports = middle(python(f"{IMPORTS}; {WAIT}") for _ in range(times))
    first = middle(_run(bench.new_folder()) for _ in range(times))
    _run(folder)
    again = middle(_run(folder) for _ in range(times))
    named = {
        "python": bare,
        "python with the same imports": imports,
        "causerie run, first start": first,
        "causerie run, later starts": again,
    }
    return Figure(
        name="start",
        title="Start",
        columns=("", "seconds", "MiB", "× imports", "× MiB"),
        rows=told_beside(imports, named),
        note="Resident memory once the page answers. The first start makes the database and its community.",
    )


def told_beside(imports: tuple[float, float], named: Mapping[str, tuple[float, float]]) -> Sequence[Sequence[Value]]:
    """Return a row for each program: its seconds and MiB, and how many times those of the imports alone they are."""
    return [(what, took, memory, took / imports[0], memory / imports[1]) for what, (took, memory) in named.items()]


def middle(runs: Iterator[tuple[float, float]]) -> tuple[float, float]:
    """Return the median seconds and MiB of several starts."""
    seconds, memory = zip(*runs, strict=True)
    return median(seconds), median(memory)


def python(code: str) -> tuple[float, float]:
    """Return the seconds until Python says it is ready, and its MiB."""

    def ready(process: subprocess.Popen[str]) -> bool:
        assert process.stdout is not None
        return process.stdout.readline() == "\n"

    return started([sys.executable, "-c", code], os.environ, ready)


def _run(folder: Path) -> tuple[float, float]:
    """Return the seconds until the page answers, and the MiB of the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "CAUSERIE__DATA__FOLDER": str(folder), "CAUSERIE__LOCAL__PORT": str(port)}

    def ready(process: subprocess.Popen[str]) -> bool:
        return process.poll() is None and _answers(port)

    return started([CAUSERIE, "run"], environ, ready)


def started(
    words: Sequence[str], environ: Mapping[str, str], ready: Callable[[subprocess.Popen[str]], bool]
) -> tuple[float, float]:
    """Return the seconds until a program is ready, and its MiB then."""
    begun = perf_counter()
    with subprocess.Popen(  # noqa: S603 - it is ours
        words, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            while not ready(process):
                assert process.poll() is None, f"{words[0]} ended"
                assert perf_counter() - begun < PATIENCE, f"{words[0]} was not ready"
                sleep(0.002)
            took = perf_counter() - begun
            return took, psutil.Process(process.pid).memory_info().rss / MIB
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == OK
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()
