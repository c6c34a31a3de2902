from __future__ import annotations

import pytest

from bot.core.nodes import joined, lines, link, numbered, paragraphs
from bot.core.text import Code, Inline, LineBreak, Link, Paragraph, Plain, bullets, paragraph

BREAK = LineBreak()


def test_plain_words_side_by_side_are_one() -> None:
    nodes = (Plain(""), Plain("a"), Plain("b"), BREAK, Plain(""), Plain("c"))
    assert joined(nodes) == (Plain("ab"), BREAK, Plain("c"))


def test_new_lines_are_breaks_and_an_empty_line_parts_paragraphs() -> None:
    assert list(lines("a\n\nb", code=True)) == [Code("a"), BREAK, BREAK, Code("b")]
    assert list(paragraphs(lines("\n \na\nb\n\n\nc\n"))) == [
        Paragraph((Plain("a"), BREAK, Plain("b"))),
        Paragraph((Plain("c"),)),
    ]


def test_a_list_that_does_not_begin_at_one_keeps_its_numbers_as_words() -> None:
    items = (paragraph("a").blocks + paragraph("b").blocks, bullets(paragraph("c")).blocks)
    assert tuple(numbered(items, (3, 4))) == (
        *paragraph("3. a").blocks,
        *paragraph("b").blocks,
        *paragraph("4.").blocks,
        *bullets(paragraph("c")).blocks,
    )


@pytest.mark.parametrize(
    ("url", "label", "expected"),
    [
        ("https://x.org", "x", (Link((Plain("x"),), "https://x.org"),)),
        ("mailto:a@b.org", "", (Link((Plain("mailto:a@b.org"),), "mailto:a@b.org"),)),
        ("javascript:a", "x", (Plain("x"), Plain(" (javascript:a)"))),
        ("tel:1", "tel:1", (Plain("tel:1"),)),
        ("tel:1", "", (Plain("tel:1"),)),
    ],
)
def test_nobody_is_led_to_an_address_that_is_not_of_the_web(url: str, label: str, expected: tuple[Inline, ...]) -> None:
    assert link(url, (Plain(label),) if label else ()) == expected
