"""What whoever is in charge decides about the question, by commands and by buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from bot.core.text import Button, Plain
from bot.engine.platform import Reply
from rituals.weekly_question.bank import Kind
from rituals.weekly_question.starters import starters
from tests.engine.platform import buttons_by_label
from tests.engine.world import World, whispers
from tests.rituals.test_weekly_question import MONDAY, NEXT, asked_at, questions

STALE = "Something else was decided since."


def offered(reply: Reply) -> dict[str, Button]:
    return buttons_by_label(reply.whispers[-1])


def refusal(reply: Reply) -> str:
    return whispers(reply)[-1]


async def test_two_skips_skip_two(practice: World) -> None:
    told = await practice.command("ana", "question next")
    for _ in range(2):
        told = await practice.press("ana", offered(told)["Skip this time"])
    assert "Monday 7 December, 09:00" in whispers(told)[-1]

    await practice.until(NEXT + timedelta(weeks=1))

    assert asked_at(practice) == [NEXT + timedelta(weeks=1)]


async def test_a_skip_that_is_over_is_stale(practice: World) -> None:
    skip = offered(await practice.command("ana", "question next"))["Skip this time"]
    await practice.press("ana", skip)

    assert STALE in refusal(await practice.press("ana", skip))


async def test_another_one_goes_through_the_whole_bank_and_begins_anew(kept: World) -> None:
    told = await kept.command("ana", "question next")
    shown = [offered(told)["Another one"].value]
    for _ in starters():
        told = await kept.press("ana", offered(told)["Another one"])
        shown.append(offered(told)["Another one"].value)

    assert sorted(shown[:-1]) == sorted(p.key for p in starters())
    assert shown[-1] == shown[0]


async def test_the_last_prompt_of_the_bank_has_no_other(practice: World) -> None:
    await practice.until(MONDAY + timedelta(weeks=len(starters()) - 2, days=1))

    assert "Another one" not in offered(await practice.command("ana", "question next"))


async def test_what_was_put_aside_comes_back_when_its_kind_has_its_turn(practice: World) -> None:
    first = offered(await practice.command("ana", "question next"))["Another one"]
    await practice.press("ana", first)
    shown: list[str] = []
    for week in range(len(get_args(Kind))):
        await practice.until(MONDAY + timedelta(weeks=week))
        shown.append(offered(await practice.command("ana", "question next"))["Another one"].value)

    assert first.value in shown


async def test_the_new_rhythm_tells_what_will_happen(practice: World) -> None:
    await practice.until(MONDAY + timedelta(hours=1))

    assert (
        "Next:\n\n- Monday 30 November, 15:00"
        in whispers(await practice.command("ana", "question every monday 15:00"))[0]
    )
    await practice.command("ana", "pause until 10 december")
    assert (
        "Next:\n\n- Tuesday 15 December, 14:30"
        in whispers(await practice.command("ana", "question every tuesday 14:30"))[0]
    )


async def test_what_was_asked_by_hand_on_the_day_a_holiday_moved_it_to(practice: World) -> None:
    await practice.until(datetime(2026, 12, 29, 8, tzinfo=UTC))
    assert "moved because of a public holiday" in whispers(await practice.command("bo", "question next"))[0]
    before = len(questions(practice))

    await practice.command("ana", "question now")
    await practice.until(datetime(2026, 12, 30, tzinfo=UTC))

    assert len(questions(practice)) == before + 1


async def test_one_question_a_day_is_enough(practice: World) -> None:
    stale = offered(await practice.command("ana", "question next"))["Ask it now"]
    await practice.press("ana", stale)
    assert "It was done already" in refusal(await practice.press("ana", stale))

    told = offered(await practice.command("ana", "question next"))
    again = await practice.press("ana", Button(stale.action, Plain("now"), told["Another one"].value))

    assert "Ask it now" not in told
    assert "Today’s question was asked already" in refusal(again)
    assert len(questions(practice)) == 1
    await practice.until(NEXT)
    assert asked_at(practice)[1:] == [NEXT]


async def test_a_button_nobody_knows_is_stale(practice: World) -> None:
    another = offered(await practice.command("ana", "question next"))["Another one"]
    action = another.action.replace("another", "dance")

    told = await practice.press("ana", Button(action, Plain("Dance"), another.value))

    assert STALE in refusal(told)
    assert offered(await practice.command("ana", "question next"))["Another one"] == another


async def test_a_button_about_another_prompt_is_stale(practice: World) -> None:
    another = offered(await practice.command("ana", "question next"))["Another one"]
    await practice.press("ana", another)

    assert STALE in refusal(await practice.press("ana", another))


async def test_buttons_are_for_those_in_charge(practice: World) -> None:
    told = await practice.command("bo", "question next")
    skip = offered(await practice.command("ana", "question next"))["Skip this time"]

    assert offered(told) == {}
    assert "Only the facilitator or a coordinator" in refusal(await practice.press("bo", skip))


async def test_days_and_holidays_are_set(practice: World) -> None:
    assert "after 2 days" in whispers(await practice.command("ana", "question days 2"))[0]
    assert "skipped" in whispers(await practice.command("ana", "question holidays skip"))[0]

    assert (await practice.binding("weekly_question")).settings["days"] == 2
    assert (await practice.binding("weekly_question")).settings["holidays"] == "skip"


async def test_holidays_of_nowhere_are_not_kept(practice: World) -> None:
    async with practice.database.unit() as unit:
        await unit.commons.change(replace(practice.communities["C1"], region=None))
        await unit.commit()

    assert "No region is set yet" in whispers(await practice.command("ana", "question holidays skip"))[0]
    assert "No region" not in whispers(await practice.command("ana", "question holidays ignore"))[0]


async def test_nothing_is_planned_in_a_pause_beyond_all_plans(practice: World) -> None:
    skip = offered(await practice.command("ana", "question next"))["Skip this time"]
    async with practice.database.unit() as unit:
        forever = MONDAY + timedelta(days=4000)
        await unit.commons.change(replace(practice.communities["C1"], paused_until=forever))
        await unit.commit()

    told = await practice.command("ana", "question next")

    assert "Nothing is planned." in whispers(told)[0]
    assert "Skip this time" not in offered(told)
    assert STALE in refusal(await practice.press("ana", skip))
