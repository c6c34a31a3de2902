"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import servers
from tests.matrix.synapse import Limits, Synapse, SynapseMissingError, running

# A loaded machine is slow, not wrong; in CI a failure comes with what reproduces it.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "append each call that a double of Slack's Web API receives to this file, one line of JSON each"
    parser.addoption("--slack-calls", metavar="FILE", help=help_)


def pytest_configure(config: pytest.Config) -> None:
    """Let every double of the run write to one file; workers are told its whole path."""
    if file := config.getoption("slack_calls", None):
        from tests.slack.double import SlackDouble  # noqa: PLC0415 - only where it is asked for

        SlackDouble.common_log = config.invocation_params.dir / file
        config.option.slack_calls = str(SlackDouble.common_log)


@pytest.fixture(scope="session", autouse=True)
def no_proxy() -> Iterator[None]:
    """Reach the tests' own servers directly, in child processes too."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the address of a private server's maintenance database, one server per worker."""
    try:
        with servers.postgres() as address:
            yield address
    except servers.PostgresMissingError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """Give the address of a fresh, empty PostgreSQL database."""
    address = servers.create_database(postgres_url)
    yield address
    servers.drop_database(address)


@pytest.fixture(scope="session")
def synapse() -> Iterator[Synapse]:
    """Give a homeserver without rate limits, one per worker: each test makes its own people in it."""
    yield from homeserver("relaxed")


@pytest.fixture(scope="module")
def strict_synapse() -> Iterator[Synapse]:
    """Give a homeserver with the rate limits that Synapse has by default."""
    yield from homeserver("default")


def homeserver(limits: Limits) -> Iterator[Synapse]:
    try:
        with running(limits) as server:
            yield server
    except SynapseMissingError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """Give the address of a fresh SQLite file, not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'causerie.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a fresh, empty database: the test runs once on each kind."""
    fixture = {"sqlite": "sqlite_database", "postgresql": "postgres_database"}[request.param]
    address: str = request.getfixturevalue(fixture)
    return address
