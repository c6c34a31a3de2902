"""chat.*, reactions.* and pins.*."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.slack.double.api import method, own, visible
from tests.slack.double.arguments import Arguments, RefusalError
from tests.slack.double.blocks import MARKDOWN, message_refusal
from tests.slack.double.checks import Json
from tests.slack.double.composer import rich
from tests.slack.double.views import Views
from tests.slack.double.world import Message

POSTED = 40_000
UPDATED = 4_000
METADATA_BYTES = 8_000
BURST = 20
"""Messages among which the bot's last one is looked for."""
_STRAY = re.compile(r"&(?!amp;|lt;|gt;)")
_REACTION = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


@dataclass(frozen=True)
class Content:
    """What a message says."""

    text: str
    blocks: list[Json]


def content(slack: Views, args: Arguments, limit: int) -> Content:
    """Return what a call wants a message to say, or refuse it."""
    text, markdown, blocks = args.text("text"), args.text("markdown_text"), args.parsed("blocks")
    if markdown and (text or blocks):
        raise RefusalError("markdown_text_conflict")
    if len(text) > limit or len(markdown) > MARKDOWN:
        raise RefusalError("msg_too_long")
    if not text and not markdown and not blocks:
        raise RefusalError("no_text")
    if markdown:
        return Content(markdown, slack.identified([{"type": "markdown", "text": markdown}]))
    text = _STRAY.sub("&amp;", text)
    if not blocks:
        return Content(text, slack.identified([rich(text, typed=False)]))
    if not isinstance(blocks, list):
        raise RefusalError("invalid_blocks_format")
    if refusal := message_refusal(blocks):
        raise RefusalError(*refusal)
    return Content(text, slack.identified(blocks))


def thread(slack: Views, args: Arguments, channel: str) -> str | None:
    """Return the root that a call replies to."""
    ts = args.text("thread_ts")
    if not ts:
        return None
    root = slack.find(channel, ts)
    if root is None or not slack.stands(root):
        raise RefusalError("thread_not_found")
    if root.is_reply or root.unlisted:
        raise RefusalError("cannot_reply_to_message")
    return ts


def metadata(args: Arguments) -> dict[str, Any] | None:
    """Return a call's metadata."""
    value = args.parsed("metadata")
    if not value:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("event_type"), str):
        raise RefusalError("invalid_metadata_format")
    if not isinstance(value.get("event_payload"), dict) or set(value) - {"event_type", "event_payload", "entities"}:
        raise RefusalError("invalid_metadata_format")
    if len(json.dumps(value)) > METADATA_BYTES:
        raise RefusalError("metadata_too_large")
    return value


@method("chat.postMessage", "chat:write")
def post_message(slack: Views, args: Arguments) -> Json:
    target = args.required("channel")
    person = slack.users.get(target)
    if person and not (person.deleted or person.bot or person.stranger):
        target = slack.direct(target)
    channel = own(slack, target)
    if any(m.at + slack.pace > slack.clock() for m in channel.messages[-BURST:] if m.bot_id == slack.bot_id):
        raise RefusalError("ratelimited")
    said, root, kept = content(slack, args, POSTED), thread(slack, args, channel.id), metadata(args)
    broadcast = bool(root) and args.flag("reply_broadcast")
    message = slack.write(
        Message(
            slack.new_ts(),
            channel.id,
            slack.bot_user,
            said.text,
            slack.clock(),
            blocks=said.blocks,
            bot_id=slack.bot_id,
            thread_ts=root,
            metadata=kept,
            broadcast=broadcast,
            subtype="thread_broadcast" if broadcast else None,
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": slack.shown(message, metadata=True)}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(slack: Views, args: Arguments) -> Json:
    user = args.required("user")
    channel = own(slack, args.required("channel"))
    if user not in channel.members or slack.users[user].deleted:
        raise RefusalError("user_not_in_channel")
    said = content(slack, args, POSTED)
    message = Message(
        slack.new_ts(),
        channel.id,
        slack.bot_user,
        said.text,
        slack.clock(),
        blocks=said.blocks,
        bot_id=slack.bot_id,
        thread_ts=thread(slack, args, channel.id),
        ephemeral=True,
    )
    slack.whispers.setdefault(user, []).append(message)
    return {"message_ts": message.ts}


def _theirs(slack: Views, args: Arguments, refusal: str) -> Message:
    ts = args.required("ts")
    channel = own(slack, args.required("channel"))
    message = slack.find(channel.id, ts)
    if message is None or message.deleted:
        raise RefusalError("message_not_found")
    if message.user != slack.bot_user or (
        message.subtype and message.subtype not in {"thread_broadcast", "file_share"}
    ):
        raise RefusalError(refusal)
    return message


@method("chat.update", "chat:write")
def update(slack: Views, args: Arguments) -> Json:
    message = _theirs(slack, args, "cant_update_message")
    said = content(slack, args, UPDATED)
    text = said.text if "text" in args or "markdown_text" in args else message.text
    kept = metadata(args) if args.get("metadata") is not None else message.metadata
    slack.rewrite(message, slack.bot_user, text=text, blocks=said.blocks, metadata=kept)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": slack.shown(message, metadata=True),
    }


@method("chat.delete", "chat:write")
def delete(slack: Views, args: Arguments) -> Json:
    message = _theirs(slack, args, "cant_delete_message")
    slack.remove(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink")
def permalink(slack: Views, args: Arguments) -> Json:
    ts = args.required("message_ts")
    channel = slack.channels.get(args.required("channel"))
    if channel is None or (channel.kind != "channel" and not slack.has_bot(channel)):
        raise RefusalError("channel_not_found")
    message = slack.find(channel.id, ts)
    if message is None or not slack.stands(message):
        raise RefusalError("message_not_found")
    address = f"https://{slack.team_domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    inside = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": address + inside}


def _marked(slack: Views, args: Arguments) -> Message:
    ts = args.text("timestamp")
    if not ts:
        raise RefusalError("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", ts):
        raise RefusalError("bad_timestamp")
    message = slack.find(own(slack, args.required("channel")).id, ts)
    if message is None or message.deleted:
        raise RefusalError("message_not_found")
    return message


def _reaction(args: Arguments) -> str:
    name = args.required("name").strip(":")
    if not _REACTION.fullmatch(name):
        raise RefusalError("invalid_name")
    return name


@method("reactions.add", "reactions:write")
def react(slack: Views, args: Arguments) -> Json:
    message, name = _marked(slack, args), _reaction(args)
    if slack.bot_user in message.reactions.get(name, ()):
        raise RefusalError("already_reacted")
    slack.add_reaction(message, slack.bot_user, name)
    return {}


@method("reactions.remove", "reactions:write")
def unreact(slack: Views, args: Arguments) -> Json:
    message, name = _marked(slack, args), _reaction(args)
    if slack.bot_user not in message.reactions.get(name, ()):
        raise RefusalError("no_reaction")
    slack.remove_reaction(message, slack.bot_user, name)
    return {}


@method("reactions.get", "reactions:read")
def reactions(slack: Views, args: Arguments) -> Json:
    message = slack.find(visible(slack, args).id, args.required("timestamp"))
    if message is None or message.deleted:
        raise RefusalError("message_not_found")
    return {"type": "message", "channel": message.channel, "message": slack.shown(message)}


@method("pins.add", "pins:write")
def pin(slack: Views, args: Arguments) -> Json:
    message = _marked(slack, args)
    if message.pinned:
        raise RefusalError("already_pinned")
    message.pinned = True
    return {}


@method("pins.remove", "pins:write")
def unpin(slack: Views, args: Arguments) -> Json:
    message = _marked(slack, args)
    if not message.pinned:
        raise RefusalError("no_pin")
    message.pinned = False
    return {}
