"""A room with many people on Matrix: the first sync, the one after a start, who is there, and a message to them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Value
from benchmarks.matrix.crowd import Crowded, crowded, fill
from benchmarks.matrix.place import ROOT, account, bot_account
from tests.matrix.person import Person, people
from tests.matrix.synapse import Registered

DEVICES = 1_000
Taken = dict[str, float]


async def measure(bench: Bench) -> Figure:
    """Have Causerie and a bare bot of matrix-nio in one room, at first in the clear."""
    members = bench.members or bench.count(2_000, 12)
    devices = min(DEVICES, members // 2)
    with crowded() as server:
        async with people(server) as person:
            ada = await person("Ada")
            room = await ada.create_room("Practice", public=True)
            folders = bench.new_folder(), bench.new_folder()
            bots = (await bot_account(server, folders[0]), await account(server, "echo"))
            await fill(server, ada, room, members, devices)
            for bot in bots:
                await Person(ada.http, server.url, bot).join(room)
            async with _resident("causerie", server, bots[0], room, folders[0]) as first:
                ours_first = await first.told()
            async with (
                _resident("causerie", server, bots[0], room, folders[0]) as ours,
                _resident("nio", server, bots[1], room, folders[1]) as theirs,
            ):
                taken = [(await theirs.told(), await ours.told())]
                taken.append((await theirs.goes_on(), await ours.goes_on()))
                await ada.set_state(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
                taken.append((await theirs.goes_on(), await ours.goes_on()))
    start, plain, sealed = taken
    assert all(one["given"] >= devices for one in sealed), "everybody who has a device is given the key"
    return Figure(
        name="matrix-room",
        title=f"A room of {members:,} on Matrix",
        columns=("", "nio", "Causerie", "× nio"),
        rows=[
            _row("first sync, s", start[0], ours_first, "sync"),
            _row("memory after it, MiB", start[0], ours_first, "memory"),
            ("sync after a start, s", None, start[1]["sync"], None),
            _row("who is there, s", *plain, "people"),
            _row("a message, s", *plain, "send"),
            _row("memory then, MiB", *plain, "memory"),
            _row(f"the first sealed for {devices:,} devices, s", *sealed, "first"),
            _row("the next sealed, s", *sealed, "send"),
            _row("memory at last, MiB", *sealed, "memory"),
        ],
        note="nio asks for whole states, Causerie for those of people who speak.",
    )


def _row(what: str, theirs: Taken, ours: Taken, key: str) -> Sequence[Value]:
    return what, theirs[key], ours[key], ours[key] / theirs[key]


class _Resident:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def told(self) -> Taken:
        """Return what it has taken."""
        assert self._process.stdout is not None
        taken: Taken = json.loads(await self._process.stdout.readline())
        return taken

    async def goes_on(self) -> Taken:
        """Let it take what comes next, and return that."""
        self.go_on()
        return await self.told()

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")


@asynccontextmanager
async def _resident(who: str, server: Crowded, bot: Registered, room: str, folder: Path) -> AsyncIterator[_Resident]:
    words = (who, server.url, bot.user_id, bot.password, room, str(folder))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.matrix.resident",
        *words,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield _Resident(process)
    finally:
        process.terminate()
        await process.wait()
