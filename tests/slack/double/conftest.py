"""A double and the real client library on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tests.slack.double import SlackDouble
from tests.slack.double.checks import Json


@dataclass
class Clock:
    """Time that a test moves."""

    now: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


@dataclass
class App:
    """The app's end: what came over its socket, acked as a test says."""

    client: SocketModeClient
    came: list[SocketModeRequest] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    acking: bool = True

    async def take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Note a request, and ack it with the next answer."""
        self.came.append(request)
        if self.acking:
            answer = self.answers.pop(0) if self.answers and request.type != "events_api" else None
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

    @property
    def events(self) -> list[Json]:
        """The events that came, each delivery."""
        return [r.payload["event"] for r in self.came if r.type == "events_api"]

    @property
    def kinds(self) -> list[str]:
        """Each event's type, with its subtype."""
        return [e["type"] + (f"/{e['subtype']}" if "subtype" in e else "") for e in self.events]


async def refusal(call: Awaitable[AsyncSlackResponse]) -> str:
    """Return the error code that a call ends in."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def double(clock: Clock) -> AsyncIterator[SlackDouble]:
    async with SlackDouble(clock=clock) as double:
        yield double


@pytest.fixture
async def web(double: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=double.bot_token, base_url=double.api_url, session=session, retry_handlers=[])


def client_of(double: SlackDouble, web: AsyncWebClient, ping_interval: float = 5) -> SocketModeClient:
    """Return a client that is not connected yet."""
    by_app = AsyncWebClient(token=double.app_token, base_url=double.api_url, session=web.session, retry_handlers=[])
    return SocketModeClient(
        app_token=double.app_token, web_client=by_app, ping_interval=ping_interval, auto_reconnect_enabled=True
    )


@pytest.fixture
async def app(double: SlackDouble, web: AsyncWebClient) -> AsyncIterator[App]:
    client = client_of(double, web)
    app = App(client)
    client.socket_mode_request_listeners.append(app.take)
    await client.connect()  # type: ignore[no-untyped-call]
    await double.connected()
    yield app
    await client.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def ada(double: SlackDouble) -> str:
    return double.add_user("Ada")


@pytest.fixture
def channel(double: SlackDouble, ada: str) -> str:
    return double.add_channel("help", [ada], with_bot=True)
