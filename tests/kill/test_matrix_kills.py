"""The story on Matrix: killed anywhere, the bot loses nothing and says nothing twice, encrypted or not."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from bot.core.incoming import Batch
from storage.database import SqlDatabase
from storage.ritual import installed
from tests.kill.conftest import SEALED, Unkilled
from tests.kill.driver import Kill, Order
from tests.kill.house import House
from tests.kill.on_matrix import MatrixPlace
from tests.kill.story import STAGES
from tests.kill.test_kill_points import PLACES, left_behind

OURS = ("matrix.keys", "matrix.made", "matrix.sent")
"""After the keys in a sync were kept, and nothing else; after a room was made, or a message sent, that nobody noted."""
IN_ORDER = ("matrix.keys", *PLACES[:10], "matrix.made", *PLACES[10:12], "matrix.sent", *PLACES[12:])
"""As they are passed: at a later one something is left to do after a kill at one before."""
STRIDE = 5
RANDOM_KILLS = 8

plain = pytest.mark.parametrize("platform", ["matrix"], indirect=True)
both = pytest.mark.parametrize("platform", ["matrix", SEALED], indirect=True)


def due(unkilled: Unkilled, share: int) -> list[list[str]]:
    """Return the places for each stage: every fifth of all, another one in each share."""
    every = [(n, place) for n, passed in enumerate(unkilled.passed) for place in IN_ORDER if place in passed]
    chosen = [pair for number, pair in enumerate(every) if number % STRIDE == share]
    return [[place for n, place in chosen if n == number] for number in range(len(STAGES))]


@both
def test_the_story_passes_every_place(unkilled: Unkilled) -> None:
    assert {place for stage in unkilled.passed for place in stage} == {*PLACES, *OURS}


@both
@pytest.mark.parametrize("share", [0, 1, 2])
def test_killed_at_its_places_one_after_the_other_and_nothing_shows(
    house: House, unkilled: Unkilled, share: int
) -> None:
    places = due(unkilled, share)
    for stage, there in zip(STAGES, places, strict=True):
        for place in there:
            house.play(stage, Kill(1, place))
        assert house.play(stage) is not None
    assert house.deaths > 0.8 * sum(map(len, places))
    assert left_behind(house) == unkilled.left


@both
def test_killed_anywhere_while_answers_are_lost_and_nothing_shows(house: House, unkilled: Unkilled) -> None:
    random = Random(1)  # noqa: S311 - reproducible on purpose
    house.place.worsen()
    for stage in STAGES:
        while house.deaths < RANDOM_KILLS and house.play(stage, Kill(random.randint(1, 25))) is None:
            pass
        assert house.play(stage) is not None
    assert house.deaths == RANDOM_KILLS
    assert left_behind(house) == unkilled.left


@plain
# What is sent first is the answer to the command.
@pytest.mark.parametrize(("place", "passing"), [("matrix.sent", 2), ("deliver.confirming", 1)])
def test_members_answer_a_question_that_the_bot_never_learned_to_have_asked(
    house: House, unkilled: Unkilled, place: str, passing: int
) -> None:
    ask, answers, *rest = STAGES
    assert house.play(ask, Kill(passing, place)) is None
    house.act(answers)
    # What was said is of the hour at which it is heard here.
    for stage in (answers, *rest):
        assert house.play(stage) is not None
    assert left_behind(house) == unkilled.left


@plain
def test_everything_that_is_read_again_after_a_restart_changes_nothing(house: House, unkilled: Unkilled) -> None:
    begun = asyncio.run(cursor(house))
    for stage in STAGES:
        assert house.play(stage) is not None
    house.stop()
    there, end = house.place, STAGES[-1].until
    assert isinstance(there, MatrixPlace)
    said = there.said()

    asyncio.run(cursor(house, begun))
    assert house.perform(Order(end, end)) is not None

    assert asyncio.run(cursor(house)) != begun
    assert left_behind(house) == unkilled.left
    assert there.said() == said


async def cursor(house: House, token: str | None = None) -> str | None:
    """Return how far the bot has read; with a ``token``, put that in its place."""
    place = house.place
    assert isinstance(place, MatrixPlace)
    database = await SqlDatabase.open(house.url, storages=installed(), migrate=False)
    try:
        async with database.unit() as unit:
            workspace = await unit.directory.workspace("matrix", place.cast.bot.user_id)
            if token:
                await unit.directory.save(workspace.id, Batch(cursor=token))
                await unit.commit()
            return await unit.directory.cursor(workspace.id)
    finally:
        await database.close()
