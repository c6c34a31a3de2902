"""Take figures: all of them, or those named."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import facts, latency, rehearsal, start, sweep
from benchmarks.bench import Bench, bench
from benchmarks.figure import Figure, plain, table
from benchmarks.machine import machine
from benchmarks.matrix import commands as matrix_commands
from benchmarks.matrix import messages as matrix_messages
from benchmarks.matrix import room as matrix_room
from benchmarks.matrix import start as matrix_start
from benchmarks.slack import commands as slack_commands
from benchmarks.slack import facts as slack_facts
from benchmarks.slack import messages as slack_messages
from benchmarks.slack import start as slack_start
from benchmarks.year import measure as year
from tests.servers import PostgresMissingError

FIGURES: dict[str, Callable[[Bench], Awaitable[Figure]]] = {
    "facts": facts.measure,
    "latency": latency.measure,
    "matrix-commands": matrix_commands.measure,
    "matrix-messages": matrix_messages.measure,
    "matrix-room": matrix_room.measure,
    "matrix-start": matrix_start.measure,
    "rehearsal": rehearsal.measure,
    "slack-commands": slack_commands.measure,
    "slack-facts": slack_facts.measure,
    "slack-messages": slack_messages.measure,
    "slack-start": slack_start.measure,
    "start": start.measure,
    "sweep": sweep.measure,
    "year": year.measure,
}
WIDTH = 80


def main(arguments: Sequence[str]) -> None:
    """Take and print the figures that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--quick", action="store_true", help="so few that the times mean nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write them there too")
    parser.add_argument("--weeks", type=int, metavar="N", help="how many weeks the year has")
    parser.add_argument("--members", type=int, metavar="N", help="how many live through the year, or are in the room")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the chance of the year, to be had again")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the year there, as PNG")
    parser.add_argument("--messages", type=int, metavar="N", help="how many messages go out on Slack, or on Matrix")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in FIGURES]
    if unknown:
        parser.error(f"no figure is called {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    logging.disable(logging.WARNING)
    try:
        wished = {name: getattr(asked, name) for name in ("seed", "weeks", "members", "picture", "messages")}
        taken = _taken(asked.names or list(FIGURES), wished, quick=asked.quick)
    except PostgresMissingError as missing:
        parser.exit(1, f"{missing}\n")
    if asked.json:
        asked.json.write_text(json.dumps(taken, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _taken(names: Sequence[str], wished: Mapping[str, Any], *, quick: bool) -> dict[str, Any]:
    console = Console(width=WIDTH, highlight=False)
    with bench(quick=quick) as plain_bench:
        at = replace(plain_bench, **wished)
        here = asyncio.run(machine(at))
        for what, value in here.items():
            console.print(f"{what + ':':12}{value}", soft_wrap=True)
        figures = []
        for name in names:
            figure = asyncio.run(_one(name, at))
            console.print()
            console.print(table(figure))
            figures.append(plain(figure))
    return {"machine": here, "figures": figures}


async def _one(name: str, at: Bench) -> Figure:
    return await FIGURES[name](at)


if __name__ == "__main__":
    main(sys.argv[1:])
