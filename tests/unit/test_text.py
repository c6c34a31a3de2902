"""The message tree: built from plain words, changed node by node, read back in reading order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Label, MemberId
from bot.core.text import (
    Block,
    Bullets,
    Button,
    Buttons,
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
    Translated,
    When,
    bullets,
    buttons,
    buttons_of,
    inlines_of,
    lines,
    map_inlines,
    paragraph,
    quote,
    text_codec,
    with_children,
    without_buttons,
    words,
)

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
YES, NO = Button("yes", Plain("Yes")), Button("no", Strong((Plain("No"),)), "7")

plain = st.builds(Plain, st.text(max_size=5))
leaves: st.SearchStrategy[Inline] = st.one_of(
    plain,
    st.builds(Code, st.text(max_size=5)),
    st.just(LineBreak()),
    st.just(Mention(MemberId("m"))),
    st.just(When(AT)),
    st.just(Translated("causerie", "Hello {name}.", {"name": Plain("Ana")})),
)
inlines = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Strong, st.lists(inner, max_size=2).map(tuple)),
        st.builds(Emphasis, st.lists(inner, max_size=2).map(tuple)),
        st.builds(Link, st.lists(inner, max_size=2).map(tuple), st.just("https://example.org")),
        st.builds(MessageLink, st.lists(inner, max_size=2).map(tuple), label=st.just(Label("hello"))),
    ),
    max_leaves=4,
)
blocks: st.SearchStrategy[Block] = st.recursive(
    st.one_of(
        st.builds(Paragraph, st.lists(inlines, max_size=3).map(tuple)),
        st.builds(CodeBlock, st.text(max_size=5)),
        st.builds(File, st.text(max_size=5), st.just("text/csv"), st.text(max_size=5)),
        st.builds(Buttons, st.lists(st.builds(Button, st.just("go"), inlines), max_size=3).map(tuple)),
    ),
    lambda inner: st.one_of(
        st.builds(Quote, st.lists(inner, max_size=2).map(tuple)),
        st.builds(
            Bullets, st.lists(st.lists(inner, max_size=2).map(tuple), max_size=2).map(tuple), ordered=st.booleans()
        ),
    ),
    max_leaves=4,
)
texts = st.builds(Text, st.lists(blocks, max_size=3).map(tuple))


@given(texts)
def test_a_message_survives_its_storage(body: Text) -> None:
    assert text_codec.validate_json(text_codec.dump_json(body)) == body


@given(texts)
def test_changing_nothing_changes_nothing(body: Text) -> None:
    assert map_inlines(body, lambda node: (node,)) == body


@given(texts, texts)
def test_one_message_after_the_other_reads_in_that_order(first: Text, second: Text) -> None:
    assert [*inlines_of(first + second)] == [*inlines_of(first), *inlines_of(second)]
    assert buttons_of(first + second) == buttons_of(first) + buttons_of(second)
    assert bool(first + second) == (bool(first) or bool(second))


@given(texts)
def test_every_inline_is_seen_that_can_be_changed(body: Text) -> None:
    seen = 0

    def note(node: Inline) -> tuple[Inline, ...]:
        nonlocal seen
        seen += 1
        return (node,)

    map_inlines(body, note)

    assert seen == len([*inlines_of(body)])


def test_containers_come_before_their_children_wherever_they_stand() -> None:
    strong = Strong((Emphasis((Plain("deep"),)), Plain("shallow")))
    expected = [strong, strong.children[0], Plain("deep"), Plain("shallow")]

    for body in (
        paragraph(strong),
        quote(paragraph(strong)),
        bullets(paragraph(strong)),
        buttons(Button("go", strong)),
    ):
        assert [*inlines_of(body)] == expected
    assert [*inlines_of(Text((CodeBlock("x"),)))] == []


def test_rows_are_lines_of_one_paragraph() -> None:
    assert lines(Plain("a"), Plain("b")) == paragraph("a", LineBreak(), "b")
    assert lines() == paragraph()


def test_a_list_may_be_numbered() -> None:
    assert bullets(paragraph("a"), ordered=True) == Text((Bullets(((Paragraph((Plain("a"),)),),), ordered=True),))


def test_a_node_can_become_several_or_none() -> None:
    body = paragraph("a", Strong((Plain("b"),)))

    def twice(node: Inline) -> tuple[Inline, ...]:
        return (node, node) if node == Plain("b") else () if node == Plain("a") else (node,)

    assert map_inlines(body, twice) == paragraph(Strong((Plain("b"), Plain("b"))))


def test_a_label_stays_one_node() -> None:
    spread = map_inlines(buttons(YES), lambda node: (node, Plain("!"), Strong((Plain("?"),))))

    assert buttons_of(spread) == (Button("yes", Plain("Yes!?")),)


def test_only_containers_take_children() -> None:
    assert with_children(Plain("a"), (Plain("b"),)) == Plain("a")
    assert with_children(Link((Plain("a"),), "https://example.org"), (Plain("b"),)) == Link(
        (Plain("b"),), "https://example.org"
    )


def test_buttons_are_found_in_quotes_and_lists_too() -> None:
    body = buttons(YES) + quote(buttons(NO)) + bullets(buttons(YES), paragraph("no button"))

    assert buttons_of(body) == (YES, NO, YES)
    assert buttons_of(without_buttons(body)) == (NO, YES)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Code("x = 1"), "x = 1"),
        (MessageLink((Strong((Plain("a"),)), LineBreak(), Plain("b"))), "a\nb"),
        (Named(MemberId("m")), ""),
        (When(AT), ""),
    ],
)
def test_a_nodes_own_words(node: Inline, expected: str) -> None:
    assert words(node) == expected
