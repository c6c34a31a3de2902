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


def starter(key: str) -> Prompt:
    """Return a starter prompt by its key. Raises KeyError."""
    return _by_key()[key]


@cache
def _by_key() -> Mapping[str, Prompt]:
    return {prompt.key: prompt for prompt in starters()}
