"""The starter prompts that come with the ritual."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from rituals.weekly_question.model import Prompt


@cache
def starters() -> tuple[Prompt, ...]:
    """Return the starter prompts, in the file's order."""
    listed = tomllib.loads((Path(__file__).parent / "prompts.toml").read_text(encoding="utf-8"))["prompt"]
    return tuple(Prompt(key=p["key"], kind=p["kind"], en=p["en"], fr=p["fr"], fr_tu=p.get("fr_tu")) for p in listed)
