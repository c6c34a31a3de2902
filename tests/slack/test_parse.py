from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.parse import addressed, command_words, message_text, parse_blocks, parse_mrkdwn, people_in
from bot.core.markdown import parse
from bot.core.model import ChannelId, MemberId
from bot.core.text import (
    Block,
    Bullets,
    ChannelLink,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Mention,
    Paragraph,
    Plain,
    Strong,
    Text,
    When,
    paragraph,
    quote,
)
from tests.slack.trees import letters, seen

ANA = Mention(MemberId("U012AB3CD"))
AT = When(datetime(2026, 11, 30, 8, tzinfo=UTC))


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*inner: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"type": "rich_text_section", "elements": list(inner)}


def listed(style: str, *items: str, **more: int) -> dict[str, Any]:
    return {"type": "rich_text_list", "style": style, "elements": [section(text(item)) for item in items], **more}


def rich(*parts: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [{"type": "rich_text", "block_id": "vCz6", "elements": list(parts)}]


def composed(*parts: Any) -> Text | None:  # noqa: ANN401
    return parse_blocks(rich(*parts))


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (text("Ça va\u202f?"), (Plain("Ça va\u202f?"),)),
        (text("a", bold=True, italic=True), (Strong((Emphasis((Plain("a"),)),)),)),
        (text("a", strike=True), (Plain("a"),)),
        (text("a\nb", bold=True), (Strong((Plain("a"),)), LineBreak(), Strong((Plain("b"),)))),
        (text("x < y", code=True), (Code("x < y"),)),
        ({"type": "link", "url": "https://x.org", "text": "x"}, (Link((Plain("x"),), "https://x.org"),)),
        ({"type": "link", "url": "https://x.org"}, (Link((Plain("https://x.org"),), "https://x.org"),)),
        (
            {"type": "link", "url": "https://x.org", "text": "x", "style": {"code": True}},
            (Link((Code("x"),), "https://x.org"),),
        ),
        ({"type": "link", "url": "javascript:a", "text": "x"}, (Plain("x (javascript:a)"),)),
        ({"type": "link", "url": "tel:1", "text": "tel:1"}, (Plain("tel:1"),)),
        ({"type": "link", "url": "tel:1"}, (Plain("tel:1"),)),
        ({"type": "user", "user_id": "U012AB3CD", "style": {"bold": True}}, (Strong((ANA,)),)),
        ({"type": "user", "user_id": "odd"}, (Plain("@odd"),)),
        ({"type": "channel", "channel_id": "C123ABC456"}, (ChannelLink(ChannelId("C123ABC456")),)),
        ({"type": "emoji", "name": "+1", "unicode": "1f44d-1f3fb"}, (Plain("👍🏻"),)),
        ({"type": "emoji", "name": "shipit"}, (Plain(":shipit:"),)),
        ({"type": "emoji", "name": "odd", "unicode": "xyz"}, (Plain(":odd:"),)),
        ({"type": "date", "timestamp": 1796025600, "format": "{date}", "fallback": "lundi"}, (Plain("lundi"),)),
        ({"type": "date", "timestamp": 1796025600, "format": "{date}"}, (AT,)),
        ({"type": "date", "timestamp": 10**20}, (Plain(str(10**20)),)),
        ({"type": "broadcast", "range": "here"}, (Plain("@here"),)),
        ({"type": "usergroup", "usergroup_id": "S1"}, (Plain("@group"),)),
        ({"type": "color", "value": "#F405B3"}, (Plain("#F405B3"),)),
        ({"type": "new", "text": "kept"}, (Plain("kept"),)),
        ({"type": "new"}, None),
        (text(" \n "), None),
    ],
)
def test_elements_of_the_composer_become_nodes(element: dict[str, Any], expected: tuple[Inline, ...] | None) -> None:
    assert composed(section(element)) == Text((Paragraph(expected),) if expected else ())


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((section(text("one\ntwo\n\n\nthree\n")),), parse("one\ntwo\n\nthree")),
        (({"type": "rich_text_quote", "elements": [text("one\n\ntwo")]},), parse("> one\n>\n> two")),
        (({"type": "rich_text_quote", "elements": []},), Text()),
        (({"type": "rich_text_preformatted", "elements": [text("a\n b\n")], "border": 0},), parse("```\na\n b\n```")),
        (({"type": "rich_text_preformatted", "elements": []},), Text()),
        (
            ({"type": "rich_text_preformatted", "elements": [{"type": "link", "url": "http://x.org"}], "border": 1},),
            quote(Text((CodeBlock("http://x.org"),))),
        ),
        ((section(text("a")), listed("bullet", "b", "c")), parse("a\n\n- b\n- c")),
        (
            (listed("ordered", "a"), listed("bullet", "b", indent=1), listed("ordered", "c", offset=1)),
            parse("1. a\n   - b\n2. c"),
        ),
        (
            (listed("bullet", "a"), listed("bullet", "b", indent=2), listed("bullet", "c", indent=1)),
            parse("- a\n  - b\n  - c"),
        ),
        ((listed("bullet", "a", indent=1), listed("bullet", "b")), parse("- a\n- b")),
        ((listed("bullet", "a"), listed("ordered", "b")), parse("- a\n\n1. b")),
        (
            (listed("ordered", "a", "b"), listed("ordered", "c")),
            Text((*parse("1. a\n2. b").blocks, *parse("1. c").blocks)),
        ),
        ((listed("ordered", "c", "", offset=2),), parse("3\\. c\n\n4\\.")),
        ((listed("bullet", "a", border=1),), parse("> - a")),
        ((listed("bullet"), listed("bullet", "a", indent=1)), parse("- - a")),
        ((listed("bullet"),), Text()),
    ],
)
def test_what_was_composed_becomes_a_tree(parts: tuple[Any, ...], expected: Text) -> None:
    assert composed(*parts) == expected


@pytest.mark.parametrize("blocks", [None, [], "x", [{"type": "section"}], [None]])
def test_without_the_composer_s_block_there_is_no_tree(blocks: object) -> None:
    assert parse_blocks(blocks) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a &amp;lt; b &lt;c&gt;", paragraph("a &lt; b <c>")),
        ("<@U012AB3CD> <@U012AB3CD|ana> <@odd>", paragraph(ANA, " ", ANA, " <@odd>")),
        ("<#C1|general> <#c>", paragraph(ChannelLink(ChannelId("C1")), " <#c>")),
        ("<!here> <!channel|channel> <!new|label> <!new> <!>", paragraph("@here @channel label @new <!>")),
        ("<!subteam^S1|@team> <!subteam^S1>", paragraph("@team @group")),
        ("<!date^1796025600^{date}|Monday>", paragraph("Monday")),
        ("<!date^1796025600^{date}^https://x.org/|Monday>", paragraph(Link((Plain("Monday"),), "https://x.org/"))),
        ("<!date^1796025600^{date}>", paragraph(AT)),
        ("<http://x.org|a &amp; b>", paragraph(Link((Plain("a & b"),), "http://x.org"))),
        ("<https://x.org/?a=1&amp;b=2>", paragraph(Link((Plain("https://x.org/?a=1&b=2"),), "https://x.org/?a=1&b=2"))),
        ("<mailto:a@b.org|a@b.org>", paragraph(Link((Plain("a@b.org"),), "mailto:a@b.org"))),
        ("<javascript:a|b> <tel:1> <b>", paragraph("b (javascript:a) tel:1 <b>")),
        (
            "*a _b_* ~c~ 2*3*4 snake_case_name * d *",
            paragraph(Strong((Plain("a "), Emphasis((Plain("b"),)))), " c 2*3*4 snake_case_name * d *"),
        ),
        ("*<@U012AB3CD>*, `*x* &lt;`", paragraph(Strong((ANA,)), ", ", Code("*x* <"))),
        ("_<https://x.org/a_b_c|a_b>_", paragraph(Emphasis((Link((Plain("a_b"),), "https://x.org/a_b_c"),)))),
        ("a\ue000b", paragraph("a\ue000b")),
        ("a\nb\n\nc", parse("a\nb\n\nc")),
        ("• a\n- b", paragraph("• a", LineBreak(), "- b")),
        ("&gt; a\n&gt;b\nc", quote(paragraph("a", LineBreak(), "b")) + paragraph("c")),
        ("a\n&gt;&gt;&gt; b\n\nc", paragraph("a") + quote(paragraph("b") + paragraph("c"))),
        (
            "a ```x &lt; y\n  <http://z.org|z.org>``` b",
            paragraph("a ") + Text((CodeBlock("x < y\n  z.org"),)) + paragraph(" b"),
        ),
        ("``` ``", paragraph("``` ``")),
        ("", Text()),
    ],
)
def test_slack_s_older_marks_become_a_tree(written: str, expected: Text) -> None:
    assert parse_mrkdwn(written) == expected


FILE = {"id": "F1", "title": "Plan", "permalink": "https://x.slack.com/files/U1/F1/plan.pdf"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "a *b*", "blocks": rich(section(text("a b")))}, paragraph("a b")),
        ({"text": "*b*", "blocks": [{"type": "section"}]}, paragraph(Strong((Plain("b"),)))),
        (
            {
                "text": "a",
                "files": [FILE, {"name": "n.txt", "permalink": "http://x.org"}, {"permalink": "https://x.org"}, {}],
            },
            paragraph("a")
            + paragraph(Link((Plain("Plan"),), FILE["permalink"]))
            + paragraph("n.txt")
            + paragraph(Link((Plain("https://x.org"),), "https://x.org")),
        ),
        ({}, Text()),
    ],
)
def test_a_message_is_its_words_and_its_files(message: dict[str, Any], expected: Text) -> None:
    assert message_text(message) == expected


COMMANDS = [
    ("weekly", "weekly"),
    ("coordinator add <@U1|ana> <@W2>", "coordinator add @U1 @W2"),
    ("set home <#C1|général>", "set home #C1"),
    (
        "ask “Ça va\u202f?” «\u00a0oui\u00a0» 'a' \"b\" l’an\n\n  then",
        "ask “Ça va\u202f?” «\u00a0oui\u00a0» 'a' \"b\" l’an\n\n  then",
    ),
    (
        "see <http://example.com|example.com> <https://x.org/> <mailto:a@b.org|a@b.org>",
        "see example.com https://x.org/ a@b.org",
    ),
    ("see <https://x.org/a|the page>", "see https://x.org/a"),
    (
        "a &lt;b&gt; &amp;amp; <!here> <!channel> <!everyone> <!subteam^S1|@team>",
        "a <b> &amp; @here @channel @everyone @team",
    ),
    ("at <!date^1796025600^{date}|noon> <!date^1796025600^{date}>", "at noon 1796025600"),
    ("*as* _it_ `is` <b", "*as* _it_ `is` <b"),
]


@pytest.mark.parametrize(("sent", "typed"), COMMANDS)
def test_a_command_is_read_as_it_was_typed(sent: str, typed: str) -> None:
    assert command_words(sent) == typed
    assert addressed({"text": f" <@UBOT>:\u00a0{sent} "}, "UBOT") == typed


BOT = {"type": "user", "user_id": "UBOT"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((section(BOT, text(" weekly\nnext line\n\nlast  ")),), "weekly\nnext line\n\nlast"),
        (
            (section(text(" "), BOT, text(", ask "), text("l’an", bold=True), {"type": "user", "user_id": "U1"}),),
            "ask l’an@U1",
        ),
        ((section(BOT),), ""),
        (
            (
                section(BOT, text(" add\n")),
                listed("bullet", "a", "b"),
                listed("ordered", "c", indent=1, offset=2),
                {"type": "rich_text_quote", "elements": [text("d\ne")]},
                {"type": "rich_text_preformatted", "elements": [text("f")]},
            ),
            "add\n- a\n- b\n  3. c\n> d\n> e\nf",
        ),
        (
            (
                section(
                    BOT,
                    text(" see "),
                    {"type": "link", "url": "http://x.org", "text": "x.org"},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "date", "timestamp": 12},
                    {"type": "broadcast", "range": "here"},
                ),
            ),
            "see x.org#C112@here",
        ),
        ((section(text("hello "), BOT),), None),
        ((section({"type": "user", "user_id": "U1"}),), None),
        (({"type": "rich_text_quote", "elements": [BOT]},), None),
        ((section(),), None),
    ],
)
def test_who_begins_by_naming_the_bot_speaks_to_it(parts: tuple[Any, ...], expected: str | None) -> None:
    assert addressed({"text": "<@UBOT> other", "blocks": rich(*parts)}, "UBOT") == expected


@pytest.mark.parametrize("message", [{}, {"text": "hello <@UBOT>"}, {"text": "<@U1> hello"}, {"text": "UBOT"}])
def test_who_does_not_speaks_to_others(message: dict[str, Any]) -> None:
    assert addressed(message, "UBOT") is None


def test_people_are_found_in_texts_and_blocks() -> None:
    assert people_in("<@U1|a> <@W2> &lt;@U3&gt; @U4") == {"U1", "W2"}
    assert people_in(rich(section(BOT, text("<@U1>")), listed("bullet", "a"))) == {"UBOT"}
    assert people_in(rich(section({"type": "user", "user_id": "odd"}))) == set()
    assert people_in(None) == set()


_marks = st.text("a é1*_~`<>|@#!&;:^.\n-•\ue000", max_size=60)
_pieces = st.lists(
    st.sampled_from(
        ["<@U1>", "<#C1|c>", "<!here>", "<http://x.org|w>", "&lt;", "```", "*", "_", "`", "&gt; ", "\n", " ", "mot"]
    ),
    max_size=30,
).map("".join)


@given(st.text() | _marks | _pieces)
def test_no_text_is_too_strange_to_read(written: str) -> None:
    parse_mrkdwn(written)
    command_words(written)
    addressed({"text": written}, "U1")
    people_in(written)


@given(
    st.lists(
        st.sampled_from(["mot", "été\u202f!", "*", "_", "~", "`", "```", "> ", "&gt;", "\n", " ", "- ", "• "]),
        max_size=40,
    ).map("".join)
)
def test_no_word_is_lost(written: str) -> None:
    assert seen(parse_mrkdwn(written)) == letters(written.replace("&gt;", ""))


_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["rich_text", "rich_text_list", "text", "user"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "elements",
                    "text",
                    "style",
                    "indent",
                    "offset",
                    "border",
                    "url",
                    "user_id",
                    "unicode",
                    "timestamp",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
_keys = ("text", "url", "user_id", "channel_id", "name", "unicode", "timestamp", "fallback", "range", "style", "value")
_elements = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "link", "user", "channel", "emoji", "date", "broadcast", "usergroup", "color"])},
    optional=dict.fromkeys(_keys, _values),
)
_parts = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"]),
        "elements": st.lists(_elements | st.builds(section, _elements), max_size=4) | _values,
    },
    optional={"indent": _values, "offset": _values, "border": _values, "style": _values},
)


@given(st.lists(_parts | _values, max_size=5))
def test_no_blocks_are_too_strange_to_read(parts: list[Any]) -> None:
    message = {"blocks": rich(*parts)}
    message_text(message)
    addressed(message, "U1")
    people_in(message)


def test_a_whole_message_of_the_composer() -> None:
    """The example of the event reference, with what people add to it."""
    event = json.loads(
        """{"type": "message", "user": "U061F7AUR", "ts": "1515449522.000016", "channel": "C0LAN2Q65",
        "text": "ignored",
        "blocks": [{"type": "rich_text", "block_id": "7Kz9", "elements": [
          {"type": "rich_text_section", "elements": [
            {"type": "user", "user_id": "U012AB3CD"}, {"type": "text", "text": " a une question\\u202f:\\n\\n"},
            {"type": "text", "text": "urgent", "style": {"bold": true}},
            {"type": "emoji", "name": "wave", "unicode": "1f44b"}]},
          {"type": "rich_text_list", "style": "bullet", "indent": 0, "border": 0, "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "un"}]}]}]}]}"""
    )
    expected: tuple[Block, ...] = (
        Paragraph((ANA, Plain(" a une question\u202f:"))),
        Paragraph((Strong((Plain("urgent"),)), Plain("👋"))),
        Bullets(((Paragraph((Plain("un"),)),),)),
    )
    assert message_text(event) == Text(expected)
