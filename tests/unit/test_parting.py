from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import MemberId
from bot.core.parting import break_at, flat, parted, trimmed
from bot.core.text import Code, Emphasis, Inline, LineBreak, Link, Mention, Plain, Strong

ANA = Mention(MemberId("m1"))


@pytest.mark.parametrize(
    ("words", "limit", "expected"),
    [
        ("one\ntwo three", 9, "one\n"),
        ("a\ntwo three four", 12, "a\ntwo three "),
        ("One. Two three", 12, "One. "),
        ("Un\u202f! «\u00a0Deux\u00a0» trois", 14, "Un\u202f! "),
        ("insécable\u00a0: mot", 12, "insécable\u00a0: "),
        ("unbreakable", 4, "unbr"),
    ],
)
def test_words_part_at_a_line_a_sentence_or_a_word(words: str, limit: int, expected: str) -> None:
    assert words[: break_at(words, limit)] == expected


def test_what_is_around_a_cut_is_on_both_sides_of_it() -> None:
    nodes = (Plain("a"), Strong((Link((Plain("one two"), ANA), "https://x.org"),)), LineBreak(), Code("b"))
    assert flat(nodes) == "aone two\ufffc\nb"
    assert parted(nodes, 5) == (
        (Plain("a"), Strong((Link((Plain("one "),), "https://x.org"),))),
        (Strong((Link((Plain("two"), ANA), "https://x.org"),)), LineBreak(), Code("b")),
    )


def test_blanks_are_trimmed_wherever_they_stand() -> None:
    nodes = (LineBreak(), Strong((Plain(" a"),)), Plain(" b\u00a0"), Emphasis((Plain(" "),)))
    assert trimmed(nodes) == (Strong((Plain("a"),)), Plain(" b\u00a0"))
    assert trimmed((Plain(" "), LineBreak())) == ()


_nodes: st.SearchStrategy[Inline] = st.recursive(
    st.builds(Plain, st.text("ab ", max_size=5)) | st.builds(Code, st.text("c ", max_size=3)) | st.just(ANA),
    lambda inner: st.builds(Strong, st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)


@given(st.lists(_nodes, max_size=4), st.integers(0, 20))
def test_both_sides_of_a_cut_are_the_whole(nodes: list[Inline], at: int) -> None:
    before, after = parted(nodes, at)
    said = flat(nodes)
    assert (flat(before), flat(after)) == (said[:at], said[at:])
    assert flat(trimmed(nodes)) == said.strip()
