"""What the adapter asks of the homeserver; a server that asks to wait is not asked again before that."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from adapters.matrix.http import LISTED, V3, AwayError, RefusedError, Server
from adapters.matrix.keys import GONE
from bot.engine.platform import OutcomeUnknownError, RetryLaterError

Json = Mapping[str, Any]
log = logging.getLogger("causerie.matrix")

PAGE: Final = 100
LIMITED: Final = "M_LIMIT_EXCEEDED"
_UNTOLD: Final = 5.0
"""Seconds to wait where a server asks to wait, and does not say for how long."""

_TOLD_AGAIN: Final = 3600.0
"""Seconds after which the operator is told again that the server asks to wait."""


class Api:
    """The client-server API, as one account.

    Every method raises ``RefusedError`` where the server says no, and ``RetryLaterError`` where it asks to wait, cannot
    be reached or has logged us out. Those that write raise ``OutcomeUnknownError`` where what they wrote may have
    arrived; done again with the same ``txn`` by the same device, it arrives once.
    """

    def __init__(self, server: Server) -> None:
        """Take the server, with the account's token."""
        self.server = server
        self._closed: dict[str, float] = {}
        self._told = float("-inf")

    async def sync(self, since: str | None, filter_: Json, *, timeout_ms: int, full_state: bool = False) -> Json:
        """Return what is new. Raises what ``Server`` raises."""
        asked = {"timeout": timeout_ms, "filter": _dumped(filter_), "set_presence": "offline"}
        asked |= {"since": since} if since else {}
        asked |= {"full_state": "true"} if full_state else {}
        # A server that makes up a whole state takes its time.
        patience = timeout_ms / 1000 + (120 if full_state or not since else 30)
        return await self.server("GET", f"{V3}/sync?{urlencode(asked)}", patience=patience)

    async def messages(
        self, room: str, start: str | None, *, to: str | None = None, filter_: Json | None = None
    ) -> AsyncIterator[Json]:
        """Yield the events of a room before a token, the newest first; ``to`` is the token at which to stop."""
        while True:
            asked: dict[str, Any] = {"dir": "b", "limit": PAGE}
            asked |= {"from": start} if start else {}
            asked |= {"to": to} if to else {}
            asked |= {"filter": _dumped(filter_)} if filter_ else {}
            page = await self._read(f"{V3}/rooms/{_(room)}/messages?{urlencode(asked)}")
            for event in page["chunk"]:
                yield event
            if not page.get("end") or page["end"] == start:
                return
            start = page["end"]

    async def event(self, room: str, event: str) -> Json:
        """Return one event."""
        return await self._read(f"{V3}/rooms/{_(room)}/event/{_(event)}")

    async def related(self, room: str, event: str, relation: str) -> Sequence[Json]:
        """Return the events that stand in a relation to one (``m.annotation/m.reaction``), the newest first."""
        path = f"/_matrix/client/v1/rooms/{_(room)}/relations/{_(event)}/{relation}"
        found: list[Json] = []
        start = ""
        while True:
            asked = {"limit": PAGE} | ({"from": start} if start else {})
            page = await self._read(f"{path}?{urlencode(asked)}")
            found += page["chunk"]
            if not page.get("next_batch") or page["next_batch"] == start:
                return found
            start = page["next_batch"]

    async def state(self, room: str) -> Sequence[Json]:
        """Return the whole state of a room."""
        return list((await self._read(f"{V3}/rooms/{_(room)}/state"))[LISTED])

    async def members(self, room: str) -> Mapping[str, Json]:
        """Return who is in a room, with what they are called there."""
        answer = await self._read(f"{V3}/rooms/{_(room)}/joined_members")
        return dict(answer["joined"])

    async def member(self, room: str, user: str) -> Json:
        """Return somebody's membership of a room."""
        return await self._read(f"{V3}/rooms/{_(room)}/state/m.room.member/{_(user)}")

    async def joined(self) -> Sequence[str]:
        """Return the rooms that we are in."""
        return list((await self._read(f"{V3}/joined_rooms"))["joined_rooms"])

    async def send(self, room: str, kind: str, content: Json, txn: str) -> str:
        """Send an event and return its id."""
        answer = await self._write("PUT", f"{V3}/rooms/{_(room)}/send/{_(kind)}/{_(txn)}", content, "send")
        return str(answer["event_id"])

    async def redact(self, room: str, event: str, txn: str) -> None:
        """Take an event back."""
        await self._write("PUT", f"{V3}/rooms/{_(room)}/redact/{_(event)}/{_(txn)}", {}, "send")

    async def create(self, room: Json) -> str:
        """Create a room and return its id."""
        return str((await self._write("POST", f"{V3}/createRoom", room, "create"))["room_id"])

    async def join(self, room: str, via: Sequence[str] = ()) -> None:
        """Join a room; ``via`` are servers that know it. Joined again, it is joined once."""
        servers = urlencode([(name, server) for server in via for name in ("server_name", "via")])
        await self._write("POST", f"{V3}/join/{_(room)}?{servers}", {}, "join")

    async def invite(self, room: str, user: str) -> None:
        """Invite somebody."""
        await self._write("POST", f"{V3}/rooms/{_(room)}/invite", {"user_id": user}, "invite")

    async def leave(self, room: str) -> None:
        """Leave a room, or decline an invitation."""
        await self._write("POST", f"{V3}/rooms/{_(room)}/leave", {}, "leave")

    async def keep(self, user: str, kind: str, content: Json) -> None:
        """Keep something with the account."""
        await self._write("PUT", f"{V3}/user/{_(user)}/account_data/{_(kind)}", content, "keep")

    async def upload(self, content: bytes, media: str, name: str) -> str:
        """Upload a file and return its address."""
        path = f"/_matrix/media/v3/upload?{urlencode({'filename': name})}"
        try:
            return str((await self.server("POST", path, content, media=media))["content_uri"])
        except (AwayError, RefusedError) as error:
            # What nobody was told of may be uploaded again.
            raise self._later(error, "upload") from None

    async def _read(self, path: str) -> Json:
        try:
            return await self.server("GET", path)
        except (AwayError, RefusedError) as error:
            raise self._later(error, "read") from None

    async def _write(self, method: str, path: str, content: Json, kind: str) -> Json:
        wait = self.wait(kind)
        if wait > 0:
            raise RetryLaterError(timedelta(seconds=wait), "the server asks to wait")
        try:
            return await self.server(method, path, content)
        except AwayError as away:
            if away.sent:
                raise OutcomeUnknownError(str(away)) from None
            raise self._later(away, kind) from None
        except RefusedError as refused:
            if refused.status >= 500:  # noqa: PLR2004 - HTTP's own
                raise OutcomeUnknownError(str(refused)) from None
            raise self._later(refused, kind) from None

    def wait(self, kind: str) -> float:
        """Return for how many seconds the server asks to wait with what is of a kind."""
        return self._closed.get(kind, 0.0) - asyncio.get_running_loop().time()

    def _later(self, error: AwayError | RefusedError, kind: str) -> Exception:
        """Return a failure as the engine understands it; a plain refusal is returned as it is."""
        if isinstance(error, AwayError):
            return RetryLaterError(None, str(error))
        if error.code == LIMITED:
            after = _UNTOLD if error.after is None else error.after
            now = asyncio.get_running_loop().time()
            self._closed[kind] = now + after
            if now - self._told > _TOLD_AGAIN:
                self._told = now
                log.warning("the server lets the bot do only so much at a time: docs/matrix.md, Rate limits")
            return RetryLaterError(timedelta(seconds=after), "the server asks to wait")
        if error.code in GONE:
            return RetryLaterError(None, "the server has logged us out")
        return RetryLaterError(None, str(error)) if error.status >= 500 else error  # noqa: PLR2004 - HTTP's own


def _(part: str) -> str:
    return quote(part, safe="")


def _dumped(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))
