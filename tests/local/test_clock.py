"""The playground's first hour is one in which people work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.local.clock import working_hour


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T09:30", "2026-11-23T09:30"),  # Monday, at work
        ("2026-11-23T04:00", "2026-11-23T10:00"),  # before
        ("2026-11-23T21:00", "2026-11-24T10:00"),  # after
        ("2026-11-20T17:00", "2026-11-23T10:00"),  # Friday evening
        ("2026-11-21T12:00", "2026-11-23T10:00"),  # Saturday
        ("2026-11-22T23:59", "2026-11-23T10:00"),  # Sunday
    ],
)
def test_a_playground_begins_at_work(now: str, expected: str) -> None:
    told = working_hour(datetime.fromisoformat(now).replace(tzinfo=UTC), "Europe/London")

    assert told == datetime.fromisoformat(expected).replace(tzinfo=UTC)
