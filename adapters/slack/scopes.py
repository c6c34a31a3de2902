"""The permissions that the app asks for, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.core.i18n import words
from bot.core.text import Translated

t, _ = words("causerie")

FILES: Final = "files:write"


@dataclass(frozen=True, slots=True)
class Scope:
    """A bot scope: ``why`` it is asked for, as what cannot be done without it; ``optional``: the rest works anyway."""

    name: str
    why: Translated
    optional: bool = False


SCOPES: Final = (
    Scope("app_mentions:read", t("hear who calls the bot by its name")),
    Scope("channels:read", t("know a public channel’s name and who is in it")),
    Scope("channels:history", t("hear answers in the threads of public channels")),
    Scope("groups:read", t("know a private channel’s name and who is in it")),
    Scope("groups:history", t("hear answers in the threads of private channels")),
    Scope("chat:write", t("say what is to be said, where the bot was invited")),
    Scope("commands", t("offer /causerie, and the entry in a message’s menu")),
    Scope("im:write", t("write to one person")),
    Scope("im:history", t("hear what a person writes to the bot alone")),
    Scope("mpim:write", t("write to two people together, such as a newcomer and their buddy")),
    Scope("mpim:history", t("hear what two people ask of the bot together")),
    Scope("reactions:read", t("see the reaction that counts a message as an answer")),
    Scope("users:read", t("know people’s names, languages and time zones, and who is a bot or has left")),
    Scope(FILES, t("send files, such as one’s own data or the bank of questions"), optional=True),
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
    "channel_unarchive",
    "channel_unshared",
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
    "tokens_revoked",
    "user_change",
)
