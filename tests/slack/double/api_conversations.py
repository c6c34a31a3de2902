"""conversations.*, and users.conversations."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from tests.slack.double.api import READ, method, need, visible
from tests.slack.double.arguments import Arguments, RefusalError, page
from tests.slack.double.checks import Json
from tests.slack.double.shapes import channel_json
from tests.slack.double.views import Views
from tests.slack.double.world import Channel, Message

TOGETHER = 8
TOPIC = 250
PAGE = 999
_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


@method("conversations.open")
def open_conversation(slack: Views, args: Arguments) -> Json:
    if known := args.text("channel"):
        channel = slack.channels.get(known)
        if channel is None or not slack.has_bot(channel):
            raise RefusalError("channel_not_found")
        if channel.kind not in {"im", "mpim"}:
            raise RefusalError("method_not_supported_for_channel_type")
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    people = list(dict.fromkeys(u for u in args.text("users").split(",") if u))
    if not people:
        raise RefusalError("users_list_not_supplied")
    need(slack, "im:write" if len(people) == 1 else "mpim:write")
    if len(people) > TOGETHER:
        raise RefusalError("too_many_users")
    for person in people:
        _reachable(slack, person)
    before = len(slack.channels)
    channel = slack.conversation(people, "im" if len(people) == 1 else "mpim")
    opened = len(slack.channels) > before
    shown = channel_json(slack, channel) if args.flag("return_im") or channel.kind == "mpim" else {"id": channel.id}
    return {"channel": shown} if opened else {"no_op": True, "already_open": True, "channel": shown}


def _reachable(slack: Views, person: str) -> None:
    user = slack.users.get(person)
    if user is None:
        raise RefusalError("user_not_found")
    if user.bot or user.id == "USLACKBOT":
        raise RefusalError("cannot_dm_bot")
    if user.deleted:
        raise RefusalError("user_disabled")
    if user.stranger and not any(c.shared and person in c.members for c in slack.channels.values()):
        raise RefusalError("user_not_visible")


@method("conversations.info")
def info(slack: Views, args: Arguments) -> Json:
    channel = visible(slack, args)
    shown = channel_json(slack, channel)
    if not args.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown | ({"locale": "en-US"} if args.flag("include_locale") else {})}


def _kinds(slack: Views, args: Arguments) -> set[str]:
    asked = (args.text("types") or "public_channel").replace(" ", "").split(",")
    if set(asked) - set(_TYPES):
        raise RefusalError("invalid_types")
    kinds = {_TYPES[t] for t in asked}
    for kind in sorted(kinds):
        need(slack, f"{READ[kind]}:read")
    return kinds


def _list(slack: Views, args: Arguments, member: str | None) -> Json:
    kinds, archived = _kinds(slack, args), not args.flag("exclude_archived")
    found = [
        channel_json(slack, c)
        for c in slack.channels.values()
        if c.kind in kinds
        and (archived or not c.archived)
        and (c.kind == "channel" or slack.has_bot(c))
        and (member is None or member in c.members)
    ]
    items, further = page(found, args)
    return {"channels": items, "response_metadata": further}


@method("conversations.list")
def conversations(slack: Views, args: Arguments) -> Json:
    return _list(slack, args, None)


@method("users.conversations")
def of_user(slack: Views, args: Arguments) -> Json:
    return _list(slack, args, args.text("user") or slack.bot_user)


@method("conversations.members")
def members(slack: Views, args: Arguments) -> Json:
    channel = visible(slack, args)
    items, further = page([m for m in channel.members if not slack.users[m].deleted], args)
    return {"members": items, "response_metadata": further}


@method("conversations.setTopic")
def set_topic(slack: Views, args: Arguments) -> Json:
    channel = visible(slack, args, "write.topic")
    if not slack.has_bot(channel):
        raise RefusalError("not_in_channel")
    if channel.archived:
        raise RefusalError("is_archived")
    if len(args.text("topic")) > TOPIC:
        raise RefusalError("too_long")
    channel.topic = args.text("topic")
    slack.note(channel, slack.bot_user, "channel_topic", f"set the channel topic: {channel.topic}")
    return {"channel": channel_json(slack, channel)}


@method("conversations.history")
def history(slack: Views, args: Arguments) -> Json:
    channel = visible(slack, args, "history")
    if not slack.has_bot(channel):
        raise RefusalError("not_in_channel")
    here = [m for m in _seen(slack, channel, channel.messages, args) if not m.is_reply or m.broadcast]
    found = [m for m in reversed(here) if float(m.ts) < _before(args)]
    limit = _limit(args)
    items, more = found[:limit], len(found) > limit
    answer = {"messages": _shown(slack, items, args), "has_more": more, "pin_count": sum(m.pinned for m in here)}
    return answer | (_next(items[-1].ts) if more else {})


@method("conversations.replies")
def replies(slack: Views, args: Arguments) -> Json:
    channel = visible(slack, args, "history")
    if not slack.has_bot(channel):
        raise RefusalError("not_in_channel")
    asked = slack.find(channel.id, args.required("ts"))
    root = slack.find(channel.id, asked.thread_ts) if asked and asked.is_reply and asked.thread_ts else asked
    if root is None or root.unlisted or not slack.stands(root) or not _old_enough(slack, root):
        raise RefusalError("thread_not_found")
    below = [m for m in _seen(slack, channel, slack.replies(root), args) if float(m.ts) > _after(args)]
    limit = max(_limit(args) - 1, 1)
    items, more = below[:limit], len(below) > limit
    answer: Json = {"messages": _shown(slack, [root, *items], args), "has_more": more}
    return answer | (_next(items[-1].ts) if more else {})


def _old_enough(slack: Views, message: Message) -> bool:
    return message.at + slack.lag <= slack.clock()


def _seen(slack: Views, channel: Channel, messages: Sequence[Message], args: Arguments) -> list[Message]:
    oldest, latest = _bound(args, "oldest", 0), _bound(args, "latest", float("inf"))
    inclusive = args.flag("inclusive")
    return [
        m
        for m in messages
        if m.channel == channel.id
        and not m.unlisted
        and slack.stands(m)
        and _old_enough(slack, m)
        and (oldest < float(m.ts) < latest or (inclusive and float(m.ts) in {oldest, latest}))
    ]


def _bound(args: Arguments, name: str, default: float) -> float:
    try:
        return float(args.text(name) or default)
    except ValueError:
        raise RefusalError(f"invalid_ts_{name}") from None


def _limit(args: Arguments) -> int:
    limit = args.number("limit", 100)
    if not 1 <= limit <= PAGE:
        raise RefusalError("invalid_limit")
    return limit


def _cursor(args: Arguments) -> float | None:
    if not (cursor := args.text("cursor")):
        return None
    try:
        return float(base64.b64decode(cursor, validate=True).decode().removeprefix("next_ts:"))
    except (binascii.Error, ValueError):
        raise RefusalError("invalid_cursor") from None


def _before(args: Arguments) -> float:
    cursor = _cursor(args)
    return float("inf") if cursor is None else cursor


def _after(args: Arguments) -> float:
    cursor = _cursor(args)
    return 0 if cursor is None else cursor


def _next(ts: str) -> Json:
    return {"response_metadata": {"next_cursor": base64.b64encode(f"next_ts:{ts}".encode()).decode()}}


def _shown(slack: Views, messages: Sequence[Message], args: Arguments) -> list[Json]:
    return [slack.shown(m, metadata=args.flag("include_all_metadata")) for m in messages]
