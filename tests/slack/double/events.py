"""Events: which of them reach the app, and what is wrapped around them."""

from __future__ import annotations

from collections.abc import Callable

from tests.slack.double.checks import Json
from tests.slack.double.shapes import message_json, user_json
from tests.slack.double.sockets import EVENTS_API, Envelope
from tests.slack.double.world import Channel, Message, State, User

_OF_KIND = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_SCOPE = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
_UNSCOPED = frozenset({"app_home_opened", "app_uninstalled", "tokens_revoked"})
_SEEN_FROM_OUTSIDE = frozenset({"channel_archive", "channel_deleted", "channel_rename", "channel_unarchive"})
"""Public channels are told of whether the bot is in or not."""
_CHANNEL_TYPES = {"channel": "C", "group": "G"}


class Events(State):
    """Events go out when the app is subscribed, has the scope, and its bot is where they happen."""

    def send(self, kind: str, payload: Json, on_ack: Callable[[Json], None] | None = None) -> Envelope:
        """Send a command or an interaction."""
        return self.sockets.queue(kind, payload, on_ack)

    def emit(self, event: Json, channel: Channel | None = None, *, outside: bool = False) -> None:
        """Send an event, unless the app may not have it. ``outside``: the bot need not be in the channel."""
        kind = str(event["type"])
        subscription = f"message.{_OF_KIND[channel.kind]}" if kind == "message" and channel else kind
        if subscription not in self.subscriptions or not self._allowed(kind, channel):
            return
        if channel and not (outside or kind in _SEEN_FROM_OUTSIDE or self.has_bot(channel)):
            return
        self.sockets.queue(EVENTS_API, self._wrapped({"event_ts": event.get("ts") or self.new_ts(), **event}, channel))

    def emit_message(self, message: Message) -> None:
        """Tell of a message that was written."""
        place = self.channels[message.channel]
        event = message_json(self, message)
        self.emit(event | {"channel": place.id, "channel_type": place.kind}, place)
        mentions = f"<@{self.bot_user}" in message.text and message.user != self.bot_user
        if mentions and place.kind != "im" and message.subtype in {None, "file_share", "thread_broadcast"}:
            kept = {k: v for k, v in event.items() if k not in {"subtype", "parent_user_id"}}
            self.emit({**kept, "type": "app_mention", "channel": place.id}, place)

    def emit_changed(self, channel: Channel, message: Json, previous: Json) -> None:
        """Tell of a message that is another now."""
        ts = self.new_ts()
        self.emit(
            {
                "type": "message",
                "subtype": "message_changed",
                "message": message,
                "previous_message": previous,
                "channel": channel.id,
                "hidden": True,
                "ts": ts,
                "event_ts": ts,
                "channel_type": channel.kind,
            },
            channel,
        )

    def emit_deleted(self, channel: Channel, previous: Json) -> None:
        """Tell of a message that is gone."""
        ts = self.new_ts()
        self.emit(
            {
                "type": "message",
                "subtype": "message_deleted",
                "previous_message": previous,
                "channel": channel.id,
                "hidden": True,
                "deleted_ts": previous["ts"],
                "ts": ts,
                "event_ts": ts,
                "channel_type": channel.kind,
            },
            channel,
        )

    def emit_member(self, kind: str, channel: Channel, user: str, **more: str) -> None:
        """Tell of someone who came or left."""
        letter = _CHANNEL_TYPES.get(channel.kind, "C")
        team = self.users[user].team
        self.emit(
            {"type": kind, "user": user, "channel": channel.id, "channel_type": letter, "team": team, **more}, channel
        )

    def emit_user(self, kind: str, user: User) -> None:
        """Tell of someone new or changed."""
        self.emit({"type": kind, "user": user_json(self, user, locale=True), "cache_ts": self.seconds()})

    def _allowed(self, kind: str, channel: Channel | None) -> bool:
        if kind in _UNSCOPED:
            return True
        if kind in _SCOPE:
            return _SCOPE[kind] in self.scopes
        place = _OF_KIND[channel.kind] if channel else "channels"
        return f"{place}:{'history' if kind == 'message' else 'read'}" in self.scopes

    def _wrapped(self, event: Json, channel: Channel | None) -> Json:
        return {
            "token": "verification",
            "team_id": self.team,
            "context_team_id": self.team,
            "context_enterprise_id": None,
            "api_app_id": self.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.new_id("Ev"),
            "event_time": self.seconds(),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.team,
                    "user_id": self.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.shared),
        }
