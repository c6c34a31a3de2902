"""What people type becomes rich text, and what stands in blocks can be read."""

from __future__ import annotations

import pytest

from tests.slack.double import Message, buttons, notified, words
from tests.slack.double.blocks import message_refusal
from tests.slack.double.checks import Json
from tests.slack.double.composer import escape_typed, rich
from tests.slack.double.conftest import Clock

NAMES = {"U1": "Ada", "C1": "help"}
TYPED = {
    "Hello <@U1>, see <#C1>": "Hello @Ada, see #help",
    "*bold* _italic_ ~strike~ `code`": "bold italic strike code",
    "*bold and _both_*": "bold and both",
    "2 * 3 * 4 and snake_case_name": "2 * 3 * 4 and snake_case_name",
    "a < b & c > d": "a < b & c > d",
    "See https://x.org/a_b_c, then <https://y.org|this>": "See https://x.org/a_b_c, then this",
    "Well :tada: at 10:30:00": "Well :tada: at 10:30:00",
    "<!here> and all": "@here and all",
    "- one\n- two\n1. first\n2. second": "• one\n• two\n1. first\n2. second",
    "before\n> said\nafter": "before\nsaid\nafter",
    "before\n```x = *1*\ny```": "before\nx = *1*\ny",
    "two\n\nparagraphs": "two\n\nparagraphs",
    "": "",
}


@pytest.mark.parametrize("typed", TYPED)
def test_what_is_typed_reads_the_same(typed: str) -> None:
    block = rich(typed, typed=True)

    assert words({"blocks": [block]}, NAMES) == TYPED[typed]
    assert message_refusal([block]) is None


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("<@U1> in <#C1>", "<@U1> in <#C1|help>"),
        ("https://x.org/?a=1", "<https://x.org/?a=1>"),
    ],
)
def test_the_text_of_an_event_is_escaped(typed: str, text: str) -> None:
    assert escape_typed(typed, NAMES) == text


def test_a_bot_s_text_is_unescaped_once() -> None:
    block = rich("- a &lt;b&gt; &amp;amp; *c*", typed=False)

    assert words({"blocks": [block]}, NAMES) == "- a <b> &amp; c"


def test_styles_nest() -> None:
    ((section,),) = [rich("*a _b_*", typed=True)["elements"]]

    assert section["elements"] == [
        {"type": "text", "text": "a ", "style": {"bold": True}},
        {"type": "text", "text": "b", "style": {"bold": True, "italic": True}},
    ]


def test_every_block_can_be_read() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Yes"}, "action_id": "y", "value": "1"}
    date = {"type": "date", "timestamp": 1764000000, "format": "{date}", "fallback": "24 November"}
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Title"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Hi* <@U1>"}, "accessory": button},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "a &amp; b"}, {"type": "plain_text", "text": "*c*"}]},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!date^1764000000^{date}|then>"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [date]}]},
        {"type": "actions", "elements": [button]},
        {"type": "markdown", "text": "as is"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}, {"type": "raw_text", "text": "y"}]]},
        {"type": "image", "image_url": "https://x.org/a.png", "alt_text": "a year"},
    ]
    assert message_refusal(blocks) is None

    assert words({"blocks": blocks}, NAMES).split("\n") == [
        "Title",
        "Hi @Ada",
        "a & b",
        "*c*",
        "then",
        "24 November",
        "as is",
        "x | y",
        "a year",
    ]
    assert buttons({"blocks": blocks}) == [("Yes", "y", "1")] * 2


def test_whom_a_message_calls_can_be_told(clock: Clock) -> None:
    said = rich("<@U1> and <!here>, not `<@U2>`", typed=True)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> &lt;@U3&gt; <!subteam^S1>"}}
    harmless = {"type": "section", "text": {"type": "plain_text", "text": "<!everyone>"}}

    assert notified(Message("1.0", "C1", "U1", "", clock(), blocks=[said, section, harmless])) == {
        "U1",
        "here",
        "channel",
        "S1",
    }
    assert notified(Message("1.0", "C1", "U1", "hello <@U4>", clock())) == {"U4"}
