"""The engine: the parts that its functions need, handed in by the composition root."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random  # noqa: TID251 - seeded from (binding, fact), and handed in
from typing import Any

from pydantic import ValidationError

from bot.core.errors import CauserieError
from bot.core.i18n import Catalogues, Voice, voice
from bot.core.model import BindingId, Community, Fact, Member, MemberId, WorkspaceId
from bot.core.retry import HANDLING, SENDING, Retry
from bot.engine.platform import Platform
from bot.engine.ports import Binding, Clock, Database, Probe
from bot.engine.registry import Registry
from bot.engine.ritual import Moment, Settings


class SettingsInvalidError(CauserieError):
    """The stored settings of a ritual no longer validate; it is paused until they are set anew."""


def unprobed(_: str) -> None:
    """Pass a named place without doing anything."""


@dataclass(frozen=True)
class Policy:
    """How patient the engine is."""

    lease: timedelta = timedelta(seconds=60)
    handling: Retry = HANDLING
    sending: Retry = SENDING
    history: timedelta = timedelta(days=30)
    doubt: timedelta = timedelta(seconds=35)


@dataclass(frozen=True)
class Engine:
    """What the engine's functions work with.

    ``platforms`` are the sessions at work, by workspace; ``answering`` are the facts for whose answer somebody waits
    here: nobody else takes them. ``wakers`` are called when an adapter has brought something.
    """

    database: Database
    registry: Registry
    catalogues: Catalogues
    clock: Clock
    platforms: dict[WorkspaceId, Platform] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    probe: Probe = unprobed
    rests: dict[str, datetime] = field(default_factory=dict)
    answering: set[Fact] = field(default_factory=set)
    wakers: list[Callable[[], None]] = field(default_factory=list)
    rehearsing: bool = False

    def nudge(self) -> None:
        """Have it looked at once whether there is something to do, by whoever does it beside the adapters."""
        for wake in self.wakers:
            wake()

    def rest(self, destination: str, until: datetime) -> None:
        """Let a destination rest until an instant, as its platform's pace demands."""
        if until > self.clock():
            self.rests[destination] = until

    def resting(self, now: datetime) -> frozenset[str]:
        """Return the destinations that rest."""
        for destination in [d for d, until in self.rests.items() if until <= now]:
            del self.rests[destination]
        return frozenset(self.rests)

    def prefix(self, workspace: WorkspaceId) -> str:
        """Return what is typed before a command on that workspace's platform."""
        platform = self.platforms.get(workspace)
        return platform.prefix if platform else "/causerie"

    def moderated(self, workspace: WorkspaceId) -> bool:
        """Whether that workspace's platform itself says who is in charge of a channel."""
        platform = self.platforms.get(workspace)
        return platform is not None and platform.capabilities.moderates is not None

    def voice_of(
        self, community: Community | None, member: Member | None = None, workspace: WorkspaceId | None = None
    ) -> Voice:
        """Return the voice in which to speak: a member's own language where given, else the community's.

        ``workspace``: where, if it is not in a community.
        """
        language = (member.language if member else None) or (community.language if community else "en")
        spoken = voice(language, community.address if community else "vous", self.zone_of(community, member))
        platform = self.platforms.get(community.workspace if community else workspace or WorkspaceId(""))
        return replace(spoken, place=platform.capabilities.place) if platform else spoken

    @staticmethod
    def zone_of(community: Community | None, member: Member | None = None) -> str:
        """Return the reader's zone: the member's where known, else the community's."""
        return (member.zone if member else None) or (community.zone if community else "UTC")

    def settings_of(self, binding: Binding) -> Settings:
        """Return a binding's validated settings; raises SettingsInvalidError."""
        schema: type[Settings] = self.registry.rituals[binding.ritual].settings
        try:
            return schema.model_validate(dict(binding.settings))
        except ValidationError as error:
            keys = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()}))
            detail = f"{binding.ritual}, {keys}"
            raise SettingsInvalidError(detail) from None

    def valid_settings(self, binding: Binding) -> dict[str, Any]:
        """Return the stored settings that validate each on their own."""
        schema = self.registry.rituals[binding.ritual].settings
        valid: dict[str, Any] = {}
        for key, value in binding.settings.items():
            with suppress(ValidationError):
                schema.model_validate({key: value})
                valid[key] = value
        return valid

    def moment(
        self, community: Community, binding: Binding, fact: Fact, now: datetime, in_charge: tuple[MemberId, ...]
    ) -> Moment[Any]:
        """Return what a decision may know; raises SettingsInvalidError."""
        return Moment(
            now=now,
            community=community,
            binding=binding.id,
            name=binding.name,
            settings=self.settings_of(binding),
            prefix=self.prefix(community.workspace),
            random=Random(f"{binding.id}|{fact}"),  # noqa: S311 - reproducible on purpose, guards nothing
            new_id=ids(binding.id, fact),
            in_charge=in_charge,
            rehearsed=self.rehearsing,
            moderated=self.moderated(community.workspace),
        )


def ids(binding: BindingId | str, fact: Fact | str) -> Callable[[], str]:
    """Return a maker of ids that gives the same ids for the same (binding, fact), in order."""
    made = 0

    def new_id() -> str:
        nonlocal made
        made += 1
        return derived(binding, fact, str(made))

    return new_id


def derived(*parts: str) -> str:
    """Return an id that is the same for the same parts: 20 hexadecimal digits of BLAKE2b."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()
