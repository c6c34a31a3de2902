from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.markdown import inline, parse
from bot.core.model import MemberId
from bot.core.text import (
    Block,
    Bullets,
    Buttons,
    Code,
    CodeBlock,
    Emphasis,
    File,
    Inline,
    LineBreak,
    Link,
    Mention,
    Paragraph,
    Plain,
    Quote,
    Strong,
    Text,
    bullets,
    inlines_of,
    paragraph,
    quote,
    text_codec,
    words,
)

PEOPLE = {"Ana": "m1", "Ana Maria": "m2", "Zoé (RH)": "m3", "channel": "m4", "Here": "m5"}


def people(name: str) -> MemberId | None:
    return MemberId(PEOPLE[name]) if name in PEOPLE else None


def mention(name: str) -> Mention:
    return Mention(MemberId(PEOPLE[name]))


def link(label: str, url: str) -> Link:
    return Link((Plain(label),), url)


def seen_in(node: Inline) -> str:
    match node:
        case Strong() | Emphasis():
            return "".join(map(seen_in, node.children))
        case Link():
            return "".join(map(seen_in, node.children)) + node.url
        case _:
            return words(node)


def seen(text: Text) -> str:
    """Return every word and address of a message, in order."""

    def block(node: Block) -> str:
        match node:
            case Paragraph():
                return "".join(map(seen_in, node.children))
            case Quote():
                return "\n".join(map(block, node.blocks))
            case Bullets():
                return "\n".join(block(part) for item in node.items for part in item)
            case CodeBlock():
                return node.text
            case File(name):
                return name
            case Buttons():
                raise AssertionError(node)

    return "\n".join(map(block, text.blocks))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", Text()),
        (
            "one **two** *three* `four`",
            paragraph("one ", Strong((Plain("two"),)), " ", Emphasis((Plain("three"),)), " ", Code("four")),
        ),
        ("one\ntwo  \nthree", paragraph("one", LineBreak(), "two", LineBreak(), "three")),
        ("one\n\ntwo", paragraph("one") + paragraph("two")),
        ("# Title", paragraph(Strong((Plain("Title"),)))),
        ("#", paragraph("#")),
        ("***", paragraph("***")),
        ("> said\n> so", quote(paragraph("said", LineBreak(), "so"))),
        ("- a\n- b", bullets(paragraph("a"), paragraph("b"))),
        ("1. a\n2. b", bullets(paragraph("a"), paragraph("b"), ordered=True)),
        ("1. a\n1. b", bullets(paragraph("a"), paragraph("b"), ordered=True)),
        ("1999. What a year", paragraph("1999. What a year")),
        ("2. > so", paragraph("2.") + quote(paragraph("so"))),
        ("2. a\n\n   b", paragraph("2. a") + paragraph("b")),
        ("```\na  b\n```", Text((CodeBlock("a  b"),))),
        ("```python\na\n```", Text((CodeBlock("a"),))),
        ("```well well\na\n```", Text((CodeBlock("well well\na"),))),
        ("```python", Text((CodeBlock("python"),))),
        ("    indented", Text((CodeBlock("indented"),))),
        ("|a|\n|-|", paragraph("|a|", LineBreak(), "|-|")),
        ("[a]: http://x", paragraph("[a]: http://x")),
    ],
)
def test_what_people_write_keeps_its_shape(markdown: str, expected: Text) -> None:
    assert parse(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a](https://x.org/b)", paragraph(link("a", "https://x.org/b"))),
        ("<http://x.org>", paragraph(link("http://x.org", "http://x.org"))),
        ("<a@b.org>", paragraph(link("a@b.org", "mailto:a@b.org"))),
        ("[](http://x.org)", paragraph(link("http://x.org", "http://x.org"))),
        ('[a](http://x.org "t")', paragraph(link("a", "http://x.org"), " (t)")),
        ("![a *b*](http://x.org/i.png)", paragraph(Link((Plain("a "), Emphasis((Plain("b"),))), "http://x.org/i.png"))),
        ("[![a](http://i.org)](http://x.org)", paragraph(link("a (http://i.org)", "http://x.org"))),
        ("![[a](http://b.org)](http://x.org)", paragraph(link("a (http://b.org)", "http://x.org"))),
        ("[a](b.html)", paragraph("a (b.html)")),
        ('[a](ftp://b "t")', paragraph("a (ftp://b) (t)")),
        ("[a]()", paragraph("a")),
        ("[](/b)", paragraph("/b")),
        ("![](/b)", paragraph("/b")),
        ("<ftp://b>", paragraph("ftp://b")),
        ("[a](http:)", paragraph("a (http:)")),
        ("[a](javascript:alert)", paragraph("[a](javascript:alert)")),
        ("[a](data:text/html,b)", paragraph("[a](data:text/html,b)")),
        ("[a](java&#115;cript:b)", paragraph("[a](javascript:b)")),
        ("<b onclick=x>a</b>", paragraph("<b onclick=x>a</b>")),
        ("<script>\na\n</script>", paragraph("<script>", LineBreak(), "a", LineBreak(), "</script>")),
    ],
)
def test_only_safe_links_are_links_and_the_rest_stays_words(markdown: str, expected: Text) -> None:
    assert parse(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("@Ana", paragraph(mention("Ana"))),
        ("well @Ana Maria, hello", paragraph("well ", mention("Ana Maria"), ", hello")),
        ("@Ana and @Ana", paragraph(mention("Ana"), " and ", mention("Ana"))),
        ("@Ana's", paragraph(mention("Ana"), "'s")),
        ("**@Zoé (RH)**", paragraph(Strong((mention("Zoé (RH)"),)))),
        ("@Anabel @bob a@Ana", paragraph("@Anabel @bob a@Ana")),
        ("`@Ana`", paragraph(Code("@Ana"))),
        ("[@Ana](http://x.org)", paragraph(link("@Ana", "http://x.org"))),
        ("![@Ana](http://x.org)", paragraph(link("@Ana", "http://x.org"))),
    ],
)
def test_a_known_name_after_an_at_sign_is_a_mention(markdown: str, expected: Text) -> None:
    assert parse(markdown, people) == expected
    assert not any(isinstance(node, Mention) for node in inlines_of(parse(markdown)))


@pytest.mark.parametrize(
    "call", ["@channel", "@Here", "@everyone", "@room", "@all", "<!channel>", "<!here|x>", "<@U123>"]
)
def test_nobody_can_call_a_whole_channel(call: str) -> None:
    assert parse(call, people) == paragraph(call)


def test_a_name_longer_than_names_are_is_not_looked_for() -> None:
    asked: list[str] = []

    def nobody(name: str) -> None:
        asked.append(name)

    assert parse("@" + "a " * 200, nobody) == paragraph("@" + ("a " * 200).strip())
    assert max(map(len, asked)) < 80


def test_what_nests_too_deep_keeps_its_words() -> None:
    quoted = parse("> " * 30 + "@Ana\n\n  \nb", people)
    assert quoted == paragraph("> " * 30, mention("Ana"), LineBreak(), "b")
    deep = parse("**a *b " * 30 + "b* a**" * 30)
    assert seen(deep).count("a") == 60
    assert len(text_codec.dump_json(deep)) < 10_000


@pytest.mark.parametrize(
    "text", [">" * 10_000, "- " * 5_000, "[" * 10_000, "![" * 3_000 + "](a)" * 3_000, "**a " * 1_500 + "a**" * 1_500]
)
def test_ten_thousand_characters_of_nesting_are_only_words(text: str) -> None:
    assert text_codec.validate_json(text_codec.dump_json(parse(text, people))) == parse(text, people)


def test_a_sentence_keeps_the_spaces_at_its_ends() -> None:
    assert inline(" a `b` ") == (Plain(" a "), Code("b"), Plain(" "))
    assert inline("@Ana") == (Plain("@Ana"),)
    assert inline("") == ()


MARKS = [
    " ",
    "\n",
    "\n\n",
    "**",
    "```",
    "# ",
    "- ",
    "](http://z)",
    "](z)",
    "![",
    "    ",
    "http://d",
    *"*_`#>+()[]<>!@\"'~|\\",
]
PIECES = ["a", "bc", *MARKS]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_no_word_is_lost(markdown: str) -> None:
    # The one exception: the name of a code block's language.
    letters = iter([letter for letter in seen(parse(markdown)) if letter.isalpha()])
    if "```" not in markdown:
        assert all(letter in letters for letter in markdown if letter.isalpha())


@given(st.text(max_size=200))
def test_anything_can_be_read_and_stored(markdown: str) -> None:
    text = parse(markdown, people)
    assert text_codec.validate_json(text_codec.dump_json(text)) == text


@given(st.lists(st.sampled_from([*PIECES, "@Ana", "@Ana Maria"]), max_size=40).map("".join))
def test_without_people_nobody_is_mentioned(markdown: str) -> None:
    assert not any(isinstance(node, Mention) for node in inlines_of(parse(markdown)))
