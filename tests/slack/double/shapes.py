"""How Slack's JSON shows people, channels and messages."""

from __future__ import annotations

from copy import deepcopy
from zoneinfo import ZoneInfo

from tests.slack.double.checks import Json
from tests.slack.double.world import Channel, Message, State, User


def user_json(state: State, user: User, *, locale: bool = False) -> Json:
    """Return a user object; of a deactivated one little is left."""
    shown: Json = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name.lower().replace(" ", "."),
        "deleted": user.deleted,
        "real_name": user.name,
        "profile": {
            "real_name": user.name,
            "real_name_normalized": user.name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "team": user.team,
            "status_text": "",
            "status_emoji": "",
            **({"bot_id": user.bot_id, "api_app_id": state.app_id} if user.bot else {}),
        },
        "is_bot": user.bot,
        "is_app_user": False,
        "updated": state.seconds(),
    }
    if not user.deleted:
        offset = state.clock().astimezone(ZoneInfo(user.tz)).utcoffset()
        shown |= {
            "color": "9f69e7",
            "tz": user.tz,
            "tz_label": user.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": user.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": user.guest or user.single_channel_guest,
            "is_ultra_restricted": user.single_channel_guest,
        }
    if user.stranger:
        shown["is_stranger"] = True
    if locale:
        shown["locale"] = user.locale
    return shown


def channel_json(state: State, channel: Channel) -> Json:
    """Return a conversation object, by its kind."""
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_org_shared": False,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "context_team_id": state.team,
        "updated": state.seconds() * 1000,
    }
    if channel.kind == "im":
        other = next((m for m in channel.members if m != state.bot_user), state.bot_user)
        return {**shown, "user": other, "is_user_deleted": state.users[other].deleted, "is_open": True}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": False,
        "is_member": state.has_bot(channel),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
        "shared_team_ids": [state.team, state.foreign_team] if channel.shared else [state.team],
    }


def message_json(state: State, message: Message, *, metadata: bool = False) -> Json:
    """Return a message object, as histories and events hold it."""
    user = state.users.get(message.user)
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": user.team if user else state.team,
    }
    optional: Json = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "edited": message.edited,
        "files": message.files,
        "reactions": [{"name": n, "users": list(u), "count": len(u)} for n, u in message.reactions.items()],
        "pinned_to": [message.channel] if message.pinned else None,
        "metadata": message.metadata if metadata else None,
    }
    shown |= {key: value for key, value in optional.items() if value}
    if user and user.stranger:
        shown |= {"user_team": user.team, "source_team": user.team}
    return deepcopy(shown | _author(state, message) | _thread(state, message))


def _author(state: State, message: Message) -> Json:
    if message.bot_id == state.bot_id:
        return {"bot_id": message.bot_id, "app_id": state.app_id, "bot_profile": bot_json(state)}
    if message.bot_id:
        return {"bot_id": message.bot_id}
    if message.subtype not in {None, "file_share"}:
        return {}
    return {"client_msg_id": f"00000000-0000-4000-8000-{message.ts.replace('.', '')[-12:]}"}


def _thread(state: State, message: Message) -> Json:
    if message.is_reply:
        root = state.find(message.channel, message.thread_ts or "")
        return {"thread_ts": message.thread_ts, **({"parent_user_id": root.user} if root else {})}
    below = [] if message.ephemeral else state.replies(message)
    if not below:
        return {}
    people = list(dict.fromkeys(m.user for m in below))
    return {
        "thread_ts": message.ts,
        "reply_count": len(below),
        "reply_users_count": len(people),
        "reply_users": people,
        "latest_reply": below[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def bot_json(state: State) -> Json:
    """Return the bot's own profile."""
    return {
        "id": state.bot_id,
        "app_id": state.app_id,
        "user_id": state.bot_user,
        "name": state.users[state.bot_user].name,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": state.team,
    }


def person_json(state: State, user: str) -> Json:
    """Return who did something, as interactions hold it."""
    name = state.users[user].name
    return {"id": user, "username": name.lower(), "name": name.lower(), "team_id": state.users[user].team}


def place_json(channel: Channel) -> Json:
    """Return where something was done, as interactions hold it."""
    names = {"im": "directmessage", "group": "privategroup", "mpim": "privategroup"}
    return {"id": channel.id, "name": names.get(channel.kind, channel.name)}
