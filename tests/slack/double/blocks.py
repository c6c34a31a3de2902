"""Blocks of messages, modals and home tabs, and views: what Slack accepts of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from tests.slack.double.checks import (
    Check,
    Json,
    Problems,
    among,
    array,
    boolean,
    kind,
    record,
    string,
    typed,
)
from tests.slack.double.elements import ACCESSORIES, ACTIONS, ID, IMAGE, INPUTS, SLACK_FILE, URL, plain, words
from tests.slack.double.rich import RICH_TEXT

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_THE_TEXT = 12_000
"""Characters, over all blocks of a message: beyond, Slack says msg_blocks_too_long."""
MARKDOWN = 12_000
TABLE_TEXT = 10_000
VIEW_BYTES = 250_000
BLOCK = {"block_id": ID}


def _text_or_fields(problems: Problems, at: str, value: object) -> None:
    if isinstance(value, dict) and "text" not in value and "fields" not in value:
        problems.add(at, "must provide either text or fields")


def _one_source(problems: Problems, at: str, value: object) -> None:
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        problems.add(at, "must provide either image_url or slack_file")


def _own_action_ids(problems: Problems, at: str, value: object) -> None:
    elements = value.get("elements") if isinstance(value, dict) else None
    ids = [e.get("action_id") for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
    named = [i for i in ids if i is not None]
    for twice in sorted({str(i) for i in named if named.count(i) > 1}):
        problems.add(f"{at}/elements", f"action_id `{twice}` already exists for another element in this block")


_CONTEXT = typed({"image": IMAGE, "plain_text": plain(3000), "mrkdwn": words(3000)})
_CELL = typed({"raw_text": kind("raw_text", {"text": string()}), "rich_text": RICH_TEXT})
_COLUMN = record({}, {"align": among("left", "center", "right"), "is_wrapped": boolean})

EVERYWHERE: dict[str, Check] = {
    "section": kind(
        "section",
        {},
        {
            **BLOCK,
            "text": words(3000),
            "fields": array(words(2000), most=10),
            "accessory": typed(ACCESSORIES),
            "expand": boolean,
        },
        _text_or_fields,
    ),
    "header": kind("header", {"text": plain(150)}, BLOCK),
    "divider": kind("divider", {}, BLOCK),
    "context": kind("context", {"elements": array(_CONTEXT, most=10)}, BLOCK),
    "actions": kind("actions", {"elements": array(typed(ACTIONS), most=25)}, BLOCK, _own_action_ids),
    "input": kind(
        "input",
        {"label": plain(2000), "element": typed(INPUTS)},
        {**BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": kind(
        "image",
        {"alt_text": string(2000)},
        {**BLOCK, "image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        _one_source,
    ),
    "rich_text": RICH_TEXT,
}
IN_MESSAGES: dict[str, Check] = {
    **EVERYWHERE,
    "markdown": kind("markdown", {"text": string(MARKDOWN)}, BLOCK),
    "table": kind(
        "table",
        {"rows": array(array(_CELL, most=20), most=100)},
        {**BLOCK, "column_settings": array(_COLUMN, most=20)},
    ),
}
_MESSAGE = array(typed(IN_MESSAGES), most=MESSAGE_BLOCKS, least=0)
_VIEW = {"blocks": array(typed(EVERYWHERE), most=VIEW_BLOCKS)}
_KEPT = {"private_metadata": string(3000, shortest=0), "callback_id": string(255, shortest=0)}
_NAMED = {**_KEPT, "external_id": string(255, shortest=0)}


def _submit_with_inputs(problems: Problems, at: str, value: object) -> None:
    blocks = value.get("blocks") if isinstance(value, dict) else None
    has_input = isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if has_input and isinstance(value, dict) and "submit" not in value:
        problems.add(at, "submit is required when an input block is within the blocks array")


_VIEWS = {
    "modal": kind(
        "modal",
        {"title": plain(24), **_VIEW},
        {
            **_NAMED,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        _submit_with_inputs,
    ),
    "home": kind("home", _VIEW, _NAMED),
}


def texts(value: object) -> Iterator[str]:
    """Give each piece of text that stands anywhere within blocks."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def _unique_ids(problems: Problems, at: str, blocks: Sequence[object]) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(name, str) and name in seen:
            problems.add(f"{at}/{index}/block_id", f"block_id `{name}` already exists")
        elif isinstance(name, str):
            seen.add(name)


def _total(blocks: Sequence[object], name: str) -> int:
    those = [b for b in blocks if isinstance(b, dict) and b.get("type") == name]
    return sum(map(len, texts(those)))


def message_refusal(blocks: object) -> tuple[str, list[str]] | None:
    """Return Slack's error code for a message's blocks and what is wrong, or None."""
    problems = Problems()
    _MESSAGE(problems, "/blocks", blocks)
    if isinstance(blocks, list):
        _unique_ids(problems, "/blocks", blocks)
        if sum(isinstance(b, dict) and b.get("type") == "table" for b in blocks) > 1:
            problems.add("/blocks", "only_one_table_allowed")
        if _total(blocks, "table") > TABLE_TEXT:
            problems.add("/blocks", f"a table holds no more than {TABLE_TEXT} characters")
        if _total(blocks, "markdown") > MARKDOWN:
            problems.add("/blocks", f"markdown blocks hold no more than {MARKDOWN} characters together")
    if problems.found:
        return "invalid_blocks", problems.found
    if sum(map(len, texts(blocks))) > ALL_THE_TEXT:
        return "msg_blocks_too_long", []
    return None


def view_refusal(view: object, *kinds: str) -> tuple[str, list[str]] | None:
    """Return Slack's error code for a view of one of these kinds and what is wrong, or None."""
    problems = Problems()
    typed({name: _VIEWS[name] for name in kinds})(problems, "/view", view)
    if isinstance(view, dict) and isinstance(view.get("blocks"), list):
        _unique_ids(problems, "/view/blocks", view["blocks"])
        if len([e for e in elements_of(view["blocks"]) if e.get("focus_on_load")]) > 1:
            problems.add("/view/blocks", "only one element may have focus_on_load")
    if problems.found:
        return "invalid_arguments", problems.found
    return ("view_too_large", []) if len(json.dumps(view)) > VIEW_BYTES else None


def elements_of(blocks: Sequence[object]) -> Iterator[Json]:
    for block in blocks:
        if isinstance(block, dict):
            held = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
            yield from (e for e in held if isinstance(e, dict))
