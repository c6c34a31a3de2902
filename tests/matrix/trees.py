"""Message trees of every kind, with Matrix's ids, and the letters in them."""

from __future__ import annotations

from adapters.matrix.render import Reading
from bot.core.i18n import voice
from bot.core.plain import Reader, plain
from bot.core.text import Text
from tests import trees as invented
from tests.trees import Ids, letters

__all__ = ["ANA", "MESSAGE", "READER", "READING", "ROOM", "ZOE", "letters", "seen", "trees"]

ZOE, ANA, ODD = "@zoe:x.org", "@ana:x.org", "@odd/é:x.org"
ROOM, MESSAGE = "!abc", "!abc/$e/v"
NAMES = {ZOE: "Zoé Le Guen", ODD: "<b>&"}
READING = Reading("Europe/Paris", "en", NAMES, lambda room: "pratique" if room == ROOM else "")
READER = Reader(
    voice("en"),
    "Europe/Paris",
    name=lambda user: NAMES.get(user, user),
    channel=lambda room: "pratique" if room == ROOM else room,
    link=lambda node: "https://matrix.to/#/!abc/$e%2Fv" if node.message else None,
)

trees = invented.trees(Ids(mentioned=(ZOE, ANA), named=ODD, channels=(ROOM, "no id>"), message=MESSAGE))


def seen(body: Text) -> str:
    """Return the letters that a reader sees in a message."""
    return invented.seen(body, READER, lambda block: plain(Text((block,)), READER))
