"""The reminder: once, by day, before the close, and only where few have answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Label
from bot.engine.ritual import Moment
from rituals.weekly_question.model import Round
from rituals.weekly_question.plan import closes
from rituals.weekly_question.reminder import ENOUGH, SHARE, SHORTEST, by_day, on_due, reminded_at, wake
from rituals.weekly_question.settings import WeeklyQuestionSettings
from tests.engine.platform import Put
from tests.engine.world import World, whispers
from tests.rituals.test_weekly_question import FRIDAY, MONDAY, NEXT, asked, internal, wakes
from tests.rituals.test_weekly_question_model import HOME, a_round, answer, moment

ZONES = st.sampled_from(["UTC", "America/Montreal", "Europe/Paris", "Pacific/Auckland", "Asia/Kolkata"])
DUE = MONDAY + SHARE * timedelta(days=4)


def reminders(world: World) -> list[Put]:
    return [m for m in world.platform.messages if "stays open until" in m.words]


def at(now: datetime, zone: str = "UTC", paused_until: datetime | None = None) -> Moment[WeeklyQuestionSettings]:
    return moment(now, community=replace(HOME, zone=zone, paused_until=paused_until))


@given(st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)), ZONES)  # noqa: DTZ001 - given a zone at once
def test_the_day_is_from_nine_to_six(naive: datetime, zone: str) -> None:
    instant = naive.replace(tzinfo=UTC)

    day = by_day(instant, zone)

    assert time(9) <= day.astimezone(ZoneInfo(zone)).time() <= time(18)
    assert instant <= day < instant + timedelta(hours=16)
    assert by_day(day, zone) == day


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - as above
    st.timedeltas(timedelta(hours=1), timedelta(days=28)),
    ZONES,
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_it_is_never_at_night_never_after_the_close_and_never_early(
    naive: datetime, lasts: timedelta, zone: str, passed: timedelta, pause: timedelta | None
) -> None:
    begun = naive.replace(tzinfo=UTC)
    round_ = replace(a_round(), asked_at=begun, closes_at=begun + lasts)
    now = at(begun + passed, zone, begun + pause if pause is not None else None)

    told = reminded_at(now, round_)

    if lasts < SHORTEST:
        assert told is None
    if told is not None:
        assert time(9) <= told.astimezone(ZoneInfo(zone)).time() <= time(18)
        assert begun + SHARE * lasts <= told < closes(now, round_)
        assert told >= now.now
        assert now.community.paused_until is None or told >= now.community.paused_until


@pytest.mark.parametrize("answers", range(5))
def test_it_is_said_once_where_few_have_answered(answers: int) -> None:
    round_ = an_open_round(answers)
    due = MONDAY + SHARE * (round_.closes_at - MONDAY)

    said = [on_due(round_, at(due)), on_due(round_, at(due))]

    assert [bool(s) for s in said] == [answers < ENOUGH, False]
    assert wake(at(due), round_) is None


def test_a_bot_that_comes_back_at_night_waits_for_the_morning() -> None:
    round_ = an_open_round(0)
    night = MONDAY.replace(day=26, hour=20)

    assert on_due(round_, at(night)) == []
    again = wake(at(night), round_)
    assert again is not None
    assert again.at == MONDAY.replace(day=27, hour=9)


def an_open_round(answers: int) -> Round:
    given_ = [answer(f"m{n}", n) for n in range(answers)]
    return replace(a_round(*given_), closes_at=FRIDAY + timedelta(hours=3))


def test_nobody_is_reminded_of_a_closed_round() -> None:
    assert reminded_at(at(MONDAY), replace(a_round(), closes_at=FRIDAY, closed_at=MONDAY)) is None


async def test_it_comes_in_the_thread_and_names_nobody(kept: World) -> None:
    root = await asked(kept)
    await kept.say("bo", "mine", thread=root)
    await kept.until(NEXT)

    (reminder,) = reminders(kept)
    assert reminder.thread == root
    assert reminder.at == DUE
    assert reminder.words == (
        "This thread stays open until Friday 27 November, 09:00. A line is plenty, and so is reading along."
    )


async def test_where_three_have_answered_nothing_is_said(practice: World) -> None:
    root = await asked(practice)
    for who in ("ana", "bo", "chi"):
        await practice.say(who, f"by {who}", thread=root)
    await practice.until(NEXT)

    assert reminders(practice) == []


async def test_it_can_be_turned_off_and_on(practice: World) -> None:
    assert "no reminder" in whispers(await practice.command("ana", "question reminder off"))[0]
    await practice.until(NEXT)
    assert reminders(practice) == []

    assert "one reminder" in whispers(await practice.command("ana", "question rappel oui"))[0]
    await practice.until(NEXT + timedelta(weeks=1))
    assert len(reminders(practice)) == 1
    assert "ana turned the reminder on." in whispers(await practice.command("bo", "history"))[0]
    assert whispers(await practice.command("bo", "question reminder off")) != []
    assert (await practice.binding("weekly_question")).settings["reminder"] is True


async def test_short_rounds_have_none(practice: World) -> None:
    await practice.command("ana", "question days 1")
    await practice.until(NEXT)

    assert reminders(practice) == []


async def test_a_pause_leaves_no_room_for_it(practice: World) -> None:
    await asked(practice)
    assert (await wakes(practice)).get("round/1/reminder") is None  # it is not shown to anybody
    await practice.command("ana", "pause until 4 january")
    await practice.until(datetime(2027, 1, 4, 9, tzinfo=UTC))

    assert reminders(practice) == []


async def test_one_that_comes_twice_or_too_late_says_nothing_more(practice: World) -> None:
    await asked(practice)
    await practice.until(DUE)
    await internal(practice, "due", "round/1/reminder", DUE)
    await internal(practice, "missed", "round/1/reminder", DUE)

    assert len(reminders(practice)) == 1
    assert "Open: “" in whispers(await practice.command("bo", "status"))[0]
    assert Label("round/1/reminder") in dict(await practice.outbox())
