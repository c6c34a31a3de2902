"""Three questions in a row without an answer: a private word, once, with what could be changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.core.model import OfficeName
from bot.core.schedule import Cadence, Days
from rituals.weekly_question.quiet import EASY, rarer
from tests.engine.platform import Put
from tests.engine.world import World, whispers
from tests.rituals.test_weekly_question import FRIDAY, MONDAY, asked_at, questions

THIRD = FRIDAY + timedelta(weeks=2)


def words_to(world: World, who: str) -> list[Put]:
    """Return the private words about quiet rounds, decided or not."""
    return [m for m in world.platform.messages if m.people == (who,) and m.at.weekday() == FRIDAY.weekday()]


@pytest.fixture
async def quiet(practice: World) -> World:
    """Let Ana and Bo be in charge, and three rounds pass in silence."""
    await practice.command("ana", "coordinator add @bo")
    await practice.until(THIRD)
    return practice


async def press(world: World, who: str, label: str) -> list[str]:
    message = words_to(world, who)[-1]
    return whispers(await world.press(who, message.buttons[label], message.id))


async def test_each_in_charge_gets_one_word_without_blame(quiet: World) -> None:
    for who in ("ana", "bo"):
        (word,) = words_to(quiet, who)
        assert word.at == THIRD
        assert word.words == (
            "The last three questions in Practice stayed without an answer.\n\n"
            "It may be the season, the rhythm or the questions. Leaving everything as it is is fine too."
        )
        assert list(word.buttons) == ["Every two weeks", "Easier questions", "Rest for four weeks"]
    await quiet.until(THIRD + timedelta(weeks=3))
    assert len(words_to(quiet, "ana")) == 1


async def test_after_an_answer_the_count_begins_anew(quiet: World) -> None:
    await quiet.until(MONDAY + timedelta(weeks=3))
    await quiet.say("bo", "Tea.", thread=questions(quiet)[-1].id)
    await quiet.until(FRIDAY + timedelta(weeks=5))
    assert len(words_to(quiet, "ana")) == 1

    await quiet.until(FRIDAY + timedelta(weeks=6))

    assert len(words_to(quiet, "ana")) == 2


async def test_who_takes_charge_later_gets_the_word_too(quiet: World) -> None:
    await quiet.command("ana", "coordinator add @chi")
    await quiet.settle()

    words = [m.words for m in words_to(quiet, "chi")]
    assert sum(w.startswith("The last three questions") for w in words) == 1


async def test_where_nobody_is_in_charge_the_word_waits_for_somebody(practice: World) -> None:
    async with practice.database.unit() as unit:
        home, ana = practice.communities["C1"].id, practice.members["ana"]
        await unit.commons.dismiss(home, OfficeName.COORDINATOR, ana, practice.clock.at)
        await unit.commit()
    await practice.until(THIRD)
    await practice.command("chi", "coordinator take")

    await practice.until(THIRD + timedelta(weeks=1))

    assert [m.words.split(" in ")[0] for m in words_to(practice, "chi")] == ["The last three questions"]


async def test_a_slower_rhythm_is_set_for_all_to_see(quiet: World) -> None:
    assert await press(quiet, "bo", "Every two weeks") == []

    for who in ("ana", "bo"):
        assert words_to(quiet, who)[0].words.startswith(
            "bo set the weekly question to every 2 weeks on Monday at 09:00."
        )
        assert words_to(quiet, who)[0].buttons == {}
    before = len(questions(quiet))
    await quiet.until(MONDAY + timedelta(weeks=5))
    assert [at.date() for at in asked_at(quiet)[before:]] == [date(2026, 12, 14)]
    assert "bo set the weekly question" in whispers(await quiet.command("chi", "history"))[0]


async def test_the_first_to_decide_wins(quiet: World) -> None:
    late = words_to(quiet, "ana")[0].buttons["Rest for four weeks"]
    await press(quiet, "bo", "Easier questions")

    assert "bo decided already." in whispers(await quiet.press("ana", late))[0]
    binding = await quiet.binding("weekly_question")
    assert tuple(binding.settings["kinds"]) == EASY
    assert "bo chose easier questions" in words_to(quiet, "ana")[0].words


async def test_a_rest_ends_by_itself_or_sooner(quiet: World) -> None:
    before = len(questions(quiet))
    await press(quiet, "ana", "Rest for four weeks")
    assert "ana let the question rest until Friday 8 January." in words_to(quiet, "bo")[0].words
    assert "No question before Friday 8 January." in whispers(await quiet.command("chi", "status"))[0]
    await quiet.until(datetime(2027, 1, 11, 8, 59, tzinfo=UTC))
    assert len(questions(quiet)) == before
    await quiet.until(datetime(2027, 1, 11, 9, tzinfo=UTC))
    assert len(questions(quiet)) == before + 1
    assert "does not rest" in whispers(await quiet.command("ana", "question resume"))[0]

    assert "No question is asked until" in whispers(await quiet.command("ana", "question pause until 1 march"))[0]
    assert "The question goes on" in whispers(await quiet.command("ana", "question reprendre"))[0]
    await quiet.after(timedelta(weeks=1))
    assert len(questions(quiet)) == before + 2


async def test_an_old_proposal_of_another_rhythm_is_refused(quiet: World) -> None:
    await quiet.command("ana", "question every 3 weeks monday 09:00")
    before = (await quiet.binding("weekly_question")).settings["cadence"]

    assert "Something else was decided since." in (await press(quiet, "bo", "Every two weeks"))[0]
    assert (await quiet.binding("weekly_question")).settings["cadence"] == before


async def test_a_rest_that_is_longer_already_is_not_cut_short(quiet: World) -> None:
    await quiet.command("ana", "question pause until 1 march")

    await press(quiet, "ana", "Rest for four weeks")

    assert "ana let the question rest until Monday 1 March." in words_to(quiet, "bo")[0].words


async def test_only_whoever_is_in_charge_decides(quiet: World) -> None:
    button = words_to(quiet, "ana")[0].buttons["Easier questions"]

    assert "Only the facilitator or a coordinator" in whispers(await quiet.press("chi", button))[0]


async def test_what_is_easy_already_is_not_proposed(practice: World) -> None:
    await practice.command("ana", "question every first monday 09:00")
    binding = await practice.binding("weekly_question")
    async with practice.database.unit() as unit:
        await unit.commons.configure(binding.id, {**binding.settings, "kinds": list(EASY)})
        await unit.commit()
    await practice.until(datetime(2027, 2, 8, tzinfo=UTC))

    (word,) = [m for m in practice.platform.messages if "stayed without an answer" in m.words]
    assert list(word.buttons) == ["Rest for four weeks"]


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        (Cadence(Days.MONDAY, time(9)), Cadence(Days.MONDAY, time(9), every=2)),
        (Cadence(Days.MONDAY, time(9), every=3), Cadence(Days.MONDAY, time(9), every=6)),
        (Cadence(Days.MONDAY, time(9), every=14), None),
        (Cadence(Days.WEEKDAYS, time(9)), Cadence(Days.MONDAY, time(9))),
        (Cadence(Days.MONDAY, time(9), nth=1), None),
        (
            Cadence(Days.MONDAY, time(9), every=2, anchor=date(2026, 11, 23)),
            Cadence(Days.MONDAY, time(9), every=4),
        ),
    ],
)
def test_half_a_rhythm(cadence: Cadence, expected: Cadence | None) -> None:
    assert rarer(cadence) == expected
