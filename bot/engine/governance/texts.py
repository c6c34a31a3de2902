"""What the community says of itself to everybody, or to who holds its offices: it may do so in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.core.i18n import words
from bot.core.text import Inline, Plain, Translated, When

t, tn = words("causerie")


def named(who: Inline, name: str, prefix: str) -> Translated:
    """Return what somebody reads whom ``who`` named coordinator of the community ``name``."""
    return t(
        "{who} named you coordinator of {name}. `{prefix} help` shows what you can do; "
        "`{prefix} coordinator remove` with your name hands it back.",
        who=who,
        name=name,
        prefix=prefix,
    )


def thanked(name: str) -> Translated:
    """Return what somebody reads whose time as coordinator was ended."""
    return t("You no longer coordinate {name}. Thank you for your time.", name=name)


def orphaned(prefix: str) -> Translated:
    """Return what is said when the last coordinator has left."""
    return t(
        "Nobody coordinates this community at the moment; its rituals go on. "
        "Whoever would like the seat can type `{prefix} coordinator take`.",
        prefix=prefix,
    )


def orphaned_to_moderators(prefix: str) -> Translated:
    """Return the same where the platform says who is in charge of a channel."""
    return t(
        "Nobody coordinates this community at the moment; its rituals go on. "
        "Whoever moderates this channel can take the seat: `{prefix} coordinator take`.",
        prefix=prefix,
    )


def taken(who: Inline) -> Translated:
    """Return what is said when somebody took the empty seat."""
    return t("{who} coordinates this community from now on.", who=who)


def moved_away(name: str, channel: Inline) -> Translated:
    """Return what is said in the channel that a community leaves."""
    return t(
        "{name} moves to {channel}. What was said here stays here, and its threads stay open.",
        name=name,
        channel=channel,
    )


def moved_here(name: str, channel: Inline) -> Translated:
    """Return what is said in the channel into which a community comes."""
    return t("{name} comes here from {channel}. Whoever is in this channel belongs to it.", name=name, channel=channel)


def closed(name: str, until: datetime, prefix: str) -> Translated:
    """Return what is said in the channel of a community that closes."""
    return t(
        "{name} closes here. Thank you for what you brought. What was said stays; nothing more is asked. "
        "Until {day}, whoever coordinated it can open it again: `{prefix} community reopen`.",
        name=name,
        day=When(until, "date"),
        prefix=prefix,
    )


def opened_again(who: Inline, name: str, prefix: str) -> Translated:
    """Return what is said in the channel of a community that was closed, and is no more."""
    return t(
        "{who} opened {name} again. It goes on where it was; `{prefix} status` shows what comes next.",
        who=who,
        name=name,
        prefix=prefix,
    )


def channel_archived(place: Inline, community: str, prefix: str) -> Translated:
    """Return what a coordinator reads when nothing can be said in the home channel: it is archived, or gone."""
    return t(
        "{place} is archived: {community} can say nothing there. "
        "Unarchive it and invite me again, or choose another home: `{prefix} community move #channel`.",
        place=place,
        community=community,
        prefix=prefix,
    )


def channel_left(place: Inline, community: str) -> Translated:
    """Return what a coordinator reads when nothing can be said in the home channel: the bot is not there."""
    return t(
        "I am no longer in {place}: {community} can say nothing there. Invite me again, and what waits is said.",
        place=place,
        community=community,
    )


def channel_shared(place: Inline, prefix: str) -> Translated:
    """Return what a coordinator reads when nothing can be said in the home channel: it is another one's too."""
    return t(
        "{place} is shared with another organisation: I no longer speak there. "
        "Choose another home: `{prefix} community move #channel`, or ask whoever runs me.",
        place=place,
        prefix=prefix,
    )


def channel_barred(place: Inline, community: str, prefix: str) -> Translated:
    """Return what a coordinator reads when nothing can be said in the home channel: the bot may not write there."""
    return t(
        "Only some people may write in {place}, and I am not among them: {community} can say nothing there. "
        "Let me write there, or choose another home: `{prefix} community move #channel`.",
        place=place,
        community=community,
        prefix=prefix,
    )


def permission_missing(permission: Inline, community: str) -> Translated:
    """Return what a coordinator reads when the app lacks a permission."""
    return t(
        "I lack the permission {permission}: {community} could not do something here. "
        "Whoever installed me can add it and install me again.",
        permission=permission,
        community=community,
    )


def account_closed(person: Inline) -> Translated:
    """Return what a coordinator reads when a message was for somebody whose account is closed."""
    return t("{person}’s account is closed. A message was not sent; there is nothing to do.", person=person)


def unreachable(person: Inline) -> Translated:
    """Return what a coordinator reads when somebody cannot be written to."""
    return t(
        "I cannot write to {person}. A message was not sent; it may work once they have written to me.", person=person
    )


_PREFIX, _DAY = "/causerie", datetime(2026, 12, 24, 12, tzinfo=UTC)
EXAMPLES: Mapping[str, Translated] = {
    "named": named(Plain("Ana"), "Practice", _PREFIX),
    "thanked": thanked("Practice"),
    "orphaned": orphaned(_PREFIX),
    "orphaned-to-moderators": orphaned_to_moderators(_PREFIX),
    "taken": taken(Plain("Ana")),
    "moved-away": moved_away("Practice", Plain("#workshop")),
    "moved-here": moved_here("Practice", Plain("#practice")),
    "closed": closed("Practice", _DAY, _PREFIX),
    "opened-again": opened_again(Plain("Ana"), "Practice", _PREFIX),
    "channel-archived": channel_archived(Plain("#practice"), "Practice", _PREFIX),
    "channel-left": channel_left(Plain("#practice"), "Practice"),
    "channel-shared": channel_shared(Plain("#practice"), _PREFIX),
    "channel-barred": channel_barred(Plain("#practice"), "Practice", _PREFIX),
    "permission-missing": permission_missing(Plain("chat:write"), "Practice"),
    "account-closed": account_closed(Plain("Ana")),
    "unreachable": unreachable(Plain("Ana")),
}
"""Each text by its name, with values such as it is said with."""

STAND_FOR: Mapping[str, Translated] = {
    "who": t("the name of whoever did it"),
    "name": t("the community's name"),
    "prefix": t("what is typed before a command here"),
    "channel": t("a link to the other channel"),
    "day": t("a date"),
    "place": t("a link to the channel where it was to be said"),
    "community": t("the community's name"),
    "permission": t("what the platform calls the permission"),
    "person": t("the name of whoever it was for"),
}
"""What the placeholders of these texts stand for."""
