"""A seeded house on each kind of database, and what the story leaves behind when nobody dies."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers
from tests.kill.driver import BEGIN, Order
from tests.kill.house import House
from tests.kill.on_local import LocalPlace
from tests.kill.on_matrix import Cast, MatrixPlace, cast
from tests.kill.on_slack import SlackPlace, workspace
from tests.kill.place import Place
from tests.kill.state import State, state
from tests.kill.story import STAGES
from tests.matrix.synapse import Synapse

SEALED = "matrix, encrypted"
Built = Callable[[House | None], AbstractContextManager[House]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, for time, what is shown on a platform and on PostgreSQL, and would add little on both together."""
    items[:] = [item for item in items if not _spared(item)]


def _spared(item: pytest.Item) -> bool:
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if params.get("platform") == SEALED and params.get("kind") == "postgresql":
        return True
    if params.get("platform") in {"matrix", SEALED}:
        few = params.get("platform") == SEALED or params.get("kind") == "postgresql"
        return few and (params.get("share", 0) != 0 or "place" in params)
    if params.get("platform") != "slack":
        return False
    inside = str(params.get("place")).startswith(("dispatch.", "sweep."))
    return params.get("seed") == 2 or (inside and params.get("kind") == "postgresql")


@dataclass(frozen=True, slots=True)
class Unkilled:
    """A play in which nobody died: the places passed in each stage, and what it left behind."""

    passed: Sequence[Counter[str]]
    left: State


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session", params=["local", "slack"])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def troupe(platform: str, request: pytest.FixtureRequest) -> Iterator[Cast | None]:
    """Give those who play on Matrix, where that is the platform."""
    if not platform.startswith("matrix"):
        yield None
        return
    synapse: Synapse = request.getfixturevalue("synapse")
    with cast(synapse, encrypted=platform == SEALED) as people:
        yield people


@contextmanager
def placed(platform: str, troupe: Cast | None, folder: Path, url: str, like: House | None) -> Iterator[Place]:
    """Give an empty platform, or one as another is; on Matrix, it is always empty."""
    if platform == "local":
        yield LocalPlace(folder)
        return
    if troupe is not None:
        yield MatrixPlace(troupe, folder)
        return
    twin = like.place if like else None
    assert twin is None or isinstance(twin, SlackPlace)
    with workspace(url, twin) as place:
        yield place


@pytest.fixture(scope="session")
def built(
    platform: str,
    troupe: Cast | None,
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Built:
    """Build an empty house, or a copy of one at which nobody works; on Matrix, that is seeded anew."""

    @contextmanager
    def build(like: House | None) -> Iterator[House]:
        folder = tmp_path_factory.mktemp("house")
        anew = like is not None and troupe is not None
        if anew:
            like = None
        if like is not None:
            shutil.copytree(like.folder, folder, dirs_exist_ok=True)
        url = f"sqlite+aiosqlite:///{folder}/causerie.sqlite"
        if kind == "postgresql":
            server: str = request.getfixturevalue("postgres_url")
            url = servers.create_database(server, like.url if like else None)
        with placed(platform, troupe, folder, url, like) as place:
            house = House(folder, url, place)
            try:
                if anew:
                    house.perform(Order(BEGIN, BEGIN))
                    house.stop()
                yield house
            finally:
                house.stop(kill=True)
                if kind == "postgresql":
                    servers.drop_database(url)

    return build


@pytest.fixture(scope="session")
def seeded(built: Built) -> Iterator[House]:
    """Give a house with the seeded community, at which nobody works."""
    with built(None) as house:
        house.perform(Order(BEGIN, BEGIN))
        house.stop()
        yield house


@pytest.fixture
def house(built: Built, seeded: House) -> Iterator[House]:
    """Give a house of one's own with the seeded community."""
    with built(seeded) as own:
        yield own


@pytest.fixture(scope="session")
def unkilled(built: Built, seeded: House) -> Unkilled:
    with built(seeded) as house:
        passed = []
        for stage in STAGES:
            done = house.play(stage)
            assert done is not None
            passed.append(done)
        house.stop()
        return Unkilled(passed, asyncio.run(state(house.url, house.place)))
