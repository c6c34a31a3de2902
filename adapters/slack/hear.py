"""What Slack tells, as facts: keyed by Slack's own coordinates, so that the same thing told twice is one fact.

Payloads are those of Slack's Events API and of its interactions. Whatever is not for us becomes None.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from adapters.slack.parse import addressed, command_words, message_text
from adapters.slack.values import COLLECT, COLLECTED, Me, Payload, instant
from bot.core.incoming import Commanded, Deleted, Incoming, Invited, Joined, Left, Reacted, Said
from bot.core.model import Fact

_HEARD: Final = frozenset({None, "file_share", "thread_broadcast"})
"""Of all that Slack calls a message, these are words of people."""
_TOMBSTONE: Final = "tombstone"


def event(me: Me, told: Payload) -> Incoming | None:
    """Return what an event of the Events API is as a fact."""
    match told.get("type"):
        case "message":
            return _message(me, told)
        case "app_mention":
            # The same words come as a message where the bot may read the channel: they have one key.
            return _said(me, told, told.get("channel_type", "channel"))
        case "reaction_added" | "reaction_removed":
            return _reaction(me, told)
        case "member_joined_channel" if told.get("user") == me.user:
            return Invited(**_there(me, told, "invited", told.get("inviter")))
        case "member_joined_channel":
            return Joined(**_there(me, told, "joined", told["user"]))
        case "member_left_channel" if told.get("user") != me.user:
            return Left(**_there(me, told, "left", told["user"]))
        case _:
            return None


def _there(me: Me, told: Payload, what: str, author: str | None) -> dict[str, Any]:
    key = f"slack:{me.team}:{told['channel']}:{what}:{told['user']}:{told['event_ts']}"
    return {"fact": Fact(key), "at": instant(told["event_ts"]), "channel": told["channel"], "author": author}


def _message(me: Me, told: Payload) -> Incoming | None:
    match told.get("subtype"):
        case "message_changed":
            return _changed(me, told)
        case "message_deleted":
            return _deleted(me, told, told["deleted_ts"], told.get("previous_message") or {})
        case subtype if subtype in _HEARD:
            return _said(me, told, told.get("channel_type", "channel"))
        case _:
            return None


def _said(me: Me, message: Payload, channel_type: str) -> Incoming | None:
    if not _by_somebody(me, message):
        return None
    ts, channel = message["ts"], message["channel"]
    common: dict[str, Any] = {
        "fact": Fact(f"slack:{me.team}:{channel}:{ts}:said"),
        "at": instant(ts),
        "channel": channel,
        "author": message["user"],
        "thread": _root(message),
    }
    asked = addressed(message, me.user)
    if asked is not None:
        return Commanded(**common, words=asked)
    return Said(**common, message=ts, text=message_text(message), direct=channel_type == "im")


def _by_somebody(me: Me, message: Payload) -> bool:
    """Whether a person wrote: neither an app, nor Slack itself, nor we."""
    return bool(message.get("user")) and not message.get("bot_id") and message["user"] not in {me.user, "USLACKBOT"}


def _root(message: Payload) -> str | None:
    thread = message.get("thread_ts")
    return None if thread == message["ts"] else thread


def _changed(me: Me, told: Payload) -> Incoming | None:
    """Return other words of a message; what Slack changes by itself (a preview of a link, a count) is no edit."""
    now = told["message"]
    if now.get("subtype") == _TOMBSTONE:
        return _deleted(me, told, now["ts"], told.get("previous_message") or {})
    edited = (now.get("edited") or {}).get("ts")
    before = ((told.get("previous_message") or {}).get("edited") or {}).get("ts")
    if edited is None or edited == before or now.get("subtype") not in _HEARD or not _by_somebody(me, now):
        return None
    channel = told["channel"]
    return Said(
        fact=Fact(f"slack:{me.team}:{channel}:{now['ts']}:edited:{edited}"),
        at=instant(edited),
        channel=channel,
        author=now["user"],
        thread=_root(now),
        message=now["ts"],
        text=message_text(now),
        direct=told.get("channel_type") == "im",
        edited=True,
    )


def _deleted(me: Me, told: Payload, ts: str, before: Payload) -> Deleted:
    author = before.get("user")
    thread = before.get("thread_ts")
    return Deleted(
        fact=Fact(f"slack:{me.team}:{told['channel']}:{ts}:deleted"),
        at=instant(told.get("event_ts") or told["ts"]),
        channel=told["channel"],
        author=None if author in {me.user, "USLACKBOT"} else author,
        thread=None if thread == ts else thread,
        message=ts,
    )


def _reaction(me: Me, told: Payload) -> Reacted | None:
    item, user = told["item"], told["user"]
    if item.get("type") != "message" or user == me.user:
        return None
    removed = told["type"] == "reaction_removed"
    key = f"slack:{me.team}:{item['channel']}:{item['ts']}:{told['type']}:{told['reaction']}:{user}:{told['event_ts']}"
    return Reacted(
        fact=Fact(key),
        at=instant(told["event_ts"]),
        channel=item["channel"],
        author=user,
        message=item["ts"],
        emoji=told["reaction"],
        removed=removed,
    )


def shortcut(me: Me, told: Payload, now: datetime) -> Reacted | None:
    """Return a message shortcut as what it stands for."""
    if told.get("callback_id") != COLLECT:
        return None
    channel, ts, user = told["channel"]["id"], told["message_ts"], told["user"]["id"]
    return Reacted(
        fact=Fact(f"slack:{me.team}:{channel}:{ts}:{COLLECT}:{user}:{told['action_ts']}"),
        at=now,
        channel=channel,
        author=user,
        message=ts,
        emoji=COLLECTED,
    )


def slash(me: Me, told: Payload, now: datetime) -> Commanded:
    """Return a slash command; its trigger is unlike any other's."""
    return Commanded(
        fact=Fact(f"slack:{me.team}:{told['channel_id']}:command:{told['user_id']}:{told['trigger_id']}"),
        at=now,
        channel=told["channel_id"],
        author=told["user_id"],
        words=command_words(told.get("text", "")),
    )
