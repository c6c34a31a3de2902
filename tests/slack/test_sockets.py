"""The connections: two of them, renewed without loss, watched for their pongs, refused once and not again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from adapters.slack.socket import DisabledError, Sockets
from adapters.slack.values import Envelope
from tests.slack.double import Refused, ServerError, SlackDouble


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(clock=lambda: datetime.now(UTC)) as made:
        yield made


@asynccontextmanager
async def connected(double: SlackDouble, *, heartbeat: float = 3.0) -> AsyncIterator[Sockets]:
    """Give connections at work."""
    sockets = Sockets(double.app_token, double.api_url, heartbeat=heartbeat)
    running = asyncio.create_task(sockets.run())
    try:
        await double.connected(2)
        yield sockets
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError, DisabledError):
            await running


async def next_words(sockets: Sockets) -> str:
    """Take what came, acknowledge it, and return its words."""
    envelope: Envelope = await asyncio.wait_for(sockets.envelopes.get(), 5)
    await envelope.ack(None)
    return str(envelope.payload["event"]["text"])


async def test_there_are_two_and_what_comes_is_acknowledged_on_its_own(double: SlackDouble) -> None:
    ada = double.add_user("Ada")
    practice = double.add_channel("practice", [ada], with_bot=True)
    async with connected(double) as sockets:
        for number in range(20):
            double.say(ada, practice, f"word {number}")
        assert sorted([await next_words(sockets) for _ in range(20)]) == sorted(f"word {n}" for n in range(20))
        await double.drained()
        assert {e.socket for e in double.sent if e.socket} == set(double.sockets.open)
        assert all(e.attempt == 0 for e in double.sent)


async def test_what_one_connection_brings_keeps_its_order(double: SlackDouble) -> None:
    ada = double.add_user("Ada")
    practice = double.add_channel("practice", [ada], with_bot=True)
    async with connected(double) as sockets:
        for number in range(20):
            double.say(ada, practice, f"{number}")
        came = [int(await next_words(sockets)) for _ in range(20)]
        of = {int(e.payload["event"]["text"]): e.socket for e in double.sent}
        for socket in double.sockets.open:
            assert [n for n in came if of[n] is socket] == sorted(n for n in came if of[n] is socket)


async def test_a_connection_is_renewed_before_it_closes_and_nothing_is_lost(double: SlackDouble) -> None:
    ada = double.add_user("Ada")
    practice = double.add_channel("practice", [ada], with_bot=True)
    double.ack_timeout = 0.2
    async with connected(double) as sockets:
        came: set[str] = set()
        for number in range(30):
            double.say(ada, practice, f"word {number}")
            if number % 10 == 5:
                double.disconnect("refresh_requested" if number == 5 else "warning")
                await double.connected(2)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    while True:
                        came.add(await next_words(sockets))
        while len(came) < 30:
            came.add(await next_words(sockets))
        assert len(double.sockets.open) >= 2


async def test_a_deaf_connection_is_noticed(double: SlackDouble) -> None:
    async with connected(double, heartbeat=0.1):
        before = set(double.sockets.open)
        double.mute()
        await double.until(lambda: len(set(double.sockets.open) - before) >= 2)
        await double.connected(2)


async def test_a_ticket_is_used_once(double: SlackDouble) -> None:
    async with connected(double):
        double.disconnect("warning")
        await double.until(lambda: len([1 for method, _ in double.calls if method == "apps.connections.open"]) == 3)
        await double.connected(2)


async def test_a_slack_that_is_away_is_asked_again_and_ever_less_often(
    double: SlackDouble, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waited: list[float] = []
    sleep = asyncio.sleep

    async def soon(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr("adapters.slack.socket.asyncio.sleep", soon)
    double.fail("apps.connections.open", *[ServerError()] * 6)
    async with connected(double):
        pass

    # Two connections meet the six failures, in whatever turn.
    turns = [sorted([2.0**n for n in range(one)] + [2.0**n for n in range(6 - one)]) for one in range(7)]
    assert sorted(w for w in waited if w) in turns
    assert "Slack cannot be reached" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "not_allowed_token_type", "missing_scope"])
async def test_a_token_that_is_refused_is_not_asked_with_again(double: SlackDouble, code: str) -> None:
    double.fail("apps.connections.open", *[Refused(code)] * 10)
    sockets = Sockets(double.app_token, double.api_url)

    with pytest.raises(DisabledError, match=code):
        await asyncio.wait_for(sockets.run(), 5)

    assert len(double.calls) <= 2


async def test_socket_mode_that_is_switched_off(double: SlackDouble) -> None:
    sockets = Sockets(double.app_token, double.api_url)
    running = asyncio.create_task(sockets.run())
    await double.connected(2)
    double.disconnect("link_disabled")

    with pytest.raises(DisabledError, match="Socket Mode is off"):
        await asyncio.wait_for(running, 5)
