"""People on the real homeserver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.matrix.hall import Hall, hall
from tests.matrix.members import Member, Members, NodeMissingError, playing
from tests.matrix.person import Person, people, user_name
from tests.matrix.synapse import Synapse


@pytest.fixture
async def person(synapse: Synapse) -> AsyncIterator[Callable[[str], Awaitable[Person]]]:
    """Give what makes a person of a display name, on the homeserver without rate limits."""
    async with people(synapse) as made:
        yield made


@pytest.fixture
async def members() -> AsyncIterator[Members]:
    """Give the process that plays members with clients of their own."""
    try:
        async with playing() as process:
            yield process
    except NodeMissingError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def member(synapse: Synapse, members: Members) -> Callable[[str], Awaitable[Member]]:
    """Give what makes a member of a display name, their device signed with new cross-signing keys."""

    async def made(name: str) -> Member:
        account = await asyncio.to_thread(synapse.register, user_name(name), shown=name)
        return await members.login(
            name, synapse.url, account.user_id, account.password, token=account.token, device=account.device_id
        )

    return made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def common(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """Give the bot at work, in the loop of the session: to log in takes longer than most tests."""
    async with hall(synapse, tmp_path_factory.mktemp("hall") / "matrix") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def place(common: Hall) -> Hall:
    """Give the bot, and an Ana and a Bo who are new to it, with no room yet."""
    await common.empty()
    return common


@pytest_asyncio.fixture(loop_scope="session")
async def home(place: Hall) -> Hall:
    """Give them a community with its home in a room, coordinated by Ana."""
    await place.found(await place.room(place.bo), place.ana)
    return place
