"""The permissions that the app asks for, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FILES: Final = "files:write"


@dataclass(frozen=True, slots=True)
class Scope:
    """A bot scope: ``why`` it is needed, or, where it is ``optional``, what it enables."""

    name: str
    why: str
    optional: bool = False


SCOPES: Final = (
    Scope("app_mentions:read", "hear who calls the bot by its name"),
    Scope("channels:read", "know a public channel's name and who is in it"),
    Scope("channels:history", "hear answers in the threads of public channels"),
    Scope("groups:read", "the same in private channels to which the bot is invited"),
    Scope("groups:history", "hear answers in the threads of private channels"),
    Scope("chat:write", "say what is to be said, where the bot was invited"),
    Scope("commands", "/causerie, and what is in a message’s menu"),
    Scope("im:write", "write to one person"),
    Scope("im:history", "hear what a person writes to the bot alone"),
    Scope("mpim:write", "write to two people together, such as a newcomer and their buddy"),
    Scope("mpim:history", "hear what they ask of the bot there"),
    Scope("reactions:read", "see the reaction that counts a message as an answer"),
    Scope("users:read", "know people’s names, languages and time zones, and who is a bot or has left"),
    Scope(FILES, "files: one’s own data, the bank of questions", optional=True),
)
NEEDED: Final = frozenset(scope.name for scope in SCOPES if not scope.optional)
OPTIONAL: Final = frozenset(scope.name for scope in SCOPES if scope.optional)

APP_SCOPE: Final = "connections:write"
"""What the app-level token is for."""

EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
    "user_change",
)
