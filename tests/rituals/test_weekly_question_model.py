"""The weekly question's decisions: what is asked, when it closes, whose answers are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import BindingId, ChannelId, Community, CommunityId, Label, MemberId, MessageId, WorkspaceId
from bot.core.schedule import Cadence, Days
from bot.core.text import Text
from bot.engine.engine import ids
from bot.engine.ritual import Moment
from rituals.weekly_question.model import (
    Answer,
    Plan,
    Prompt,
    Round,
    WeeklyQuestionSettings,
    ask,
    choose,
    close,
    closing,
    coming,
    day_of,
    digest,
    number_of,
    question,
)
from rituals.weekly_question.starters import starters

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOME = Community(id=CommunityId("c"), workspace=WorkspaceId("w"), home=ChannelId("h"), name="Practice")

banks = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from("abc")), min_size=1, max_size=12, unique_by=lambda p: p[0]
).map(lambda bank: [Prompt(str(key), kind, "", "") for key, kind in bank])


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
        message=MessageId(message or f"{who}{minute}"),
        author=MemberId(who),
        at=MONDAY + timedelta(minutes=minute),
        excerpt=Text(),
    )


def a_round(*answers: Answer) -> Round:
    return Round(id="r", number=1, prompt="p", question="?", asked_at=MONDAY, closes_at=MONDAY, answers=list(answers))


@given(banks, st.randoms(use_true_random=False), st.integers(1, 30))
def test_no_prompt_comes_again_before_all_were_asked(bank: list[Prompt], shuffler: Random, rounds: int) -> None:
    order = [p.key for p in bank]
    shuffler.shuffle(order)
    used: list[str] = []
    for _ in range(rounds):
        used.append(choose(bank, used, "", order).key)

    for start in range(len(used)):
        some = used[start : start + len(bank)]
        assert len(set(some)) == len(some)


@given(banks, st.lists(st.integers(0, 11), max_size=20), st.randoms(use_true_random=False))
def test_what_was_put_aside_comes_only_when_there_is_nothing_else(
    bank: list[Prompt], history: list[int], shuffler: Random
) -> None:
    order = [p.key for p in bank]
    shuffler.shuffle(order)
    used = [bank[n % len(bank)].key for n in history]
    first = choose(bank, used, "", order)

    second = choose(bank, used, first.key, order)

    assert (second.key == first.key) == (len(bank) == 1)


def test_another_kind_than_the_last_where_there_is_one() -> None:
    a, b, c = Prompt("a", "tip", "", ""), Prompt("b", "tip", "", ""), Prompt("c", "help", "", "")

    assert choose([a, b, c], ["a"], "", "abc") == c
    assert choose([a, b], ["a"], "", "ab") == b


def test_a_bank_that_changed_is_no_obstacle() -> None:
    a, b = Prompt("a", "tip", "", ""), Prompt("b", "tip", "", "")

    assert choose([a, b], ["gone", "a"], "gone too", "ab") == b


@pytest.mark.parametrize(
    ("language", "address", "expected"),
    [("en", "vous", "you"), ("en", "tu", "you"), ("fr", "vous", "vous"), ("fr", "tu", "tu")],
)
def test_a_prompt_is_said_as_people_are_addressed(
    language: Literal["en", "fr"], address: Literal["vous", "tu"], expected: str
) -> None:
    assert Prompt("k", "tip", "you", "vous", "tu").said(language, address) == expected
    assert Prompt("k", "tip", "you", "vous").said("fr", "tu") == "vous"


def test_every_starter_has_its_words_in_both_languages() -> None:
    prompts = starters()

    assert len(prompts) >= 12
    assert len({p.key for p in prompts}) == len(prompts)
    assert all(p.en and p.fr and p.kind for p in prompts)


@pytest.mark.parametrize("number", [1, 12])
def test_labels_tell_their_round(number: int) -> None:
    assert [number_of(label) for label in (question(number), digest(number), close(number))] == [number] * 3


def test_labels_tell_their_day() -> None:
    day = date(2026, 11, 23)

    assert day_of(ask(day)) == day
    assert day_of(close(1)) is None
    assert [number_of(label) for label in (ask(day), None, Label("other/1/x"))] == [None] * 3


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
