"""What the Web API does and refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.double import BOT_SCOPES, SlackDouble
from tests.slack.double.checks import Json
from tests.slack.double.conftest import Clock, refusal


async def test_it_knows_who_the_token_is_of(double: SlackDouble, web: AsyncWebClient) -> None:
    who = await web.auth_test()

    assert (who["team_id"], who["user_id"], who["bot_id"]) == (double.team, double.bot_user, double.bot_id)
    assert "chat:write" in who.headers["x-oauth-scopes"]


async def test_arguments_come_as_query_form_or_json(double: SlackDouble) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    bearer = {"Authorization": f"Bearer {double.bot_token}"}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]
    async with aiohttp.ClientSession(double.api_url, headers=bearer) as session:
        await session.get("chat.postMessage", params={"channel": channel, "text": "query"})
        await session.post("chat.postMessage", data={"channel": channel, "blocks": json.dumps(blocks)})
        await session.post("chat.postMessage", json={"channel": channel, "text": "json", "blocks": blocks})

    assert [double.words(m) for m in double.messages(channel)] == ["query", "Hello", "Hello"]


async def test_tokens_scopes_and_methods_are_checked(clock: Clock) -> None:
    async with SlackDouble(clock=clock, scopes=BOT_SCOPES) as double, aiohttp.ClientSession() as session:
        channel = double.add_channel("help", [], with_bot=True)
        ts = double.say(double.bot_user, channel, "hello")
        web = AsyncWebClient(token=double.bot_token, base_url=double.api_url, session=session)

        assert (
            await refusal(AsyncWebClient("x", base_url=double.api_url, session=session).auth_test()) == "invalid_auth"
        )
        assert await refusal(web.api_call("chat.sing")) == "unknown_method"
        assert await refusal(web.apps_connections_open(app_token=double.bot_token)) == "not_allowed_token_type"
        with pytest.raises(SlackApiError) as raised:
            await web.pins_add(channel=channel, timestamp=ts)
        assert raised.value.response["needed"] == "pins:write"
        double.revoke()
        assert await refusal(web.auth_test()) == "token_revoked"
        double.uninstall()
        assert await refusal(web.auth_test()) == "account_inactive"
        double.reinstall()
        assert (await web.auth_test())["ok"]


async def test_a_message_keeps_its_words_metadata_and_ts(double: SlackDouble, web: AsyncWebClient) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    key = {"event_type": "causerie", "event_payload": {"key": "k1"}}

    first = await web.chat_postMessage(channel=channel, text="one & *two*", metadata=key)
    second = await web.chat_postMessage(channel=channel, text="three")

    message = double.message(channel, first["ts"])
    assert (double.words(message), message.metadata, message.text) == ("one & two", key, "one &amp; *two*")
    assert float(first["ts"]) < float(second["ts"])
    shown = await web.conversations_history(
        channel=channel, include_all_metadata=True, oldest=first["ts"], inclusive=True
    )
    assert [m.get("metadata") for m in shown["messages"]] == [None, key]
    assert "metadata" not in (await web.conversations_history(channel=channel))["messages"][1]


async def test_where_it_may_not_write(double: SlackDouble, web: AsyncWebClient) -> None:
    outside = double.add_channel("outside", [])
    secret = double.add_channel("secret", [], private=True)
    archived = double.add_channel("old", [], with_bot=True)
    double.archive(archived)
    gone = double.add_user("Gone")
    conversation = double.direct(gone)
    double.deactivate(gone)

    said: Json = {"text": "hello"}
    assert await refusal(web.chat_postMessage(channel=outside, **said)) == "not_in_channel"
    assert await refusal(web.chat_postMessage(channel=secret, **said)) == "channel_not_found"
    assert await refusal(web.chat_postMessage(channel="C404", **said)) == "channel_not_found"
    assert await refusal(web.chat_postMessage(channel=archived, **said)) == "is_archived"
    assert await refusal(web.chat_postMessage(channel=gone, **said)) == "channel_not_found"
    assert await refusal(web.chat_postMessage(channel=conversation, **said)) == "is_archived"


async def test_what_a_message_may_not_be(double: SlackDouble, web: AsyncWebClient) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    reply: Json = {"channel": channel, "text": "reply"}

    assert await refusal(web.api_call("chat.postMessage", json={"channel": channel})) == "no_text"
    assert await refusal(web.chat_postMessage(channel=channel, text="x" * 40_001)) == "msg_too_long"
    assert await refusal(web.chat_postMessage(**reply, thread_ts="1.000001")) == "thread_not_found"
    assert await refusal(web.chat_postMessage(**reply, metadata={"event_type": "x"})) == "invalid_metadata_format"
    large: Json = {"event_type": "x", "event_payload": {"x": "x" * 8_000}}
    assert await refusal(web.chat_postMessage(**reply, metadata=large)) == "metadata_too_large"
    assert await refusal(web.api_call("chat.postMessage", json={"text": "where?"})) == "invalid_arguments"
    ts = (await web.chat_postMessage(channel=channel, text="short"))["ts"]
    assert await refusal(web.chat_update(channel=channel, ts=ts, text="x" * 4_001)) == "msg_too_long"


async def test_only_its_own_messages_are_the_bots_to_change(double: SlackDouble, web: AsyncWebClient) -> None:
    ada = double.add_user("Ada")
    channel = double.add_channel("help", [ada], with_bot=True)
    hers = double.say(ada, channel, "mine")
    ours = (await web.chat_postMessage(channel=channel, text="ours"))["ts"]

    assert await refusal(web.chat_update(channel=channel, ts=hers, text="x")) == "cant_update_message"
    assert await refusal(web.chat_delete(channel=channel, ts=hers)) == "cant_delete_message"
    assert await refusal(web.chat_update(channel=channel, ts="1.000001", text="x")) == "message_not_found"
    await web.chat_update(channel=channel, ts=ours, text="changed")
    assert double.words(double.message(channel, ours)) == "changed"
    await web.chat_delete(channel=channel, ts=ours)
    assert double.message(channel, ours).deleted
    assert await refusal(web.chat_update(channel=channel, ts=ours, text="x")) == "message_not_found"
    assert await refusal(web.chat_delete(channel=channel, ts=ours)) == "message_not_found"


async def test_whispers_are_for_those_in_the_channel_and_in_no_history(
    double: SlackDouble, web: AsyncWebClient
) -> None:
    ada, bob = double.add_user("Ada"), double.add_user("Bob")
    channel = double.add_channel("help", [ada], with_bot=True)

    await web.chat_postEphemeral(channel=channel, user=ada, text="only you")

    assert [double.words(m) for m in double.ephemerals(ada)] == ["only you"]
    assert (await web.conversations_history(channel=channel))["messages"] == []
    assert await refusal(web.chat_postEphemeral(channel=channel, user=bob, text="x")) == "user_not_in_channel"


async def test_reactions_and_pins_are_there_once(double: SlackDouble, web: AsyncWebClient) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    ts = (await web.chat_postMessage(channel=channel, text="root"))["ts"]
    where = {"channel": channel, "timestamp": ts}

    await web.reactions_add(**where, name="tada")
    await web.pins_add(**where)

    assert await refusal(web.reactions_add(**where, name="tada")) == "already_reacted"
    assert await refusal(web.pins_add(**where)) == "already_pinned"
    await web.reactions_remove(**where, name="tada")
    assert await refusal(web.reactions_remove(**where, name="tada")) == "no_reaction"
    await web.conversations_setTopic(channel=channel, topic="This week: Ada")
    assert (await web.conversations_info(channel=channel))["channel"]["topic"]["value"] == "This week: Ada"


async def test_a_file_is_uploaded_then_shared(double: SlackDouble, web: AsyncWebClient) -> None:
    channel = double.add_channel("help", [], with_bot=True)

    await web.files_upload_v2(channel=channel, filename="year.png", content=b"\x89PNG", initial_comment="The year")

    (message,) = double.messages(channel)
    assert (message.files[0]["name"], message.text) == ("year.png", "The year")


async def test_a_permalink_leads_to_a_message(double: SlackDouble, web: AsyncWebClient) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    ts = (await web.chat_postMessage(channel=channel, text="root"))["ts"]

    link = (await web.chat_getPermalink(channel=channel, message_ts=ts))["permalink"]

    assert link.endswith(f"/archives/{channel}/p{ts.replace('.', '')}")


async def test_calls_are_logged_without_tokens(clock: Clock, tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    async with SlackDouble(clock=clock, log=log) as double, aiohttp.ClientSession() as session:
        await AsyncWebClient(double.bot_token, base_url=double.api_url, session=session).users_info(
            user=double.bot_user
        )

        assert json.loads(log.read_text()) == {"method": "users.info", "arguments": {"user": double.bot_user}}
        assert double.bot_token not in log.read_text()


async def test_a_pace_can_be_held(double: SlackDouble, web: AsyncWebClient, clock: Clock) -> None:
    channel, other = (double.add_channel(name, [], with_bot=True) for name in ("help", "other"))
    double.pace = timedelta(seconds=1)

    await web.chat_postMessage(channel=channel, text="one")
    await web.chat_postMessage(channel=other, text="one")
    with pytest.raises(SlackApiError) as limited:
        await web.chat_postMessage(channel=channel, text="two")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "1")
    clock.move(timedelta(seconds=1))
    await web.chat_postMessage(channel=channel, text="two")

    assert [m.text for m in double.messages(channel)] == ["one", "two"]


async def test_blocks_are_kept_with_what_slack_fills_in(double: SlackDouble, web: AsyncWebClient) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    button = {"type": "button", "text": {"type": "plain_text", "text": "Yes"}}

    await web.chat_postMessage(channel=channel, text="x", blocks=[{"type": "actions", "elements": [button]}])

    (block,) = double.messages(channel)[0].blocks
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
    assert block["elements"][0]["text"]["emoji"] is True
