"""Respond: what was asked for is dispatched at once, and what it prompts returns to the person who waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeGuard

from bot.core import forms
from bot.core.degrade import KEYCAPS, SELECTOR, Capabilities
from bot.core.effects import Line, OpenForm, Rehearse, Whisper
from bot.core.incoming import Batch, Incoming, Prompted, Reacted, Said, Submitted
from bot.core.model import WorkspaceId
from bot.core.text import Text
from bot.engine import rehearsal, wire
from bot.engine.converse import beside_threads, meant, taken_in
from bot.engine.dispatch import Handled, came_before, close, decided, dispatch
from bot.engine.engine import Engine
from bot.engine.platform import Reply
from bot.engine.ports import Stored, Whose
from bot.engine.receive import receive

_CHOICES = frozenset(key.replace(SELECTOR, "") for key in KEYCAPS)
log = logging.getLogger("causerie.respond")

Received = Callable[[], Awaitable[None]]


async def respond(
    engine: Engine,
    workspace: WorkspaceId,
    asked: Incoming,
    batch: Batch | None = None,
    received: Received | None = None,
) -> Reply:
    """Receive a command, a press, a form or words to the bot, dispatch it, and return what to show to the person.

    ``batch`` brings profiles and the cursor, to be saved with it. Asked twice with the same fact, it answers nothing
    the second time. Words that stand for a button or a form, where the platform has none, are taken as that.

    ``received`` is awaited once, as soon as what was asked is stored, now or before, and before it is dispatched: an
    adapter acknowledges there. If it raises, what was asked is handled all the same.
    """
    known = batch or Batch()
    if isinstance(asked, Said) and not asked.edited:
        asked = await beside_threads(engine, workspace, asked)
    taken = await meant(engine, workspace, asked) if stands_for(asked) else asked
    if isinstance(taken, Text):
        await receive(engine, workspace, known)
        await _acknowledge(received)
        if not taken:
            return Reply()
        return replace(await reply(engine, workspace, asked, Handled(prompts=(Whisper(taken),))), asks=True)
    if taken.fact in engine.answering:
        async with engine.database.view() as unit:
            stored_before = await unit.inbox.knows(taken.fact)
        if stored_before:
            await _acknowledge(received)
        return Reply()
    engine.answering.add(taken.fact)
    try:
        new = await receive(engine, workspace, replace(known, heard=(taken,)))
        await _acknowledge(received)
        if taken.fact not in new:
            return Reply()
        async with engine.database.view() as unit:
            stored = await unit.inbox.get(workspace, taken.fact)
            before = await came_before(engine, unit, stored) if stored else ()
        if stored is None:
            return Reply()
        for earlier in before:
            await dispatch(engine, earlier)
        answer = await _answered(engine, workspace, taken, stored)
    finally:
        engine.answering.discard(taken.fact)
    if isinstance(asked, Said | Reacted) and taken is not asked:
        return await taken_in(engine, workspace, asked, taken, answer)
    return answer


async def _answered(engine: Engine, workspace: WorkspaceId, asked: Incoming, stored: Stored) -> Reply:
    """Dispatch, and return the answer; what changed nothing is closed while it is written."""
    handled = await decided(engine, stored)
    answer = reply(engine, workspace, asked, handled)
    if not handled.open:
        return await answer
    _, answered = await asyncio.gather(close(engine, stored), answer)
    return answered


async def _acknowledge(received: Received | None) -> None:
    if received is None:
        return
    try:
        await received()
    except Exception as error:  # noqa: BLE001 - what is stored is handled, whatever its sender learns of it
        log.warning("acknowledging failed: %s", type(error).__name__)


async def reply(engine: Engine, workspace: WorkspaceId, asked: Incoming, handled: Handled) -> Reply:
    """Return prompts and refusals in the person's language and the platform's ids."""
    way, refused = handled.way, handled.refused
    binding = way.targets[0].id if way.targets else wire.NOBODYS
    bodies = [e.body for e in handled.prompts if isinstance(e, Whisper)]
    rehearsed = any(isinstance(e, Rehearse) for e in handled.prompts)
    if way.community is not None:
        played = [e for e in handled.prompts if isinstance(e, Rehearse)]
        bodies += [await rehearsal.told(engine, way.community, e.weeks) + e.after for e in played]
    line = next((e.body for e in handled.prompts if isinstance(e, Line)), None)
    form = next((e.form for e in handled.prompts if isinstance(e, OpenForm)), None)
    in_form = isinstance(asked, Submitted) and refused is not None and bool(refused.fields)
    if refused is not None and not in_form:
        bodies.append(refused.text)
    async with engine.database.view() as unit:
        author = None if way.actor or not hasattr(asked, "author") else asked.author
        actor = await unit.directory.member(workspace, author) if author else way.actor
        member = (await unit.directory.members([actor])).get(actor) if actor else None
        # Whoever was erased by it is nobody any more.
        actor = member.id if member else None
        community = way.community
        if community is None and actor is not None:
            theirs = await unit.commons.of_member(actor)
            # In several communities of one language, that one is spoken.
            community = theirs[0] if len({(c.language, c.address) for c in theirs}) == 1 else None
        voice = engine.voice_of(community, member, workspace)
        names: dict[str, str] = {}

        async def said(body: Text) -> Text:
            wired = await wire.to_platform(unit, binding, engine.catalogues.resolve(body, voice))
            names.update(wired.names)
            return wired.body

        async def shown(asked: forms.Form) -> forms.Form:
            resolved = wire.address_form(forms.resolve(asked, engine.catalogues, voice), binding)
            return replace(resolved, intro=await said(resolved.intro)) if resolved.intro else resolved

        return Reply(
            whispers=tuple([await said(body) for body in bodies]),
            line=await said(line) if line else None,
            form=await shown(form) if form else None,
            errors={k: await said(v) for k, v in refused.fields.items()} if refused is not None and in_form else {},
            # A rehearsal tells the community's hours, as its members know them.
            zone=engine.zone_of(community, None if rehearsed else member),
            voice=voice,
            names=names,
            whose=Whose(actor, way.community.id if way.community else None),
        )


def stands_for(heard: Incoming) -> TypeGuard[Said | Reacted]:
    """Whether words or a reaction may stand for a button or a form."""
    return (isinstance(heard, Said) and not heard.edited) or isinstance(heard, Reacted)


def awaits_reply(heard: Incoming, can: Capabilities) -> bool:
    """Whether what this prompts is waited for: of an invitation, a command, a press, a form, or what stands for one."""
    if isinstance(heard, Reacted):
        return not heard.removed and not can.buttons and heard.emoji.replace(SELECTOR, "") in _CHOICES
    if isinstance(heard, Said):
        return not heard.edited and (heard.direct or (heard.thread is not None and not can.buttons))
    return isinstance(heard, Prompted)
