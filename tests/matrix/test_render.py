from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix.render import LIMIT, Part, content, edited_content, files_of, in_thread, parts
from adapters.matrix.split import most, pieces
from bot.core.markdown import inline, parse
from bot.core.model import ChannelId, MemberId, MessageId
from bot.core.text import (
    Button,
    ChannelLink,
    CodeBlock,
    File,
    Inline,
    LineBreak,
    Link,
    Mention,
    MessageLink,
    Named,
    Plain,
    Strong,
    Text,
    When,
    Worded,
    bullets,
    buttons,
    paragraph,
    quote,
)
from tests.matrix.trees import ANA, MESSAGE, READING, ROOM, ZOE, letters, seen, trees

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
TO_ZOE = '<a href="https://matrix.to/#/@zoe:x.org">Zoé Le Guen</a>'
MENTION = Mention(MemberId(ZOE))
FILE = File("answers.csv", "text/csv", "one,two")
TAGS = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
ADDRESSES = ("https://a.org/", "mailto:a@b.org", "https://matrix.to/#/!abc/$e%2Fv")


class Checked(HTMLParser):
    """Reads HTML as a client does, and takes nothing that Matrix does not allow."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all(re.match(r"https?://[^/]|mailto:.", value or "") for _, value in attrs)
        assert tag != "a" or "a" not in self.open
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def only(body: Text) -> Part:
    (part,) = parts(body, READING)
    return part


def words_of(part: Part) -> str:
    """Return the letters of a part as its HTML shows them, which its plain words say too."""
    bare = part.body
    for address in ADDRESSES:
        bare = bare.replace(f" ({address})", "")
    if part.formatted is not None:
        assert letters(Checked(part.formatted).words) == letters(bare)
    return letters(bare)


@pytest.mark.parametrize(
    ("nodes", "body", "formatted"),
    [
        (("Ça va\u202f? «\u00a0<b>Oui</b>\u00a0» & @room",), "Ça va\u202f? «\u00a0<b>Oui</b>\u00a0» & @room", None),
        (("a", LineBreak(), "b\nc"), "a\nb\nc", None),
        ((" \n", "a", LineBreak()), "a", None),
        ((When(AT),), "Monday 30 November, 09:00", None),
        ((Named(MemberId(ZOE)), " ", Named(MemberId(ANA))), "Zoé Le Guen @ana:x.org", None),
        ((Worded(en=(Plain("both"),)),), "both", None),
        (
            inline("**a *b*** `x < y`"),
            "a b x < y",
            "<strong>a <em>b</em></strong> <code>x &lt; y</code>",
        ),
        ((Strong((Plain("<i>\n'\""),)),), "<i>\n'\"", "<strong>&lt;i&gt;<br>'\"</strong>"),
        ((MENTION, ", oui"), "@Zoé Le Guen, oui", f"{TO_ZOE}, oui"),
        ((Mention(MemberId(ANA)),), "@ana:x.org", '<a href="https://matrix.to/#/@ana:x.org">@ana:x.org</a>'),
        ((ChannelLink(ChannelId(ROOM)),), "pratique", '<a href="https://matrix.to/#/!abc">pratique</a>'),
        (
            (Link((Plain("là"),), "https://x.org/?a&b=\"'"),),
            "là (https://x.org/?a&b=\"')",
            '<a href="https://x.org/?a&amp;b=&quot;&#x27;">là</a>',
        ),
        ((Link((), "mailto:a@b.org"),), "mailto:a@b.org", '<a href="mailto:a@b.org">mailto:a@b.org</a>'),
        ((Link((Plain("a"),), "javascript:alert(1)"),), "a (javascript:alert(1))", None),
        ((Link((Plain("a"),), "https://x.org\n> b"),), "a (https://x.org\n> b)", None),
        ((Link((Plain("a"),), "https://x.org/" + "y" * 2000),), f"a (https://x.org/{'y' * 2000})", None),
        (
            (Link((Strong((Link((MENTION,), "https://b.org"),)),), "https://a.org"),),
            "@Zoé Le Guen (https://a.org)",
            '<a href="https://a.org"><strong>@Zoé Le Guen</strong></a>',
        ),
        (
            (MessageLink((Plain("là"),), message=MessageId(MESSAGE)),),
            "là (https://matrix.to/#/!abc/$e%2Fv)",
            '<a href="https://matrix.to/#/!abc/$e%2Fv">là</a>',
        ),
        ((MessageLink((Plain("là"),)),), "là", None),
    ],
)
def test_inline_nodes_become_words_and_html_where_it_says_more(
    nodes: tuple[Inline | str, ...], body: str, formatted: str | None
) -> None:
    part = only(paragraph(*nodes))
    assert (part.body, part.formatted) == (body, formatted)
    Checked(part.formatted or "")


@pytest.mark.parametrize(
    ("body", "words", "formatted"),
    [
        (parse("one\n\ntwo\nthree"), "one\n\ntwo\nthree", None),
        (parse("**one**\n\ntwo"), "one\n\ntwo", "<p><strong>one</strong></p><p>two</p>"),
        (
            parse("> one\n>\n> 1. two\n>\n>    three\n> 2. four\n>    - five"),
            "> one\n>\n> 1. two\n>    three\n> 2. four\n>    - five",
            "<blockquote><p>one</p><ol><li><p>two</p><p>three</p></li><li>four<ul><li>five</li></ul></li></ol></blockquote>",
        ),
        (Text((CodeBlock("\na\n  <b>\n"),)), "a\n  <b>", "<pre><code>a\n  &lt;b&gt;</code></pre>"),
        (bullets(paragraph("a"), Text()), "- a\n-", "<ul><li>a</li><li></li></ul>"),
        (
            paragraph("a") + buttons(Button("x", Plain("Gladly")), Button("y", Strong((Plain("<No>"),)))),
            "a\n\n[Gladly] [<No>]",
            None,
        ),
        (paragraph("a") + Text((FILE,)), "a\n\n[answers.csv]", None),
    ],
)
def test_blocks_become_lines_and_html_where_it_says_more(body: Text, words: str, formatted: str | None) -> None:
    part = only(body)
    assert (part.body, part.formatted) == (words, formatted)
    words_of(part)


@pytest.mark.parametrize("body", [Text(), paragraph(" ", LineBreak()), Text((CodeBlock("\n"),)), quote(Text())])
def test_what_is_blank_is_no_message(body: Text) -> None:
    assert parts(body, READING) == ()


def test_files_are_left_to_be_uploaded() -> None:
    assert files_of(Text((FILE, *quote(bullets(Text((FILE,)))).blocks))) == (FILE, FILE)


def test_an_instant_is_said_as_the_reader_says_it() -> None:
    french = replace(READING, locale="fr_CA", zone="America/Toronto", now=AT.replace(year=2025))
    (part,) = parts(paragraph(When(AT)), french)
    assert part.body == "lundi 30 novembre 2026 à 3\u00a0h"


def test_a_name_is_one_short_line() -> None:
    reading = replace(READING, names={ZOE: "Zoé\n> oui " + "x" * 200}, rooms=lambda _: "#un\nsalon")
    (part,) = parts(paragraph(Named(MemberId(ZOE)), " ", ChannelLink(ChannelId(ROOM))), reading)
    assert part.body == f"Zoé > oui {'x' * 89}… #un salon"


def test_those_addressed_are_notified_and_those_named_or_quoted_are_not() -> None:
    ana = Mention(MemberId(ANA))
    assert only(bullets(paragraph(Strong((MENTION,)), Named(MemberId(ANA))))).mentions == {ZOE}
    assert only(quote(paragraph(ana)) + bullets(quote(paragraph(ana)))).mentions == frozenset()
    assert only(quote(paragraph(ana)) + paragraph(Link((MENTION,), "https://x.org"))).mentions == {ZOE}
    assert only(paragraph(f"{ZOE} @room https://matrix.to/#/{ZOE}")).mentions == frozenset()


def test_the_content_of_an_event() -> None:
    assert content(only(paragraph("a @room")), notice=True) == {
        "msgtype": "m.notice",
        "body": "a @room",
        "m.mentions": {},
    }
    said = content(only(paragraph(Mention(MemberId(ANA)), MENTION)), notice=False)
    assert said == {
        "msgtype": "m.text",
        "body": "@ana:x.org@Zoé Le Guen",
        "format": "org.matrix.custom.html",
        "formatted_body": f'<a href="https://matrix.to/#/@ana:x.org">@ana:x.org</a>{TO_ZOE}',
        "m.mentions": {"user_ids": [ANA, ZOE]},
    }
    assert in_thread(said, "$root") == {
        **said,
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": "$root",
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": "$root"},
        },
    }


def test_an_edit_notifies_only_through_its_new_content() -> None:
    part = only(paragraph(MENTION))
    assert edited_content(part, "$old", notice=False) == {
        "msgtype": "m.text",
        "body": "* @Zoé Le Guen",
        "m.mentions": {},
        "m.new_content": content(part, notice=False),
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"},
    }


def test_long_messages_part_between_blocks_or_where_it_disturbs_least() -> None:
    several = parts(parse("\n\n".join(f"{n} " + "mot " * 1300 for n in range(9))), READING)
    assert [part.body.split()[0] for part in several] == ["0", "4", "8"]
    assert all(part.body.endswith("mot") for part in parts(paragraph("mot " * 12000), READING))
    assert all(part.body.endswith("phrase\u202f!") for part in parts(paragraph("Une phrase\u202f! " * 4000), READING))
    assert {len(part.body.split("\n")[-1]) for part in parts(paragraph(("x" * 99 + "\n") * 900), READING)} == {99}
    code = parts(Text((CodeBlock("  indented\n" * 4000),)), READING)
    assert {line for part in code for line in part.body.split("\n")} == {"  indented"}
    assert sum(part.body.count("x") for part in parts(quote(quote(paragraph("x" * 50000))), READING)) == 50000


def test_a_long_list_parts_between_its_items_and_counts_on() -> None:
    items = [paragraph(f"n{n} " + "mot " * 50) for n in range(1, 200)]
    several = parts(bullets(*items), READING)
    assert all(re.match(r"- n\d+ mot", part.body) for part in several)
    ordered = parts(bullets(*items, ordered=True), READING)
    assert len(ordered) > 2
    for part in ordered:
        number, word = part.body.split()[:2]
        assert word == f"n{number[:-1]}"
    item, *_, last = parts(bullets(paragraph("mot " * 20000), paragraph("fin"), ordered=True), READING)
    assert item.body.startswith("1. mot")
    assert last.body.startswith("mot")
    assert last.body.endswith("mot\n\n2. fin")


def test_what_nothing_can_part_is_sent_as_it_is() -> None:
    blocks = (*quote(bullets(paragraph("x"), paragraph("y"))).blocks, *bullets(Text(), paragraph("z")).blocks)
    assert [seen(Text(piece)) for piece in pieces(blocks, lambda _: False)] == ["x", "y", "", "z"]


def test_at_most_so_many_messages_end_in_an_ellipsis_and_notify_whom_they_show() -> None:
    long = paragraph("début, " * 4000) + paragraph("mot " * 3000) + paragraph(MENTION)
    assert parts(long, READING)[-1].mentions == {ZOE}
    (short,) = parts(long, READING, most=1)
    assert short.body.endswith("début…")
    assert short.mentions == frozenset()
    assert parts(long, READING, most=9) == parts(long, READING)
    for body in (
        Text((CodeBlock("x\n" * 20000),)),
        quote(paragraph("x" * 90000)),
        bullets(paragraph("x" * 90000)),
        bullets(*[Text()] * 9000),
    ):
        first, second = parts(body, READING, most=2)
        assert second.body.endswith("…")
        assert not first.body.endswith("…")
        assert max(first.size, second.size) <= LIMIT


@given(trees)
@settings(max_examples=150)
def test_no_word_is_lost_and_none_becomes_markup(body: Text) -> None:
    found = parts(body, READING)
    assert "".join(words_of(part) for part in found) == seen(body)
    for part in found:
        assert part.body.strip()
        assert part.size <= LIMIT
        assert len(json.dumps(edited_content(part, "$" + "e" * 43, notice=False))) * 4 / 3 < 62_000


@given(trees, st.integers(1, 3))
@settings(max_examples=100)
def test_a_shortened_message_keeps_its_beginning(body: Text, limit: int) -> None:
    found = parts(body, READING, most=limit)
    assert len(found) <= limit
    assert seen(body).startswith("".join(words_of(part) for part in found))
    assert all(part.size <= LIMIT for part in found)


@given(st.integers(0, 100), st.integers(0, 100))
def test_the_most_that_fits_is_found(limit: int, room: int) -> None:
    tried: list[int] = []

    def fits(n: int) -> bool:
        tried.append(n)
        return n <= room

    assert most(limit, fits) == min(limit, room)
    assert max(tried, default=0) <= 2 * room + 1
