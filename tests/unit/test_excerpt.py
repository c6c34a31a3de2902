from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.excerpt import GUESS, excerpt, length, shorten
from bot.core.markdown import parse
from bot.core.model import MemberId
from bot.core.text import (
    Button,
    Code,
    CodeBlock,
    File,
    Inline,
    Link,
    Mention,
    MessageLink,
    Named,
    Plain,
    Strong,
    Text,
    When,
    bullets,
    buttons,
    inlines_of,
    paragraph,
    quote,
)

ANA = MemberId("m1")
FILE = Text((File("answers.csv", "text/csv", "one,two"),))
ROW = buttons(Button("no", Plain("No thanks")))


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        (paragraph("one two"), 7, paragraph("one two")),
        (paragraph("one two"), 6, paragraph("one…")),
        (paragraph("one, two"), 7, paragraph("one…")),
        (paragraph("unbreakable"), 5, paragraph("unbr…")),
        (paragraph("unbreakable"), 1, paragraph("…")),
        (paragraph("one ", Strong((Plain("two three"),))), 9, paragraph("one ", Strong((Plain("two…"),)))),
        (paragraph("one ", Strong((Plain("unbreakable"),))), 9, paragraph("one ", Strong((Plain("…"),)))),
        (paragraph("one") + paragraph("two three") + paragraph("four"), 8, paragraph("one") + paragraph("two…")),
        (quote(paragraph("one two")), 6, quote(paragraph("one…"))),
        (bullets(paragraph("one two"), paragraph("three")), 6, bullets(paragraph("one…"))),
        (Text((CodeBlock("one\ntwo"),)), 6, Text((CodeBlock("one…"),))),
        (paragraph(Code("unbreakable"), " a"), 5, paragraph(Code("unbr…"))),
        (paragraph("one two") + ROW, 6, paragraph("one…") + ROW),
        (ROW + paragraph("one two"), 6, ROW + paragraph("one…")),
        (paragraph("one two") + FILE, 6, paragraph("one…") + FILE),
        (paragraph("hello ", Mention(ANA)), 7, paragraph("hello …")),
        (paragraph(Named(ANA), " one two"), GUESS + 6, paragraph(Named(ANA), " one…")),
    ],
)
def test_a_message_is_cut_at_a_word(text: Text, limit: int, expected: Text) -> None:
    assert shorten(text, limit) == expected
    assert length(expected) <= limit


@given(st.text("ab \n*`>-[]", max_size=80), st.integers(1, 60))
def test_it_is_never_longer_than_asked(markdown: str, limit: int) -> None:
    text = parse(markdown)
    assert length(shorten(text, limit)) <= limit
    assert length(text) > limit or shorten(text, limit) == text
    assert length(paragraph(*excerpt(text, limit))) <= limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (parse("one\ntwo\n\n> three\n\n- four\n- five"), (Plain("one two three four five"),)),
        (parse("```\nsix  seven\n```"), (Code("six seven"),)),
        (parse("**[a](http://x.org)**"), (Strong((Plain("a"),)),)),
        (paragraph(MessageLink((Plain("there"),))), (Plain("there"),)),
        (paragraph("a  b\u00a0: c"), (Plain("a b\u00a0: c"),)),
        (paragraph("hello ", Mention(ANA)) + ROW, (Plain("hello "), Named(ANA), Plain(" "))),
        (paragraph(When(datetime(2026, 11, 30, tzinfo=UTC))), (When(datetime(2026, 11, 30, tzinfo=UTC)),)),
        (Text(), ()),
    ],
)
def test_an_excerpt_is_one_line_without_links_or_mentions(text: Text, expected: tuple[Inline, ...]) -> None:
    assert excerpt(text, 80) == expected


def test_an_excerpt_is_shortened() -> None:
    assert excerpt(parse("one\n\ntwo three"), 9) == (Plain("one two…"),)
    assert not any(isinstance(node, Link) for node in inlines_of(paragraph(*excerpt(parse("[a](http://x.org)"), 9))))
