"""A bad line to the homeserver: what goes over it arrives, and its answer may not; or it does not arrive at all."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientSession, ClientTimeout, web
from multidict import CIMultiDictProxy

from tests.matrix.synapse import free_port

OURS: Final = frozenset({"connection", "content-encoding", "content-length", "host", "transfer-encoding"})
"""Headers that belong to one connection."""


@dataclass(frozen=True)
class Fine:
    """Nothing is wrong with this one."""


@dataclass(frozen=True)
class AnswerLost:
    """The server does what it is asked, and the connection breaks before its answer is there."""


@dataclass(frozen=True)
class Dropped:
    """The connection breaks before the server hears of it."""


@dataclass(frozen=True)
class Limited:
    """The server does nothing, and asks to wait."""

    milliseconds: int = 1


@dataclass(frozen=True)
class Broken:
    """A proxy before the server answers, in HTML; with ``arrived``, after the server did what it was asked."""

    arrived: bool = False


@dataclass(frozen=True)
class Late:
    """The answer takes its time."""

    seconds: float


Fault = Fine | AnswerLost | Dropped | Limited | Broken | Late


@dataclass
class Lossy:
    """The line. ``asked`` are the requests that came, as ``METHOD /path``."""

    target: str
    http: ClientSession
    port: int = field(default_factory=free_port)
    asked: list[str] = field(default_factory=list)
    _faults: list[tuple[re.Pattern[str], deque[Fault]]] = field(default_factory=list)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, requests: str, *faults: Fault) -> None:
        """Let these happen, in order, to the next requests in which the pattern is found."""
        self._faults.append((re.compile(requests), deque(faults)))

    @property
    def failing(self) -> bool:
        """Whether there are faults that nothing has met yet."""
        return any(faults for _, faults in self._faults)

    async def up(self) -> None:
        """Take connections."""
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def down(self) -> None:
        """Break all connections, and refuse new ones."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        asked = f"{request.method} {request.raw_path}"
        self.asked.append(asked)
        fault = self._due(asked)
        match fault:
            case Dropped():
                return _broken(request)
            case Limited(milliseconds):
                limited = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too many requests", "retry_after_ms": milliseconds}
                return web.json_response(limited, status=429)
            case Broken(arrived=False):
                return _bad_gateway()
            case _:
                answer = await self._answer(request)
        match fault:
            case AnswerLost():
                return _broken(request)
            case Broken():
                return _bad_gateway()
            case Late(seconds):
                await asyncio.sleep(seconds)
            case _:
                pass
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        async with self.http.request(
            request.method,
            self.target + request.raw_path,
            headers=_kept(request.headers),
            data=await request.read(),
            skip_auto_headers=["Content-Type"],
        ) as answer:
            return web.Response(status=answer.status, headers=_kept(answer.headers), body=await answer.read())

    def _due(self, asked: str) -> Fault:
        for pattern, faults in self._faults:
            if faults and pattern.search(asked):
                return faults.popleft()
        return Fine()


def _kept(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in OURS}


def _broken(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _bad_gateway() -> web.Response:
    return web.Response(status=502, content_type="text/html", text="<html><h1>502 Bad Gateway</h1></html>")


@asynccontextmanager
async def lossy(target: str) -> AsyncIterator[Lossy]:
    """Give a line to the server at ``target``, as long as the block lasts."""
    async with ClientSession(timeout=ClientTimeout(total=120)) as http:
        line = Lossy(target, http)
        await line.up()
        try:
            yield line
        finally:
            await line.down()
