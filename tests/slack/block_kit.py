"""What Slack takes, written down from its public reference, apart from the adapter: checks payloads like Slack does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

INLINE = {
    "text": {"text"},
    "link": {"url", "text"},
    "user": {"user_id"},
    "channel": {"channel_id"},
    "date": {"timestamp", "format", "fallback"},
}
STYLES = {"bold", "italic", "strike", "code"}
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def check_message(blocks: list[dict[str, Any]], text: str) -> None:
    check_blocks(blocks, most=50)
    assert text.strip()
    assert len(text) <= 4000
    rich = [block for block in blocks if block["type"] == "rich_text"]
    assert len(json.dumps(rich, ensure_ascii=False)) <= 13_200


def check_blocks(blocks: list[dict[str, Any]], most: int) -> None:
    assert len(blocks) <= most
    ids = [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert len(set(ids)) == len(ids)
    for block in blocks:
        match block:
            case {"type": "rich_text", "elements": [_, *_] as parts, **rest} if not rest:
                for part in parts:
                    check_part(part)
                assert sum(len(words) for words in words_in(parts)) <= 3000
            case {"type": "actions", "elements": [_, *_] as elements, **rest} if not rest:
                assert len(elements) <= 25
                for element in elements:
                    check_button(element)
            case {"type": "input"}:
                check_input(block)
            case _:
                raise AssertionError(block)


def check_part(part: Mapping[str, Any]) -> None:
    match part:
        case {"type": "rich_text_section" | "rich_text_quote", "elements": [_, *_] as inner, **rest} if not rest:
            for element in inner:
                check_inline(element)
        case {"type": "rich_text_preformatted", "elements": [_, *_] as inner, **rest} if not rest:
            for element in inner:
                assert element["type"] in {"text", "link"}
                check_inline(element)
        case {"type": "rich_text_list", "style": "bullet" | "ordered", "elements": [_, *_] as items, **rest}:
            assert set(rest) <= {"indent", "offset"}
            assert 0 <= rest.get("indent", 0) <= 8
            assert rest.get("offset", 0) >= 0
            for item in items:
                assert item["type"] == "rich_text_section"
                check_part(item)
        case _:
            raise AssertionError(part)


def check_inline(element: Mapping[str, Any]) -> None:
    known = INLINE[element["type"]]
    assert known <= set(element) <= {*known, "type", "style"}
    assert all(value for value in element.values() if isinstance(value, str))
    assert set(element.get("style", {"bold": True})) <= STYLES
    assert element.get("style", {"bold": True})
    if "url" in element:
        assert re.match(r"https?://|mailto:", element["url"], re.IGNORECASE)


def check_plain(element: Mapping[str, Any], most: int) -> None:
    assert set(element) == {"type", "text", "emoji"}
    assert element["type"] == "plain_text"
    assert element["emoji"] is False
    assert element["text"].strip()
    assert len(element["text"]) <= most


def check_button(element: Mapping[str, Any]) -> None:
    assert element["type"] == "button"
    check_plain(element["text"], 75)
    assert 0 < len(element["action_id"]) <= 255
    assert 0 < len(element.get("value", "v")) <= 2000


def check_view(view: Mapping[str, Any]) -> None:
    assert view["type"] == "modal"
    for part in ("title", "submit", "close"):
        check_plain(view[part], 24)
    assert len(view["private_metadata"]) <= 3000
    assert len(view["callback_id"]) <= 255
    check_blocks(view["blocks"], most=100)
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(set(ids)) == len(ids)


def check_input(block: Mapping[str, Any]) -> None:
    assert set(block) <= {"type", "block_id", "label", "hint", "optional", "element"}
    assert 0 < len(block["block_id"]) <= 255
    check_plain(block["label"], 2000)
    if "hint" in block:
        check_plain(block["hint"], 2000)
    element = block["element"]
    assert 0 < len(element["action_id"]) <= 255
    match element["type"]:
        case "plain_text_input":
            assert 0 < len(element.get("initial_value", "v")) <= 3000
        case "number_input":
            assert element["is_decimal_allowed"] is False
            assert int(element.get("initial_value", "0")) is not None
        case "datepicker":
            assert DAY.fullmatch(element.get("initial_date", "2026-11-30"))
        case "static_select" | "radio_buttons" as kind:
            options = element["options"]
            assert 0 < len(options) <= (10 if kind == "radio_buttons" else 100)
            assert element.get("initial_option", options[0]) in options
            for option in options:
                check_plain(option["text"], 75)
                assert 0 < len(option["value"]) <= 150
        case _:
            raise AssertionError(element)


def words_in(elements: Iterable[Mapping[str, Any]], names: Mapping[str, str] | None = None) -> list[str]:
    """Return the words that a reader sees in ``rich_text`` elements."""
    found: list[str] = []
    for element in elements:
        match element:
            case {"elements": inner}:
                found += words_in(inner, names)
            case {"type": "user", "user_id": user}:
                found.append("@" + (names or {}).get(user, user))
            case {"type": "channel", "channel_id": channel}:
                found.append(f"#{channel}")
            case {"type": "date", "fallback": words}:
                found.append(words)
            case {"text": str(words)}:
                found.append(words)
            case _:
                pass
    return found
