"""Questions read from Markdown: a heading names the kind, then an item of a list or a paragraph each. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.core.i18n import words
from bot.core.model import Language
from rituals.weekly_question.bank import Kind
from rituals.weekly_question.importing import Reading
from rituals.weekly_question.kinds import kind_named

t, tn = words("weekly_question")

_PREFIX = re.compile(r"(en|fr)\s*:\s*(.*)", re.IGNORECASE)
_LANGUAGES: Final[dict[str, Language]] = {"en": "en", "fr": "fr"}
_LISTS: Final = frozenset({"bullet_list", "ordered_list"})

# A reference definition would hide its words; what stands in a line is kept as it was typed.
_markdown = MarkdownIt("commonmark", {"html": False}).disable(["reference", "inline"])


@dataclass
class _Under:
    """The heading under which questions stand: none yet, one that names a kind, or one that names none."""

    kind: Kind | None = None
    unknown: bool = False


def read_markdown(text: str, language: Language) -> Reading:
    """Read the questions of a text in Markdown; words without ``en:`` or ``fr:`` before them are in ``language``."""
    reading, under = Reading(language, [], []), _Under()
    for node in SyntaxTreeNode(_markdown.parse(text)).children:
        if node.type == "heading":
            under = _headed(node, reading)
        elif node.type == "paragraph":
            named = kind_named(_content(node).rstrip(" :"))
            if named:
                under = _Under(named)
            else:
                _question([node], under, reading)
        elif node.type in _LISTS:
            for item in node.children:
                _item(item, under, reading)
        elif node.type != "hr":
            reading.trouble(_line(node), t("This is no question. A question is an item of a list, or a paragraph."))
    return reading.over()


def _headed(node: SyntaxTreeNode, reading: Reading) -> _Under:
    kind = reading.kind(_line(node), _content(node).rstrip(" :"))
    return _Under(kind, unknown=kind is None)


def _item(item: SyntaxTreeNode, under: _Under, reading: Reading) -> None:
    if any(node.type != "paragraph" for node in item.children):
        reading.trouble(_line(item), t("An item of a list holds one question, and nothing else."))
    elif item.children:
        _question(item.children, under, reading)


def _question(paragraphs: Sequence[SyntaxTreeNode], under: _Under, reading: Reading) -> None:
    """Read one question, which has its two languages in lines or in paragraphs of their own."""
    line = _line(paragraphs[0])
    said: dict[Language, str] = {}
    now = reading.language
    for number, node in enumerate(paragraphs):
        for place, row in enumerate(_content(node).split("\n")):
            prefix = _PREFIX.fullmatch(row.strip())
            if prefix is None and not place and number:
                reading.trouble(_line(node), t("A question is one paragraph."))
                return
            if prefix is not None:
                now = _LANGUAGES[prefix[1].lower()]
                if now in said:
                    reading.trouble(_line(node) + place, t("A question has its words once in each language."))
                    return
            said[now] = f"{said.get(now, '')} {prefix[2] if prefix else row}"
    if under.kind is not None:
        reading.question(line, under.kind, said)
    elif not under.unknown:
        reading.trouble(line, t("Say the kind first, in a heading: # Tip"))


def _content(node: SyntaxTreeNode) -> str:
    return "".join(child.content for child in node.children)


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 0
