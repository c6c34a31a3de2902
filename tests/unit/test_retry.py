"""Trying again: waits that double up to the longest, and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.retry import HANDLING, SENDING, Retry

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOME = Retry(timedelta(seconds=2), timedelta(seconds=10), tries=5)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 2), (2, 4), (3, 8), (4, 10)])
def test_waits_double_up_to_the_longest(tries: int, seconds: int) -> None:
    assert SOME.next_attempt(tries, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("tries", [5, 6])
def test_it_ends(tries: int) -> None:
    assert SOME.next_attempt(tries, NOW, timedelta(minutes=1)) is None


def test_a_longer_wait_that_was_asked_for_is_kept_and_a_shorter_one_is_not() -> None:
    assert SOME.next_attempt(1, NOW, timedelta(minutes=1)) == NOW + timedelta(minutes=1)
    assert SOME.next_attempt(1, NOW, timedelta(seconds=1)) == NOW + timedelta(seconds=2)


@given(st.sampled_from([HANDLING, SENDING, Retry(timedelta(hours=1), timedelta(days=900), 10_000)]), st.data())
def test_later_attempts_never_wait_less(policy: Retry, data: st.DataObject) -> None:
    tries = data.draw(st.integers(1, policy.tries - 2))
    here, there = policy.next_attempt(tries, NOW), policy.next_attempt(tries + 1, NOW)

    assert here is not None
    assert there is not None
    assert NOW < here <= there <= NOW + policy.longest


def test_a_platform_that_is_away_for_hours_loses_nothing() -> None:
    waited = timedelta()
    for tries in range(1, SENDING.tries):
        again = SENDING.next_attempt(tries, NOW)
        assert again is not None
        waited += again - NOW

    assert waited > timedelta(hours=4)
