"""Commands, buttons, modals and home tabs."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.double import SlackDouble, buttons
from tests.slack.double.checks import Json
from tests.slack.double.conftest import App, Clock

pytestmark = pytest.mark.usefixtures("app")
YES: Json = {
    "type": "actions",
    "block_id": "ask",
    "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Yes"}, "action_id": "yes", "value": "1"},
        {"type": "button", "text": {"type": "plain_text", "text": "No"}, "action_id": "no", "value": "0"},
    ],
}


async def test_a_command_comes_escaped(double: SlackDouble, ada: str, channel: str) -> None:
    command = double.slash(ada, channel, f"pair <@{ada}> in <#{channel}> & rest")

    assert command.payload["text"] == f"pair <@{ada}|Ada> in <#{channel}|help> &amp; rest"
    assert (command.payload["channel_name"], command.payload["user_id"]) == ("help", ada)


async def test_what_rides_in_a_command_s_ack_is_shown(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    app.answers += [{"text": "for you"}, {"text": "for all", "response_type": "in_channel"}]

    double.slash(ada, channel, "one")
    double.slash(ada, channel, "two")
    await double.drained()

    assert [double.words(m) for m in double.ephemerals(ada)] == ["for you"]
    assert [double.words(m) for m in double.messages(channel)] == ["for all"]


async def test_nobody_acts_where_they_are_not(double: SlackDouble, channel: str) -> None:
    bob = double.add_user("Bob")

    with pytest.raises(ValueError, match="is not in"):
        double.slash(bob, channel, "help")


async def test_a_response_url_answers_five_times(
    double: SlackDouble, ada: str, channel: str, web: AsyncWebClient
) -> None:
    command = double.slash(ada, channel, "help")
    async with aiohttp.ClientSession() as session:
        answer = AsyncWebhookClient(command.payload["response_url"], session=session)

        assert (await answer.send(text="for you")).status_code == 200
        assert (await answer.send(text="for all", response_type="in_channel")).status_code == 200
        assert (await answer.send(text="x" * 40_001)).status_code == 400
        for _ in range(3):
            await answer.send(text="more")
        assert (await answer.send(text="sixth")).status_code == 404

    assert [double.words(m) for m in double.ephemerals(ada)] == ["for you", "more", "more", "more"]
    assert [double.words(m) for m in double.messages(channel)] == ["for all"]
    assert (await web.conversations_history(channel=channel))["messages"] == []


async def test_a_response_url_answers_for_thirty_minutes(
    double: SlackDouble, ada: str, channel: str, clock: Clock
) -> None:
    command = double.slash(ada, channel, "help")
    clock.move(timedelta(minutes=30, seconds=1))
    async with aiohttp.ClientSession() as session:
        assert (
            await AsyncWebhookClient(command.payload["response_url"], session=session).send(text="x")
        ).status_code == 404


async def test_a_button_tells_who_pressed_it_and_where(
    double: SlackDouble, web: AsyncWebClient, ada: str, channel: str
) -> None:
    ts = (await web.chat_postMessage(channel=channel, text="Will you?", blocks=[YES]))["ts"]
    assert buttons(double.message(channel, ts)) == [("Yes", "yes", "1"), ("No", "no", "0")]

    pressed = double.press(ada, channel, ts, "yes")
    await double.drained()

    (action,) = pressed.payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("yes", "ask", "1")
    assert pressed.payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel,
        "is_ephemeral": False,
    }
    assert (pressed.payload["message"]["ts"], pressed.acked) == (ts, True)
    with pytest.raises(ValueError, match="no such button"):
        double.press(ada, channel, ts, "maybe")


async def test_a_whisper_s_button_can_replace_or_delete_it(
    double: SlackDouble, web: AsyncWebClient, ada: str, channel: str
) -> None:
    ts = (await web.chat_postEphemeral(channel=channel, user=ada, text="Will you?", blocks=[YES]))["message_ts"]
    pressed = double.press(ada, channel, ts, "no")
    assert pressed.payload["container"]["is_ephemeral"]
    assert "message" not in pressed.payload

    async with aiohttp.ClientSession() as session:
        answer = AsyncWebhookClient(pressed.payload["response_url"], session=session)
        await answer.send(text="Fine", replace_original=True)
        assert [(double.words(m), buttons(m)) for m in double.ephemerals(ada)] == [("Fine", [])]
        await answer.send(delete_original=True)
    assert double.ephemerals(ada) == []


async def test_a_shortcut_brings_its_message(double: SlackDouble, ada: str, channel: str) -> None:
    ts = double.say(ada, channel, "The wiki is at https://wiki.example.org")

    chosen = double.shortcut(ada, channel, ts, "keep_answer")

    assert (chosen.payload["type"], chosen.payload["callback_id"]) == ("message_action", "keep_answer")
    assert chosen.payload["message"]["text"] == "The wiki is at <https://wiki.example.org>"
    assert chosen.payload["response_url"]
