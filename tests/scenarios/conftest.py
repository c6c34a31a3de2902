"""The stages on which stories are played: the same story on each platform."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

import pytest

from bot.core.model import Language
from tests.scenarios.stage import LocalStage, Stage, local
from tests.slack.stage import slack
from tests.threads import no_thread_outlives_the_loop

Opened = Callable[[Language], AbstractAsyncContextManager[Stage]]
PLATFORMS: Final[dict[str, Opened]] = {"local": local, "slack": slack}


@pytest.fixture(params=PLATFORMS)
def opened(request: pytest.FixtureRequest) -> Opened:
    """Give a platform: the test runs once on each."""
    return PLATFORMS[request.param]


@pytest.fixture
async def stage(opened: Opened) -> AsyncIterator[Stage]:
    """Give an English stage."""
    async with opened("en") as made:
        yield made


@pytest.fixture
async def french(opened: Opened) -> AsyncIterator[Stage]:
    """Give a French stage."""
    async with opened("fr") as made:
        yield made


@pytest.fixture
async def local_stage() -> AsyncIterator[LocalStage]:
    """Give an English playground."""
    async with local("en") as made:
        yield made


@pytest.fixture
async def french_local() -> AsyncIterator[LocalStage]:
    """Give a French playground."""
    async with local("fr") as made:
        yield made


__all__ = ["no_thread_outlives_the_loop"]
