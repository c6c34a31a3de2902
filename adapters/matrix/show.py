"""What returns to the person who waits: in the room where they talk with the bot alone; said at most once."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from adapters.matrix.files import attached
from adapters.matrix.http import RefusedError
from adapters.matrix.platform import LAG, MatrixPlatform
from adapters.matrix.render import content, files_of, in_thread, parts
from adapters.matrix.rooms import Room
from bot.core.awaited import Options
from bot.core.i18n import Voice, words
from bot.core.incoming import Incoming, Reacted
from bot.core.model import Fact, WorkspaceId
from bot.core.text import Button, Text, paragraph
from bot.engine.converse import degraded, numbered, offer, offer_choices
from bot.engine.engine import derived
from bot.engine.platform import ImpossibleError, OutcomeUnknownError, Reply, RetryLaterError

t, _ = words("causerie")
log = logging.getLogger("causerie.matrix")

PATIENCE: Final = 120.0
"""Seconds for which an answer waits where the server asks to wait, or is away; nobody else waits for it."""
ELSEWHERE: Final = "✉️"
"""The reaction on a command that was answered where nobody else reads it."""
_AGAIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Shows replies in one workspace."""

    platform: MatrixPlatform
    workspace: WorkspaceId
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def show(self, heard: Incoming, event: str, reply: Reply) -> None:
        """Show a reply to who did something, by the event in which they did it; what cannot be shown is logged."""
        author, channel = getattr(heard, "author", None), getattr(heard, "channel", None) or ""
        if reply.line is not None:
            await self._tolerantly("a line", self._line(channel, heard.fact, reply))
        if author is None or not (reply.whispers or reply.form):
            return
        async with self._locks[author]:
            shown = await self._tolerantly("an answer", self._alone(author, channel, heard, reply))
        if shown is None:
            await self._tolerantly("a word", self._unreachable(channel, event, heard.fact, reply))
        elif shown.id != channel and not isinstance(heard, Reacted):
            await self._tolerantly("a sign", self._elsewhere(channel, event))

    async def _alone(self, author: str, channel: str, heard: Incoming, reply: Reply) -> Room:
        """Show what is theirs where they talk with the bot alone."""
        there = self.platform.rooms.known.get(channel)
        if there is None or self.platform.rooms.alone(channel) != author:
            there = await self._patiently(lambda: self.platform.conversations.open((author,), asked=True))
        shown = await degraded(self.platform.engine, self.workspace, there.id, reply)
        for number, body in enumerate(shown.reply.whispers):
            key = f"{heard.fact}/{number}"
            options = shown.options.get(number, ())
            last = await self._say(there, body, key, reply, options, None)
            if shown.reply.asks and number == len(shown.reply.whispers) - 1 and last:
                engine, workspace = self.platform.engine, self.workspace
                if many := await offer_choices(engine, workspace, there.id, last, reply.whose):
                    self.platform.offer(there, last, many, key)
        return there

    async def _line(self, channel: str, fact: Fact, reply: Reply) -> None:
        room = self.platform.rooms.peek(channel)
        body, options = numbered(self.platform.engine, reply.line or Text(), reply.voice)
        await self._say(room, body, f"{fact}/line", reply, options, None)

    async def _say(
        self, room: Room, body: Text, key: str, reply: Reply, options: tuple[Button, ...], thread: str | None
    ) -> str:
        """Say something as a notice, note what may be answered to it, and return its last event."""
        body = await self._patiently(lambda: self.platform.standing.linked(body))
        said = parts(body, self.platform.reading(reply.voice.locale, reply.zone, reply.names))
        if files := files_of(body):
            await self._patiently(lambda: attached(self.platform, room, files, key))
        last = ""
        for number, part in enumerate(said):
            words_ = content(part, notice=True)
            words_ = in_thread(words_, thread) if thread else words_
            last = await self._patiently(partial(self.platform.put, room, words_, f"{key}/{number}"))
        if options and last:
            await offer(self.platform.engine, self.workspace, room.id, last, Options(options), reply.whose)
            self.platform.offer(room, last, len(options), key)
        return str(last)

    async def _elsewhere(self, channel: str, event: str) -> None:
        sign = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": ELSEWHERE}}
        txn = derived("txn", event, "seen")
        await self._patiently(lambda: self.platform.api.send(channel, "m.reaction", sign, txn))

    async def _unreachable(self, channel: str, event: str, fact: Fact, reply: Reply) -> None:
        """Say in the room that they cannot be answered alone; nothing of the answer."""
        room = self.platform.rooms.known.get(channel)
        if room is None:
            return
        said = t("I cannot write to you alone. Begin a conversation with me, and ask there.")
        body = self._resolved(said, reply.voice)
        await self._say(room, body, f"{fact}/unreachable", reply, (), event)

    def _resolved(self, node: Any, spoken: Voice) -> Text:  # noqa: ANN401 - a sentence
        return self.platform.engine.catalogues.resolve(paragraph(node), spoken)

    async def _patiently(self, send: Callable[[], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401 - what it returns
        """Do something that is done once however often it is tried, for as long as somebody may wait for it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await send()
                except RetryLaterError as later:
                    await asyncio.sleep(_AGAIN if later.after is None else later.after.total_seconds())
                except OutcomeUnknownError:
                    # What arrived must be seen before it is done again: a room is made anew each time.
                    await asyncio.sleep(LAG.total_seconds())

    async def _tolerantly(self, what: str, said: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - as above
        """Bear that something is not said that is said at most once; the operator is told."""
        try:
            return await said
        except (RefusedError, ImpossibleError, RetryLaterError, OutcomeUnknownError, TimeoutError) as error:
            log.warning("%s could not be said: %s", what, str(error) or type(error).__name__)
            return None
