"""What a workspace is made of, and the ids, instants and rights that everything else asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.slack.double.checks import Json
from tests.slack.double.sockets import Sockets

MICROSECONDS = 1_000_000
STEP = 100
"""Microseconds between two messages of one instant, so that a ts is never given twice."""

BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "mpim:history",
        "mpim:write",
        "reactions:read",
        "users:read",
    }
)
"""What the bot asks for at least."""

ALL_SCOPES = BOT_SCOPES | {
    "channels:write.topic",
    "files:write",
    "groups:write.topic",
    "im:read",
    "mpim:read",
    "pins:write",
    "reactions:write",
    "team:read",
}
"""Whatever a method of the double may ask for."""

EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_deleted",
        "channel_id_changed",
        "channel_left",
        "channel_rename",
        "channel_unarchive",
        "group_archive",
        "group_deleted",
        "group_left",
        "group_rename",
        "group_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "reaction_added",
        "reaction_removed",
        "team_join",
        "tokens_revoked",
        "user_change",
    }
)
"""What the app is subscribed to."""


@dataclass
class User:
    """A person or a bot."""

    id: str
    name: str
    team: str
    locale: str = "en-US"
    tz: str = "Europe/London"
    guest: bool = False
    single_channel_guest: bool = False
    bot: bool = False
    bot_id: str = ""
    deleted: bool = False
    admin: bool = False
    stranger: bool = False


@dataclass
class Message:
    """A message, there or deleted. ``at``: when it was written, by the clock."""

    ts: str
    channel: str
    user: str
    text: str
    at: datetime
    blocks: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    deleted: bool = False
    edited: Json | None = None
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    subtype: str | None = None
    broadcast: bool = False
    pinned: bool = False
    ephemeral: bool = False
    unlisted: bool = False
    """Sent through a response_url: never in a history."""

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Channel:
    """A conversation. ``kind``: channel, group (a private channel), im or mpim, as in an event's channel_type."""

    id: str
    name: str
    kind: str
    created: int
    creator: str
    members: list[str] = field(default_factory=list)
    shared: bool = False
    archived: bool = False
    topic: str = ""
    messages: list[Message] = field(default_factory=list)
    by_ts: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Let a message stand here."""
        self.messages.append(message)
        self.by_ts[message.ts] = message
        if message.is_reply and message.thread_ts:
            self.threads.setdefault(message.thread_ts, []).append(message)


class State:
    """The workspace's state.

    ``lag``: how long a message is not in histories yet. ``pace``: the time between two of the bot's messages in a
    channel, by the clock; sooner, Slack answers 429.
    """

    def __init__(self, *, clock: Callable[[], datetime], scopes: Iterable[str] = ALL_SCOPES) -> None:
        self.clock = clock
        self.scopes = frozenset(scopes)
        self.subscriptions = EVENTS
        self.lag = timedelta()
        self.pace = timedelta()
        self.sockets = Sockets()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.whispers: dict[str, list[Message]] = {}
        self.files: dict[str, Json] = {}
        self.token_error: str | None = None
        self.problems: list[str] = []
        """What people saw as an error of the app."""
        self._ids = 0
        self._last = 0
        self.team = self.new_id("T")
        self.team_domain = "practice"
        self.foreign_team = self.new_id("T")
        self.app_id = self.new_id("A")
        self.bot_token = f"xoxb-{self.team}"
        self.app_token = f"xapp-1-{self.app_id}"
        self.bot_id = self.new_id("B")
        self.bot_user = self.new_id("U")
        self.users[self.bot_user] = User(self.bot_user, "causerie", self.team, bot=True, bot_id=self.bot_id)
        self.users["USLACKBOT"] = User("USLACKBOT", "slackbot", self.team)

    def like(self, other: State) -> None:
        """Become another workspace's twin, with its ids: people, channels, and all that stands there."""
        kept = ("users", "channels", "whispers", "files", "_ids", "_last")
        vars(self).update(deepcopy({name: vars(other)[name] for name in kept}))

    def new_id(self, prefix: str) -> str:
        """Return an id that was never given."""
        self._ids += 1
        return f"{prefix}0{self._ids:07X}D"

    def new_ts(self) -> str:
        """Return a message's ts: unique, increasing, from the clock."""
        self._last = max(int(self.clock().timestamp() * MICROSECONDS), self._last + STEP)
        return f"{self._last // MICROSECONDS}.{self._last % MICROSECONDS:06d}"

    def seconds(self) -> int:
        """Return the clock's instant as Unix seconds."""
        return int(self.clock().timestamp())

    def has_bot(self, channel: Channel) -> bool:
        """Tell whether the bot is in a conversation."""
        return self.bot_user in channel.members

    def find(self, channel: str, ts: str) -> Message | None:
        """Return a message that a channel holds, deleted ones too."""
        place = self.channels.get(channel)
        return place.by_ts.get(ts) if place else None

    def replies(self, root: Message) -> list[Message]:
        """Return what stands below a message, in order."""
        place = self.channels[root.channel]
        return [m for m in place.threads.get(root.ts, ()) if not m.deleted]

    def note_problem(self, user: str, problem: str) -> None:
        """Note what a person was shown as the app's failure."""
        self.problems.append(f"{user}: {problem}")
