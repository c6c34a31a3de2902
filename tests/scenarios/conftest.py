"""The stages on which stories are played: the same story on each platform."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final

import pytest

from bot.core.model import Language
from tests.matrix.stage import matrix
from tests.scenarios.stage import LocalStage, Stage, local
from tests.slack.stage import slack
from tests.threads import no_thread_outlives_the_loop

Opened = Callable[[Language], AbstractAsyncContextManager[Stage]]
PLATFORMS: Final[dict[str, Callable[[pytest.FixtureRequest], Opened]]] = {
    "local": lambda _: local,
    "slack": lambda _: slack,
    "matrix": lambda request: partial(matrix, synapse=request.getfixturevalue("synapse")),
    "encrypted": lambda request: partial(matrix, synapse=request.getfixturevalue("synapse"), encrypted=True),
}
ENCRYPTED: Final = frozenset({"test_round", "test_setup", "test_weekly_question"})
"""The stories that are played in encrypted rooms too; what they do not do there is the same in others."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test run once on each platform."""
    if "opened" in metafunc.fixturenames:
        sealed = metafunc.module.__name__.rpartition(".")[2] in ENCRYPTED
        metafunc.parametrize("opened", [p for p in PLATFORMS if sealed or p != "encrypted"], indirect=True)


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Opened:
    """Give a platform."""
    return PLATFORMS[request.param](request)


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
