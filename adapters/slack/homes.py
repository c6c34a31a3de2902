"""The app's home: what is on, one's own settings and data; for who coordinates, what waits and what can be set."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from adapters.slack.platform import SlackPlatform
from adapters.slack.render import home_blocks
from adapters.slack.show import tolerant
from bot.core.incoming import Batch, Profile
from bot.core.model import WorkspaceId
from bot.engine.home import home
from bot.engine.receive import receive

log = logging.getLogger("causerie.slack")

Unknown = Callable[[WorkspaceId, Sequence[str]], Awaitable[Sequence[Profile]]]


@dataclass(frozen=True, slots=True)
class Homes:
    """Publishes homes in one workspace."""

    platform: SlackPlatform
    workspace: WorkspaceId

    async def publish(self, person: str, unknown: Unknown | None = None) -> None:
        """Show somebody's home as it is now; who was not met before is asked for by ``unknown``."""
        engine = self.platform.engine
        if unknown is not None:
            people = tuple(await unknown(self.workspace, [person]))
            if people:
                await receive(engine, self.workspace, Batch(people=people))
        found = await home(engine, self.workspace, person)
        if found is None:
            return
        reading = self.platform.reading(found.voice.locale, found.zone, found.names)
        view = {"type": "home", "blocks": home_blocks(found.body, reading)}
        with tolerant("a home"):
            await self.platform.web.call("views.publish", user_id=person, view=view)
