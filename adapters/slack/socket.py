"""Two connections of Socket Mode: one goes on while the other is renewed; a deaf one is noticed by its missing pong.

aiohttp speaks WebSocket and watches the pongs. The SDK's own client is not used: it closes a connection before it opens
the next one, acknowledges on whichever is open, and tries a ticket again for ever that is good for one connection.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import aiohttp

from adapters.slack.values import Ack, Envelope
from adapters.slack.web import BadTokenError, RefusedError, RevokedError, Web
from bot.engine.platform import RetryLaterError

log = logging.getLogger("causerie.slack")

CONNECTIONS: Final = 2
HEARTBEAT: Final = 3.0
"""Seconds between pings; a pong that takes longer than half of that ends the connection."""
RETIRING: Final = 60.0
"""Seconds for which a connection that Slack wants renewed may go on beside the next one."""
_LONGEST_WAIT: Final = 60.0
_NEVER: Final = frozenset({"missing_scope", "no_permission", "not_allowed_token_type", "access_denied"})
"""Asked again, Slack would say the same."""


class DisabledError(Exception):
    """Slack opens no connection for this app: the message is its word for why."""


class Sockets:
    """What Slack sends, in the order in which each connection brings it, in ``envelopes``."""

    def __init__(
        self, app_token: str, api_url: str, connections: int = CONNECTIONS, heartbeat: float = HEARTBEAT
    ) -> None:
        """Take the app's token and the API's base address; must be called on a running loop."""
        self.envelopes: asyncio.Queue[Envelope] = asyncio.Queue()
        self._web = Web(app_token, api_url)
        self._connections = connections
        self._heartbeat = heartbeat
        self._http = aiohttp.ClientSession(trust_env=True)
        self._retiring: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Stay connected until cancelled. Raises DisabledError when Slack refuses the token or the app."""
        keepers = [asyncio.ensure_future(self._keep()) for _ in range(self._connections)]
        try:
            await asyncio.gather(*keepers)
        finally:
            for task in (*keepers, *self._retiring):
                task.cancel()
            await asyncio.gather(*keepers, *self._retiring, return_exceptions=True)
            await self._http.close()
            await self._web.close()

    async def _keep(self) -> None:
        """Keep one connection open: when Slack wants it renewed, the next one is there before it closes."""
        failed = 0
        while True:
            renew = asyncio.Event()
            opened = asyncio.Event()
            link = asyncio.ensure_future(self._link(renew, opened))
            wanted = asyncio.ensure_future(renew.wait())
            try:
                await asyncio.wait({link, wanted}, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                link.cancel()
                raise
            finally:
                wanted.cancel()
            failed = 0 if opened.is_set() else failed + 1
            if not link.done():
                self._retire(link)
                continue
            error = link.exception()
            if isinstance(error, DisabledError):
                raise error
            if failed:
                wait = min(2.0 ** min(failed - 1, 10), _LONGEST_WAIT)
                log.warning("Slack cannot be reached (%s); trying again in %.0f s", type(error).__name__, wait)
                await asyncio.sleep(wait)

    def _retire(self, link: asyncio.Future[None]) -> None:
        """Let a connection go on until Slack closes it."""

        async def ended() -> None:
            try:
                await asyncio.wait({link}, timeout=RETIRING)
            finally:
                link.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await link

        task = asyncio.create_task(ended())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _link(self, renew: asyncio.Event, opened: asyncio.Event) -> None:
        """Open a connection, and take in what it brings until it closes; ``renew`` is set when the next is wanted."""
        async with self._http.ws_connect(await self._ticket(), heartbeat=self._heartbeat, max_msg_size=0) as socket:
            async for frame in socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                told = json.loads(frame.data)
                match told.get("type"):
                    case "hello":
                        opened.set()
                    case "disconnect" if told.get("reason") == "link_disabled":
                        raise DisabledError("Socket Mode is off for this app")
                    case "disconnect":
                        renew.set()
                    case kind if "envelope_id" in told:
                        ack = _ack(socket, told["envelope_id"])
                        at = asyncio.get_running_loop().time()
                        self.envelopes.put_nowait(Envelope(str(kind), told.get("payload") or {}, ack, at))
                    case _:
                        pass

    async def _ticket(self) -> str:
        """Ask where to connect: an address that is good for one connection."""
        try:
            return str((await self._web.call("apps.connections.open"))["url"])
        except (RevokedError, BadTokenError) as gone:
            raise DisabledError(f"the app token is refused ({gone})") from None
        except RefusedError as refused:
            if refused.code in _NEVER:
                raise DisabledError(f"the app token is refused ({refused.code})") from None
            raise
        except RetryLaterError as later:
            if later.after is not None:
                await asyncio.sleep(min(later.after.total_seconds(), _LONGEST_WAIT))
            raise


def _ack(socket: aiohttp.ClientWebSocketResponse, envelope: str) -> Ack:
    async def ack(payload: Mapping[str, Any] | None = None) -> None:
        answer: dict[str, Any] = {"envelope_id": envelope}
        if payload is not None:
            answer["payload"] = dict(payload)
        # A connection that is gone cannot be told: Slack sends the envelope again.
        with suppress(aiohttp.ClientError, ConnectionError, RuntimeError):
            await socket.send_json(answer)

    return ack
