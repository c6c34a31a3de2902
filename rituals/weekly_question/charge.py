"""The commands and buttons of whoever is in charge, and what is told to those who ask what comes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Effect, Journal, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, Event
from bot.core.i18n import words
from bot.core.model import Role
from bot.core.schedule import Occurrence
from bot.core.text import MessageLink, Text, When, paragraph
from rituals.weekly_question import preview, texts
from rituals.weekly_question.allowed import for_those_in_charge, stale
from rituals.weekly_question.asking import ask_next
from rituals.weekly_question.model import question
from rituals.weekly_question.plan import coming
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import shelf

t, tn = words("weekly_question")


async def now(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask the next question at once."""
    return await _ask_now(rounds, event, moment)


async def _ask_now(rounds: Rounds, event: Event, moment: Now) -> Sequence[Effect]:
    latest = await rounds.latest()
    if latest is not None and (await rounds.plan()).asked_today(moment):
        raise UserError(
            t(
                "Today’s question was asked already: “{question}”. Another can be asked tomorrow.",
                question=texts.linked(latest),
            )
        )
    return (
        *await ask_next(rounds, moment, by=event.actor),
        Journal(t("{who} asked the question.", who=texts.who(event))),
        Whisper(paragraph(t("The question is on its way."))),
    )


async def upcoming(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell what will be asked next."""
    return (Whisper(await _preview(rounds, moment, event.role)),)


async def _preview(rounds: Rounds, moment: Now, role: Role) -> Text:
    """Tell what will be asked next; whoever is in charge is offered what can be done about it now."""
    plan, on_shelf = await rounds.plan(), await shelf(rounds, moment)
    occasion, entry = next(coming(moment, plan), None), on_shelf.next
    can = {
        texts.NOW: not plan.asked_today(moment),
        texts.ANOTHER: on_shelf.others,
        texts.SKIP: occasion is not None,
        texts.REWORD: True,
    }
    offered = [action for action, possible in can.items() if possible and role >= Role.FACILITATOR]
    return texts.preview(entry.key, preview.next_words(on_shelf), occasion, offered)


async def ask_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask the prompt that the button is about, at once, if it is still the next one."""
    for_those_in_charge(event)
    await _still_next(rounds, event, moment)
    return await _ask_now(rounds, event, moment)


async def another_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Put the prompt that the button is about aside, and show what comes instead.

    Where somebody had decided about it, it is told who did otherwise.
    """
    for_those_in_charge(event)
    await _still_next(rounds, event, moment)
    plan = await rounds.plan()
    plan.put_aside(event.value)
    occasion = next(coming(moment, plan), None)
    notice = await preview.about(rounds, occasion.day if occasion else None)
    told: list[Effect] = []
    if notice is not None and not notice.open:
        notice.overrule(preview.ANOTHER, event.actor, preview.about_next(await shelf(rounds, moment)))
        told.append(Journal(t("{who} chose another question.", who=texts.who(event))))
    told += await preview.follow(rounds, moment)
    return (*told, Whisper(await _preview(rounds, moment, event.role)))


async def edit_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask for other words for the prompt that the button is about, for one time."""
    for_those_in_charge(event)
    await _still_next(rounds, event, moment)
    return (OpenForm(preview.form(await shelf(rounds, moment), moment)),)


async def skip_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask nothing on the occasion that the button is about."""
    for_those_in_charge(event)
    occasion = next(coming(moment, await rounds.plan()), None)
    if occasion is None or occasion.day.isoformat() != event.value:
        raise stale(moment)
    return (
        *await skip(rounds, event, moment, occasion),
        Whisper(paragraph(t("Skipped. Nobody is told.")) + await _preview(rounds, moment, event.role)),
    )


async def skip(rounds: Rounds, event: ButtonPressed, moment: Now, occasion: Occurrence) -> Sequence[Effect]:
    """Ask nothing on the next occasion."""
    notice = await preview.about(rounds, occasion.day)
    (await rounds.plan()).skip(occasion, moment.community.zone)
    if notice is not None:
        notice.overrule(preview.SKIPPED, event.actor)
    return (
        Journal(t("{who} skipped the question of {day}.", who=texts.who(event), day=When(occasion.at, "date"))),
        *await preview.follow(rounds, moment),
    )


async def _still_next(rounds: Rounds, event: ButtonPressed, moment: Now) -> None:
    """Raise UserError when another prompt comes next than the one that the button is about."""
    if (await shelf(rounds, moment)).next.key == event.value:
        return
    latest = await rounds.latest()
    if latest is None or latest.prompt != event.value:
        raise stale(moment)
    link = MessageLink((t("this question"),), label=question(latest.number))
    raise UserError(
        t("It was done already: {question} was asked on {when}.", question=link, when=When(latest.asked_at))
    )
