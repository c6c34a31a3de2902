"""What returns to the person who waits: whispers, forms, and what is wrong with a form; said at most once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from adapters.slack.forms import FormTooLongError, errors_of, modal
from adapters.slack.people import Channel
from adapters.slack.platform import METADATA, SlackPlatform, shown
from adapters.slack.render import ButtonTooLongError, Part, Reading, modal_blocks, parts
from adapters.slack.values import Place
from adapters.slack.web import RefusedError
from bot.core.i18n import words
from bot.core.text import Button, Text, buttons, paragraph, quote, without_buttons
from bot.engine.platform import OutcomeUnknownError, Reply, RetryLaterError

t, _ = words("causerie")
log = logging.getLogger("causerie.slack")

TRIGGER_SECONDS: Final = 2.8
"""For so long after it came a trigger may open a view; Slack says three seconds, and the way there takes some."""
PATIENCE: Final = 30.0
"""Seconds for which an answer waits where Slack asks to wait; nobody else waits for it."""
MOST_WHISPERED: Final = 4
"""Messages of one answer that are seen in a channel; the rest is read on in direct messages."""
_FAILURES: Final = (RefusedError, RetryLaterError, OutcomeUnknownError)


@dataclass(frozen=True, slots=True)
class Answers:
    """Shows replies in one workspace."""

    platform: SlackPlatform

    async def show(self, place: Place, reply: Reply, key: str, again: Button | None = None) -> None:
        """Show a reply, as well as it can be; ``key`` names the line that is said to everybody.

        ``again`` asks for the same once more, where a form cannot be opened: without a trigger, or too late.
        """
        if reply.line is not None and place.channel is not None:
            await self._line(place.channel, reply, key)
        body = sum(reply.whispers, Text())
        if reply.form is not None:
            try:
                view = self.form(place, reply)
            except FormTooLongError as long:
                log.error("%s", long)  # noqa: TRY400 - it names the form and the field
                body += self._said(t("This form holds more than Slack can show. Nothing was changed."), reply)
            else:
                if not await self._open(place, view):
                    body += self._instead(reply, again)
        if body:
            await self._whisper(place, body, reply)

    def _instead(self, reply: Reply, again: Button | None) -> Text:
        """Return what is said where a form could not be opened."""
        if again is None:
            return self._said(t("Opening the form took too long. Ask for it once more: nothing was changed."), reply)
        said = paragraph(t("The form opens with this button.")) + buttons(again)
        return self.platform.engine.catalogues.resolve(said, reply.voice)

    async def tell(self, place: Place, body: Text, reply: Reply) -> None:
        """Show something resolved to one person alone, if there is anything to say."""
        if body:
            await self._whisper(place, body, reply)

    async def tell_late(self, place: Place, reply: Reply, values: Mapping[str, str]) -> None:
        """Tell what was wrong with a form that is closed already, with what was written, so that it is not lost."""
        body = self._said(t("What you sent could not be taken:"), reply)
        for wrong in reply.errors.values():
            body += wrong
        body += self._said(t("This is what you had written:"), reply)
        for value in values.values():
            body += quote(paragraph(value)) if value else Text()
        await self._whisper(place, body, reply)

    def form(self, place: Place, reply: Reply) -> dict[str, Any]:
        """Return the modal of a reply's form. Raises FormTooLongError, and TypeError where there is none."""
        if reply.form is None:
            raise TypeError
        return modal(reply.form, self._reading(reply), close=self._word(t("Close"), reply), meta=place.meta)

    def errors(self, reply: Reply, view: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with a view that was sent, beside its fields."""
        return errors_of(reply.errors, view, self._reading(reply))

    def page(self, body: Text, reply: Reply) -> dict[str, Any]:
        """Return a modal that shows an answer, and does nothing else."""
        return {
            "type": "modal",
            "title": {"type": "plain_text", "text": "Causerie", "emoji": False},
            "close": {"type": "plain_text", "text": self._word(t("Close"), reply), "emoji": False},
            "callback_id": "page",
            "blocks": modal_blocks(body, self._reading(reply)),
        }

    async def _line(self, channel: str, reply: Reply, key: str) -> None:
        """Say something to everybody in a channel."""
        (part, *_) = parts(reply.line or Text(), replace(self._reading(reply), many=True), most=1)
        metadata = {"event_type": METADATA, "event_payload": {"key": key, "part": 0}}
        with tolerant("a line"):
            await self.platform.web.call(
                "chat.postMessage", wait=PATIENCE, channel=channel, metadata=metadata, **shown(part)
            )

    async def _open(self, place: Place, view: Mapping[str, Any]) -> bool:
        """Show a view on top of what is open; False when it is too late, or cannot be shown."""
        if place.trigger is None or asyncio.get_running_loop().time() - place.at > TRIGGER_SECONDS:
            return False
        method = "views.push" if place.view else "views.open"
        try:
            await self.platform.web.call(method, trigger_id=place.trigger, view=view)
        except RefusedError as refused:
            if refused.code == "push_limit_reached" and place.view:
                return await self._changed(place.view, view)
            # It names limits and fields, nobody's words.
            log.warning("a view could not be shown: %s", refused)
            return False
        except (RetryLaterError, OutcomeUnknownError) as error:
            log.warning("a view could not be shown: %s", error)
            return False
        return True

    async def _changed(self, view_id: str, view: Mapping[str, Any]) -> bool:
        """Show a view in place of one that is open."""
        try:
            await self.platform.web.call("views.update", view_id=view_id, view=view)
        except _FAILURES as error:
            log.warning("a view could not be changed: %s", error)
            return False
        return True

    async def _whisper(self, place: Place, body: Text, reply: Reply) -> None:
        """Show something to one person where they are; what finds no place there comes by direct message."""
        body, files = self.platform.bearable(body, reply.voice.locale)
        if files:
            with tolerant("files"):
                opened = await self.platform.web.call("conversations.open", users=place.user)
                await self.platform.share(files, opened["channel"]["id"])
        if place.page and await self._as_page(place, body, reply):
            return
        said = [shown(part) for part in self._parts(body, reply)]
        alone = await self._alone(place)
        there = 0 if alone or place.page else await self._in_channel(place, said[:MOST_WHISPERED])
        if said[there:]:
            await self._directly(place, said[there:], place.channel if alone else None)

    def _parts(self, body: Text, reply: Reply) -> Sequence[Part]:
        """Return a message in parts; buttons that Slack does not take are left out rather than all of it."""
        try:
            return parts(body, self._reading(reply))
        except ButtonTooLongError as long:
            log.error("%s", long)  # noqa: TRY400 - it names the button
            return parts(without_buttons(body), self._reading(reply))

    async def _as_page(self, place: Place, body: Text, reply: Reply) -> bool:
        """Show something in a modal: in the one that is open, or in a new one."""
        view = self.page(body, reply)
        return await self._changed(place.view, view) if place.view else await self._open(place, view)

    async def _in_channel(self, place: Place, said: Sequence[Mapping[str, Any]]) -> int:
        """Show messages that only one person sees; return how many were shown."""
        for number, message in enumerate(said):
            if not await self._ephemeral(place, message, instead=number == 0 and place.ephemeral):
                return number
        return len(said)

    async def _ephemeral(self, place: Place, message: Mapping[str, Any], *, instead: bool) -> bool:
        """Show one; ``instead`` of the message, theirs alone, on which a button was pressed."""
        web, url = self.platform.web, place.response_url
        if instead and url and await web.post(url, {**message, "replace_original": True}):
            return True
        known = await self._where(place)
        if place.channel is not None and (known is None or known.here):
            try:
                await web.call(
                    "chat.postEphemeral",
                    wait=PATIENCE,
                    channel=place.channel,
                    user=place.user,
                    thread_ts=place.thread,
                    **message,
                )
            except (RefusedError, RetryLaterError) as error:
                log.info("a whisper goes another way: %s", error)
            except OutcomeUnknownError as unknown:
                log.warning("a whisper may be lost: %s", unknown)
                return True
            else:
                return True
        return url is not None and await web.post(
            url, {**message, "response_type": "ephemeral", "replace_original": False}
        )

    async def _directly(self, place: Place, said: Sequence[Mapping[str, Any]], channel: str | None) -> None:
        """Write to the person alone, in their thread where they are in the conversation already."""
        thread = place.thread if channel else None
        with tolerant("an answer"):
            for message in said:
                await self.platform.web.call(
                    "chat.postMessage", wait=PATIENCE, channel=channel or place.user, thread_ts=thread, **message
                )

    async def _alone(self, place: Place) -> bool:
        """Whether somebody is in their own conversation with the bot."""
        known = await self._where(place)
        if known is None:
            # Of others' conversations only commands and shortcuts tell, which bring an address for the answer.
            return place.response_url is None and (place.channel or "").startswith("D")
        return known.direct and known.person is not None and known.here

    async def _where(self, place: Place) -> Channel | None:
        """Return the channel in which somebody waits; None where there is none, or Slack does not tell of it now."""
        if place.channel is None:
            return None
        try:
            return await self.platform.register.channel(place.channel, person=place.user)
        except RetryLaterError:
            return None

    def _reading(self, reply: Reply) -> Reading:
        return self.platform.reading(reply.voice.locale, reply.zone, reply.names)

    def _said(self, node: Any, reply: Reply) -> Text:  # noqa: ANN401 - a sentence
        return self.platform.engine.catalogues.resolve(paragraph(node), reply.voice)

    def _word(self, node: Any, reply: Reply) -> str:  # noqa: ANN401 - as above
        return self.platform.engine.catalogues.sentence(node, reply.voice)


@contextmanager
def tolerant(what: str) -> Iterator[None]:
    """Bear that something is not said that is said at most once; the operator is told."""
    try:
        yield
    except _FAILURES as error:
        log.warning("%s could not be said: %s", what, error)
