"""A community at work on the double."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.scenarios.stage import Line
from tests.slack.stage import SlackStage, slack
from tests.threads import no_thread_outlives_the_loop

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    """Give a community that has just begun."""
    async with slack("en") as made:
        yield made


@pytest.fixture
async def question(stage: SlackStage) -> Line:
    """Let the first question be asked, and give it."""
    await stage.until(MONDAY)
    return stage.seen()[-1]


__all__ = ["no_thread_outlives_the_loop"]
