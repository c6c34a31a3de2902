"""What every platform can show of a form: its title and the word on its button, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.i18n import Catalogues, voice
from bot.core.text import Translated
from bot.engine import governance
from bot.engine.registry import Registry
from tests.test_docs import ROOT, ours

LONGEST = 24
"""Characters that Slack shows of them."""
SAID = re.compile(r'(?:\btitle\s*=\s*|\bsubmit=|\bForm\(\s*(?:id=)?[^,]+,\s*)t\("([^"]+)"')


def said() -> list[tuple[str, str]]:
    """Return each title and button of a form, with its domain."""
    found: set[tuple[str, str]] = set()
    for top, domain in (("bot", "causerie"), ("rituals/weekly_question", "weekly_question")):
        for file in (Path(ROOT) / top).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if "Form(" in text:
                found |= {(domain, words) for words in SAID.findall(text)}
    return sorted(found)


def test_forms_are_found() -> None:
    assert ("causerie", "Community settings") in said()
    assert ("causerie", "Save") in said()
    assert len(said()) > 15


@pytest.mark.parametrize(("domain", "words"), said())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_title_or_button_is_short(domain: str, words: str, language: str) -> None:
    registry = Registry.of((governance.ritual, *ours("causerie.rituals")))
    spoken = voice("fr" if language == "fr" else "en")
    shown = Catalogues(registry.locales).sentence(Translated(domain, words, {}), spoken)

    assert len(shown) <= LONGEST or "{" in shown
