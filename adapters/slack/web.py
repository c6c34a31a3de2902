"""Slack's Web API: a call is sent once, at the pace that Slack bears, and its failure says what may have happened."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import aiohttp
from aiolimiter import AsyncLimiter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.platform import OutcomeUnknownError, RetryLaterError

log = logging.getLogger("causerie.slack")

TIMEOUT = aiohttp.ClientTimeout(total=10)
PAGE: Final = 200
"""Rows asked for at once; Slack recommends no more."""
PATIENCE: Final = 3
"""How often something is read anew that could not be read."""
SHORT: Final = 60.0
"""Seconds for which reading waits when Slack asks to wait; longer, and it is given up."""

GONE: Final = frozenset({"account_inactive", "app_uninstalled", "token_revoked"})
"""The app was removed, or its token revoked."""
BAD: Final = frozenset({"invalid_auth", "not_authed", "team_access_not_granted", "token_expired"})
"""The token is not taken: it is mistyped, or not to be used from here. Nobody said that the app is gone."""
BAD_FOR = timedelta(minutes=5)
_UNSURE: Final = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Slack says of these that some of it may have happened."""
_LATER: Final = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "org_login_required"}
)

_OF_A_CHANNEL: Final = frozenset({"chat.postMessage", "chat.postEphemeral"})
"""Slack limits these by channel."""

PER_MINUTE: Final[Mapping[str, float]] = {
    # A message a second and channel is the engine's to keep; a workspace bears "several hundred" a minute.
    "chat.postMessage": 300,
    "chat.update": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.members": 100,
    "users.info": 100,
    "users.list": 20,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}
"""Slack's tiers: calls a minute. What is not here is called once at a start."""
_BURST: Final = 30.0
"""Seconds' worth of calls that may go at once."""
BURST_OF_MESSAGES: Final = 5.0
"""The same of messages, for whose sake a workspace is watched more closely."""


class RefusedError(Exception):
    """Slack refused a call: ``code`` is its word for why, ``needed`` the scope that is missing."""

    def __init__(self, method: str, code: str, needed: str = "", messages: tuple[str, ...] = ()) -> None:
        """Take Slack's answer; ``messages`` tell which part of a message or view it does not take."""
        super().__init__(f"{method}: {code}" + "".join(f"; {m}" for m in messages) + (f" ({needed})" if needed else ""))
        self.method = method
        self.code = code
        self.needed = needed


class RevokedError(RetryLaterError):
    """The app is not in the workspace any more, or its token is not good any more."""

    def __init__(self, code: str) -> None:
        """Take Slack's word for it."""
        super().__init__(reason=code)


class BadTokenError(RetryLaterError):
    """Slack does not take the token."""

    def __init__(self, code: str) -> None:
        """Take Slack's word for it."""
        super().__init__(BAD_FOR, code)


class Web:
    """The Web API with one workspace's token.

    ``revoked`` is awaited when Slack says that the token is not good any more. Each call raises ``RetryLaterError``
    when nothing was done and it may be tried again, ``OutcomeUnknownError`` when it may have been done, and
    ``RefusedError`` when Slack refused it.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        revoked: Callable[[str], Awaitable[None]] | None = None,
        rates: Mapping[str, float] = PER_MINUTE,
    ) -> None:
        """Take a token, the API's base address, and how often a method may be called; on a running loop."""
        # A shared session's own limit counts, not the client's.
        self._http = aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True)
        quiet = logging.getLogger("causerie.slack.sdk")
        quiet.setLevel(logging.WARNING)  # what it tells of a call holds people's words
        # No retry of the SDK's own: an answer that was lost would post twice, and the outbox keeps what waits.
        self.client = AsyncWebClient(token, api_url, session=self._http, retry_handlers=[], logger=quiet)
        self._revoked = revoked
        self._rates = rates
        self._limits: dict[str, AsyncLimiter] = {}
        self._rests: dict[str, float] = {}
        self.scopes: frozenset[str] = frozenset()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    async def call(self, method: str, *, wait: float = 0.0, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
        """Call a method once, and return what Slack answers; arguments that are None are left out.

        Where Slack asks to wait, ``wait`` is for how many seconds that is done here.
        """
        until = asyncio.get_running_loop().time() + wait
        while True:
            try:
                return await self._called(method, arguments)
            except RetryLaterError as later:
                left = until - asyncio.get_running_loop().time()
                if later.after is None or later.after.total_seconds() > left:
                    raise
                await asyncio.sleep(later.after.total_seconds())

    async def _called(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        place = _place(method, arguments)
        await self._pace(method, place)
        form = {key: _form(value) for key, value in arguments.items() if value is not None}
        try:
            response = await self.client.api_call(method, data=form)
        except SlackApiError as error:
            raise await self._failure(method, place, error) from None
        except aiohttp.ClientConnectorError:
            raise RetryLaterError(reason="no connection") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise OutcomeUnknownError(f"{method}: {type(error).__name__}") from None
        granted = _header(response.headers, "x-oauth-scopes")
        if granted:
            self.scopes = frozenset(scope.strip() for scope in granted.split(","))
        data: Mapping[str, Any] = response.data  # type: ignore[assignment]
        return data

    async def read(self, method: str, *, patience: int = PATIENCE, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
        """Call a method that changes nothing, up to ``patience`` times."""
        for tried in range(1, patience + 1):
            try:
                return await self.call(method, **arguments)
            except (RevokedError, BadTokenError):
                raise
            except RetryLaterError as later:
                wait = later.after.total_seconds() if later.after else float(tried)
                if tried == patience or wait > SHORT:
                    raise
            except OutcomeUnknownError as unknown:
                if tried == patience:
                    raise RetryLaterError(reason=str(unknown)) from None
                wait = float(tried)
            await asyncio.sleep(wait)
        raise AssertionError(method)

    async def pages(
        self,
        method: str,
        *,
        patience: int = PATIENCE,
        rows: int = PAGE,
        **arguments: Any,  # noqa: ANN401 - JSON
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Read a list page by page, of so many ``rows``."""
        cursor: str | None = None
        while True:
            page = await self.read(method, patience=patience, limit=rows, cursor=cursor, **arguments)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def post(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer at a response's own address; whether Slack took it. It is never tried again."""
        try:
            async with self._http.post(url, json=body) as answer:
                return answer.ok
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False

    async def upload(self, url: str, content: bytes) -> None:
        """Put a file's content where Slack said; nobody sees it before it is shared."""
        try:
            async with self._http.post(url, data=content) as answer:
                if not answer.ok:
                    raise RetryLaterError(reason=f"upload: {answer.status}")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise RetryLaterError(reason=f"upload: {type(error).__name__}") from None

    async def _pace(self, method: str, place: str) -> None:
        """Wait for the method's turn; where Slack asked to wait, ask for as much."""
        self._rested(place)
        rate = self._rates.get(method)
        if rate is None:
            return
        if method not in self._limits:
            burst = BURST_OF_MESSAGES if method == "chat.postMessage" else _BURST
            self._limits[method] = AsyncLimiter(max(1.0, rate * burst / 60), burst)
        await self._limits[method].acquire()
        self._rested(place)

    def _rested(self, place: str) -> None:
        left = self._rests.get(place, 0.0) - asyncio.get_running_loop().time()
        if left > 0:
            raise RetryLaterError(timedelta(seconds=left))
        self._rests.pop(place, None)

    async def _failure(self, method: str, place: str, error: SlackApiError) -> Exception:
        response = error.response
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        data = getattr(response, "data", None)
        answer: Mapping[str, Any] = data if isinstance(data, dict) else {}
        code = str(answer.get("error", ""))
        if status == 429 or code in _LATER:  # noqa: PLR2004 - HTTP's own number
            after = float(_header(response.headers, "retry-after") or 1)
            self._rests[place] = asyncio.get_running_loop().time() + after
            return RetryLaterError(timedelta(seconds=after), f"{method}: {code or status}")
        if code in GONE:
            if self._revoked is not None:
                await self._revoked(code)
            return RevokedError(code)
        if code in BAD:
            return BadTokenError(code)
        if not code or code in _UNSURE:
            return OutcomeUnknownError(f"{method}: {code or status}")
        told = (answer.get("response_metadata") or {}).get("messages") or ()
        return RefusedError(method, code, str(answer.get("needed", "")), tuple(map(str, told)))


def _place(method: str, arguments: Mapping[str, Any]) -> str:
    """Return what rests together: messages of one channel, or all calls of another method."""
    return f"{method} {arguments.get('channel')}" if method in _OF_A_CHANNEL else method


def _form(value: object) -> str:
    """Return a value as every method takes it in a form: what is not flat as JSON."""
    match value:
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)


def _header(headers: Any, name: str) -> str:  # noqa: ANN401 - the SDK's own mapping
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")
