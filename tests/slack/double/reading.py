"""What a person reads and can press in a message or a view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.slack.double.blocks import elements_of
from tests.slack.double.checks import Json
from tests.slack.double.composer import inline, rich
from tests.slack.double.world import Message

_CALLS = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}


def words(shown: Message | Json, names: Mapping[str, str]) -> str:
    """Return the words of a message or a view, buttons left out. ``names``: of people and channels, by id."""
    if isinstance(shown, Message):
        return _blocks(shown.blocks or [rich(shown.text, typed=False)], names)
    title = [shown["title"]["text"]] if "title" in shown else []
    return "\n".join([*title, _blocks(shown.get("blocks", []), names)])


def buttons(shown: Message | Json) -> list[tuple[str, str, str]]:
    """Return each button's text, action id and value, in order."""
    blocks = shown.blocks if isinstance(shown, Message) else shown.get("blocks", [])
    return [
        (e["text"]["text"], e.get("action_id", ""), e.get("value", ""))
        for e in elements_of(blocks)
        if e.get("type") == "button"
    ]


def notified(message: Message) -> set[str]:
    """Return whom a message calls: ids of people and groups, and "here", "channel" or "everyone"."""
    return set(_called(message.blocks or [rich(message.text, typed=False)]))


def _called(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield from _called(inline(value["text"], typed=False))
        elif value.get("type") in _CALLS:
            yield str(value[_CALLS[value["type"]]])
        else:
            yield from _called(list(value.values()))
    elif isinstance(value, list):
        for inner in value:
            yield from _called(inner)


def _blocks(blocks: Sequence[Json], names: Mapping[str, str]) -> str:
    return "\n".join(line for block in blocks for line in _block(block, names) if line)


def _block(block: Json, names: Mapping[str, str]) -> Iterator[str]:
    match block["type"]:
        case "rich_text":
            yield from _rich(block, names)
        case "section":
            yield from (_text(t, names) for t in (block.get("text"), *block.get("fields", [])) if t)
        case "header":
            yield _text(block["text"], names)
        case "context":
            yield " ".join(_text(e, names) for e in block["elements"] if e["type"] != "image")
        case "markdown" | "image":
            yield block["text"] if "text" in block else block["alt_text"]
        case "input":
            yield from (_text(block[key], names) for key in ("label", "hint") if key in block)
        case "table":
            yield from (" | ".join(_cell(cell, names) for cell in row) for row in block["rows"])


def _cell(cell: Json, names: Mapping[str, str]) -> str:
    return cell["text"] if cell["type"] == "raw_text" else " ".join(_rich(cell, names))


def _text(text: Json, names: Mapping[str, str]) -> str:
    if text["type"] == "plain_text":
        return str(text["text"])
    lines = text["text"].split("\n")
    return "\n".join(_elements(inline(line, typed=False), names) for line in lines)


def _rich(block: Json, names: Mapping[str, str]) -> Iterator[str]:
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            for number, item in enumerate(part["elements"], start=1 + part.get("offset", 0)):
                mark = f"{number}." if part["style"] == "ordered" else "•"
                yield "  " * part.get("indent", 0) + f"{mark} {_elements(item['elements'], names)}"
        else:
            yield _elements(part["elements"], names)


def _elements(elements: Sequence[Json], names: Mapping[str, str]) -> str:
    return "".join(_element(e, names) for e in elements)


def _element(element: Json, names: Mapping[str, str]) -> str:
    match element["type"]:
        case "user":
            return "@" + names.get(element["user_id"], element["user_id"])
        case "channel":
            return "#" + names.get(element["channel_id"], element["channel_id"])
        case "usergroup":
            return "@" + str(element["usergroup_id"])
        case "broadcast":
            return "@" + str(element["range"])
        case "emoji":
            return f":{element['name']}:"
        case "date":
            return str(element.get("fallback", element["format"]))
        case "link":
            return str(element.get("text", element["url"]))
        case "color":
            return str(element["value"])
        case _:
            return str(element.get("text", ""))
