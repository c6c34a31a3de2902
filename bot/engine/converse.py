"""Converse: where a platform has no buttons or forms, numbers and a short dialogue stand for them, out and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.core import dialogue as talk
from bot.core.awaited import Awaited, Filling, Options
from bot.core.degrade import chosen, reacted, without_buttons
from bot.core.errors import UserError
from bot.core.i18n import Voice
from bot.core.incoming import Incoming, Pressed, Reacted, Said, Submitted
from bot.core.model import WorkspaceId
from bot.core.plain import written
from bot.core.text import Button, Plain, Text, paragraph
from bot.engine.engine import Engine
from bot.engine.personal.commands import breaks_off
from bot.engine.platform import Reply
from bot.engine.ports import Whose


def numbered(engine: Engine, body: Text, voice: Voice) -> tuple[Text, tuple[Button, ...]]:
    """Return a message with its buttons as a numbered list, and what the numbers stand for."""
    plain, options = without_buttons(body)
    return engine.catalogues.resolve(plain, voice), options


_CHOICE = "core:choice"
"""The action of what a reaction to a question of a dialogue stands for; its value names the question and the number."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply as a platform can show it; ``options`` of each of its whispers, by the whisper's place."""

    reply: Reply
    options: Mapping[int, tuple[Button, ...]] = field(default_factory=dict)


async def degraded(engine: Engine, workspace: WorkspaceId, channel: str, reply: Reply) -> Shown:
    """Return a reply as this platform can show it in ``channel`` (the platform's id), and note what may be answered."""
    can = engine.platforms[workspace].capabilities
    whispers = list(reply.whispers)
    options: dict[int, tuple[Button, ...]] = {}
    if not can.buttons:
        parts = [numbered(engine, body, reply.voice) for body in whispers]
        whispers = [body for body, _ in parts]
        options = {place: found for place, (_, found) in enumerate(parts) if found}
    form, asks = reply.form, reply.asks
    if form is not None and not can.forms:
        begun = talk.Dialogue(form)
        whispers.append(engine.catalogues.resolve(talk.question(begun), reply.voice))
        await offer(engine, workspace, channel, "", Filling(begun), reply.whose)
        form, asks = None, True
    elif options:
        await offer(engine, workspace, channel, "", Options(options[max(options)]), reply.whose)
    return Shown(replace(reply, whispers=tuple(whispers), form=form, asks=asks), options)


async def offer(
    engine: Engine, workspace: WorkspaceId, channel: str, place: str, awaited: Options | Filling, whose: Whose
) -> None:
    """Note what may be answered at a place: a thread or a message, "" for a direct conversation as a whole."""
    async with engine.database.unit() as unit:
        await unit.awaits.put(workspace, channel, place, awaited, engine.clock(), whose)
        await unit.commit()


async def offer_choices(engine: Engine, workspace: WorkspaceId, channel: str, message: str, whose: Whose) -> int:
    """Let reactions to the message that asks the next question of a dialogue choose; return how many choices it has."""
    async with engine.database.unit() as unit:
        awaited = await unit.awaits.of(workspace, channel, "")
        asked = talk.choices(awaited.dialogue) if isinstance(awaited, Filling) else None
        if asked is None:
            return 0
        question, many = asked
        buttons = tuple(Button(_CHOICE, Plain(""), f"{question} {number}") for number in range(1, many + 1))
        await unit.awaits.put(workspace, channel, message, Options(buttons), engine.clock(), whose)
        await unit.commit()
    return many


async def answers(engine: Engine, workspace: WorkspaceId, heard: Said | Reacted) -> bool:
    """Whether something may be answered where words were said, or on the message that was reacted to."""
    place = heard.message if isinstance(heard, Reacted) else heard.thread or ""
    async with engine.database.view() as unit:
        awaited = await unit.awaits.of(workspace, heard.channel or "", place)
    return bool(awaited.buttons) if isinstance(awaited, Options) else awaited is not None


async def meant(engine: Engine, workspace: WorkspaceId, heard: Said | Reacted) -> Incoming | Text:
    """Return what a reply in words, or a reaction, stands for.

    A press, a form sent, the next question of a dialogue, or itself.
    """
    return (
        await _chosen(engine, workspace, heard) if isinstance(heard, Reacted) else await _said(engine, workspace, heard)
    )


async def _chosen(engine: Engine, workspace: WorkspaceId, heard: Reacted) -> Incoming | Text:
    if heard.removed:
        return heard
    async with engine.database.view() as unit:
        awaited = await unit.awaits.of(workspace, heard.channel or "", heard.message)
    option = reacted(heard.emoji, awaited.buttons) if isinstance(awaited, Options) else None
    if option is None:
        return heard
    return (
        await _answered(engine, workspace, heard, option)
        if option.action == _CHOICE
        else _pressed(heard, option, heard.message)
    )


async def _answered(engine: Engine, workspace: WorkspaceId, heard: Reacted, option: Button) -> Incoming | Text:
    """Take a reaction for the number that it shows, as long as that question of the dialogue is still open."""
    number = option.value.rpartition(" ")[2]
    said = Said(
        fact=heard.fact,
        at=heard.at,
        channel=heard.channel,
        author=heard.author,
        message=heard.message,
        text=paragraph(number),
        direct=True,
    )
    async with engine.database.view() as unit:
        there = await unit.awaits.of(workspace, heard.channel or "", heard.message)
        last = await unit.awaits.of(workspace, heard.channel or "", "")
    again = isinstance(last, Filling) and heard.fact in last.heard
    return await _said(engine, workspace, said) if again or _asks_now(there, last) else heard


def _is_question(awaited: Awaited | None) -> bool:
    """Whether what may be chosen on a message are the answers to a question of a dialogue."""
    return isinstance(awaited, Options) and any(button.action == _CHOICE for button in awaited.buttons)


def _asks_now(question: Awaited | None, last: Awaited | None) -> bool:
    """Whether a question is the one that is to be answered next."""
    asked = talk.choices(last.dialogue) if isinstance(last, Filling) else None
    if asked is None or not isinstance(question, Options):
        return False
    return all(button.value.rpartition(" ")[0] == asked[0] for button in question.buttons)


async def beside_threads(engine: Engine, workspace: WorkspaceId, said: Said) -> Said:
    """Return words to the bot alone as an answer to what was asked last, where they answer nothing in their thread.

    Who replies to a message, or opens a thread on it, means that message.
    """
    if not said.direct or said.thread is None:
        return said
    async with engine.database.view() as unit:
        there = await unit.awaits.of(workspace, said.channel or "", said.thread)
        last = await unit.awaits.of(workspace, said.channel or "", "")
    # What is said below a question of a dialogue answers it, as long as it is open.
    answers_here = not _asks_now(there, last) if _is_question(there) else there is not None
    return said if answers_here or last is None else replace(said, thread=None)


async def _said(engine: Engine, workspace: WorkspaceId, said: Said) -> Incoming | Text:
    async with engine.database.view() as unit:
        awaited = await unit.awaits.of(workspace, said.channel or "", said.thread or "")
    match awaited:
        case Options() if _is_question(awaited):
            return said
        case Options(options):
            option = chosen(written(said.text), options, engine.catalogues.wordings)
            return said if option is None else _pressed(said, option)
        case Filling() if breaks_off(written(said.text)):
            await _forget(engine, workspace, said)
            return said
        case Filling(filling, heard):
            if said.fact in heard:
                # Asked again: the next question, if it was the last one that was answered, else nothing.
                return talk.question(filling) if said.fact == heard[-1] else Text()
            return await _filled(engine, workspace, said, Filling(filling, heard))
        case _:
            return said


def _among(taken: Pressed, options: Options) -> bool:
    return any((b.action, b.value) == (taken.action, taken.value) for b in options.buttons)


async def _forget(engine: Engine, workspace: WorkspaceId, said: Said) -> None:
    """Let nothing be answered any more where something was said."""
    async with engine.database.unit() as unit:
        await unit.awaits.put(workspace, said.channel or "", said.thread or "", None, engine.clock(), Whose())
        await unit.commit()


async def _chose(engine: Engine, workspace: WorkspaceId, said: Said | Reacted, taken: Pressed) -> None:
    """Let what was chosen in private be offered no more, neither where it was last asked nor on its message."""
    where = said.channel or ""
    async with engine.database.unit() as unit:
        channel = await unit.directory.channel(workspace, where)
        alone = (
            said.direct if isinstance(said, Said) else channel is not None and await unit.directory.is_direct(channel)
        )
        for place in (said.thread or "", *((said.message,) if isinstance(said, Reacted) else ())):
            awaited = await unit.awaits.of(workspace, where, place)
            if alone and isinstance(awaited, Options) and _among(taken, awaited):
                # The message itself may be changed by this choice, and offer others.
                left = Options((), awaited.about) if awaited.about else None
                await unit.awaits.put(workspace, where, place, left, engine.clock(), Whose())
        await unit.commit()


def _pressed(heard: Said | Reacted, option: Button, message: str | None = None) -> Pressed:
    return Pressed(
        fact=heard.fact,
        at=heard.at,
        channel=heard.channel,
        author=heard.author,
        thread=heard.thread,
        message=message,
        action=option.action,
        value=option.value,
    )


async def _filled(engine: Engine, workspace: WorkspaceId, said: Said, filling: Filling) -> Incoming | Text:
    """Take in one answer of a dialogue; a last one sends the form."""
    try:
        after = talk.answer(filling.dialogue, written(said.text), engine.catalogues.wordings)
    except UserError as refused:
        return refused.text + talk.question(filling.dialogue)
    values, now = talk.done(after), engine.clock()
    kept = None if after.stopped else Filling(after, (*filling.heard, said.fact))
    async with engine.database.unit() as unit:
        await unit.awaits.put(workspace, said.channel or "", said.thread or "", kept, now, Whose())
        if values is None:
            # Heard again when the dialogue is over, it must not be taken for words of its own.
            await unit.inbox.passed(workspace, said.fact, now)
        await unit.commit()
    if values is None:
        return talk.question(after)
    return Submitted(
        fact=said.fact, at=said.at, channel=said.channel, author=said.author, form=after.form.id, values=values
    )


async def taken_in(
    engine: Engine, workspace: WorkspaceId, said: Said | Reacted, taken: Incoming, reply: Reply
) -> Reply:
    """End what words were an answer to: a choice made in private, a dialogue whose form was sent.

    A form that was refused is asked for again where it was wrong. What a channel may choose from belongs to everybody.
    """
    if isinstance(taken, Pressed):
        await _chose(engine, workspace, said, taken)
        return reply
    where = (workspace, said.channel or "", said.thread or "")
    async with engine.database.unit() as unit:
        awaited = await unit.awaits.of(*where)
        if not isinstance(awaited, Filling):
            return reply
        again = talk.reopen(awaited.dialogue, reply.errors) if reply.errors else None
        await unit.awaits.put(
            *where, Filling(again, (*awaited.heard, said.fact)) if again else None, engine.clock(), Whose()
        )
        await unit.commit()
    if again is None:
        return reply
    question = engine.catalogues.resolve(talk.question(again), reply.voice)
    return replace(reply, whispers=(*reply.whispers, question), errors={}, asks=True)
