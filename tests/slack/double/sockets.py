"""Socket Mode's sockets: each envelope goes to one of them, is acked, or is sent again."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.slack.double.checks import Json

RETRIES = 3
EVENTS_API = "events_api"
LOST = "connection_failed"
"""The connection ended before the ack. An event is then always sent again, at once: Slack has minutes for that, tests
have not. What a person waits for has failed, which they are told in three seconds at the latest."""


@dataclass
class Envelope:
    """What is sent to the app and is to be acked. ``answer``: what rode in the ack."""

    kind: str
    payload: Json
    on_ack: Callable[[Json], None] | None = None
    attempt: int = 0
    reason: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
    socket: Socket | None = None
    timer: asyncio.TimerHandle | None = None
    acked: bool = False
    failed: bool = False
    answer: Json | None = None

    def frame(self) -> str:
        """Return it as it goes over the wire."""
        wire: Json = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.kind != EVENTS_API,
        }
        if self.kind == EVENTS_API:
            wire |= {"retry_attempt": self.attempt, "retry_reason": self.reason}
        return json.dumps(wire)


@dataclass(eq=False)
class Socket:
    """One open connection. ``muted``: half open; ``leaving``: told to reconnect elsewhere."""

    ws: web.WebSocketResponse
    frames: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    muted: bool = False
    leaving: bool = False

    async def write(self) -> None:
        """Send what is queued, in order, for as long as the connection lasts."""
        with suppress(ConnectionError):
            while not self.ws.closed:
                frame = await self.frames.get()
                if not self.muted:
                    await self.ws.send_str(frame)


class Sockets:
    """The open sockets and what waits for them. ``ack_timeout`` and ``close_after`` are seconds."""

    def __init__(self) -> None:
        self.ack_timeout = 3.0
        self.close_after = 0.05
        self.open: list[Socket] = []
        self.opened = 0
        """Every socket that was ever opened is counted."""
        self.waiting: deque[Envelope] = deque()
        self.unacked: dict[str, Envelope] = {}
        self.acks: list[tuple[str, Json]] = []
        self.timeouts: list[Envelope] = []
        self.sent: list[Envelope] = []
        self._turn = 0
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: list[asyncio.Task[None]] = []

    def queue(self, kind: str, payload: Json, on_ack: Callable[[Json], None] | None = None) -> Envelope:
        """Send to a socket; events wait for one to open, what a person is waiting for fails at once."""
        envelope = Envelope(kind, payload, on_ack)
        if kind == EVENTS_API or self._ready():
            self.waiting.append(envelope)
            self._pump()
        else:
            self._fail(envelope)
        return envelope

    def redeliver(self, n: int = 1) -> None:
        """Send the last ``n`` events once more, as after a lost ack."""
        events = [e for e in self.sent if e.kind == EVENTS_API and e.attempt == 0]
        for envelope in events[-n:] if n else []:
            self.waiting.append(Envelope(EVENTS_API, envelope.payload, attempt=1, reason="timeout"))
        self._pump()

    def mute(self) -> None:
        """Make the open sockets half open: new ones work."""
        for socket in self.open:
            socket.muted = True

    def unmute(self) -> None:
        """Let half-open sockets work again; what was sent into them is lost."""
        for socket in self.open:
            socket.muted = False

    def disconnect(self, reason: str) -> None:
        """Announce the end of the oldest socket, or with link_disabled of all, then close."""
        staying = self._ready()
        for socket in staying if reason == "link_disabled" else staying[:1]:
            socket.leaving = True
            socket.frames.put_nowait(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "x"}}))
            self._closing.append(self._start(self._close_later(socket)))

    async def connected(self, number: int = 1, within: float = 10) -> None:
        """Wait until so many sockets are open."""
        await self.until(lambda: len(self._ready()) >= number, within)

    async def drained(self, within: float = 10) -> None:
        """Wait until nothing waits and everything sent was acked or given up; raise TimeoutError otherwise."""
        await self.until(lambda: not self.waiting and not self.unacked, within)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Keep one connection until either side ends it."""
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        socket = Socket(ws)
        writer = self._start(socket.write())
        self.open.append(socket)
        self.opened += 1
        hello = {"type": "hello", "num_connections": len(self.open), "debug_info": {"host": "x"}}
        socket.frames.put_nowait(json.dumps({**hello, "connection_info": {"app_id": request.query.get("app_id")}}))
        self._pump()
        try:
            async for message in ws:
                if socket.muted:
                    continue
                if message.type is WSMsgType.PING:
                    with suppress(ConnectionError):
                        await ws.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._read(message.data)
        finally:
            writer.cancel()
            self.open.remove(socket)
            self._lost(socket)
        return ws

    async def close(self) -> None:
        """Close every socket and forget every timer."""
        for envelope in self.unacked.values():
            if envelope.timer:
                envelope.timer.cancel()
        for socket in list(self.open):
            await socket.ws.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ready(self) -> list[Socket]:
        return [s for s in self.open if not s.leaving]

    def _pump(self) -> None:
        while self.waiting and (ready := self._ready()):
            envelope = self.waiting.popleft()
            self._turn += 1
            envelope.socket = ready[self._turn % len(ready)]
            self.unacked[envelope.id] = envelope
            self.sent.append(envelope)
            envelope.timer = asyncio.get_running_loop().call_later(self.ack_timeout, self._late, envelope, "timeout")
            envelope.socket.frames.put_nowait(envelope.frame())
        self._changed.set()

    def _read(self, data: str) -> None:
        ack = json.loads(data)
        envelope = self.unacked.pop(ack.get("envelope_id"), None)
        self.acks.append((ack.get("envelope_id"), ack.get("payload") or {}))
        if envelope is not None:
            if envelope.timer:
                envelope.timer.cancel()
            envelope.acked, envelope.answer = True, ack.get("payload") or {}
            if envelope.on_ack:
                envelope.on_ack(envelope.answer)
        self._changed.set()

    def _late(self, envelope: Envelope, reason: str) -> None:
        self.unacked.pop(envelope.id, None)
        if envelope.timer:
            envelope.timer.cancel()
        if envelope.kind == EVENTS_API and (envelope.attempt < RETRIES or reason == LOST):
            attempt = min(envelope.attempt + 1, RETRIES)
            self.waiting.append(Envelope(EVENTS_API, envelope.payload, attempt=attempt, reason=reason))
            self._pump()
        else:
            self._fail(envelope)

    def _fail(self, envelope: Envelope) -> None:
        envelope.failed = True
        self.timeouts.append(envelope)
        self._changed.set()

    def _lost(self, socket: Socket) -> None:
        for envelope in [e for e in self.unacked.values() if e.socket is socket]:
            self._late(envelope, LOST)
        self._changed.set()

    async def _close_later(self, socket: Socket) -> None:
        await asyncio.sleep(self.close_after)
        await socket.ws.close()

    def poke(self) -> None:
        """Let those who wait look again."""
        self._changed.set()

    async def until(self, holds: Callable[[], object], within: float) -> None:
        """Wait until something holds, looked at after each call, ack and connection."""
        async with asyncio.timeout(within):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
