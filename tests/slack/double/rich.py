"""Rich text: sections, lists, quotes and preformatted text, and the elements that each may hold."""

from __future__ import annotations

from tests.slack.double.checks import Check, among, array, boolean, integer, kind, record, string, typed
from tests.slack.double.elements import ID, URL

MANY = 100_000
"""Slack documents no limit of its own for these lists."""

_TEXT_STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_MENTION_STYLE = record(
    {}, dict.fromkeys(("bold", "italic", "strike", "underline", "highlight", "client_highlight", "unlink"), boolean)
)
_TEXT = kind("text", {"text": string()}, {"style": _TEXT_STYLE})
_LINK = kind("link", {"url": URL}, {"text": string(), "unsafe": boolean, "style": _TEXT_STYLE})
_ELEMENTS: dict[str, Check] = {
    "text": _TEXT,
    "link": _LINK,
    "user": kind("user", {"user_id": ID}, {"style": _MENTION_STYLE}),
    "channel": kind("channel", {"channel_id": ID}, {"style": _MENTION_STYLE}),
    "usergroup": kind("usergroup", {"usergroup_id": ID}, {"style": _MENTION_STYLE}),
    "team": kind("team", {"team_id": ID}, {"style": _MENTION_STYLE}),
    "emoji": kind("emoji", {"name": string()}, {"unicode": string(), "skin_tone": integer(1, 6)}),
    "date": kind(
        "date", {"timestamp": integer(0), "format": string()}, {"url": URL, "fallback": string(), "style": _TEXT_STYLE}
    ),
    "broadcast": kind("broadcast", {"range": among("here", "channel", "everyone")}, {"style": _MENTION_STYLE}),
    "color": kind("color", {"value": string()}),
}
_INLINE = array(typed(_ELEMENTS), most=MANY, least=0)
_SECTION = kind("rich_text_section", {"elements": _INLINE})
_BORDER = among(0, 1)

RICH_TEXT = kind(
    "rich_text",
    {
        "elements": array(
            typed(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": kind(
                        "rich_text_list",
                        {
                            "style": among("bullet", "ordered"),
                            "elements": array(typed({"rich_text_section": _SECTION}), most=MANY),
                        },
                        {"indent": integer(0, 8), "offset": integer(0), "border": _BORDER},
                    ),
                    "rich_text_quote": kind("rich_text_quote", {"elements": _INLINE}, {"border": _BORDER}),
                    "rich_text_preformatted": kind(
                        "rich_text_preformatted",
                        {"elements": array(typed({"text": _TEXT, "link": _LINK}), most=MANY, least=0)},
                        {"border": _BORDER, "language": string()},
                    ),
                }
            ),
            most=MANY,
        )
    },
    {"block_id": ID},
)
