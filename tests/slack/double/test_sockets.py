"""Socket Mode: envelopes, acks, retries, and connections that end."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.double import SlackDouble
from tests.slack.double.conftest import App, client_of


async def test_events_wait_for_a_socket(double: SlackDouble, web: AsyncWebClient, ada: str, channel: str) -> None:
    double.say(ada, channel, "early")
    client = client_of(double, web)
    app = App(client)
    client.socket_mode_request_listeners.append(app.take)

    await client.connect()  # type: ignore[no-untyped-call]
    await double.drained()

    assert [e["text"] for e in app.events] == ["early"]
    await client.close()  # type: ignore[no-untyped-call]


async def test_a_ticket_opens_one_socket(double: SlackDouble) -> None:
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(base_url=double.api_url, session=session)
        url = (await web.apps_connections_open(app_token=double.app_token))["url"]
        async with session.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)


async def test_each_envelope_goes_to_one_socket_in_turn(
    double: SlackDouble, web: AsyncWebClient, app: App, ada: str, channel: str
) -> None:
    client = client_of(double, web)
    other = App(client)
    client.socket_mode_request_listeners.append(other.take)
    await client.connect()  # type: ignore[no-untyped-call]
    await double.connected(2)

    for n in range(4):
        double.say(ada, channel, str(n))
    await double.drained()

    assert sorted(e["text"] for e in [*app.events, *other.events]) == list("0123")
    assert (len(app.came), len(other.came)) == (2, 2)
    await client.close()  # type: ignore[no-untyped-call]


async def test_an_event_that_is_not_acked_comes_three_times_more(
    double: SlackDouble, app: App, ada: str, channel: str
) -> None:
    double.ack_timeout = 0.01
    app.acking = False

    double.say(ada, channel, "hello")
    await double.drained()

    assert [(r.retry_attempt, r.retry_reason) for r in app.came] == [(0, ""), *[(n, "timeout") for n in (1, 2, 3)]]
    assert len({r.payload["event_id"] for r in app.came}) == 1
    assert len({r.envelope_id for r in app.came}) == 4
    assert len(double.timeouts) == 1


async def test_an_event_can_come_again_after_its_ack(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    double.say(ada, channel, "hello")
    await double.drained()

    double.redeliver()
    await double.drained()

    first, again = app.came
    assert first.payload == again.payload
    assert (first.retry_attempt, again.retry_attempt) == (0, 1)


async def test_a_command_is_not_sent_again(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    double.ack_timeout = 0.01
    app.acking = False

    command = double.slash(ada, channel, "help")
    await double.drained()

    assert (len(app.came), command.failed, double.timeouts) == (1, True, [command])


async def test_a_command_fails_at_once_while_no_socket_is_open(double: SlackDouble, ada: str, channel: str) -> None:
    assert double.slash(ada, channel, "help").failed


async def test_a_refresh_loses_nothing(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    double.disconnect("refresh_requested")
    double.say(ada, channel, "meanwhile")

    await double.drained()

    assert [e["text"] for e in app.events] == ["meanwhile"]


async def test_a_half_open_socket_answers_nothing(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    double.ack_timeout = 0.2
    double.mute()

    double.say(ada, channel, "lost for now")
    await asyncio.sleep(0.02)
    assert app.came == []
    double.unmute()
    await double.drained()

    assert {e["text"] for e in app.events} == {"lost for now"}
    assert app.came[0].retry_attempt != 0


async def test_a_client_reconnects_when_no_pong_comes(
    double: SlackDouble, web: AsyncWebClient, ada: str, channel: str
) -> None:
    client = client_of(double, web, ping_interval=0.02)
    app = App(client)
    client.socket_mode_request_listeners.append(app.take)
    await client.connect()  # type: ignore[no-untyped-call]
    await double.connected()
    first = double.sockets.open[0]
    double.mute()

    double.say(ada, channel, "hello")
    await double.drained()

    assert {e["text"] for e in app.events} == {"hello"}
    assert first not in double.sockets.open
    await client.close()  # type: ignore[no-untyped-call]


async def test_an_event_outlives_any_number_of_connections(
    double: SlackDouble, web: AsyncWebClient, ada: str, channel: str
) -> None:
    double.say(ada, channel, "hello")
    for _ in range(6):
        client = client_of(double, web)
        await client.connect()  # type: ignore[no-untyped-call]
        await double.until(lambda: double.unacked)
        await client.close()  # type: ignore[no-untyped-call]
        await double.until(lambda: not double.unacked)

    (waiting,) = double.sockets.waiting
    assert (waiting.attempt, waiting.reason) == (3, "connection_failed")
