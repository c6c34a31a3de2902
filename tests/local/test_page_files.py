"""The playground's page, read: its colours, its words, and that nothing in it makes HTML from words."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest

from adapters.local.chat import Reason
from adapters.local.web import PAGE


def tokens() -> dict[str, dict[str, str]]:
    light, dark, *_ = re.findall(r":root \{(.*?)\}", (PAGE / "style.css").read_text("utf-8"), re.DOTALL)
    pairs = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    assert pairs[0].keys() == pairs[1].keys()
    return {"light": pairs[0], "dark": pairs[1]}


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("ground", "surface", "sunk")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_apart(scheme: str) -> None:
    color = tokens()[scheme]
    words = [*product(("ink", "quiet", "accent", "alert"), GROUNDS), ("on-accent", "accent"), ("ground", "alert")]
    low = {pair: contrast(color[pair[0]], color[pair[1]]) for pair in words}
    assert {pair: value for pair, value in low.items() if value < 4.5} == {}
    lines = {pair: contrast(color[pair[0]], color[pair[1]]) for pair in product(("edge", "focus"), GROUNDS)}
    assert {pair: value for pair, value in lines.items() if value < 3} == {}


def test_the_page_says_the_same_in_both_languages() -> None:
    words = json.loads((PAGE / "words.json").read_text("utf-8"))
    assert list(words) == ["en", "fr"]
    assert words["en"].keys() == words["fr"].keys()
    for key, sentence in words["en"].items():
        assert set(re.findall(r"\{\w+\}", sentence)) == set(re.findall(r"\{\w+\}", words["fr"][key])), key
        assert "'" not in sentence + words["fr"][key], key
        assert "!" not in sentence + words["fr"][key], key
        assert not re.search(r"(?<![\s/])[;?]|[^\u00a0\s/:]:(?!\w)", words["fr"][key]), key


def test_every_word_asked_for_is_there_and_none_is_left_over() -> None:
    known = set(json.loads((PAGE / "words.json").read_text("utf-8"))["en"])
    source = "".join(file.read_text("utf-8") for file in sorted(PAGE.iterdir()) if file.suffix in {".js", ".html"})
    asked = set(re.findall(r"""data-(?:word|label)=["']([\w.]+)["']|\bword\(\s*["']([\w.]+)["']""", source))
    singles = {one or other for one, other in asked}
    plurals = {f"{key}.{form}" for key in re.findall(r"\bcount\(\s*\"([\w.]+)\"", source) for form in ("one", "other")}
    answers = {f"error.{reason}" for reason in (*Reason, "malformed", "failed", "unanswered")}
    assert singles | plurals | answers == known


def test_nothing_builds_html_from_words() -> None:
    for file in PAGE.glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", file.read_text("utf-8"))
