"""A database, its transactions, and a clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from bot.core.model import CommunityId
from bot.engine.ports.agenda import Wakes
from bot.engine.ports.commons import Binding, Commons
from bot.engine.ports.directory import Awaits, Directory
from bot.engine.ports.inbox import Inbox
from bot.engine.ports.lives import Lives
from bot.engine.ports.members import Members, Records
from bot.engine.ports.outbox import OutboxStore
from bot.engine.ports.wordings import Wordings

Clock = Callable[[], datetime]
Probe = Callable[[str], None]


class Unit(Protocol):
    """A transaction: rolls back unless committed."""

    @property
    def inbox(self) -> Inbox:
        """Facts to handle."""
        ...

    @property
    def wakes(self) -> Wakes:
        """The agenda."""
        ...

    @property
    def outbox(self) -> OutboxStore:
        """What is to be done on the platforms."""
        ...

    @property
    def directory(self) -> Directory:
        """Our ids and the platforms'."""
        ...

    @property
    def awaits(self) -> Awaits:
        """What may be answered to in words."""
        ...

    @property
    def members(self) -> Members:
        """What members allow."""
        ...

    @property
    def records(self) -> Records:
        """All that is kept of members."""
        ...

    @property
    def commons(self) -> Commons:
        """What communities hold in common."""
        ...

    @property
    def lives(self) -> Lives:
        """How communities and rituals begin and end."""
        ...

    @property
    def wordings(self) -> Wordings:
        """Texts that communities say in their own words."""
        ...

    async def open(self, binding: Binding) -> Any:  # noqa: ANN401 - each ritual has a store of its own
        """Return the store of the binding's ritual."""
        ...

    def attempt(self) -> AbstractAsyncContextManager[None]:
        """Begin a part that an exception undoes, and nothing before it; stores opened in it are its own.

        The exception goes on. Stores that were opened before are not to be used in it.
        """
        ...

    async def commit(self) -> None:
        """Make all of it true; without this nothing happened."""
        ...


class Database(Protocol):
    """Where everything is kept."""

    exclusive: bool
    """Whether this process is the only one that works on it."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """Begin a transaction that may write."""
        ...

    def view(self) -> AbstractAsyncContextManager[Unit]:
        """Begin a transaction that only reads."""
        ...

    def copy(self, community: CommunityId) -> AbstractAsyncContextManager[Database]:
        """Copy one community into memory, for a rehearsal."""
        ...
