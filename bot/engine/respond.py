"""Respond: what was asked for is dispatched at once, and what it prompts returns to the person who waits."""

from __future__ import annotations

from dataclasses import replace

from bot.core import forms
from bot.core.effects import OpenForm, Rehearse, Whisper
from bot.core.incoming import Batch, Incoming, Said, Submitted
from bot.core.model import BindingId, WorkspaceId
from bot.core.text import Text
from bot.engine import rehearsal, wire
from bot.engine.dispatch import Handled, dispatch
from bot.engine.engine import Engine
from bot.engine.ports import Reply
from bot.engine.receive import receive


async def respond(engine: Engine, workspace: WorkspaceId, asked: Incoming, batch: Batch | None = None) -> Reply:
    """Receive a command, a press, a form or a direct message, dispatch it, and return what to show to the person.

    ``batch`` brings profiles and the cursor, to be saved with it. Asked twice with the same fact, it answers nothing
    the second time.
    """
    new = await receive(engine, workspace, replace(batch or Batch(), heard=(asked,)))
    if asked.fact not in new:
        return Reply()
    async with engine.database.view() as unit:
        stored = await unit.inbox.get(workspace, asked.fact)
    return await reply(engine, workspace, asked, await dispatch(engine, stored)) if stored else Reply()


async def reply(engine: Engine, workspace: WorkspaceId, asked: Incoming, handled: Handled) -> Reply:
    """Return prompts and refusals in the person's language and the platform's ids."""
    way, refused = handled.way, handled.refused
    binding = way.targets[0].id if way.targets else BindingId("core")
    bodies = [e.body for e in handled.prompts if isinstance(e, Whisper)]
    if way.community is not None:
        weeks = [e.weeks for e in handled.prompts if isinstance(e, Rehearse)]
        bodies += [await rehearsal.told(engine, way.community, w) for w in weeks]
    form = next((e.form for e in handled.prompts if isinstance(e, OpenForm)), None)
    in_form = isinstance(asked, Submitted) and refused is not None and bool(refused.fields)
    if refused is not None and not in_form:
        bodies.append(refused.text)
    async with engine.database.view() as unit:
        author = None if not hasattr(asked, "author") else asked.author
        actor = await unit.directory.member(workspace, author) if author else None
        member = (await unit.directory.members([actor]))[actor] if actor else None
        community = way.community
        if community is None and actor is not None:
            theirs = await unit.commons.of_member(actor)
            community = theirs[0] if len(theirs) == 1 else None
        voice = engine.voice_of(community, member)
        names: dict[str, str] = {}

        async def said(body: Text) -> Text:
            wired = await wire.to_platform(unit, binding, engine.catalogues.resolve(body, voice))
            names.update(wired.names)
            return wired.body

        return Reply(
            whispers=tuple([await said(body) for body in bodies]),
            form=wire.address_form(forms.resolve(form, engine.catalogues, voice), binding) if form else None,
            errors={k: await said(v) for k, v in refused.fields.items()} if refused is not None and in_form else {},
            zone=engine.zone_of(community, member),
            locale=voice.locale,
            names=names,
        )


def awaits_reply(heard: Incoming) -> bool:
    """Whether somebody waits for what this prompts: a command, a press, a form, or words to the bot alone."""
    return heard.kind in {"commanded", "pressed", "submitted"} or (
        isinstance(heard, Said) and heard.direct and not heard.edited
    )
