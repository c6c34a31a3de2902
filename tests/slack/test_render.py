from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.parse import parse_blocks
from adapters.slack.render import (
    ButtonTooLongError,
    Part,
    Reading,
    action_of,
    edited,
    files_of,
    home_blocks,
    modal_blocks,
    parts,
)
from bot.core.markdown import parse
from bot.core.model import ChannelId, MemberId, MessageId
from bot.core.text import (
    Button,
    ChannelLink,
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
    Strong,
    Text,
    When,
    Worded,
    bullets,
    buttons,
    buttons_of,
    lines,
    paragraph,
    quote,
)
from tests.slack.block_kit import check_blocks, check_message, words_in
from tests.slack.trees import NAMES, READING, letters, seen, trees

FRENCH = replace(READING, locale="fr_FR")
MANY = replace(READING, many=True)
ANA, ZOE = MemberId("U9"), MemberId("U1")
AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
FILE = File("answers.csv", "text/csv", "one,two")


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*inner: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(inner)}


def listed(style: str, *items: dict[str, Any], indent: int = 0, **more: int) -> dict[str, Any]:
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": list(items), **more}


def only(body: Text, reading: Reading = READING) -> Part:
    (part,) = parts(body, reading)
    check_message(part.blocks, part.text)
    return part


def shown(body: Text, reading: Reading = READING) -> list[dict[str, Any]]:
    (block,) = only(body, reading).blocks
    assert block["type"] == "rich_text"
    elements: list[dict[str, Any]] = block["elements"]
    return elements


def inner(*nodes: Inline | str, reading: Reading = READING) -> list[dict[str, Any]]:
    (one,) = shown(paragraph(*nodes), reading)
    elements: list[dict[str, Any]] = one["elements"]
    return elements


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (("<!channel> & *b* :smile: 📥",), [text("<!channel> & *b* :smile: 📥")]),
        (("Ça va\u202f? «\u00a0Oui\u00a0»",), [text("Ça va\u202f? «\u00a0Oui\u00a0»")]),
        (("a", LineBreak(), "b"), [text("a\nb")]),
        ((Strong((Plain("a "), Emphasis((Plain("b"),)))),), [text("a ", bold=True), text("b", bold=True, italic=True)]),
        (parse("`x < y`").blocks[0].children, [text("x < y", code=True)]),  # type: ignore[union-attr]
        ((Mention(ZOE), " ", Named(ZOE)), [{"type": "user", "user_id": "U1"}, text(" Zoé Le Guen")]),
        ((Named(ANA),), [text("U9")]),
        (
            (Strong((ChannelLink(ChannelId("C1")),)),),
            [{"type": "channel", "channel_id": "C1", "style": {"bold": True}}],
        ),
        ((Link((Plain("here"),), "https://x.org"),), [{"type": "link", "url": "https://x.org", "text": "here"}]),
        ((Link((), "mailto:a@b.org"),), [{"type": "link", "url": "mailto:a@b.org", "text": "mailto:a@b.org"}]),
        (
            (Link((Plain("a"), Strong((Mention(ZOE),))), "https://x.org"),),
            [
                {"type": "link", "url": "https://x.org", "text": "a"},
                {"type": "link", "url": "https://x.org", "text": "@Zoé Le Guen", "style": {"bold": True}},
            ],
        ),
        ((Link((LineBreak(), Plain("a")), "https://x.org"),), [{"type": "link", "url": "https://x.org", "text": "a"}]),
        ((Link((Plain("a"),), "javascript:alert(1)"),), [text("a (javascript:alert(1))")]),
        ((Link((Plain("x:y"),), "x:y"), Link((), "x:z")), [text("x:yx:z")]),
        (
            (MessageLink((Plain("there"),), message=MessageId("C1/12.34")),),
            [{"type": "link", "url": "https://x.slack.com/archives/C1/p12.34", "text": "there"}],
        ),
        ((MessageLink((Plain("there"),)),), [text("there")]),
        ((Worded(en=(Plain("both"),)),), [text("both")]),
        ((When(AT),), [text("Monday 30 November, 09:00")]),
    ],
)
def test_inline_nodes_become_elements_that_read_no_marks(
    nodes: tuple[Inline | str, ...], expected: list[dict[str, Any]]
) -> None:
    assert inner(*nodes) == expected


@pytest.mark.parametrize(
    ("style", "locale", "expected"),
    [
        ("moment", "en", ("{date_long}, {time}", "Monday 30 November, 09:00")),
        ("moment", "fr_CA", ("\u200b{date_long} à {time}", "lundi 30 novembre à 9\u00a0h")),
        ("time", "fr_FR", ("{time}", "9\u00a0h")),
    ],
)
def test_an_instant_is_said_in_the_zone_of_each_of_many_readers(
    style: Literal["time", "moment"], locale: str, expected: tuple[str, str]
) -> None:
    assert inner(When(AT, style), reading=replace(MANY, locale=locale)) == [
        {"type": "date", "timestamp": 1796025600, "format": expected[0], "fallback": expected[1]}
    ]
    assert inner(Link((When(AT, style),), "https://x.org"), reading=MANY)[0]["type"] == "link"


def test_a_day_is_the_community_s_for_all_who_read() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert inner(When(late, "date"), reading=replace(MANY, now=AT)) == [text("Tuesday 1 December")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (parse("one\n\ntwo\nthree"), [section(text("one\n\ntwo\nthree"))]),
        (parse("> one"), [{"type": "rich_text_quote", "elements": [text("one")]}]),
        (
            parse("> one\n>\n> 1. two\n>    three\n> 2. four\n>    - five\n>\n> > six\n>\n> ```\n> seven\n> ```"),
            [
                {
                    "type": "rich_text_quote",
                    "elements": [
                        text("one\n\n1. two\n    three\n2. four\n    • five\n\n> six\n\n"),
                        text("seven", code=True),
                    ],
                }
            ],
        ),
        (
            quote(bullets(paragraph(Mention(ZOE), "\n", Strong((Plain("a\nb"),)))) + paragraph("c")),
            [
                {
                    "type": "rich_text_quote",
                    "elements": [
                        text("• "),
                        {"type": "user", "user_id": "U1"},
                        text("\n    "),
                        text("a", bold=True),
                        text("\n    "),
                        text("b", bold=True),
                        text("\n\nc"),
                    ],
                }
            ],
        ),
        (Text((CodeBlock("a\n  b"),)), [{"type": "rich_text_preformatted", "elements": [text("a\n  b")]}]),
        (parse("- one\n- two"), [listed("bullet", section(text("one")), section(text("two")))]),
        (
            parse("1. one\n\n   more\n   - under\n     1. deep\n2. two"),
            [
                listed("ordered", section(text("one\nmore"))),
                listed("bullet", section(text("under")), indent=1),
                listed("ordered", section(text("deep")), indent=2),
                listed("ordered", section(text("two")), offset=1),
            ],
        ),
        (
            bullets(bullets(paragraph("a")) + paragraph("b"), Text()),
            [listed("bullet", section(text("• a\nb")), section(text(" ")))],
        ),
        (
            bullets(paragraph("a"), ordered=True) + bullets(paragraph("b"), ordered=True),
            [listed("ordered", section(text("a"))), listed("ordered", section(text("b")))],
        ),
    ],
)
def test_blocks_become_what_slack_lays_out(body: Text, expected: list[dict[str, Any]]) -> None:
    assert shown(body) == expected


def test_lists_too_deep_for_slack_keep_their_words() -> None:
    body = paragraph("end")
    for level in range(12):
        body = paragraph(f"level{level}") + bullets(body)
    assert letters(words_in(shown(body))) == seen(body)


def test_buttons_are_a_row_whose_actions_are_told_apart() -> None:
    row = [
        Button("say", Plain("Gladly"), "yes"),
        Button("say", Plain("Not this time")),
        Button("say#2", Plain("More & <b>")),
        Button("say", Plain(" ")),
        Button("", Plain("w" * 80)),
        Button("x", Plain("word " * 30)),
    ]
    (block,) = only(buttons(*row)).blocks
    assert [e["action_id"] for e in block["elements"]] == ["say", "say#2", "say#2#1", "say#3", "#1", "x"]
    assert [action_of(e["action_id"]) for e in block["elements"]] == [b.action for b in row]
    assert [e.get("value") for e in block["elements"]] == ["yes", None, None, None, None, None]
    assert block["elements"][2]["text"] == {"type": "plain_text", "text": "More & <b>", "emoji": False}
    assert block["elements"][4]["text"]["text"] == "w" * 74 + "…"
    assert block["elements"][5]["text"]["text"] == ("word " * 15).rstrip() + "…"


@pytest.mark.parametrize("button", [Button("say", Plain("a"), "v" * 2001), Button("s" * 256, Plain("a"))])
def test_a_button_that_cannot_be_sent_is_refused(button: Button) -> None:
    with pytest.raises(ButtonTooLongError):
        parts(buttons(button), READING)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (parse("**a** & <b>\n\n> c\n\n- d\n- e\n\n1. f\n   g"), "a &amp; &lt;b&gt;\n\n&gt; c\n\n- d\n- e\n1. f\n   g"),
        (paragraph(Mention(ZOE), " ", ChannelLink(ChannelId("C1"))), "@Zoé Le Guen <#C1>"),
        (paragraph(ChannelLink(ChannelId("<!here>"))), "#&lt;!here&gt;"),
        (paragraph(Named(MemberId("U2")), Link((Plain(": see"),), "https://x.org")), "&lt;b&gt;&amp;: see"),
        (paragraph("a") + buttons(Button("x", Plain("Gladly"))), "a"),
        (buttons(Button("x", Plain("Gladly")), Button("y", Plain("Not <now>"))), "[Gladly] [Not &lt;now&gt;]"),
        (paragraph("a") + Text((FILE,)), "a"),
        (bullets(Text()), "-"),
    ],
)
def test_the_text_of_a_message_is_its_words_escaped(body: Text, expected: str) -> None:
    assert only(body).text == expected


def test_files_are_left_to_be_uploaded() -> None:
    body = Text((FILE, *quote(bullets(Text((FILE,)))).blocks))
    assert files_of(body) == (FILE, FILE)
    assert parts(Text((FILE, FILE)), READING) == (Part([], "[answers.csv] [answers.csv]"),)
    assert parts(Text((File("<" * 3000, "a", "b"),)), READING)[0].text.endswith("&lt;…")


@pytest.mark.parametrize("body", [Text(), paragraph(" ", LineBreak()), Text((CodeBlock("\n"),)), quote(Text())])
def test_what_is_blank_is_no_message(body: Text) -> None:
    assert parts(body, READING) == ()


def test_long_messages_part_where_it_disturbs_least() -> None:
    several = parts(parse("\n\n".join(f"{n} " + "mot " * 300 for n in range(7))), READING)
    assert [part.text.split()[0] for part in several] == ["0", "3", "6"]
    rows = lines(*(Plain("x" * 99) for _ in range(60)))
    assert {len(line) for part in parts(rows, READING) for line in part.text.split()} == {99}
    sentences = parts(paragraph("Une phrase\u202f! " * 400), READING)
    assert all(part.text.endswith("phrase\u202f!") for part in sentences)
    assert all(part.text.endswith("mot") for part in parts(paragraph("mot " * 2000), READING))
    assert [len(part.text) for part in parts(paragraph("x" * 5000), READING)] == [2998, 2002]
    code = parts(Text((CodeBlock("  indented\n" * 600),)), READING)
    assert {line for part in code for line in part.text.split("\n") if line} == {"  indented", "indented"}


def test_a_list_parts_between_its_items_and_counts_on() -> None:
    first, second = parts(bullets(*(paragraph("mot " * 50) for _ in range(30)), ordered=True), READING)
    (more,) = second.blocks[0]["elements"]
    assert more["offset"] == len(words_in(first.blocks))
    assert second.text.startswith(f"{more['offset'] + 1}. mot")
    item, rest = parts(bullets(paragraph("mot " * 1000)), READING)
    assert item.blocks[0]["elements"][0]["type"] == "rich_text_list"
    assert rest.blocks[0]["elements"][0]["type"] == "rich_text_section"


def test_people_stay_whole_where_a_message_parts() -> None:
    body = Text((Paragraph((*(Mention(ZOE) for _ in range(400)),)),))
    users = [e for part in parts(body, READING) for b in part.blocks for p in b["elements"] for e in p["elements"]]
    assert users == [{"type": "user", "user_id": "U1"}] * 400


def test_what_is_dense_with_styles_parts_before_slack_refuses_it() -> None:
    node: tuple[Inline, ...] = (Strong((Plain("a "),)), Link((Plain("b "),), "https://x.org/" + "y" * 100))
    several = parts(Text((Paragraph(node * 200),)), READING)
    assert len(several) > 2
    for part in several:
        check_message(part.blocks, part.text)
    (short,) = parts(Text((Paragraph(node * 200),)), READING, most=1)
    assert short.text.endswith("…")
    check_message(short.blocks, short.text)


def test_buttons_stay_with_what_they_are_about() -> None:
    ask = buttons(Button("x", Plain("Gladly")))
    first, last = parts(paragraph("mot " * 700) + paragraph("mot " * 700) + ask, READING)
    assert [block["type"] for block in first.blocks] == ["rich_text"]
    assert [block["type"] for block in last.blocks] == ["rich_text", "actions"]
    several = Text()
    for n in range(60):
        several += paragraph(f"n{n}") + ask
    for part in parts(several, READING):
        check_message(part.blocks, part.text)
        assert [block["type"] for block in part.blocks] == ["rich_text", "actions"] * (len(part.blocks) // 2)
    (together,) = edited(several, READING, 1)
    check_message(together.blocks, together.text)
    assert sum(len(b["elements"]) for b in together.blocks if b["type"] == "actions") == 60
    rows = parts(Text(ask.blocks * 120), READING)
    assert [len(part.blocks) for part in rows] == [49, 49, 22]


def test_at_most_so_many_messages_end_in_an_ellipsis_and_keep_the_buttons() -> None:
    ask = buttons(Button("x", Plain("Gladly")))
    long = paragraph("début, " * 500) + paragraph("mot " * 900) + paragraph("fin") + ask
    assert len(parts(long, READING)) == 2
    (short,) = edited(long, READING, 1)
    check_message(short.blocks, short.text)
    assert re.search(r"\w…$", short.text)
    assert short.blocks[-1]["type"] == "actions"
    assert parts(long, READING, most=9) == parts(long, READING)
    full = Text(tuple(paragraph("x" * 1948).blocks) * 2) + paragraph("fin")
    assert edited(full, READING, 1)[0].text.endswith("x\n\n…")


def test_a_view_holds_as_many_blocks_as_it_may() -> None:
    ask = buttons(Button("x", Plain("Gladly")))
    body = Text()
    for n in range(70):
        body += paragraph(f"n{n}") + ask
    blocks = home_blocks(body, READING)
    check_blocks(blocks, most=100)
    assert blocks[-1] == {"type": "rich_text", "elements": [section(text("…"))]}
    assert modal_blocks(paragraph("a") + ask, READING) == home_blocks(paragraph("a") + ask, READING)
    assert len(modal_blocks(body, READING, most=3)) == 3
    assert home_blocks(Text(), READING) == []


@given(trees, st.booleans())
@settings(max_examples=150)
def test_every_message_is_one_that_slack_takes_and_loses_nothing(body: Text, many: bool) -> None:  # noqa: FBT001
    reading = replace(READING, many=many)
    found = parts(body, reading)
    for part in found:
        if part.blocks:
            check_message(part.blocks, part.text)
    blocks = [block for part in found for block in part.blocks]
    rich = [block for block in blocks if block["type"] == "rich_text"]
    assert letters(words_in(rich, NAMES)).replace("@", "") == seen(body, reading)
    pressed = [e for block in blocks if block["type"] == "actions" for e in block["elements"]]
    assert [(action_of(e["action_id"]), e.get("value", "")) for e in pressed] == [
        (button.action, button.value) for button in buttons_of(body)
    ]
    read = parse_blocks(rich)
    if rich:
        assert read is not None
        assert seen(read, reading) == seen(body, reading)


@given(trees, st.integers(1, 3))
@settings(max_examples=100)
def test_a_shortened_message_keeps_its_beginning_and_its_buttons(body: Text, most: int) -> None:
    found = parts(body, READING, most=most)
    assert len(found) <= most
    blocks = [block for part in found for block in part.blocks]
    for part in found:
        if part.blocks:
            check_message(part.blocks, part.text)
    assert seen(body).startswith(letters(words_in(blocks_of(blocks, "rich_text"), NAMES)))
    assert sum(len(b["elements"]) for b in blocks_of(blocks, "actions")) == len(buttons_of(body))


def blocks_of(blocks: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [block for block in blocks if block["type"] == kind]


@given(trees)
@settings(max_examples=100)
def test_nothing_in_a_text_can_call_anybody(body: Text) -> None:
    for part in parts(body, READING):
        rest = re.sub(r"<#[A-Z0-9]+>|&(?:amp|lt|gt);", "", part.text)
        assert not set(rest) & set("<>&")


@given(trees)
@settings(max_examples=60)
def test_every_view_is_one_that_slack_takes(body: Text) -> None:
    check_blocks(home_blocks(body, READING), most=100)
