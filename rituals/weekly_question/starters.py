"""The starter prompts that come with the ritual."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rituals.weekly_question.bank import Prompt


@cache
def starters() -> tuple[Prompt, ...]:
    """Return the starter prompts, in the file's order."""
    listed = tomllib.loads((Path(__file__).parent / "prompts.toml").read_text(encoding="utf-8"))["prompt"]
    return tuple(Prompt(**(p | {"stages": tuple(p["stages"])})) for p in listed)


@cache
def by_key() -> Mapping[str, Prompt]:
    """Return the starter prompts by their keys."""
    return {prompt.key: prompt for prompt in starters()}
