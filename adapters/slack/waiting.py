"""Whoever waits: what they asked for is stored, acknowledged in Slack's three seconds, done, and answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.slack.homes import Homes
from adapters.slack.interact import Asking
from adapters.slack.people import is_guest, language
from adapters.slack.platform import SlackPlatform, not_shared
from adapters.slack.show import Answers
from adapters.slack.values import Envelope, Place
from adapters.slack.web import RefusedError
from bot.core.i18n import voice, words
from bot.core.incoming import Batch, Incoming, Invited, Submitted
from bot.core.model import WorkspaceId
from bot.core.text import Text, paragraph
from bot.engine.platform import Reply
from bot.engine.respond import respond

t, _ = words("causerie")
log = logging.getLogger("causerie.slack")

STORED_SECONDS: Final = 2.8
"""What is not stored by then is not acknowledged: Slack waits three seconds."""
FORM_SECONDS: Final = 2.0
"""So long a form stays open for what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers who waits, in one workspace."""

    platform: SlackPlatform
    answers: Answers
    homes: Homes
    workspace: WorkspaceId

    async def answer(
        self,
        envelope: Envelope,
        asking: Asking,
        fact: Incoming,
        batch: Batch,
        stored: Callable[[], None],
        *,
        addressed: bool,
    ) -> None:
        """Answer one thing that was asked for; ``stored`` is called once it cannot be lost any more.

        ``addressed``: it is from somebody whom the engine addresses, so from no guest who is not let in.
        """
        place = asking.place or Place(user="", at=0.0, channel=getattr(fact, "channel", None))
        if await self._not_for_us(envelope, place, fact, addressed=addressed):
            return
        if isinstance(fact, Submitted):
            await self._form(envelope, place, fact, batch, stored)
        else:

            async def received() -> None:
                stored()
                await envelope.ack(None)

            reply = await respond(self.platform.engine, self.workspace, fact, batch, received)
            await self.answers.show(place, reply, f"line:{fact.fact}")
        if place.page:
            await self.homes.publish(place.user)

    async def collected(self, place: Place) -> None:
        """Say what the message shortcut does, to whoever used it."""
        async with self.platform.engine.database.view() as unit:
            member = await unit.directory.member(self.workspace, place.user)
            known = (await unit.directory.members([member])).get(member) if member else None
        if known is None:
            return
        spoken = self.platform.engine.voice_of(None, known)
        told = t("If a question is open and you are in charge, this message counts as an answer to it.")
        body = self.platform.engine.catalogues.resolve(paragraph(told), spoken)
        await self.answers.show(place, Reply(whispers=(body,), voice=spoken), "")

    async def _form(
        self, envelope: Envelope, place: Place, fact: Submitted, batch: Batch, stored: Callable[[], None]
    ) -> None:
        """Answer a form while it is open, if that is quick enough; else it is closed, and answered by a message."""
        safe = asyncio.Event()

        async def received() -> None:
            stored()
            safe.set()

        loop = asyncio.get_running_loop()
        until = loop.time() + FORM_SECONDS
        work = asyncio.ensure_future(respond(self.platform.engine, self.workspace, fact, batch, received))
        kept = asyncio.ensure_future(safe.wait())
        try:
            await asyncio.wait({work, kept}, timeout=STORED_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and not safe.is_set():
                # It stays open in front of its sender, who is told by Slack that it did not work.
                work.cancel()
                await asyncio.wait({work})
                log.error("a form could not be stored in time")
                return
            done, _ = await asyncio.wait({work}, timeout=max(0.0, until - loop.time()))
            if not done:
                await envelope.ack(None)
            reply = await work
        finally:
            kept.cancel()
            work.cancel()
        if not done:
            await self._after_all(place, reply, fact)
        elif reply.errors:
            wrong = self.answers.errors(reply, envelope.payload["view"])
            await envelope.ack({"response_action": "errors", "errors": wrong})
        elif reply.form is not None:
            await envelope.ack({"response_action": "update", "view": self.answers.form(place, reply)})
            await self.answers.tell(place, sum(reply.whispers, Text()), reply)
        elif place.page and reply.whispers:
            body = sum(reply.whispers, Text())
            await envelope.ack({"response_action": "update", "view": self.answers.page(body, reply)})
        else:
            await envelope.ack(None)
            await self.answers.show(place, reply, f"line:{fact.fact}")

    async def _after_all(self, place: Place, reply: Reply, fact: Submitted) -> None:
        if reply.errors:
            await self.answers.tell_late(place, reply, fact.values)
        else:
            await self.answers.show(place, reply, f"line:{fact.fact}")

    async def _not_for_us(self, envelope: Envelope, place: Place, fact: Incoming, *, addressed: bool) -> bool:
        """Say why to whoever asks in a shared channel, or is a guest, where that is not enabled."""
        where = getattr(fact, "channel", None)
        register = self.platform.register
        if (
            where is not None
            and not register.settings.shared_channels
            and (await register.channel(where, person=place.user or None)).shared
        ):
            await envelope.ack(None)
            said = Reply(line=self._said(not_shared())) if isinstance(fact, Invited) else None
            await self.answers.show(place, said or Reply(whispers=(self._said(not_shared()),)), f"line:{fact.fact}")
            return True
        if addressed or not place.user or register.settings.guests:
            return False
        user = await self._guest(place.user)
        if user is None:
            return False
        await envelope.ack(None)
        spoken = voice(language(user.get("locale")) or "en")
        told = t("Guests of this workspace cannot use Causerie; whoever runs it can allow it (`slack.guests`).")
        body = self.platform.engine.catalogues.resolve(paragraph(told), spoken)
        await self.answers.show(place, Reply(whispers=(body,), voice=spoken), "")
        return True

    async def _guest(self, external: str) -> Mapping[str, Any] | None:
        """Return somebody whom the engine does not address, if that is for being a guest."""
        try:
            user: Mapping[str, Any] = (await self.platform.web.read("users.info", user=external, include_locale=True))[
                "user"
            ]
        except RefusedError:
            return None
        return user if is_guest(user) and not user.get("is_bot") and not user.get("deleted") else None

    def _said(self, node: Any) -> Text:  # noqa: ANN401 - a sentence
        return self.platform.engine.catalogues.resolve(paragraph(node), voice("en"))
