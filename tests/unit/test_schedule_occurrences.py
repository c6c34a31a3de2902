from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from holidays import country_holidays
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.schedule import Cadence, Days, Holidays, Occurrence, Pause, occurrences, parse

YEARS = (datetime(2024, 1, 1), datetime(2040, 12, 31))  # noqa: DTZ001 - hypothesis takes naive bounds
WEEK = list(Days)[:7]
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
small_hours = st.builds(time, st.integers(0, 3), st.sampled_from([0, 15, 30, 59]))
clocks = times | small_hours
cadences = (
    st.builds(Cadence, st.sampled_from(Days), clocks)
    | st.builds(Cadence, st.sampled_from(WEEK), clocks, st.integers(2, 26))
    | st.builds(Cadence, st.sampled_from(WEEK), clocks, nth=st.sampled_from([1, 2, 3, 4, -1]))
)
zones = st.sampled_from(sorted(available_timezones()))
instants = st.datetimes(*YEARS, timezones=st.just(UTC))
regions = st.sampled_from(["CA-QC", "FR", "FR-6AE", "CH-GE", "BE", "US", "GB", "IL", "JP", "CN"])
policies = st.builds(Holidays, regions, st.sampled_from(["ignore", "skip", "move"]))


@st.composite
def pauses(draw: st.DrawFn, around: datetime) -> list[Pause]:
    spans = draw(st.lists(st.tuples(st.integers(-30, 300), st.integers(0, 60)), max_size=3))
    return [Pause(around + timedelta(days=d), around + timedelta(days=d + n)) for d, n in spans]


def some(cadence: Cadence, zone: str, after: datetime, count: int = 40) -> list[Occurrence]:
    return list(islice(occurrences(cadence, zone, after), count))


def at(cadence: str, zone: str, after: str, count: int = 3) -> list[str]:
    found = some(parse(cadence), zone, datetime.fromisoformat(after).replace(tzinfo=UTC), count)
    return [f"{o.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %z}" for o in found]


def shown(day: date, clock: time, zone: str) -> list[datetime]:
    """Return the instants at which clocks show it, earliest first."""
    naive = datetime.combine(day, clock)
    found = {naive.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(i for i in found if i.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive)


@given(cadences, zones, instants)
@example(parse("every day 02:30"), "America/Toronto", datetime(2026, 3, 1, tzinfo=UTC))
@example(parse("every day 01:30"), "America/Toronto", datetime(2026, 10, 20, tzinfo=UTC))
@example(parse("every day 23:30"), "America/Nuuk", datetime(2026, 3, 20, tzinfo=UTC))
@example(parse("every day 02:15"), "Australia/Lord_Howe", datetime(2026, 9, 20, tzinfo=UTC))
@example(parse("every day 00:30"), "Africa/Cairo", datetime(2026, 4, 10, tzinfo=UTC))
def test_clocks_show_the_time_or_the_first_one_after_a_gap(cadence: Cadence, zone: str, after: datetime) -> None:
    found = some(cadence, zone, after)
    assert len(found) == 40
    for occurrence in found:
        if right := shown(occurrence.day, cadence.at, zone):
            assert occurrence.at == right[0]
        else:
            asked = datetime.combine(occurrence.day, cadence.at)
            local = [
                (occurrence.at - timedelta(minutes=m)).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for m in (1, 0)
            ]
            assert local[0] < asked < local[1] or (asked - local[0] == timedelta(minutes=1) and asked < local[1])


@given(cadences, zones, instants)
def test_they_follow_one_another_at_most_once_a_day(cadence: Cadence, zone: str, after: datetime) -> None:
    found = some(cadence, zone, after)
    assert found[0].at > after
    for earlier, later in pairwise(found):
        assert earlier.at < later.at
        assert earlier.day < later.day
    assert all(o.day.weekday() in cadence.days.numbers and o.moved_from is None for o in found)


@given(cadences, zones, instants)
def test_they_are_as_far_apart_as_the_cadence_says(cadence: Cadence, zone: str, after: datetime) -> None:
    days = [o.day for o in some(cadence, zone, after)]
    if cadence.nth is None:
        gap = 7 * cadence.every if len(cadence.days.numbers) == 1 else 3
        assert all((b - a).days == gap or (gap == 3 and (b - a).days <= gap) for a, b in pairwise(days))
        return
    assert [(b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(days)] == [1] * 39
    for day in days:
        rank = (day.day - 1) // 7 + 1
        last = (day + timedelta(days=7)).month != day.month
        assert last if cadence.nth == -1 else rank == cadence.nth


@given(cadences, zones, instants, st.integers(0, 200 * 24 * 60), policies, st.data())
def test_it_does_not_matter_where_one_starts(
    cadence: Cadence, zone: str, start: datetime, minutes: int, holidays: Holidays, data: st.DataObject
) -> None:
    paused = data.draw(pauses(start))
    later = start + timedelta(minutes=minutes)
    end = later + timedelta(days=120)

    def until_end(after: datetime) -> list[Occurrence]:
        return list(takewhile(lambda o: o.at <= end, occurrences(cadence, zone, after, holidays, paused)))

    assert [o for o in until_end(start) if o.at > later] == until_end(later)


@given(cadences, zones, instants, policies)
@example(parse("thursday 09:00"), "America/Toronto", datetime(2026, 12, 1, tzinfo=UTC), Holidays("US", "move"))
@example(parse("every day 09:00"), "Asia/Shanghai", datetime(2026, 1, 25, tzinfo=UTC), Holidays("CN", "move"))
def test_holidays_are_kept(cadence: Cadence, zone: str, after: datetime, holidays: Holidays) -> None:
    assert holidays.region
    country, _, part = holidays.region.partition("-")
    calendar = country_holidays(country, subdiv=part or None)
    plain = some(cadence, zone, after, 60)
    found = list(takewhile(lambda o: o.at < plain[-1].at, occurrences(cadence, zone, after, holidays)))
    if holidays.policy == "ignore":
        assert found == plain[:-1]
        return
    following = {a.day: b.day for a, b in pairwise(plain)}
    for earlier, later in pairwise(found):
        assert earlier.at < later.at
        assert earlier.day < later.day
    for occurrence in found:
        moved = datetime.combine(occurrence.day, cadence.at)
        if occurrence.day not in calendar:
            assert occurrence.moved_from is None
            continue
        assert holidays.policy == "move"
        assert occurrence.moved_from == occurrence.day
        local = occurrence.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert moved < local
        if shown(local.date(), cadence.at, zone):
            assert calendar.is_working_day(local.date())
        if occurrence.day in following:
            assert local.date() <= following[occurrence.day]
    kept = {o.day for o in found}
    assert all(o.day in kept or o.day in calendar for o in plain[:-1])


@given(cadences, zones, instants, st.data())
def test_pauses_are_kept_and_end_by_themselves(
    cadence: Cadence, zone: str, after: datetime, data: st.DataObject
) -> None:
    paused = data.draw(pauses(after))
    plain = some(cadence, zone, after)
    found = [o for o in islice(occurrences(cadence, zone, after, pauses=paused), 40) if o.at <= plain[-1].at]
    assert found == [o for o in plain if not any(p.since <= o.at < p.until for p in paused)]


def test_the_week_that_clocks_go_forward() -> None:
    assert at("sunday 02:30", "America/Toronto", "2026-02-28") == [
        "2026-03-01 02:30 -0500",
        "2026-03-08 03:00 -0400",
        "2026-03-15 02:30 -0400",
    ]


def test_the_week_that_clocks_go_back() -> None:
    assert at("sunday 01:30", "America/Toronto", "2026-10-31T12:00", 2) == [
        "2026-11-01 01:30 -0400",
        "2026-11-08 01:30 -0500",
    ]


def test_a_day_that_never_was_is_left_out() -> None:
    assert at("every day 09:00", "Pacific/Apia", "2011-12-29T00:00", 2) == [
        "2011-12-29 09:00 -1000",
        "2011-12-31 09:00 +1400",
    ]


def test_strictly_after() -> None:
    assert at("monday 09:00", "UTC", "2026-11-23T09:00", 1) == ["2026-11-30 09:00 +0000"]
    assert at("monday 09:00", "UTC", "2026-11-23T08:59", 1) == ["2026-11-23 09:00 +0000"]


def test_every_two_weeks_counts_from_its_anchor() -> None:
    one, other = "every 2 weeks tuesday 14:30 from 2026-11-24", "every 2 weeks tuesday 14:30 from 2026-12-01"
    assert at(one, "UTC", "2026-11-25", 2) == ["2026-12-08 14:30 +0000", "2026-12-22 14:30 +0000"]
    assert at(other, "UTC", "2026-11-25", 2) == ["2026-12-01 14:30 +0000", "2026-12-15 14:30 +0000"]
    assert at(other, "UTC", "2020-01-01", 1) == ["2026-12-01 14:30 +0000"]


def test_without_an_anchor_the_weeks_are_the_same_for_everybody() -> None:
    assert at("every 2 weeks tuesday 14:30", "UTC", "2026-11-22", 2) == [
        "2026-11-24 14:30 +0000",
        "2026-12-08 14:30 +0000",
    ]


@pytest.mark.parametrize(
    ("cadence", "holidays", "expected"),
    [
        ("friday 09:00", Holidays("FR"), ["2026-12-25", "2027-01-01", "2027-01-08"]),
        ("friday 09:00", Holidays("FR", "skip"), ["2027-01-08", "2027-01-15", "2027-01-22"]),
        ("friday 09:00", Holidays("FR", "move"), ["2026-12-28", "2027-01-04", "2027-01-08"]),
        ("weekdays 09:00", Holidays("FR", "move"), ["2026-12-24", "2026-12-28", "2026-12-29"]),
    ],
)
def test_christmas_on_a_friday(cadence: str, holidays: Holidays, expected: list[str]) -> None:
    after = datetime(2026, 12, 24, tzinfo=UTC)
    found = list(islice(occurrences(parse(cadence), "Europe/Paris", after, holidays), 3))
    assert [str(o.at.date()) for o in found] == expected


def test_a_moved_one_keeps_its_key() -> None:
    after = datetime(2026, 12, 26, tzinfo=UTC)
    (first,) = islice(occurrences(parse("friday 09:00"), "Europe/Paris", after, Holidays("FR", "move")), 1)
    assert first == Occurrence(date(2026, 12, 25), datetime(2026, 12, 28, 8, tzinfo=UTC), date(2026, 12, 25))


def test_a_pause_holds_its_beginning_and_not_its_end() -> None:
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert nine in Pause(nine, nine + timedelta(days=1))
    assert nine not in Pause(nine - timedelta(days=1), nine)


def test_a_pause_without_end_ends_the_search() -> None:
    after = datetime(2026, 11, 23, tzinfo=UTC)
    for_good = Pause(after, datetime(9000, 1, 1, tzinfo=UTC))
    assert list(occurrences(parse("every day 09:00"), "UTC", after, pauses=[for_good])) == []


@pytest.mark.parametrize("cadence", ["every day 23:59", "every 26 weeks monday 23:59", "last friday 23:59"])
def test_the_calendar_ends(cadence: str) -> None:
    after = datetime(9998, 1, 1, tzinfo=UTC)
    assert len(list(occurrences(parse(cadence), "America/Toronto", after))) >= 2
