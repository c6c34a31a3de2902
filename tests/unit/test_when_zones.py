from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import UserError
from bot.core.i18n import Catalogues, voice
from bot.core.schedule import at_local, zone


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("paris", "Europe/Paris"),
        ("Paris, France", "Europe/Paris"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("Montréal", "America/Montreal"),
        ("Québec", "America/Toronto"),
        ("Genève", "Europe/Zurich"),
        ("Londres", "Europe/London"),
        ("Bruxelles", "Europe/Brussels"),
        ("Istanbul", "Europe/Istanbul"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("UTC", "UTC"),
        ("gmt", "GMT"),
    ],
)
def test_people_name_a_zone_or_its_city(typed: str, name: str) -> None:
    assert zone(typed) == name


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Pairs", "There is no time zone Pairs. Did you mean Europe/Paris?"),
        ("Europe/Pari", "There is no time zone Europe/Pari. Did you mean Europe/Paris?"),
        ("toronot", "There is no time zone toronot. Did you mean America/Toronto?"),
        ("EST", "There is no time zone EST. Write a large city or a zone, such as Europe/Paris or America/Toronto."),
        ("localtime", "There is no time zone localtime. Write"),
        ("Etc/GMT+5", "There is no time zone Etc/GMT+5. Write"),
        ("z" * 10_000, "There is no time zone zzz"),
    ],
)
def test_unknown_zones_are_refused_with_a_close_one(typed: str, reason: str) -> None:
    with pytest.raises(UserError) as refused:
        zone(typed)
    sentence = Catalogues({}).sentence(refused.value.text.blocks[0].children[0], voice("en"))  # type: ignore[union-attr]
    assert sentence.startswith(reason)


@given(st.sampled_from(sorted(n for n in available_timezones() if "/" in n and not n.startswith("Etc/"))))
def test_every_place_is_accepted_by_its_name(name: str) -> None:
    assert zone(name.lower()) == name


@pytest.mark.parametrize(
    ("day", "clock", "where", "instant"),
    [
        (date(2026, 11, 23), time(9), "Europe/Paris", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), "Europe/Paris", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (date(2026, 3, 29), time(2), "Europe/Paris", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (date(2026, 3, 29), time(3), "Europe/Paris", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), "Europe/Paris", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30, fold=1), "Europe/Paris", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        (date(2011, 12, 30), time(9), "Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_local_times_across_changes_of_clocks(day: date, clock: time, where: str, instant: datetime) -> None:
    assert at_local(day, clock, where) == instant


@given(st.sampled_from(sorted(available_timezones())), st.dates(date(1970, 1, 1), date(2040, 12, 31)), st.times())
def test_a_local_time_is_shown_or_jumped_over(where: str, day: date, clock: time) -> None:
    minute = clock.replace(second=0, microsecond=0)
    local = at_local(day, minute, where).astimezone(ZoneInfo(where)).replace(tzinfo=None)
    assert local >= datetime.combine(day, minute)
    assert at_local(local.date(), local.time(), where) == at_local(day, minute, where)
