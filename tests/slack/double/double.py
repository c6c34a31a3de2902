"""Slack as an app in Socket Mode meets it, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tests.slack.double.checks import Json
from tests.slack.double.faults import Fault
from tests.slack.double.interactions import Interactions
from tests.slack.double.server import Server
from tests.slack.double.sockets import Envelope
from tests.slack.double.world import ALL_SCOPES, Message


class SlackDouble(Interactions):
    """Started with ``async with``; acts and looks are plain methods, called on the loop it was started on.

    ``clock`` gives aware instants in UTC. ``log``: a file that gets one line of JSON for each call of the Web API;
    ``common_log`` is that of every double which is given none.
    """

    common_log: ClassVar[Path | None] = None

    def __init__(
        self, *, clock: Callable[[], datetime], scopes: Iterable[str] = ALL_SCOPES, log: Path | None = None
    ) -> None:
        super().__init__(clock=clock, scopes=frozenset(scopes))
        self._server = Server(self, log or self.common_log)

    async def start(self) -> None:
        """Listen on a free port."""
        await self._server.start()

    async def stop(self) -> None:
        """Close every connection."""
        await self._server.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"{self.url}/api/"

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Each call of the Web API, in order: method and arguments."""
        return self._server.calls

    def messages(self, channel: str, *, system: bool = False) -> list[Message]:
        """Return what was written in a channel, in order; with ``system`` what Slack wrote of joins and topics too."""
        ours = {None, "file_share", "thread_broadcast"}
        return [m for m in self.channels[channel].messages if system or m.subtype in ours]

    def message(self, channel: str, ts: str) -> Message:
        """Return the message at a ts, deleted or not."""
        found = self.find(channel, ts)
        if found is None:
            raise KeyError(ts)
        return found

    def ephemerals(self, user: str) -> list[Message]:
        """Return what only this person was shown, in order."""
        return [m for m in self.whispers.get(user, []) if not m.deleted]

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method meet these faults, one each; also of "upload" and "response_url"."""
        self._server.fail(method, *faults)

    @property
    def ack_timeout(self) -> float:
        """Seconds that an envelope may go unacked."""
        return self.sockets.ack_timeout

    @ack_timeout.setter
    def ack_timeout(self, seconds: float) -> None:
        self.sockets.ack_timeout = seconds

    @property
    def close_after(self) -> float:
        """Seconds from a disconnect's announcement to the close."""
        return self.sockets.close_after

    @close_after.setter
    def close_after(self, seconds: float) -> None:
        self.sockets.close_after = seconds

    @property
    def unacked(self) -> list[Envelope]:
        """What was sent and waits for its ack."""
        return list(self.sockets.unacked.values())

    @property
    def acks(self) -> list[tuple[str, Json]]:
        """Each ack, in order: envelope id and what rode in it."""
        return self.sockets.acks

    @property
    def timeouts(self) -> list[Envelope]:
        """What was never acked: a person saw an error, or an event was given up."""
        return self.sockets.timeouts

    @property
    def sent(self) -> list[Envelope]:
        """Every envelope that went to a socket, in order."""
        return self.sockets.sent

    async def connected(self, number: int = 1, timeout: float = 10) -> None:  # noqa: ASYNC109 - it is a test's patience.
        """Wait until so many sockets are open."""
        await self.sockets.connected(number, timeout)

    async def drained(self, timeout: float = 10) -> None:  # noqa: ASYNC109 - it is a test's patience.
        """Wait until everything was acked or given up and nothing waits; raise TimeoutError otherwise."""
        await self.sockets.drained(timeout)

    async def until(self, holds: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109 - the same.
        """Wait until something holds, looked at after each call, ack and connection."""
        await self.sockets.until(holds, timeout)

    def redeliver(self, n: int = 1) -> None:
        """Send the last ``n`` events again, with the same event_id."""
        self.sockets.redeliver(n)

    def mute(self) -> None:
        """Make the open sockets half open: no pong, no event; what comes in is lost. New ones work."""
        self.sockets.mute()

    def unmute(self) -> None:
        """Let half-open sockets work again."""
        self.sockets.unmute()

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of the oldest socket ("link_disabled": of all), and close it a little later."""
        self.sockets.disconnect(reason)
