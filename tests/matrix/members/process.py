"""The process of Node that plays the members, and the lines of JSON to and from it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from tempfile import TemporaryFile
from typing import IO, Any, Final

from tests.matrix.members.install import HERE, install, node
from tests.matrix.members.member import Member

PATIENCE: Final = 60
"""Seconds in which the process starts, ends and answers, over what it is told to wait for."""
LONGEST_LINE: Final = 2**26


class MembersError(RuntimeError):
    """Node did not start or has ended, or the client library or the homeserver refused; the message says what."""


@dataclass
class Members:
    """All members that one process plays."""

    process: Process
    errors: IO[bytes]
    ids: count[int] = field(default_factory=lambda: count(1))
    waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)

    async def login(
        self,
        name: str,
        homeserver: str,
        user: str,
        password: str | None = None,
        *,
        token: str | None = None,
        device: str | None = None,
        signed: bool = True,
    ) -> Member:
        """Start a client of ``user``, with ``password`` on a new device, or with ``token`` on the ``device`` it is of.

        ``name`` is how the process calls it, one at a time. With ``signed``, the user
        gets cross-signing keys if there are none, and they sign the device. Only the client that made the keys has
        them, so that no further device of the user's can be signed: pass ``signed=False``. Raises MembersError.
        """
        account = {"homeserver": homeserver, "user": user, "password": password, "token": token, "device": device}
        told = await self.call("login", name=name, account=account, signed=signed)
        return Member(self.call, name, told["user"], told["device"])

    async def call(self, op: str, *, name: str, waits: float = 0, **arguments: object) -> Any:  # noqa: ANN401 - JSON
        """Ask the process for an operation of ``driver.mjs`` that may wait so many seconds; raise MembersError."""
        if self.process.stdin is None or self.process.stdin.is_closing():
            raise MembersError(f"{op} of {name}: {self.last_words()}")
        id_ = next(self.ids)
        answer = self.waiting[id_] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": id_, "op": op, "name": name, "seconds": waits, **arguments})
        self.process.stdin.write(line.encode() + b"\n")
        try:
            return await asyncio.wait_for(answer, PATIENCE + waits)
        except MembersError as refused:
            raise MembersError(f"{op} of {name}: {refused}") from None
        except TimeoutError:
            raise MembersError(f"{op} of {name}: no answer after {PATIENCE + waits} s") from None
        finally:
            del self.waiting[id_]

    async def read(self) -> None:
        """Hand out the answers until the process ends."""
        if self.process.stdout is None:
            return
        async for line in self.process.stdout:
            told = json.loads(line)
            answer = self.waiting.get(told["id"])
            if answer is None or answer.done():
                continue
            if "error" in told:
                answer.set_exception(MembersError(told["error"]))
            else:
                answer.set_result(told["ok"])
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(MembersError(self.last_words()))

    def last_words(self) -> str:
        """Return that the process has ended, and what it wrote of that."""
        self.errors.seek(0)
        return f"Node has ended. {self.errors.read()[-4000:].decode(errors='replace')}"


@asynccontextmanager
async def playing() -> AsyncIterator[Members]:
    """Run the process while the context lasts, after installing the library if it is not here yet.

    The members are of this event loop. Raises NodeMissingError, MembersError.
    """
    await asyncio.to_thread(install)
    with TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            node(), HERE / "driver.mjs", stdin=PIPE, stdout=PIPE, stderr=errors, limit=LONGEST_LINE
        )
        members = Members(process, errors)
        reading = asyncio.create_task(members.read())
        try:
            yield members
        finally:
            await _end(process)
            await reading


async def _end(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()
