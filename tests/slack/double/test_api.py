"""What the Web API does and refuses."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tests.slack.double import BOT_SCOPES, SlackDouble
from tests.slack.double.checks import Json
from tests.slack.double.conftest import Clock


async def refusal(call: Awaitable[AsyncSlackResponse]) -> str:
    """Return the error code that a call ends in."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


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


async def test_histories_come_in_pages_and_late(double: SlackDouble, web: AsyncWebClient, clock: Clock) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    sent = [(await web.chat_postMessage(channel=channel, text=str(n)))["ts"] for n in range(5)]

    first = await web.conversations_history(channel=channel, limit=3)
    rest = await web.conversations_history(channel=channel, limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [m["ts"] for m in [*first["messages"], *rest["messages"]]] == sent[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    between = await web.conversations_history(channel=channel, oldest=sent[1], latest=sent[3])
    assert [m["ts"] for m in between["messages"]] == [sent[2]]
    double.lag = timedelta(seconds=5)
    assert (await web.conversations_history(channel=channel))["messages"] == []
    clock.move(timedelta(seconds=5))
    assert len((await web.conversations_history(channel=channel))["messages"]) == 5


async def test_replies_stand_in_their_thread_only(double: SlackDouble, web: AsyncWebClient) -> None:
    channel = double.add_channel("help", [], with_bot=True)
    root = (await web.chat_postMessage(channel=channel, text="root"))["ts"]
    below = [(await web.chat_postMessage(channel=channel, text=t, thread_ts=root))["ts"] for t in "abc"]
    shown = (await web.chat_postMessage(channel=channel, text="d", thread_ts=root, reply_broadcast=True))["ts"]

    history = (await web.conversations_history(channel=channel))["messages"]
    assert [m["ts"] for m in history] == [shown, root]
    assert (history[1]["reply_count"], history[1]["latest_reply"]) == (4, shown)
    first = await web.conversations_replies(channel=channel, ts=root, limit=3)
    rest = await web.conversations_replies(
        channel=channel, ts=below[0], limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [m["ts"] for m in first["messages"]] == [root, *below[:2]]
    assert [m["ts"] for m in rest["messages"]] == [root, below[2], shown]
    assert await refusal(web.conversations_replies(channel=channel, ts="1.000001")) == "thread_not_found"


async def test_whispers_are_for_those_in_the_channel_and_in_no_history(
    double: SlackDouble, web: AsyncWebClient
) -> None:
    ada, bob = double.add_user("Ada"), double.add_user("Bob")
    channel = double.add_channel("help", [ada], with_bot=True)

    await web.chat_postEphemeral(channel=channel, user=ada, text="only you")

    assert [double.words(m) for m in double.ephemerals(ada)] == ["only you"]
    assert (await web.conversations_history(channel=channel))["messages"] == []
    assert await refusal(web.chat_postEphemeral(channel=channel, user=bob, text="x")) == "user_not_in_channel"


async def test_conversations_are_opened_with_people(double: SlackDouble, web: AsyncWebClient) -> None:
    ada, bob = double.add_user("Ada"), double.add_user("Bob")
    gone, robot, far = (
        double.add_user("G", deleted=True),
        double.add_user("R", bot=True),
        double.add_user("F", stranger=True),
    )

    opened = await web.conversations_open(users=ada)
    assert opened["channel"]["id"] == double.direct(ada)
    assert (await web.conversations_open(users=ada))["already_open"]
    together = (await web.conversations_open(users=[ada, bob]))["channel"]["id"]
    assert (await web.conversations_info(channel=together))["channel"]["is_mpim"]
    assert await refusal(web.conversations_open(users="U404")) == "user_not_found"
    assert await refusal(web.conversations_open(users=gone)) == "user_disabled"
    assert await refusal(web.conversations_open(users=robot)) == "cannot_dm_bot"
    assert await refusal(web.conversations_open(users=far)) == "user_not_visible"


async def test_lists_come_in_pages(double: SlackDouble, web: AsyncWebClient) -> None:
    people = [double.add_user(f"P{n}") for n in range(5)]
    channel = double.add_channel("help", people, with_bot=True)
    double.add_channel("secret", people, private=True)
    double.deactivate(people[0])

    first = await web.conversations_members(channel=channel, limit=3)
    rest = await web.conversations_members(channel=channel, cursor=first["response_metadata"]["next_cursor"])
    assert [*first["members"], *rest["members"]] == [*people[1:], double.bot_user]
    listed = await web.conversations_list(types="public_channel,private_channel")
    assert [c["id"] for c in listed["channels"]] == [channel]
    assert len((await web.users_list())["members"]) == 7
    assert (await web.users_info(user=people[0]))["user"]["deleted"]
    assert (await web.users_info(user=people[1], include_locale=True))["user"]["locale"] == "en-US"


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
