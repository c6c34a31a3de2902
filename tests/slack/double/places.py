"""What happens to channels, and to the app's place in the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from tests.slack.double.people import People
from tests.slack.double.world import Channel

MANY = 3
"""Members of the smallest conversation that is not a direct one."""


class Places(People):
    """Acts of people and administrators on channels and on the app."""

    def add_channel(
        self, name: str, members: Sequence[str], *, private: bool = False, shared: bool = False, with_bot: bool = False
    ) -> str:
        """Return the id of a channel that is there already, with its members: nothing is told of it."""
        people = [*members, *([self.bot_user] if with_bot else [])]
        kind = "group" if private else "channel"
        creator = members[0] if members else "USLACKBOT"
        channel = Channel(self.new_id("C"), name, kind, self.seconds(), creator, people, shared=shared)
        self.channels[channel.id] = channel
        return channel.id

    def join(self, user: str, channel: str, *, inviter: str | None = None) -> None:
        """Let someone join."""
        place = self.channels[channel]
        if user in place.members:
            raise ValueError(f"{user} is in {channel}")
        place.members.append(user)
        self.emit_member("member_joined_channel", place, user, **({"inviter": inviter} if inviter else {}))
        self.note(place, user, "channel_join", f"<@{user}> has joined the channel")

    def leave(self, user: str, channel: str) -> None:
        """Let someone leave."""
        place = self.channels[channel]
        place.members.remove(user)
        self.emit_member("member_left_channel", place, user)
        self.note(place, user, "channel_leave", f"<@{user}> has left the channel")

    def invite_bot(self, user: str, channel: str) -> None:
        """Let someone invite the bot."""
        self.join(self.bot_user, channel, inviter=user)

    def remove_bot(self, user: str, channel: str) -> None:
        """Let someone remove the bot: it is told, and hears nothing more."""
        place = self.channels[channel]
        place.members.remove(self.bot_user)
        kind = "group_left" if place.kind == "group" else "channel_left"
        self.emit({"type": kind, "channel": channel, "actor_id": user}, place, outside=True)

    def rename(self, channel: str, name: str) -> None:
        """Give a channel another name."""
        place = self.channels[channel]
        place.name = name
        shown = {"id": channel, "name": name, "name_normalized": name, "created": place.created, "is_mpim": False}
        self.emit({"type": self._about(place, "rename"), "channel": {**shown, "is_channel": True}}, place)

    def archive(self, channel: str, user: str = "USLACKBOT") -> None:
        """Archive a channel."""
        place = self.channels[channel]
        place.archived = True
        self.emit({"type": self._about(place, "archive"), "channel": channel, "user": user, "is_moved": 0}, place)

    def unarchive(self, channel: str, user: str = "USLACKBOT") -> None:
        """Open an archived channel again."""
        place = self.channels[channel]
        place.archived = False
        self.emit({"type": self._about(place, "unarchive"), "channel": channel, "user": user}, place)

    def delete_channel(self, channel: str, user: str = "USLACKBOT") -> None:
        """Delete a channel with all it holds."""
        place = self.channels.pop(channel)
        self.emit({"type": self._about(place, "deleted"), "channel": channel, "actor_id": user}, place)

    def change_id(self, channel: str) -> str:
        """Let a channel get another id, as when workspaces merge; return it."""
        place = self.channels.pop(channel)
        place.id = self.new_id("C")
        self.channels[place.id] = place
        whispered = [m for several in self.whispers.values() for m in several if m.channel == channel]
        for message in (*place.messages, *whispered):
            message.channel = place.id
        self.emit({"type": "channel_id_changed", "old_channel_id": channel, "new_channel_id": place.id}, place)
        return place.id

    def connect(self, channel: str) -> None:
        """Share a channel with another workspace."""
        place = self.channels[channel]
        place.shared = True
        event = {"type": "channel_shared", "connected_team_id": self.foreign_team, "channel": channel}
        self.emit(event, place)

    def group(self, *people: str) -> str:
        """Return the id of the conversation of several people with the bot, opened if it was not."""
        if len({*people, self.bot_user}) < MANY:
            raise ValueError("two people talk directly")
        return self.conversation(people, "mpim").id

    def uninstall(self) -> None:
        """Let an administrator remove the app: its token is worth nothing from now on."""
        self.emit({"type": "app_uninstalled"})
        self._revoked("account_inactive")

    def revoke(self) -> None:
        """Revoke the bot's token."""
        self._revoked("token_revoked")

    def reinstall(self) -> None:
        """Let the same tokens work again."""
        self.token_error = None

    def _revoked(self, error: str) -> None:
        self.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user]}})
        self.token_error = error

    @staticmethod
    def _about(channel: Channel, what: str) -> str:
        return f"{'group' if channel.kind == 'group' else 'channel'}_{what}"
