"""The client-server API as the operator's commands ask it: once, and every failure says what it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol, Self

import aiohttp
from yarl import URL

PATIENCE: Final = 30.0
LISTED: Final = "listed"
"""Where an answer is that is a list, as the state of a room is."""
V3: Final = "/_matrix/client/v3"

Json = Mapping[str, Any]


class RefusedError(Exception):
    """The server refused a request: ``code`` is Matrix's word for why, ``answer`` all it said.

    ``after`` is for how many seconds it asks to wait, where it does.
    """

    def __init__(self, status: int, answer: Json, after: float | None = None) -> None:
        """Take the status and the answer; its words are the server's."""
        self.status = status
        self.code = str(answer.get("errcode", ""))
        self.answer = answer
        self.after = after
        super().__init__(self.code or f"status {status}")


class AwayError(Exception):
    """The server cannot be reached, or does not answer as one of Matrix. ``sent``: the request may have reached it."""

    def __init__(self, reason: str, *, sent: bool = True) -> None:
        """Take why."""
        super().__init__(reason)
        self.sent = sent


class Call(Protocol):
    """One request to the client-server API, as somebody."""

    async def __call__(self, method: str, path: str, body: Json | None = None) -> Json:
        """Return the answer's JSON. ``path`` is whole, beginning with ``/_matrix``.

        Raises ``RefusedError`` where the server says no, and ``AwayError`` where it says nothing of use.
        """
        ...


class Server:
    """A homeserver, asked with a token once there is one. Use it as an asynchronous context."""

    def __init__(self, address: str, token: str = "", http: aiohttp.ClientSession | None = None) -> None:
        """Take the address of the API, and the connections, where somebody has them already."""
        self.address = address.rstrip("/")
        self.token = token
        self._http = http
        self._owned = http is None

    async def __aenter__(self) -> Self:
        """Make the connections ready."""
        if self._http is None:
            self._http = aiohttp.ClientSession(trust_env=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of them."""
        http, self._http = self._http, None
        if http is not None and self._owned:
            await http.close()

    async def __call__(
        self, method: str, path: str, body: Json | bytes | None = None, *, media: str = "", patience: float = PATIENCE
    ) -> Json:
        """Ask once; as ``Call`` says. Bytes are of the type ``media``; ``patience`` is in seconds."""
        if self._http is None:
            raise AwayError("the connection is closed", sent=False)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent: dict[str, Any] = {"json": body}
        if isinstance(body, bytes):
            sent, headers = {"data": body}, headers | {"Content-Type": media}
        limit = aiohttp.ClientTimeout(total=patience)
        # It is encoded already.
        url = URL(self.address + path, encoded=True)
        try:
            async with self._http.request(method, url, headers=headers, timeout=limit, **sent) as response:
                return _answered(response.status, await response.text(errors="replace"), response.headers)
        except TimeoutError:
            raise AwayError("it does not answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise AwayError(why(error), sent=not isinstance(error, aiohttp.ClientConnectorError)) from None


def _answered(status: int, text: str, headers: Mapping[str, str]) -> Json:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    known = isinstance(answer, dict)
    if status == 200 and known:  # noqa: PLR2004 - HTTP's own number
        return dict(answer)
    if status == 200 and isinstance(answer, list):  # noqa: PLR2004 - as above
        return {LISTED: answer}
    if known and (status < 500 or "errcode" in answer):  # noqa: PLR2004 - as above
        raise RefusedError(status, answer, _after(answer, headers))
    raise AwayError(f"it answers with status {status}, and not as Matrix does")


def _after(answer: Json, headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds the server asks to wait."""
    told = answer.get("retry_after_ms")
    if isinstance(told, int | float):
        return told / 1000
    header = headers.get("Retry-After", "")
    return float(header) if header.isdigit() else None


def why(error: Exception) -> str:
    """Return in words why a server could not be reached."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "there is no such name"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not valid"
        case aiohttp.ClientConnectorError():
            return "nothing answers there"
        case aiohttp.InvalidURL():
            return "it is no address"
        case _:
            return type(error).__name__
