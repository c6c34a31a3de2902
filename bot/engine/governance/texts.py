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


_PREFIX, _DAY = "/causerie", datetime(2026, 12, 24, 12, tzinfo=UTC)
EXAMPLES: Mapping[str, Translated] = {
    "named": named(Plain("Ana"), "Practice", _PREFIX),
    "thanked": thanked("Practice"),
    "orphaned": orphaned(_PREFIX),
    "taken": taken(Plain("Ana")),
    "moved-away": moved_away("Practice", Plain("#workshop")),
    "moved-here": moved_here("Practice", Plain("#practice")),
    "closed": closed("Practice", _DAY, _PREFIX),
    "opened-again": opened_again(Plain("Ana"), "Practice", _PREFIX),
}
"""Each text by its name, with values such as it is said with."""

STAND_FOR: Mapping[str, Translated] = {
    "who": t("the name of whoever did it"),
    "name": t("the community's name"),
    "prefix": t("what is typed before a command here"),
    "channel": t("a link to the other channel"),
    "day": t("a date"),
}
"""What the placeholders of these texts stand for."""
