"""Faults, one at each call of a method, in order."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.double import Aborted, AnswerLost, RateLimited, Refused, ServerError, SlackDouble, Slow, threaded
from tests.slack.double.conftest import Clock


@pytest.fixture
def channel(double: SlackDouble) -> str:
    return double.add_channel("help", [], with_bot=True)


async def test_a_limit_says_when_to_come_again(double: SlackDouble, web: AsyncWebClient, channel: str) -> None:
    double.fail("chat.postMessage", RateLimited(after=2), ServerError(), Refused("fatal_error"))

    with pytest.raises(SlackApiError) as limited:
        await web.chat_postMessage(channel=channel, text="one")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "2")
    with pytest.raises(SlackApiError) as broken:
        await web.chat_postMessage(channel=channel, text="two")
    assert broken.value.response.status_code == 500
    with pytest.raises(SlackApiError, match="fatal_error"):
        await web.chat_postMessage(channel=channel, text="three")
    await web.chat_postMessage(channel=channel, text="four")

    assert [m.text for m in double.messages(channel)] == ["four"]
    assert len(double.calls) == 4


async def test_a_lost_answer_was_processed_and_an_aborted_call_was_not(
    double: SlackDouble, web: AsyncWebClient, channel: str
) -> None:
    double.fail("chat.postMessage", AnswerLost(), Aborted())

    for words in ("heard", "unheard"):
        with pytest.raises(aiohttp.ClientConnectionError):
            await web.chat_postMessage(channel=channel, text=words)

    assert [m.text for m in double.messages(channel)] == ["heard"]


async def test_a_slow_call_is_processed_later(double: SlackDouble, web: AsyncWebClient, channel: str) -> None:
    double.fail("chat.postMessage", Slow(0.2))

    slow = asyncio.create_task(web.chat_postMessage(channel=channel, text="slow"))
    await double.until(lambda: double.calls)
    await web.chat_postMessage(channel=channel, text="fast")
    await slow

    assert [m.text for m in double.messages(channel)] == ["fast", "slow"]


def test_a_double_lives_in_a_thread_for_other_processes(clock: Clock) -> None:
    async def talk(api_url: str, token: str, channel: str) -> None:
        async with aiohttp.ClientSession() as session:
            await AsyncWebClient(token, base_url=api_url, session=session).chat_postMessage(channel=channel, text="hi")

    with threaded(clock=clock) as hosted:
        channel = hosted.run(lambda d: d.add_channel("help", [], with_bot=True))
        asyncio.run(talk(hosted.double.api_url, hosted.double.bot_token, channel))

        assert [m.text for m in hosted.double.messages(channel)] == ["hi"]
        with pytest.raises(TimeoutError):
            hosted.wait(lambda d: d.drained(0.01))
