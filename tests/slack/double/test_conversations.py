"""Conversations, their members and their histories."""

from __future__ import annotations

from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.double import SlackDouble
from tests.slack.double.conftest import Clock, refusal


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
