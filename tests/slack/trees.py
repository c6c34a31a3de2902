"""Message trees of every kind, invented, and the letters in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from hypothesis import strategies as st

from adapters.slack.render import Reading
from bot.core.model import ChannelId, MemberId, MessageId
from bot.core.plain import when
from bot.core.text import (
    Block,
    Bullets,
    Button,
    Buttons,
    ChannelLink,
    Code,
    CodeBlock,
    Emphasis,
    File,
    Inline,
    LineBreak,
    Link,
    Mention,
    MessageLink,
    Named,
    Paragraph,
    Plain,
    Quote,
    Strong,
    Text,
    When,
    words,
)

NAMES = {"U1": "Zoé Le Guen", "U2": "<b>&"}
READING = Reading("en", "Europe/Paris", NAMES, lambda channel, ts: f"https://x.slack.com/archives/{channel}/p{ts}")

_STYLES: tuple[Literal["date", "time", "moment"], ...] = ("date", "time", "moment")


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


_words = st.text("ab é…\u202f!. \n*_<>&:", max_size=12) | st.builds(
    lambda word, times: word * times,
    st.sampled_from(["mot ", "Une phrase. ", "<&> ", "ligne\n", "insécable\u00a0", "x"]),
    st.integers(1, 2500),
)
_leaves: st.SearchStrategy[Inline] = st.one_of(
    st.builds(Plain, _words),
    st.builds(Code, _words),
    st.just(LineBreak()),
    st.sampled_from([Mention(MemberId("U1")), Mention(MemberId("U9")), Named(MemberId("U2"))]),
    st.sampled_from([ChannelLink(ChannelId("C1")), ChannelLink(ChannelId("no id>"))]),
    st.builds(When, st.integers(0, 4 * 10**9).map(_instant), st.sampled_from(_STYLES)),
)
_styled: st.SearchStrategy[Inline] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Strong, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Emphasis, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=4,
)
_label_nodes = st.lists(_styled, max_size=2).map(tuple)
_inlines: st.SearchStrategy[Inline] = st.one_of(
    _styled,
    st.builds(Link, _label_nodes, st.sampled_from(["https://a.org/", "javascript:1", ""])),
    st.builds(MessageLink, _label_nodes, st.sampled_from([MessageId("C1/1.2"), None])),
    st.builds(Strong, st.tuples(st.builds(Link, _label_nodes, st.just("mailto:a@b.org")))),
)
_label = st.builds(Plain, st.text("ab <&", max_size=100))
_rows = st.builds(
    Buttons,
    st.lists(
        st.builds(
            Button, st.sampled_from(["say", "say#2", "more", ""]), _label, st.sampled_from(["", "v", "w" * 2000])
        ),
        max_size=30,
    ).map(tuple),
)
_flat: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, st.lists(_inlines, max_size=4).map(tuple)),
    st.builds(CodeBlock, _words),
    st.builds(File, st.just("a.csv"), st.just("text/csv"), st.just("a")),
)
_blocks: st.SearchStrategy[Block] = st.recursive(
    _flat,
    lambda inner: st.one_of(
        st.builds(Quote, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Bullets, st.lists(st.lists(inner, max_size=3).map(tuple), max_size=4).map(tuple), st.booleans()),
    ),
    max_leaves=5,
)
trees: st.SearchStrategy[Text] = st.lists(_blocks | _rows, max_size=8).map(lambda blocks: Text(tuple(blocks)))


def letters(said: str | Iterable[str]) -> str:
    """Return the letters in what is said; marks, spaces and numbers depend on where it is shown."""
    return "".join(c for part in said for c in part if c.isalpha())


def seen(body: Text, reading: Reading = READING) -> str:
    """Return the letters that a reader sees in a message, buttons and files apart."""
    return letters(_seen(block, reading) for block in body.blocks)


def _seen(block: Block, reading: Reading) -> str:
    match block:
        case Paragraph():
            return "".join(_inline(node, reading) for node in block.children)
        case Quote():
            return "".join(_seen(inner, reading) for inner in block.blocks)
        case Bullets():
            return "".join(_seen(inner, reading) for item in block.items for inner in item)
        case CodeBlock():
            return block.text
        case _:
            return ""


def _inline(node: Inline, reading: Reading) -> str:
    match node:
        case Strong() | Emphasis():
            return "".join(_inline(child, reading) for child in node.children)
        case Link() | MessageLink():
            url = node.url if isinstance(node, Link) else "https://x.slack.com/archives/C1/p1.2" if node.message else ""
            label = "".join(_inline(child, reading) for child in node.children)
            if not label.strip():
                return url
            return f"{label} ({url})" if url == "javascript:1" else label
        case Mention() | Named():
            return reading.names.get(node.member, node.member)
        case ChannelLink():
            return node.channel
        case When():
            return when(node, reading.locale, reading.zone, reading.now)
        case _:
            return words(node)
