"""Whoever waits: what they asked for is stored, acknowledged in Slack's three seconds, done, and answered."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.slack.forms import FormTooLongError
from adapters.slack.homes import Homes
from adapters.slack.interact import Asking
from adapters.slack.news import Around
from adapters.slack.people import is_guest, language
from adapters.slack.platform import SlackPlatform, not_shared
from adapters.slack.render import ButtonTooLongError
from adapters.slack.show import Answers
from adapters.slack.values import Envelope, Place
from adapters.slack.web import RefusedError
from bot.core.i18n import voice, words
from bot.core.incoming import Batch, Commanded, Incoming, Invited, Pressed, Said, Submitted
from bot.core.model import Fact, WorkspaceId
from bot.core.text import Button, Text, paragraph
from bot.engine.asking import repeating, spoken
from bot.engine.platform import OutcomeUnknownError, Reply, RetryLaterError
from bot.engine.respond import respond

t, _ = words("causerie")
log = logging.getLogger("causerie.slack")

STORED_SECONDS: Final = 2.8
"""What is not stored by then is not acknowledged: Slack waits three seconds."""
REMEMBERED: Final = 200
FORM_SECONDS: Final = 2.0
"""So long a form stays open for what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers who waits, in one workspace."""

    platform: SlackPlatform
    answers: Answers
    homes: Homes
    workspace: WorkspaceId
    refused: deque[Fact] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """What was refused of late."""

    async def answer(
        self, envelope: Envelope, asking: Asking, fact: Incoming, around: Around, stored: Callable[[], None]
    ) -> None:
        """Answer one thing that was asked for; ``stored`` is called once it cannot be lost any more."""
        place = asking.place or Place(user="", at=envelope.at, channel=getattr(fact, "channel", None))
        if await self._not_for_us(envelope, place, fact, around, stored):
            return
        if isinstance(fact, Submitted):
            await self._form(envelope, place, fact, around.batch, stored)
        else:

            async def received() -> None:
                stored()
                await envelope.ack(None)

            reply = await respond(self.platform.engine, self.workspace, fact, around.batch, received)
            await self.answers.show(place, reply, f"line:{fact.fact}", again(fact))
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
        work = asyncio.ensure_future(respond(self.platform.engine, self.workspace, fact, batch, received))
        kept = asyncio.ensure_future(safe.wait())
        try:
            left = envelope.at + STORED_SECONDS - loop.time()
            await asyncio.wait({work, kept}, timeout=max(0.0, left), return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and not safe.is_set():
                await self._left(envelope, work, fact)
                return
            left = envelope.at + FORM_SECONDS - loop.time()
            done, _ = await asyncio.wait({work}, timeout=max(0.0, left))
            if not done:
                await envelope.ack(None)
            reply = await work
        finally:
            kept.cancel()
            work.cancel()
        if not done:
            await self._after_all(place, reply, fact)
        else:
            await self._in_time(envelope, place, reply, fact)

    async def _left(self, envelope: Envelope, work: asyncio.Future[Reply], fact: Submitted) -> None:
        """Leave a form that could not be stored in time: it stays open, and Slack tells its sender that it failed."""
        work.cancel()
        await asyncio.wait({work})
        log.error("a form could not be stored in time")
        async with self.platform.engine.database.view() as unit:
            if await unit.inbox.knows(fact.fact):
                # It was stored all the same, as its storing was given up: the engine goes on with it.
                await envelope.ack(None)

    async def _in_time(self, envelope: Envelope, place: Place, reply: Reply, fact: Submitted) -> None:
        """Answer in the form's own window as far as that can be."""
        body = sum(reply.whispers, Text())
        answer: Mapping[str, Any] | None = None
        try:
            if reply.errors:
                wrong = self.answers.errors(reply, envelope.payload["view"])
                answer = {"response_action": "errors", "errors": wrong} if wrong else None
            elif reply.form is not None:
                answer = {"response_action": "update", "view": self.answers.form(place, reply)}
            elif place.page and body:
                answer = {"response_action": "update", "view": self.answers.page(body, reply)}
        except (FormTooLongError, ButtonTooLongError) as long:
            log.error("%s", long)  # noqa: TRY400 - it names the form or the button
        await envelope.ack(answer)
        if answer is None:
            await self._after_all(place, reply, fact)
        elif reply.form is not None:
            await self.answers.tell(place, body, reply)

    async def _after_all(self, place: Place, reply: Reply, fact: Submitted) -> None:
        if reply.errors:
            await self.answers.tell_late(place, reply, fact.values)
        else:
            await self.answers.show(place, reply, f"line:{fact.fact}")

    async def _not_for_us(
        self, envelope: Envelope, place: Place, fact: Incoming, around: Around, stored: Callable[[], None]
    ) -> bool:
        """Say why to whoever asks in a shared channel, or is a guest, where that is not enabled."""
        if await self._shared(place, fact):
            said = self._said(not_shared())
            reply = Reply(line=said) if isinstance(fact, Invited) else Reply(whispers=(said,))
        elif self._addressed(place.user, around):
            return False
        else:
            refused = await self._guest(place.user)
            reply = refused or Reply()
        await envelope.ack(None)
        stored()
        # A mention comes as two events.
        if fact.fact not in self.refused:
            self.refused.append(fact.fact)
            await self.answers.show(place, reply, f"line:{fact.fact}")
        return True

    async def _shared(self, place: Place, fact: Incoming) -> bool:
        """Whether somebody asks in a channel that is shared with others, where that is not enabled."""
        where = str(getattr(fact, "channel", None) or "D")
        register = self.platform.register
        if register.settings.shared_channels or where.startswith("D"):
            return False
        try:
            return (await register.channel(where, person=place.user or None)).shared
        except RetryLaterError:
            return False

    def _addressed(self, user: str, around: Around) -> bool:
        """Whether the engine addresses somebody, as far as it was told; an invitation may tell of nobody."""
        return not user or user in around.addressed or any(p.external == user for p in around.batch.people)

    async def _guest(self, external: str) -> Reply | None:
        """Return what a guest is told; nothing is told to bots, strangers and closed accounts."""
        try:
            answer = await self.platform.web.call("users.info", user=external, include_locale=True)
        except (RefusedError, RetryLaterError, OutcomeUnknownError):
            return None
        user: Mapping[str, Any] = answer["user"]
        if not is_guest(user) or user.get("is_bot") or user.get("deleted"):
            return None
        spoken = voice(language(user.get("locale")) or "en")
        told = t("Guests cannot use Causerie in this workspace.")
        body = self.platform.engine.catalogues.resolve(paragraph(told), spoken)
        return Reply(whispers=(body,), voice=spoken)

    def _said(self, node: Any) -> Text:  # noqa: ANN401 - a sentence
        return self.platform.engine.catalogues.resolve(paragraph(node), voice("en"))


def again(fact: Incoming) -> Button | None:
    """Return a button that does the same once more, and brings what a form needs to be opened: a trigger."""
    match fact:
        case Commanded():
            return repeating(t("Open the form"), fact.words)
        case Said():
            return repeating(t("Open the form"), spoken(fact).words)
        case Pressed():
            return Button(fact.action, t("Open the form"), fact.value)
        case _:
            return None
