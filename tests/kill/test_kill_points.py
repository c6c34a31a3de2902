"""A process killed at any named place loses nothing, does nothing twice, and keeps the order."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from random import Random

import pytest

import bot.engine
from tests.kill.conftest import Unkilled
from tests.kill.driver import Kill
from tests.kill.house import House
from tests.kill.state import State, state
from tests.kill.story import STAGES

PLACES = (
    "receive.begin",
    "receive.stored",
    "receive.committed",
    "dispatch.routed",
    "dispatch.claimed",
    "dispatch.decided",
    "dispatch.recorded",
    "dispatch.committed",
    "sweep.taken",
    "sweep.committed",
    "deliver.leasing",
    "deliver.leased",
    "deliver.sent",
    "deliver.confirming",
    "deliver.confirmed",
)
RANDOM_KILLS = {"local": 20, "slack": 8}


def left_behind(house: House) -> State:
    assert house.stop() in {0, None}
    return asyncio.run(state(house.url, house.place))


def test_the_engine_has_these_places_and_no_others() -> None:
    folder = Path(bot.engine.__path__[0])
    found = {p for f in folder.glob("*.py") for p in re.findall(r'\bprobe\("([^"]+)"\)', f.read_text(encoding="utf-8"))}
    assert found == set(PLACES)
    assert len(found) >= 12


def test_the_story_passes_every_place(unkilled: Unkilled) -> None:
    assert {place for stage in unkilled.passed for place in stage} == set(PLACES)


def test_nobody_died_and_all_is_said_once_in_order(unkilled: Unkilled) -> None:
    left = unkilled.left
    where = {message: label for label, _, message in map(_row, left["said"])}
    said = [(channel, where[message].split("/")[:3]) for message, channel, *_ in left["posted"]]
    home = next(channel for channel, label in said if label == ["round", "1", "question"])
    assert ["/".join(label) for channel, label in said if label[0] == "round" and channel == home] == [
        "round/1/question",
        "round/1/answer",
        "round/1/digest",
        "round/2/question",
        "round/2/digest",
        "round/3/question",
    ]
    alone = [label for channel, label in said if channel != home]
    assert [alone.count(["round", number, "digest"]) for number in "12"] == [1, 1]
    assert alone.count(["preview", "2026-12-01", "1"]) == alone.count(["preview", "2026-12-01", "2"]) == 1
    digests = [str(body) for message, *_, body in left["posted"] if where[message].endswith("digest")]
    assert ["6 people answered" in digests[0], "2 people answered" in digests[1]] == [True, True]
    assert len(left["answers"]) == 12 - 1 + 2 - 1 + 2 + 2
    assert {_row(row)[0] for row in left["inbox"]} == {"done"}
    assert {_row(row)[2] for row in left["outbox"]} == {"sent"}


def _row(row: object) -> list[str]:
    assert isinstance(row, list)
    return [str(value) for value in row]


@pytest.mark.parametrize("place", PLACES)
def test_killed_there_in_every_stage_and_nothing_shows(house: House, unkilled: Unkilled, place: str) -> None:
    for number, (stage, passed) in enumerate(zip(STAGES, unkilled.passed, strict=True)):
        if times := passed[place]:
            first_middle_last = 1, (times + 1) // 2, times
            assert house.play(stage, Kill(first_middle_last[number % 3], place)) is None
        assert house.play(stage) is not None
    assert house.deaths == sum(place in passed for passed in unkilled.passed)
    assert left_behind(house) == unkilled.left


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_many_times_anywhere_and_nothing_shows(
    house: House, unkilled: Unkilled, platform: str, seed: int
) -> None:
    random, kills = Random(seed), RANDOM_KILLS[platform]  # noqa: S311 - reproducible on purpose
    house.place.worsen()
    for stage in STAGES:
        while house.deaths < kills and house.play(stage, Kill(random.randint(1, 12))) is None:
            pass
        assert house.play(stage) is not None
    # However little is left to do, four places are passed.
    while house.deaths < kills:
        assert house.play(STAGES[-1], Kill(random.randint(1, 4))) is None
    assert house.play(STAGES[-1]) is not None
    assert left_behind(house) == unkilled.left


@pytest.mark.parametrize("place", ["deliver.sent", "deliver.confirming"])
def test_members_answer_a_question_that_the_bot_never_learned_to_have_asked(
    house: House, unkilled: Unkilled, place: str
) -> None:
    ask, answers, *rest = STAGES
    assert house.play(ask, Kill(1, place)) is None
    house.act(answers)
    assert house.play(ask) is not None
    for stage in (answers, *rest):
        assert house.play(stage) is not None
    assert left_behind(house) == unkilled.left
