"""What every starter prompt keeps to; that it is worth answering is for people to judge."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter
from rapidfuzz import fuzz

FILE = Path(__file__).parents[2] / "rituals" / "weekly_question" / "prompts.toml"
KINDS = {"hard-case", "how-would-you", "debate", "look-around", "tip", "story", "look-back", "get-to-know"}
THORNY = {"hard-case", "how-would-you", "debate"}
Stage = Literal["potential", "coalescing", "launch", "maturity", "renewal"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Starter(BaseModel):
    """A starter prompt as the file has it, and nothing else."""

    model_config = ConfigDict(extra="forbid")

    key: str
    kind: str
    stages: list[Stage]
    en: str
    fr: str
    fr_tu: str | None = None


STARTERS = TypeAdapter(list[Starter]).validate_python(tomllib.loads(FILE.read_text(encoding="utf-8"))["prompt"])
ENGLISH = [s.en for s in STARTERS]
VOUS = [s.fr for s in STARTERS]
TU = [s.fr_tu for s in STARTERS if s.fr_tu]
FRENCH = [*VOUS, *TU]
TEXTS = [*ENGLISH, *FRENCH]

SAYS_VOUS = r"\b(vous|votre|vos|vôtres?|dites|faites|(?!(chez|assez|nez)\b)\w+ez)\b"
SAYS_TU = r"\b(tu|te|toi|ton|ta|tes|tiens|tiennes?)\b|\bt’"
LOANWORDS = r"\b(challenges?|feedback|best|managers?|management|deadline|e-?mails?|mails?|chat)\b"
CHEER_AND_MANAGEMENT = r"\b(you all|awesome|amazing|leverage|best practices?|synerg\w+|stakeholders?)\b"


def found(pattern: str, texts: list[str]) -> list[str]:
    """Return the texts that have what the pattern says somewhere in them."""
    return [text for text in texts if re.search(pattern, text, re.IGNORECASE)]


def test_there_are_sixty_each_with_a_key_of_its_own() -> None:
    keys = [s.key for s in STARTERS]

    assert len(keys) == len(set(keys)) == 60
    assert [key for key in keys if not re.fullmatch(r"[a-z]+(-[a-z]+)*", key) or len(key) > 24] == []


def test_every_kind_has_some_and_the_thorny_ones_most() -> None:
    count = Counter(s.kind for s in STARTERS)

    assert set(count) == KINDS
    assert all((8 <= n <= 10) if kind in THORNY else (5 <= n < 8) for kind, n in count.items())


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_enough_and_of_most_kinds(stage: Stage) -> None:
    count = Counter(s.kind for s in STARTERS if stage in s.stages)

    assert count.total() >= (38 if stage in {"launch", "maturity"} else 26)
    assert len([kind for kind, n in count.items() if n >= 2]) >= 5


def test_stages_are_told_once_and_in_the_order_of_life() -> None:
    told = {s.key: s.stages for s in STARTERS}

    assert all(told.values())
    assert told == {key: [stage for stage in STAGES if stage in stages] for key, stages in told.items()}


def test_a_text_is_one_short_question_or_request() -> None:
    assert [text for text in TEXTS if len(text) >= 140 or text.count("?") > 1] == []
    assert [text for text in TEXTS if not text[0].isupper() or text[-1] not in "?."] == []


@pytest.mark.parametrize("texts", [ENGLISH, VOUS, TU], ids=["en", "fr", "fr_tu"])
def test_most_texts_are_a_line(texts: list[str]) -> None:
    assert sum(len(text) < 100 for text in texts) > 0.8 * len(texts)


def test_a_text_is_words_and_calm_marks() -> None:
    assert found(r"[^\w ,.:?’“”«»-]|[\d_]|  ", TEXTS) == []


def test_english_is_set_as_english() -> None:
    assert found(r"[«»]| [?:]", ENGLISH) == []
    assert found(CHEER_AND_MANAGEMENT, ENGLISH) == []


def test_french_has_its_spaces_and_its_own_words() -> None:
    assert found(r"[“”]|[^ ][?:]|«[^ ]|[^ ]»", FRENCH) == []
    assert found(LOANWORDS, FRENCH) == []


def test_vous_and_tu_are_never_mixed() -> None:
    assert found(SAYS_TU, VOUS) == []
    assert found(SAYS_VOUS, TU) == []


def test_there_are_words_with_tu_exactly_where_vous_is_said() -> None:
    assert [s.fr for s in STARTERS if s.fr_tu] == found(SAYS_VOUS, VOUS)


def test_words_with_tu_are_the_same_prompt_otherwise() -> None:
    pairs = [(s.fr, s.fr_tu) for s in STARTERS if s.fr_tu]

    assert [pair for pair in pairs if pair[0] == pair[1] or fuzz.ratio(*pair) < 75] == []


@pytest.mark.parametrize("texts", [ENGLISH, VOUS, TU], ids=["en", "fr", "fr_tu"])
def test_no_two_are_nearly_the_same(texts: list[str]) -> None:
    assert [(a, b) for a, b in combinations(texts, 2) if max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b)) >= 75] == []
