"""What people do, as the app hears of it."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.double import BOT_SCOPES, SlackDouble
from tests.slack.double.conftest import App, Clock


async def test_a_mention_comes_twice_with_one_ts(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    ts = double.say(ada, channel, f"<@{double.bot_user}> help")
    await double.drained()

    assert sorted(app.kinds) == ["app_mention", "message"]
    assert {e["ts"] for e in app.events} == {ts}
    assert len({r.payload["event_id"] for r in app.came}) == 2


async def test_a_mention_in_a_direct_message_comes_once(double: SlackDouble, app: App, ada: str) -> None:
    double.say(ada, double.direct(ada), f"<@{double.bot_user}> help")
    await double.drained()

    (event,) = app.events
    assert (event["type"], event["channel_type"]) == ("message", "im")


async def test_what_is_typed_comes_as_text_and_as_rich_text(
    double: SlackDouble, app: App, ada: str, channel: str
) -> None:
    double.say(ada, channel, f"*bold* & <#{channel}>")
    await double.drained()

    (event,) = app.events
    assert event["text"] == f"*bold* &amp; <#{channel}|help>"
    ((section,),) = [b["elements"] for b in event["blocks"]]
    assert section["elements"] == [
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {"type": "text", "text": " & "},
        {"type": "channel", "channel_id": channel},
    ]


async def test_edits_and_deletions_are_messages_too(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    ts = double.say(ada, channel, "befor")
    double.edit(ada, channel, ts, "before")
    double.delete(ada, channel, ts)
    await double.drained()

    _, edited, deleted = app.events
    assert app.kinds == ["message", "message/message_changed", "message/message_deleted"]
    assert (edited["message"]["text"], edited["previous_message"]["text"]) == ("before", "befor")
    assert edited["message"]["edited"]["user"] == ada
    assert (deleted["deleted_ts"], deleted["previous_message"]["ts"]) == (ts, ts)


async def test_a_root_with_replies_leaves_a_tombstone(
    double: SlackDouble, web: AsyncWebClient, app: App, ada: str, channel: str
) -> None:
    root = double.say(ada, channel, "root")
    reply = double.say(ada, channel, "reply", thread=root)
    double.delete(ada, channel, root)
    await double.drained()

    assert app.events[-1]["message"]["subtype"] == "tombstone"
    (stone,) = (await web.conversations_history(channel=channel))["messages"]
    assert (stone["subtype"], stone["ts"], stone["reply_count"]) == ("tombstone", root, 1)
    double.delete(ada, channel, reply)
    assert (await web.conversations_history(channel=channel))["messages"] == []


async def test_only_admins_delete_what_others_wrote(
    double: SlackDouble, web: AsyncWebClient, ada: str, channel: str
) -> None:
    ts = (await web.chat_postMessage(channel=channel, text="ours"))["ts"]
    with pytest.raises(ValueError, match="did not write"):
        double.delete(ada, channel, ts)

    double.delete(double.add_user("Admin", admin=True), channel, ts)

    assert double.message(channel, ts).deleted


async def test_the_bot_hears_itself(double: SlackDouble, web: AsyncWebClient, app: App, ada: str) -> None:
    channel = double.add_channel("new", [ada])
    double.invite_bot(ada, channel)
    ts = (await web.chat_postMessage(channel=channel, text="hello"))["ts"]
    await web.chat_update(channel=channel, ts=ts, text="hello all")
    await web.reactions_add(channel=channel, timestamp=ts, name="wave")
    await web.chat_delete(channel=channel, ts=ts)
    await double.drained()

    assert app.kinds == [
        "member_joined_channel",
        "message/channel_join",
        "message",
        "message/message_changed",
        "reaction_added",
        "message/message_deleted",
    ]
    assert (app.events[0]["user"], app.events[0]["inviter"]) == (double.bot_user, ada)
    assert (app.events[2]["bot_id"], app.events[2]["user"]) == (double.bot_id, double.bot_user)


async def test_nothing_is_heard_from_where_the_bot_is_not(
    double: SlackDouble, app: App, ada: str, channel: str
) -> None:
    double.say(ada, double.add_channel("elsewhere", [ada]), "unheard")
    double.remove_bot(ada, channel)
    double.say(ada, channel, "unheard too")
    await double.drained()

    assert app.kinds == ["channel_left"]


async def test_nothing_is_heard_without_the_scope(clock: Clock) -> None:
    async with SlackDouble(clock=clock, scopes=BOT_SCOPES - {"channels:history", "reactions:read"}) as double:
        ada = double.add_user("Ada")
        channel = double.add_channel("help", [ada], with_bot=True)
        ts = double.say(ada, channel, f"<@{double.bot_user}>")
        double.react(ada, channel, ts, "tada")

        assert [e.payload["event"]["type"] for e in double.sockets.waiting] == ["app_mention"]


async def test_people_come_go_and_change(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    bob = double.add_user("Bob", arrives=True)
    double.join(bob, channel)
    double.leave(bob, channel)
    double.change(bob, name="Robert", tz="Europe/Paris")
    double.deactivate(bob)
    double.reactivate(bob)
    await double.drained()

    assert [k for k in app.kinds if not k.startswith("message")] == [
        "team_join",
        "member_joined_channel",
        "member_left_channel",
        "user_change",
        "user_change",
        "user_change",
    ]
    changed, closed, opened = [e["user"] for e in app.events if e["type"] == "user_change"]
    assert (changed["real_name"], changed["tz"]) == ("Robert", "Europe/Paris")
    assert (closed["deleted"], opened["deleted"]) == (True, False)
    assert "tz" not in closed


async def test_guests_strangers_and_bots_are_told_apart(double: SlackDouble, web: AsyncWebClient) -> None:
    shown = [
        (await web.users_info(user=user))["user"]
        for user in (
            double.add_user("Guest", guest=True),
            double.add_user("Guest of one", single_channel_guest=True),
            double.add_user("Robot", bot=True),
            double.add_user("Far", stranger=True),
        )
    ]

    keys = ("is_restricted", "is_ultra_restricted", "is_bot")
    assert [tuple(u[k] for k in keys) for u in shown] == [
        (True, False, False),
        (True, True, False),
        (False, False, True),
        (False, False, False),
    ]
    assert [u["team_id"] != double.team for u in shown] == [False, False, False, True]


async def test_channels_are_renamed_archived_and_get_other_ids(
    double: SlackDouble, web: AsyncWebClient, app: App, ada: str, channel: str
) -> None:
    secret = double.add_channel("secret", [ada], private=True, with_bot=True)
    double.rename(channel, "questions")
    double.rename(secret, "quiet")
    double.archive(channel)
    double.unarchive(channel)
    new = double.change_id(channel)
    double.connect(new)
    await double.drained()

    assert app.kinds == ["channel_rename", "group_rename", "channel_archive", "channel_unarchive", "channel_id_changed"]
    assert (app.events[-1]["old_channel_id"], app.events[-1]["new_channel_id"]) == (channel, new)
    assert (await web.conversations_info(channel=new))["channel"]["is_ext_shared"]


async def test_an_uninstalled_app_is_told_first(double: SlackDouble, app: App) -> None:
    double.uninstall()
    await double.drained()

    assert app.kinds == ["app_uninstalled", "tokens_revoked"]


async def test_files_and_other_bots_are_marked(double: SlackDouble, app: App, ada: str, channel: str) -> None:
    robot = double.add_user("Robot", bot=True)
    double.channels[channel].members.append(robot)
    double.say(ada, channel, "see", files=["a.png"])
    double.say(robot, channel, "beep")
    await double.drained()

    assert app.kinds == ["message/file_share", "message"]
    assert app.events[0]["files"][0]["name"] == "a.png"
    assert app.events[1]["bot_id"] not in {"", double.bot_id}


def test_nobody_writes_where_they_are_not(double: SlackDouble, channel: str) -> None:
    with pytest.raises(ValueError, match="is not in"):
        double.say(double.add_user("Bob"), channel, "hello")
