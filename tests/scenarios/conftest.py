"""The stages on which stories are played."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.stage import Stage, local
from tests.threads import no_thread_outlives_the_loop


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Give an English stage."""
    async with local("en") as made:
        yield made


@pytest.fixture
async def french() -> AsyncIterator[Stage]:
    """Give a French stage."""
    async with local("fr") as made:
        yield made


__all__ = ["no_thread_outlives_the_loop"]
