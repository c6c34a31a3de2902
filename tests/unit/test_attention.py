"""Attention: the budget, quiet hours, pauses and refusals hold whatever the zone and the time of year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.attention import (
    WEEK,
    Availability,
    LoadEntry,
    Never,
    NotBefore,
    Now,
    carried,
    end_of_quiet,
    verdict,
    verdict_for_all,
)
from bot.core.effects import Care
from bot.core.model import MemberId

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
OPEN = Availability(zone="UTC", quiet_from=time(0), quiet_to=time(0), weekly_budget=2)
ZONES = ("UTC", "Europe/Paris", "America/Montreal", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago")

instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - given a zone at once
clocks = st.times().map(lambda clock: clock.replace(microsecond=0))
waits = st.timedeltas(timedelta(minutes=1), timedelta(days=20))


@st.composite
def people(draw: st.DrawFn, now: datetime) -> Availability:
    return Availability(
        zone=draw(st.sampled_from(ZONES)),
        quiet_from=draw(clocks),
        quiet_to=draw(clocks),
        weekly_budget=draw(st.integers(1, 3)),
        spent=tuple(now - wait for wait in draw(st.lists(waits, max_size=5))),
        paused_until=draw(st.none() | waits.map(lambda wait: now + wait)),
    )


def quiet(at: datetime, member: Availability) -> bool:
    clock = at.astimezone(ZoneInfo(member.zone)).time()
    start, end = member.quiet_from, member.quiet_to
    return start <= clock < end if start <= end else clock >= start or clock < end


def reached(care: Care, now: datetime, member: Availability, pause: datetime | None) -> datetime:
    """Return when the message goes, asking again at each instant that is given, as the outbox does."""
    for _ in range(50):
        match verdict(care, now, member, pause):
            case Now():
                return now
            case NotBefore(at):
                assert at > now
                now = at
            case Never():
                break
    raise AssertionError(care, member)


@given(st.data(), instants, st.sampled_from([Care.DUTY, Care.NUDGE]))
def test_never_in_quiet_hours_nor_in_a_pause(data: st.DataObject, now: datetime, care: Care) -> None:
    member = data.draw(people(now))
    pause = data.draw(st.none() | waits.map(lambda wait: now + wait))

    at = reached(care, now, member, pause)

    assert not quiet(at, member)
    assert member.paused_until is None or at >= member.paused_until
    assert pause is None or at >= pause


@given(st.data(), instants, st.lists(st.timedeltas(timedelta(), timedelta(days=3)), max_size=12))
def test_the_budget_holds_in_any_seven_days(data: st.DataObject, now: datetime, gaps: list[timedelta]) -> None:
    member = replace(data.draw(people(now)), spent=())
    said: list[datetime] = []
    for gap in gaps:
        now += gap
        at = reached(Care.NUDGE, now, replace(member, spent=tuple(said)), None)
        said.append(at)
        now = max(now, at)

    for first in said:
        assert sum(first <= at < first + WEEK for at in said) <= member.weekly_budget


@given(st.data(), instants)
def test_who_may_be_reached_waits_for_nothing(data: st.DataObject, now: datetime) -> None:
    member = replace(data.draw(people(now)), paused_until=None, spent=())

    for care in (Care.DUTY, Care.NUDGE):
        assert (verdict(care, now, member) == Now()) == (not quiet(now, member))


@given(st.data(), instants)
def test_an_answer_always_may(data: st.DataObject, now: datetime) -> None:
    member = replace(data.draw(people(now)), refused=True, weekly_budget=0)

    assert verdict(Care.ANSWER, now, member, now + WEEK) == Now()


@given(st.sampled_from(ZONES), instants, clocks, clocks)
def test_quiet_hours_end_within_a_day_and_a_jump_of_the_clock(zone: str, now: datetime, start: time, end: time) -> None:
    at = now
    for _ in range(200):
        later = end_of_quiet(at, zone, start, end)
        if later == at:
            break
        assert later > at
        at = later

    assert timedelta() <= at - now <= timedelta(hours=26)


def test_quiet_hours_over_midnight_end_in_the_members_morning() -> None:
    montreal = replace(OPEN, zone="America/Montreal", quiet_from=time(19), quiet_to=time(8))

    assert verdict(Care.DUTY, datetime(2026, 11, 24, 2, tzinfo=UTC), montreal) == NotBefore(
        datetime(2026, 11, 24, 13, tzinfo=UTC)
    )
    assert verdict(Care.DUTY, datetime(2026, 11, 24, 13, tzinfo=UTC), montreal) == Now()


def test_quiet_hours_that_end_in_a_gap_end_when_the_gap_does() -> None:
    now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)

    at = reached(Care.DUTY, now, replace(OPEN, zone="Europe/Paris", quiet_from=time(1), quiet_to=time(2, 30)), None)

    assert at.astimezone(ZoneInfo("Europe/Paris")).time() >= time(3)
    assert at <= datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_quiet_hours_that_end_in_a_fold_end_once_the_hour_does_not_come_back() -> None:
    member = replace(OPEN, zone="Europe/Paris", quiet_from=time(1), quiet_to=time(2, 30))

    at = reached(Care.DUTY, datetime(2026, 10, 25, 0, tzinfo=UTC), member, None)

    assert not quiet(at, member)


def test_the_budget_opens_a_week_after_the_oldest_that_fills_it() -> None:
    spent = (NOW - timedelta(days=6), NOW - timedelta(days=1))

    assert verdict(Care.NUDGE, NOW, replace(OPEN, spent=spent)) == NotBefore(NOW + timedelta(days=1))
    assert verdict(Care.DUTY, NOW, replace(OPEN, spent=spent)) == Now()
    assert verdict(Care.NUDGE, NOW, replace(OPEN, spent=spent[:1])) == Now()


@pytest.mark.parametrize("member", [replace(OPEN, refused=True), replace(OPEN, weekly_budget=0)])
def test_who_refused_or_has_no_budget_is_never_nudged_but_does_their_duty(member: Availability) -> None:
    assert verdict(Care.NUDGE, NOW, member) == Never()
    assert verdict(Care.DUTY, NOW, member) == Now()


def test_a_conversation_waits_for_its_last_member_and_ends_with_its_first_refusal() -> None:
    tomorrow, later = NOW + timedelta(days=1), NOW + timedelta(days=2)
    waiting = [replace(OPEN, paused_until=later), OPEN, replace(OPEN, paused_until=tomorrow)]

    assert verdict_for_all(Care.NUDGE, NOW, [OPEN, OPEN]) == Now()
    assert verdict_for_all(Care.NUDGE, NOW, waiting) == NotBefore(later)
    assert verdict_for_all(Care.NUDGE, NOW, [*waiting, replace(OPEN, refused=True)]) == Never()
    assert verdict_for_all(Care.NUDGE, NOW, []) == Now()


def test_what_was_carried_adds_up_over_the_roles_and_is_forgotten_after_twelve_weeks() -> None:
    ana, bo = MemberId("ana"), MemberId("bo")
    entries = [
        LoadEntry(member=ana, role="host", units=2, at=NOW - timedelta(weeks=1)),
        LoadEntry(member=ana, role="answer", units=0.5, at=NOW - timedelta(weeks=11)),
        LoadEntry(member=bo, role="host", units=2, at=NOW - timedelta(weeks=12)),
    ]

    assert carried(entries, NOW) == {ana: 2.5}
    assert carried(entries, NOW, weeks=13) == {ana: 2.5, bo: 2}
