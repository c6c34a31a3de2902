"""Message trees of every kind, invented, and the letters in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from hypothesis import strategies as st

from bot.core.model import ChannelId, MemberId, MessageId
from bot.core.plain import Reader, when
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

_STYLES: tuple[Literal["date", "time", "moment"], ...] = ("date", "time", "moment")


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


_words = st.text("ab é…\u202f!. \n*_<>&:", max_size=12) | st.builds(
    lambda word, times: word * times,
    st.sampled_from(["mot ", "Une phrase. ", "<&> ", "ligne\n", "insécable\u00a0", "x"]),
    st.integers(1, 2500),
)


@dataclass(frozen=True, slots=True)
class Ids:
    """A platform's ids: of people who are mentioned or named, of channels and messages."""

    mentioned: tuple[str, ...]
    named: str
    channels: tuple[str, ...]
    message: str


def trees(ids: Ids) -> st.SearchStrategy[Text]:
    """Return trees with everything in them that a resolved message may have."""
    leaves: st.SearchStrategy[Inline] = st.one_of(
        st.builds(Plain, _words),
        st.builds(Code, _words),
        st.just(LineBreak()),
        st.sampled_from([*(Mention(MemberId(user)) for user in ids.mentioned), Named(MemberId(ids.named))]),
        st.sampled_from([ChannelLink(ChannelId(channel)) for channel in ids.channels]),
        st.builds(When, st.integers(0, 4 * 10**9).map(_instant), st.sampled_from(_STYLES)),
    )
    styled: st.SearchStrategy[Inline] = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Strong, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Emphasis, st.lists(inner, max_size=3).map(tuple)),
        ),
        max_leaves=4,
    )
    label_nodes = st.lists(styled, max_size=2).map(tuple)
    inlines: st.SearchStrategy[Inline] = st.one_of(
        styled,
        st.builds(Link, label_nodes, st.sampled_from(["https://a.org/", "javascript:1", ""])),
        st.builds(MessageLink, label_nodes, st.sampled_from([MessageId(ids.message), None])),
        st.builds(Strong, st.tuples(st.builds(Link, label_nodes, st.just("mailto:a@b.org")))),
    )
    label = st.builds(Plain, st.text("ab <&", max_size=100))
    rows = st.builds(
        Buttons,
        st.lists(
            st.builds(
                Button, st.sampled_from(["say", "say#2", "more", ""]), label, st.sampled_from(["", "v", "w" * 2000])
            ),
            max_size=30,
        ).map(tuple),
    )
    flat: st.SearchStrategy[Block] = st.one_of(
        st.builds(Paragraph, st.lists(inlines, max_size=4).map(tuple)),
        st.builds(CodeBlock, _words),
        st.builds(File, st.just("a.csv"), st.just("text/csv"), st.just("a")),
    )
    blocks: st.SearchStrategy[Block] = st.recursive(
        flat,
        lambda inner: st.one_of(
            st.builds(Quote, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Bullets, st.lists(st.lists(inner, max_size=3).map(tuple), max_size=4).map(tuple), st.booleans()),
        ),
        max_leaves=5,
    )
    return st.lists(blocks | rows, max_size=8).map(lambda blocks: Text(tuple(blocks)))


def letters(said: str | Iterable[str]) -> str:
    """Return the letters in what is said; marks, spaces and numbers depend on where it is shown."""
    return "".join(c for part in said for c in part if c.isalpha())


def seen(body: Text, reader: Reader, beside: Callable[[Block], str] = lambda _: "") -> str:
    """Return the letters that a reader sees in a message; ``beside`` says what they see of buttons and files."""
    return letters(_seen(block, reader, beside) for block in body.blocks)


def _seen(block: Block, reader: Reader, beside: Callable[[Block], str]) -> str:
    match block:
        case Paragraph():
            return "".join(_inline(node, reader) for node in block.children)
        case Quote():
            return "".join(_seen(inner, reader, beside) for inner in block.blocks)
        case Bullets():
            return "".join(_seen(inner, reader, beside) for item in block.items for inner in item)
        case CodeBlock():
            return block.text
        case _:
            return beside(block)


def _inline(node: Inline, reader: Reader) -> str:
    match node:
        case Strong() | Emphasis():
            return "".join(_inline(child, reader) for child in node.children)
        case Link() | MessageLink():
            url = node.url if isinstance(node, Link) else reader.link(node) or ""
            label = "".join(_inline(child, reader) for child in node.children)
            if not label.strip():
                return url
            return f"{label} ({url})" if url == "javascript:1" else label
        case Mention() | Named():
            return reader.name(node.member)
        case ChannelLink():
            return reader.channel(node.channel)
        case When():
            return when(node, reader.voice.locale, reader.zone, reader.now)
        case _:
            return words(node)
