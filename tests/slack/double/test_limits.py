"""Slack's documented limits: what is just short enough passes, one more is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.slack.double.blocks import IN_MESSAGES, message_refusal
from tests.slack.double.checks import Json


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def section(text: int = 1, **more: object) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: int = 1, **more: object) -> Json:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: int = 1, value: str = "v", **more: object) -> Json:
    return {"text": plain(text), "value": value, **more}


def select(*options: Json, **more: object) -> Json:
    return {"type": "static_select", "options": list(options), **more}


def said(**element: object) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}


def bullets(*elements: Json) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": list(elements)}],
    }


def field(element: Json, label: int = 1, **more: object) -> Json:
    return {"type": "input", "label": plain(label), "element": element, **more}


def table(rows: int, columns: int, length: int = 1) -> Json:
    cell = {"type": "raw_text", "text": "x" * length}
    return {"type": "table", "rows": [[cell] * columns] * rows}


TYPED: Json = {"type": "plain_text_input"}
PICTURE: Json = {"type": "image", "image_url": "https://x.org/a.png", "alt_text": "a"}
PAIRS = {
    "section text": (section(3000), section(3001)),
    "section fields": (
        {"type": "section", "fields": [mrkdwn(100)] * 10},
        {"type": "section", "fields": [mrkdwn(100)] * 11},
    ),
    "field length": ({"type": "section", "fields": [mrkdwn(2000)]}, {"type": "section", "fields": [mrkdwn(2001)]}),
    "section content": (section(), {"type": "section"}),
    "section text is not empty": (section(1), section(0)),
    "accessory": (section(accessory=button()), section(accessory=TYPED)),
    "header": ({"type": "header", "text": plain(150)}, {"type": "header", "text": plain(151)}),
    "header is plain": ({"type": "header", "text": plain(1)}, {"type": "header", "text": mrkdwn(1)}),
    "context": (
        {"type": "context", "elements": [plain(1)] * 9 + [PICTURE]},
        {"type": "context", "elements": [plain(1)] * 11},
    ),
    "context holds no buttons": (
        {"type": "context", "elements": [mrkdwn(1)]},
        {"type": "context", "elements": [button()]},
    ),
    "actions": (actions(*[button()] * 25), actions(*[button()] * 26)),
    "actions hold no inputs": (actions(button()), actions(TYPED)),
    "action ids within a block": (
        actions(button(action_id="a"), button(action_id="b")),
        actions(button(action_id="a"), button(action_id="a")),
    ),
    "button text": (actions(button(75)), actions(button(76))),
    "button value": (actions(button(value="x" * 2000)), actions(button(value="x" * 2001))),
    "button url": (actions(button(url="x" * 3000)), actions(button(url="x" * 3001))),
    "button style": (actions(button(style="primary")), actions(button(style="green"))),
    "action id": (actions(button(action_id="x" * 255)), actions(button(action_id="x" * 256))),
    "block id": (section(block_id="x" * 255), section(block_id="x" * 256)),
    "option text": (actions(select(option(75))), actions(select(option(76)))),
    "option value": (actions(select(option(1, "x" * 150))), actions(select(option(1, "x" * 151)))),
    "options": (actions(select(*[option()] * 100)), actions(select(*[option()] * 101))),
    "options or groups": (actions(select(option())), actions({"type": "static_select"})),
    "initial option": (
        actions(select(option(), initial_option=option())),
        actions(select(option(), initial_option=option(2))),
    ),
    "placeholder": (
        actions(select(option(), placeholder=plain(150))),
        actions(select(option(), placeholder=plain(151))),
    ),
    "radio buttons": (
        actions({"type": "radio_buttons", "options": [option()] * 10}),
        actions({"type": "radio_buttons", "options": [option()] * 11}),
    ),
    "overflow": (
        actions({"type": "overflow", "options": [option()] * 5}),
        actions({"type": "overflow", "options": [option()] * 6}),
    ),
    "date": (
        actions({"type": "datepicker", "initial_date": "2026-11-02"}),
        actions({"type": "datepicker", "initial_date": "2 November"}),
    ),
    "label": (field(TYPED, 2000), field(TYPED, 2001)),
    "input holds no button": (field(TYPED), field(button())),
    "number": (
        field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
        field({"type": "number_input", "is_decimal_allowed": False, "min_value": 1}),
    ),
    "typed": (field({**TYPED, "max_length": 3000}), field({**TYPED, "max_length": 3001})),
    "table rows": (table(100, 1), table(101, 1)),
    "table columns": (table(1, 20), table(1, 21)),
    "table text": (table(10, 10, 100), table(10, 10, 101)),
    "table cell": (
        {"type": "table", "rows": [[said(type="text", text="x")]]},
        {"type": "table", "rows": [[{"type": "text", "text": "x"}]]},
    ),
    "image": (PICTURE, {"type": "image", "alt_text": "a"}),
    "alt text": ({**PICTURE, "alt_text": "x" * 2000}, {**PICTURE, "alt_text": "x" * 2001}),
    "divider": ({"type": "divider"}, {"type": "divider", "text": plain(1)}),
    "text": (said(type="text", text="x", style={"bold": True}), said(type="text", text="")),
    "style": (said(type="text", text="x", style={"italic": True}), said(type="text", text="x", style={"loud": True})),
    "link": (said(type="link", url="https://x.org"), said(type="link", text="x")),
    "user": (said(type="user", user_id="U1"), said(type="user", id="U1")),
    "channel": (said(type="channel", channel_id="C1"), said(type="channel")),
    "emoji": (said(type="emoji", name="tada"), said(type="emoji", emoji="tada")),
    "broadcast": (said(type="broadcast", range="here"), said(type="broadcast", range="all")),
    "rich date": (
        said(type="date", timestamp=1764000000, format="{date}", fallback="then"),
        said(type="date", timestamp="1764000000", format="{date}"),
    ),
    "usergroup": (said(type="usergroup", usergroup_id="S1"), said(type="group", usergroup_id="S1")),
    "list": (
        bullets({"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}),
        bullets({"type": "text", "text": "x"}),
    ),
    "no list within a list": (
        bullets({"type": "rich_text_section", "elements": []}),
        bullets({"type": "rich_text_list", "style": "bullet", "elements": []}),
    ),
    "preformatted": (
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}]}],
        },
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "emoji", "name": "x"}]}],
        },
    ),
    "type": (section(), {"type": "chart"}),
    "emoji of mrkdwn": (section(), {"type": "section", "text": {**mrkdwn(1), "emoji": True}}),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_message_s_block_may_be_so_large_and_no_larger(name: str) -> None:
    good, bad = PAIRS[name]

    assert message_refusal([good]) is None
    refused = message_refusal([bad])
    assert refused is not None
    assert refused[0] == "invalid_blocks"
    assert "[json-pointer:/blocks/0" in refused[1][0] or "table" in refused[1][0]


def test_the_pointer_leads_to_what_is_wrong() -> None:
    refused = message_refusal([section(), section(3001)])

    assert refused == ("invalid_blocks", ["must be less than 3001 characters [json-pointer:/blocks/1/text/text]"])


@pytest.mark.parametrize(
    "blocks",
    [
        [section()] * 51,
        [section(block_id="a"), section(block_id="a")],
        [table(1, 1), table(1, 1)],
        [{"type": "markdown", "text": "x" * 6001}] * 2,
        "blocks",
    ],
    ids=["blocks", "block ids", "tables", "markdown", "no list"],
)
def test_blocks_together_are_held_to_limits_too(blocks: object) -> None:
    refused = message_refusal(blocks)

    assert refused is not None
    assert refused[0] == "invalid_blocks"


def test_all_the_text_together_is_limited() -> None:
    assert message_refusal([section(3000)] * 4) is None
    assert message_refusal([section(3000)] * 4 + [section(1)]) == ("msg_blocks_too_long", [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "block_id", "options", "element", "rows"]), inner
        )
    ),
)
SHAPED = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    st.sampled_from(sorted(IN_MESSAGES)),
    st.dictionaries(st.sampled_from(["text", "elements", "block_id", "accessory", "element", "rows", "fields"]), JSON),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SHAPED, max_size=2))
def test_nonsense_is_refused_and_breaks_nothing(blocks: list[object]) -> None:
    refused = message_refusal(blocks)

    assert refused is None or refused[0] in {"invalid_blocks", "msg_blocks_too_long"}
