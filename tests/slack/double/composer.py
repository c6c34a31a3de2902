"""From mrkdwn to rich text: what Slack's composer makes of what is typed, and Slack of a bot's ``text``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from tests.slack.double.checks import Json

STYLES = {"*": "bold", "_": "italic", "~": "strike"}
_REFERENCE = re.compile(r"<(?:[@#!][^<>\n]+|(?:https?://|mailto:)[^<>\s][^<>\n]*)>")
_URL = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)]")
_INLINE = re.compile(
    r"(?P<reference>" + _REFERENCE.pattern + r")"
    r"|(?P<url>" + _URL.pattern + r")"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+-]*[a-z][a-z0-9_+-]*|[+-]1):(?!\w)"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?P<styled>\S|\S[^\n]*?\S)(?P=mark)(?![\w])"
)
_BULLET = re.compile(r"(?P<indent>(?:\t| {4})*)[•*-] (?P<item>.*)")
_ORDERED = re.compile(r"(?P<indent>(?:\t| {4})*)\d+\. (?P<item>.*)")
_QUOTE = re.compile(r"(?:&gt;|>) ?(?P<item>.*)")


def escape_typed(text: str, names: Mapping[str, str]) -> str:
    """Return what is typed as an event's text: references stand, the rest is escaped, addresses are wrapped."""
    out, last = [], 0
    for found in re.finditer(_REFERENCE.pattern + "|" + _URL.pattern, text):
        out.append(html.escape(text[last : found.start()], quote=False))
        out.append(_reference_text(found.group(), names))
        last = found.end()
    return "".join([*out, html.escape(text[last:], quote=False)])


def _reference_text(found: str, names: Mapping[str, str]) -> str:
    if not found.startswith("<"):
        return f"<{found}>"
    if found.startswith("<#") and "|" not in found:
        return f"<{found[1:-1]}|{names.get(found[2:-1], '')}>"
    return found


def rich(text: str, *, typed: bool) -> Json:
    """Return the rich_text block of a text. ``typed`` by a person: unescaped, and lines may form lists."""
    elements: list[Json] = []
    for index, part in enumerate(text.split("```")):
        if index % 2:
            elements.append(
                {
                    "type": "rich_text_preformatted",
                    "elements": [{"type": "text", "text": _plain(part.strip("\n") or " ", typed=typed)}],
                    "border": 0,
                }
            )
        elif part.strip("\n"):
            elements += _paragraphs(part.strip("\n"), typed=typed)
    return {"type": "rich_text", "elements": elements or [{"type": "rich_text_section", "elements": []}]}


def _plain(text: str, *, typed: bool) -> str:
    return text if typed else html.unescape(text)


def _paragraphs(text: str, *, typed: bool) -> Iterator[Json]:
    lines = [_line(line, typed=typed) for line in text.split("\n")]
    for (kind, indent), group in groupby(lines, key=lambda line: line[:2]):
        items = [item for _, _, item in group]
        if kind in {"bullet", "ordered"}:
            sections = [{"type": "rich_text_section", "elements": inline(i, typed=typed)} for i in items]
            yield {"type": "rich_text_list", "style": kind, "indent": indent, "border": 0, "elements": sections}
        else:
            yield {"type": f"rich_text_{kind}", "elements": inline("\n".join(items), typed=typed)}


def _line(line: str, *, typed: bool) -> tuple[str, int, str]:
    for kind, form in (("bullet", _BULLET), ("ordered", _ORDERED)):
        if typed and (found := form.fullmatch(line)):
            return kind, len(found["indent"].replace("\t", "    ")) // 4, found["item"]
    found = _QUOTE.fullmatch(line)
    return ("quote", 0, found["item"]) if found else ("section", 0, line)


def inline(text: str, *, typed: bool, style: Json | None = None) -> list[Json]:
    """Return the rich text elements of a line."""
    elements: list[Json] = []
    last = 0
    for found in _INLINE.finditer(text):
        elements += _words(text[last : found.start()], style, typed=typed)
        elements += _element(found, style, typed=typed)
        last = found.end()
    return elements + _words(text[last:], style, typed=typed)


def _words(text: str, style: Json | None, *, typed: bool) -> list[Json]:
    return [_styled({"type": "text", "text": _plain(text, typed=typed)}, style)] if text else []


def _styled(element: Json, style: Json | None) -> Json:
    return {**element, "style": style} if style else element


def _element(found: re.Match[str], style: Json | None, *, typed: bool) -> list[Json]:
    if mark := found["mark"]:
        return inline(found["styled"], typed=typed, style={**(style or {}), STYLES[mark]: True})
    if found["code"]:
        return _words(found["code"], {**(style or {}), "code": True}, typed=typed)
    if found["emoji"]:
        return [{"type": "emoji", "name": found["emoji"]}]
    if found["url"]:
        return [_styled({"type": "link", "url": _plain(found["url"], typed=typed)}, style)]
    return [_styled(_reference(found["reference"], typed=typed), style)]


def _reference(found: str, *, typed: bool) -> Json:
    target, _, label = found[1:-1].partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!date^"):
        _, at, form, *_ = target.split("^")
        return {"type": "date", "timestamp": int(at), "format": form, "fallback": _plain(label, typed=typed)}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link: Json = {"type": "link", "url": _plain(target, typed=typed)}
    return {**link, "text": _plain(label, typed=typed)} if label else link
