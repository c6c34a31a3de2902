"""The weekly question's decisions: what is asked, when it closes, whose answers are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import BindingId, ChannelId, Community, CommunityId, Label, MemberId, MessageId, WorkspaceId
from bot.core.schedule import Cadence, Days
from bot.core.text import Text, paragraph
from bot.engine.engine import ids
from bot.engine.ritual import Moment
from rituals.weekly_question.bank import Wording
from rituals.weekly_question.model import Answer, Round, close, day_of, digest, number_of, question, turn
from rituals.weekly_question.plan import Plan, closes, closing, coming, wanted
from rituals.weekly_question.settings import WeeklyQuestionSettings

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOME = Community(id=CommunityId("c"), workspace=WorkspaceId("w"), home=ChannelId("h"), name="Practice")


def moment(
    now: datetime = MONDAY, *, community: Community = HOME, settings: WeeklyQuestionSettings | None = None
) -> Moment[WeeklyQuestionSettings]:
    return Moment(
        now=now,
        community=community,
        binding=BindingId("b"),
        settings=settings or WeeklyQuestionSettings(),
        prefix="/causerie",
        random=Random(1),  # noqa: S311 - guards nothing
        new_id=ids("b", "f"),
    )


def answer(who: str, minute: int, message: str = "") -> Answer:
    return Answer(
        id=message or f"{who}{minute}",
        message=MessageId(message or f"{who}{minute}"),
        author=MemberId(who),
        at=MONDAY + timedelta(minutes=minute),
        excerpt=Text(),
    )


def a_round(*answers: Answer) -> Round:
    return Round(
        id="r", number=1, prompt="p", question=Wording("?"), asked_at=MONDAY, closes_at=MONDAY, answers=list(answers)
    )


@pytest.mark.parametrize("number", [1, 12])
def test_labels_tell_their_round(number: int) -> None:
    assert [number_of(label) for label in (question(number), digest(number), close(number))] == [number] * 3


def test_labels_tell_their_day() -> None:
    day = date(2026, 11, 23)

    assert day_of(turn(day)) == day
    assert day_of(close(1)) is None
    assert [number_of(label) for label in (turn(day), None, Label("other/1/x"))] == [None] * 3


def test_one_answer_each_of_the_first_three_in_order_of_time() -> None:
    round_ = a_round(answer("d", 4), answer("b", 2), answer("a", 3), answer("a", 1), answer("c", 2, "z"))

    assert [a.message for a in round_.first_answers()] == ["a1", "b2", "z"]
    assert round_.authors == 4
    assert round_.answer(MessageId("a3")) is round_.answers[2]
    assert round_.answer(MessageId("x")) is None


def test_a_round_is_open_until_it_is_closed_or_withdrawn() -> None:
    assert a_round().open
    assert not replace(a_round(), closed_at=MONDAY).open
    assert not replace(a_round(), withdrawn=True).open


def test_neither_the_day_skipped_nor_the_day_asked_comes() -> None:
    plan = Plan(skipped=date(2026, 11, 30), asked_on=date(2026, 12, 7))

    days = [o.day for o in islice(coming(moment(), plan), 2)]

    assert days == [date(2026, 12, 14), date(2026, 12, 21)]


def test_nothing_comes_in_a_pause_and_a_past_one_is_forgotten() -> None:
    paused = replace(HOME, paused_until=MONDAY + timedelta(days=10))
    over = replace(HOME, paused_until=MONDAY - timedelta(days=10))

    assert next(coming(moment(community=paused), Plan())).day == date(2026, 12, 7)
    assert next(coming(moment(community=over), Plan())).day == date(2026, 11, 30)


def test_holidays_move_the_question() -> None:
    friday = WeeklyQuestionSettings(cadence=Cadence(Days.FRIDAY, time(9)))
    quebec = replace(HOME, region="CA-QC")

    now = moment(datetime(2026, 12, 20, tzinfo=UTC), community=quebec, settings=friday)
    occasion = next(coming(now, Plan()))

    assert occasion.moved_from == occasion.day == date(2026, 12, 25)
    assert occasion.at == datetime(2026, 12, 28, 9, tzinfo=UTC)
    assert next(coming(now, Plan(asked_on=date(2026, 12, 28)))).day == date(2027, 1, 1)
    assert next(coming(now, Plan(asked_on=date(2026, 12, 25)))).day == date(2027, 1, 1)


def test_a_pause_without_end_leaves_nothing_to_come_and_a_round_its_days() -> None:
    asking = moment(community=replace(HOME, paused_until=MONDAY + timedelta(days=4000)))

    assert list(coming(asking, Plan())) == []
    assert closing(asking, Plan()) == MONDAY + timedelta(days=4)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001 - given a zone at once
    st.sampled_from(["UTC", "Europe/Paris", "America/Montreal", "Australia/Lord_Howe"]),
    st.integers(1, 28),
)
def test_a_round_closes_after_its_days_and_never_after_the_next_question(naive: datetime, zone: str, days: int) -> None:
    now = naive.replace(tzinfo=UTC)
    asking = moment(now, community=replace(HOME, zone=zone), settings=WeeklyQuestionSettings(days=days))

    closes = closing(asking, Plan())

    assert now < closes <= next(coming(asking, Plan())).at
    local = now.astimezone(ZoneInfo(zone)).date()
    assert closes.astimezone(ZoneInfo(zone)).date() <= local + timedelta(days=days)


def test_a_plan_that_asks_forgets_what_was_put_aside_and_never_goes_back() -> None:
    plan = Plan(passed=("a",), skipped=date(2026, 11, 30), asked_on=date(2026, 11, 24))

    plan.ask(moment())

    assert plan.passed == ()
    assert plan.asked_on == date(2026, 11, 24)
    assert plan.asked_at == MONDAY
    assert plan.settled("UTC") == date(2026, 11, 30)
    assert Plan().settled("UTC") == date.min


def test_two_skips_skip_two() -> None:
    plan = Plan()
    for _ in range(2):
        plan.skip(next(coming(moment(), plan)), "UTC")

    assert next(coming(moment(), plan)).day == date(2026, 12, 14)


def test_what_a_holiday_moved_is_not_asked_again_on_the_day_it_moved_to() -> None:
    friday = WeeklyQuestionSettings(cadence=Cadence(Days.FRIDAY, time(9)))
    quebec = replace(HOME, region="CA-QC")
    early = moment(datetime(2026, 12, 28, 8, tzinfo=UTC), community=quebec, settings=friday)
    occasion, plan = next(coming(early, Plan())), Plan()
    assert occasion.at == datetime(2026, 12, 28, 9, tzinfo=UTC)

    plan.ask(early)

    assert not wanted(replace(early, now=occasion.at), plan, occasion.day, occasion.at)
    assert next(coming(early, plan)).day == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("late", "plan", "community", "expected"),
    [
        (timedelta(), Plan(), HOME, True),
        (timedelta(hours=12), Plan(), HOME, True),
        (timedelta(hours=12, seconds=1), Plan(), HOME, False),
        (timedelta(seconds=-1), Plan(), HOME, False),
        (timedelta(), Plan(skipped=date(2026, 11, 23)), HOME, False),
        (timedelta(), Plan(asked_on=date(2026, 11, 30)), HOME, False),
        (timedelta(), Plan(asked_at=MONDAY - timedelta(hours=1)), HOME, False),
        (timedelta(), Plan(), replace(HOME, paused_until=MONDAY + timedelta(days=1)), False),
        (timedelta(), Plan(), replace(HOME, paused_until=MONDAY), True),
        (timedelta(), Plan(), replace(HOME, zone="Europe/Paris"), False),
    ],
)
def test_what_is_due_is_asked_if_it_is_still_wanted(
    late: timedelta, plan: Plan, community: Community, *, expected: bool
) -> None:
    assert wanted(moment(MONDAY + late, community=community), plan, date(2026, 11, 23), MONDAY) is expected


def test_a_day_that_the_rhythm_left_is_not_wanted() -> None:
    tuesday = moment(settings=WeeklyQuestionSettings(cadence=Cadence(Days.TUESDAY, time(9))))
    over = moment(settings=WeeklyQuestionSettings(cadence=Cadence(Days.MONDAY, time(8))))

    assert not wanted(tuesday, Plan(), date(2026, 11, 23), MONDAY)
    assert not wanted(over, Plan(), date(2026, 11, 23), MONDAY)


def test_a_zone_that_changes_brings_no_second_question_on_its_day() -> None:
    daily = WeeklyQuestionSettings(cadence=Cadence(Days.WEEKDAYS, time(9)))
    west, east = (replace(HOME, zone=zone) for zone in ("America/Los_Angeles", "Pacific/Auckland"))
    monday_there = moment(datetime(2026, 11, 23, 17, tzinfo=UTC), community=west, settings=daily)
    plan = Plan()
    plan.ask(monday_there, date(2026, 11, 23))

    # It was Tuesday in Auckland already.
    assert next(coming(replace(monday_there, community=east), plan)).day == date(2026, 11, 25)
    assert plan.asked_today(replace(monday_there, community=east))

    tuesday_there = moment(datetime(2026, 11, 23, 20, tzinfo=UTC), community=east, settings=daily)
    plan = Plan()
    plan.ask(tuesday_there, date(2026, 11, 24))

    # It was still Monday in Los Angeles; the question of Tuesday has been asked.
    assert next(coming(replace(tuesday_there, community=west), plan)).day == date(2026, 11, 25)


def test_a_round_closes_once_and_tells_only_of_answers() -> None:
    quiet, answered, stale = a_round(), a_round(answer("a", 1)), a_round(answer("a", 1))

    assert not quiet.close(MONDAY)
    assert answered.close(MONDAY)
    assert not answered.close(MONDAY)
    assert not stale.close(MONDAY, told=False)
    assert [r.closed_at for r in (quiet, answered, stale)] == [MONDAY] * 3
    assert [r.digest for r in (quiet, answered, stale)] == [False, True, False]


def test_a_question_taken_away_leaves_a_round_without_digest() -> None:
    round_ = a_round(answer("a", 1))

    round_.withdraw(MONDAY)

    assert not round_.close(MONDAY)
    assert not round_.digest


def test_words_are_forgotten_and_their_authors_kept() -> None:
    round_ = a_round(replace(answer("a", 1), excerpt=paragraph("Tea.")))

    round_.forget_words()

    assert [(a.author, a.excerpt) for a in round_.answers] == [("a", Text())]


@pytest.mark.parametrize(
    ("now", "until", "expected"),
    [
        (MONDAY, None, MONDAY + timedelta(days=4)),
        (MONDAY, MONDAY + timedelta(days=4), MONDAY + timedelta(days=4)),
        (MONDAY, MONDAY + timedelta(days=5, hours=-9), MONDAY + timedelta(days=5)),
        (MONDAY, MONDAY + timedelta(days=5, hours=1), MONDAY + timedelta(days=6)),
        (MONDAY + timedelta(days=40, hours=2), None, MONDAY + timedelta(days=41)),
        (MONDAY + timedelta(days=40, hours=2), MONDAY + timedelta(days=20), MONDAY + timedelta(days=41)),
    ],
)
def test_a_round_closes_at_its_time_or_at_that_time_of_day_after_a_pause(
    now: datetime, until: datetime | None, expected: datetime
) -> None:
    round_ = replace(a_round(), closes_at=MONDAY + timedelta(days=4))

    assert closes(moment(now, community=replace(HOME, paused_until=until)), round_) == expected


def test_a_zone_that_changes_leaves_the_close_where_it_was() -> None:
    round_ = replace(a_round(), closes_at=MONDAY + timedelta(days=4))

    assert closes(moment(community=replace(HOME, zone="Asia/Tokyo")), round_) == round_.closes_at
