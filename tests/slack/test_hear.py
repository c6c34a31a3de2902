"""What Slack's documented payloads become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.hear import event, shortcut, slash
from adapters.slack.interact import Asking, asked
from adapters.slack.values import Envelope, Me, instant, stamp
from bot.core.incoming import Commanded, Deleted, Invited, Joined, Left, Pressed, Reacted, Said, Submitted
from bot.core.plain import written

ME = Me(team="T061EG9R6", user="U0BOT", bot="B0BOT", name="causerie", url="https://example.slack.com/")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MESSAGE = {
    "type": "message",
    "channel": "C2147483705",
    "user": "U2147483697",
    "text": "Hello world",
    "ts": "1355517523.000005",
    "event_ts": "1355517523.000005",
    "channel_type": "channel",
}


def told(**rest: object) -> dict[str, Any]:
    return MESSAGE | rest


async def nothing(_: object) -> None:
    """Acknowledge."""


def envelope(kind: str, payload: dict[str, Any]) -> Envelope:
    return Envelope(kind, payload, nothing, 0.0)


def understood(kind: str, payload: dict[str, Any]) -> Asking:
    return asked(ME, envelope(kind, payload), NOW)


def test_a_message_is_keyed_by_where_it_stands() -> None:
    heard = event(ME, told())

    assert isinstance(heard, Said)
    assert heard.fact == "slack:T061EG9R6:C2147483705:1355517523.000005:said"
    assert heard.at == datetime(2012, 12, 14, 20, 38, 43, 5, tzinfo=UTC)
    assert (heard.author, heard.thread, heard.direct, heard.edited) == ("U2147483697", None, False, False)
    assert written(heard.text) == "Hello world"


def test_a_reply_has_its_root_and_a_root_has_none() -> None:
    reply = event(ME, told(thread_ts="1355517000.000001"))
    root = event(ME, told(thread_ts=MESSAGE["ts"]))
    broadcast = event(ME, told(subtype="thread_broadcast", thread_ts="1355517000.000001"))

    assert [getattr(h, "thread", "-") for h in (reply, root, broadcast)] == [
        "1355517000.000001",
        None,
        "1355517000.000001",
    ]


def test_words_to_the_bot_alone() -> None:
    direct = event(ME, told(channel="D024BE91L", channel_type="im"))
    several = event(ME, told(channel="G024BE91L", channel_type="mpim"))

    assert isinstance(direct, Said)
    assert direct.direct
    assert isinstance(several, Said)
    assert not several.direct


@pytest.mark.parametrize(
    "what",
    [
        {"subtype": "bot_message", "bot_id": "BB12033", "user": None},
        {"bot_id": "B0BOT", "user": "U0BOT"},
        {"bot_id": "B0OTHER"},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "message_replied"},
        {"subtype": "assistant_app_thread"},
    ],
    ids=str,
)
def test_what_no_person_wrote_is_nothing(what: dict[str, Any]) -> None:
    assert event(ME, told(**what)) is None


def test_a_mention_comes_twice_and_is_one_fact() -> None:
    text = "<@U0BOT> question next"
    message = event(ME, told(text=text))
    mention = event(ME, {k: v for k, v in told(text=text, type="app_mention").items() if k != "channel_type"})

    assert isinstance(message, Commanded)
    assert message.words == "question next"
    assert mention == message


def test_a_mention_in_a_thread_is_a_command_there() -> None:
    heard = event(ME, told(text="<@U0BOT>: status", thread_ts="1355517000.000001"))

    assert isinstance(heard, Commanded)
    assert (heard.words, heard.thread) == ("status", "1355517000.000001")


def changed(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C2147483705",
        "ts": "1358878755.000001",
        "event_ts": "1358878755.000002",
        "message": {k: v for k, v in told(**now).items() if k not in {"channel", "channel_type", "event_ts"}},
        "previous_message": before,
    }


def test_an_edit_is_keyed_by_itself() -> None:
    heard = event(
        ME, changed({"text": "Hello, world!", "edited": {"user": "U2147483697", "ts": "1358878755.000000"}}, {})
    )

    assert isinstance(heard, Said)
    assert heard.edited
    assert heard.message == "1355517523.000005"
    assert heard.fact == "slack:T061EG9R6:C2147483705:1355517523.000005:edited:1358878755.000000"
    assert written(heard.text) == "Hello, world!"


def test_what_slack_changes_by_itself_is_no_edit() -> None:
    edited = {"user": "U2147483697", "ts": "1358878755.000000"}

    assert event(ME, changed({"attachments": [{"title": "A preview"}]}, {})) is None
    assert event(ME, changed({"edited": edited, "reply_count": 2}, {"edited": edited})) is None
    assert event(ME, changed({"user": "U0BOT", "bot_id": "B0BOT", "edited": edited}, {})) is None


def test_a_deletion_tells_whose_and_where() -> None:
    heard = event(
        ME,
        {
            "type": "message",
            "subtype": "message_deleted",
            "channel": "C2147483705",
            "ts": "1358878755.000001",
            "deleted_ts": "1358878749.000002",
            "event_ts": "1358878755.000002",
            "previous_message": {"user": "U2147483697", "ts": "1358878749.000002", "thread_ts": "1358878700.000000"},
        },
    )

    assert isinstance(heard, Deleted)
    assert (heard.message, heard.author, heard.thread) == ("1358878749.000002", "U2147483697", "1358878700.000000")


def test_a_root_with_answers_becomes_a_tombstone() -> None:
    heard = event(
        ME,
        changed(
            {"subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "text": "This message was deleted."},
            {"user": "U0BOT", "bot_id": "B0BOT", "ts": "1355517523.000005"},
        ),
    )

    assert isinstance(heard, Deleted)
    assert (heard.message, heard.author, heard.thread) == ("1355517523.000005", None, None)


def test_a_reaction_put_and_taken_off() -> None:
    added = {
        "type": "reaction_added",
        "user": "U2147483697",
        "reaction": "inbox_tray",
        "item_user": "U222222222",
        "item": {"type": "message", "channel": "C2147483705", "ts": "1360782400.498405"},
        "event_ts": "1360782804.083113",
    }
    put = event(ME, added)
    off = event(ME, added | {"type": "reaction_removed", "event_ts": "1360782805.000000"})

    assert isinstance(put, Reacted)
    assert isinstance(off, Reacted)
    assert (put.emoji, put.removed, off.removed) == ("inbox_tray", False, True)
    assert put.fact != off.fact
    assert event(ME, added | {"user": "U0BOT"}) is None
    assert event(ME, added | {"item": {"type": "file", "file": "F1"}}) is None


def test_joins_and_leaves_and_the_bot_s_own() -> None:
    joined = {
        "type": "member_joined_channel",
        "user": "W06GH7XHN",
        "channel": "C0698JE0H",
        "channel_type": "C",
        "team": "T061EG9R6",
        "inviter": "U123456789",
        "event_ts": "1360782804.083113",
    }
    left = joined | {"type": "member_left_channel"}

    assert isinstance(event(ME, joined), Joined)
    assert isinstance(event(ME, left), Left)
    invited = event(ME, joined | {"user": "U0BOT"})
    assert isinstance(invited, Invited)
    assert invited.author == "U123456789"
    assert event(ME, left | {"user": "U0BOT"}) is None


SLASH = {
    "command": "/causerie",
    "text": "coordinator add <@U222222222|paul> &amp; co",
    "team_id": "T061EG9R6",
    "channel_id": "C2147483705",
    "channel_name": "practice",
    "user_id": "U2147483697",
    "response_url": "https://hooks.slack.com/commands/1234/5678",
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
}


def test_a_slash_command_is_keyed_by_its_trigger() -> None:
    heard = slash(ME, SLASH, NOW)

    assert heard.words == "coordinator add @U222222222 & co"
    assert heard.fact.endswith(":13345224609.738474920.8088930838d88f008e0")
    assert understood("slash_commands", SLASH).fact == heard
    assert understood("slash_commands", SLASH | {"team_id": "T0OTHER"}).foreign


PRESS = {
    "type": "block_actions",
    "team": {"id": "T061EG9R6", "domain": "example"},
    "user": {"id": "U2147483697", "team_id": "T061EG9R6"},
    "container": {
        "type": "message",
        "message_ts": "1548261231.000200",
        "channel_id": "C2147483705",
        "is_ephemeral": False,
    },
    "trigger_id": "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
    "channel": {"id": "C2147483705", "name": "practice"},
    "message": {"type": "message", "ts": "1548261231.000200", "bot_id": "B0BOT"},
    "response_url": "https://hooks.slack.com/actions/1234/5678",
    "actions": [
        {
            "type": "button",
            "action_id": "b1:write#2",
            "block_id": "x",
            "value": "7",
            "action_ts": "1548426417.840180",
        }
    ],
}


def test_a_press_finds_its_message_its_action_and_its_way_back() -> None:
    found = understood("interactive", PRESS)

    assert isinstance(found.fact, Pressed)
    assert (found.fact.action, found.fact.value) == ("b1:write", "7")
    assert (found.fact.message, found.fact.channel) == ("1548261231.000200", "C2147483705")
    assert found.place is not None
    assert found.place.trigger == PRESS["trigger_id"]


def test_a_press_on_what_one_person_sees_has_no_message() -> None:
    container = {**PRESS["container"], "is_ephemeral": True}  # type: ignore[dict-item]
    found = understood("interactive", PRESS | {"container": container})

    assert isinstance(found.fact, Pressed)
    assert found.fact.message is None
    assert found.place is not None
    assert found.place.ephemeral


def test_a_press_in_the_home_has_no_channel() -> None:
    view = {"id": "V1", "type": "home", "team_id": "T061EG9R6"}
    there = {k: v for k, v in PRESS.items() if k not in {"channel", "message", "response_url"}}
    found = understood("interactive", there | {"container": {"type": "view", "view_id": "V1"}, "view": view})

    assert isinstance(found.fact, Pressed)
    assert (found.fact.channel, found.fact.message) == (None, None)
    assert found.place is not None
    assert found.place.page
    assert found.place.view is None


def test_a_form_sent_twice_is_two_facts_for_it_may_have_been_wrong_first() -> None:
    sent = {
        "type": "view_submission",
        "team": {"id": "T061EG9R6"},
        "user": {"id": "U2147483697"},
        "trigger_id": "1.1.a",
        "view": {
            "id": "VNHU13V36",
            "type": "modal",
            "callback_id": "form",
            "private_metadata": '{"form":"found:C1","meta":{"channel":"C1"}}',
            "blocks": [{"type": "input", "block_id": "name", "element": {"type": "plain_text_input"}}],
            "state": {"values": {"name": {"value": {"type": "plain_text_input", "value": "Practice"}}}},
        },
    }
    first, second = understood("interactive", sent), understood("interactive", sent | {"trigger_id": "2.2.b"})

    assert isinstance(first.fact, Submitted)
    assert (first.fact.form, first.fact.values, first.fact.channel) == ("found:C1", {"name": "Practice"}, "C1")
    assert isinstance(second.fact, Submitted)
    assert first.fact.fact != second.fact.fact


def test_the_shortcut_stands_for_the_reaction() -> None:
    told_ = {
        "type": "message_action",
        "callback_id": "collect",
        "trigger_id": "1.1.a",
        "action_ts": "1571318425.267782",
        "team": {"id": "T061EG9R6"},
        "user": {"id": "U2147483697"},
        "channel": {"id": "C2147483705"},
        "message_ts": "1571318366.001000",
        "message": {"ts": "1571318366.001000"},
        "response_url": "https://hooks.slack.com/app/1/2",
    }
    heard = shortcut(ME, told_, NOW)

    assert heard is not None
    assert (heard.emoji, heard.message) == ("inbox_tray", "1571318366.001000")
    assert shortcut(ME, told_ | {"callback_id": "another"}, NOW) is None
    assert understood("interactive", told_).collects


def test_what_is_of_another_workspace_is_foreign() -> None:
    ours = {"team_id": "T061EG9R6", "event": told()}
    shared = {"team_id": "T0OTHER", "authorizations": [{"team_id": "T061EG9R6"}], "event": told()}

    assert not understood("events_api", ours).foreign
    assert not understood("events_api", shared).foreign
    assert understood("events_api", ours | {"team_id": "T0OTHER"}).foreign


def test_what_is_unknown_is_nothing() -> None:
    assert understood("events_api", {"team_id": "T061EG9R6", "event": {"type": "star_added"}}).fact is None
    assert understood("interactive", {"type": "block_suggestion", "team": {"id": "T061EG9R6"}}) == Asking()
    assert understood("hello", {}) == Asking()


def test_instants_to_and_fro() -> None:
    assert stamp(instant("1355517523.000005")) == "1355517523.000005"
    assert instant("1355517523") == datetime(2012, 12, 14, 20, 38, 43, tzinfo=UTC)
