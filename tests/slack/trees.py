"""Message trees of every kind, with Slack's ids, and the letters in them."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack.render import Reading
from bot.core.i18n import voice
from bot.core.plain import Reader
from bot.core.text import Text
from tests import trees as invented
from tests.trees import Ids, letters

__all__ = ["NAMES", "READING", "letters", "seen", "trees"]

NAMES = {"U1": "Zoé Le Guen", "U2": "<b>&"}
READING = Reading("en", "Europe/Paris", NAMES, lambda channel, ts: f"https://x.slack.com/archives/{channel}/p{ts}")

trees = invented.trees(Ids(mentioned=("U1", "U9"), named="U2", channels=("C1", "no id>"), message="C1/1.2"))


def seen(body: Text, reading: Reading = READING) -> str:
    """Return the letters that a reader sees in a message, buttons and files apart."""
    reader = Reader(
        voice=replace(voice("en"), locale=reading.locale),
        zone=reading.zone,
        name=lambda member: reading.names.get(member, member),
        channel=str,
        link=lambda node: "https://x.slack.com/archives/C1/p1.2" if node.message else None,
        now=reading.now,
    )
    return invented.seen(body, reader)
