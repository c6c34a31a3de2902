"""People on the real homeserver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.matrix.person import Person, people
from tests.matrix.synapse import Synapse


@pytest.fixture
async def person(synapse: Synapse) -> AsyncIterator[Callable[[str], Awaitable[Person]]]:
    """Give what makes a person of a display name, on the homeserver without rate limits."""
    async with people(synapse) as made:
        yield made
