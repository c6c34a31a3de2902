"""The commands and buttons of whoever is in charge, and what is told to those who ask what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.core import schedule
from bot.core.effects import Configure, Effect, Journal, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, Event, FormSubmitted
from bot.core.i18n import words
from bot.core.model import Role
from bot.core.text import Inline, MessageLink, Named, Plain, Text, When, bullets, paragraph
from rituals.weekly_question import texts
from rituals.weekly_question.asking import ask_next
from rituals.weekly_question.model import question
from rituals.weekly_question.plan import coming, local_day
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import shelf

t, tn = words("weekly_question")

FORESEEN = 3


async def every(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Change the rhythm, and show what it means."""
    cadence: schedule.Cadence = event.values["rhythm"].starting(local_day(moment.now, moment.community.zone))
    changed = replace(moment, settings=moment.settings.model_copy(update={"cadence": cadence}))
    occasions = coming(changed, await rounds.plan())
    return (
        Configure({"cadence": str(cadence)}),
        Journal(t("{who} set the weekly question to {cadence}.", who=_who(event), cadence=schedule.describe(cadence))),
        Whisper(
            paragraph(t("The question is now asked {cadence}. Next:", cadence=schedule.describe(cadence)))
            + bullets(*(paragraph(When(o.at)) for o in islice(occasions, FORESEEN)))
        ),
    )


async def days(_: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Change how long answers are gathered."""
    count: int = event.values["days"]
    del moment
    after = tn("after {count} day", "after {count} days", count)
    return (
        Configure({"days": count}),
        Journal(t("{who} set the digest to come {after}.", who=_who(event), after=after)),
        Whisper(paragraph(t("From the next question on, the digest comes {after}.", after=after))),
    )


async def holidays(_: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Change what happens on a public holiday."""
    choice: str = event.values["choice"]
    told = paragraph(t("Understood: {what}.", what=texts.HOLIDAYS[choice]))
    if moment.community.region is None and choice != "ignore":
        told += paragraph(
            t("No region is set yet: `{prefix} setup` says whose holidays are kept.", prefix=moment.prefix)
        )
    return (
        Configure({"holidays": choice}),
        Journal(t("{who} decided: {what}.", who=_who(event), what=texts.HOLIDAYS[choice])),
        Whisper(told),
    )


async def now(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask the next question at once."""
    return await _ask_now(rounds, event, moment)


async def _ask_now(rounds: Rounds, event: Event, moment: Now) -> Sequence[Effect]:
    latest = await rounds.latest()
    if latest is not None and (await rounds.plan()).asked_today(moment):
        link = MessageLink((latest.question.node,), label=question(latest.number))
        raise UserError(
            t("Today’s question was asked already: “{question}”. Another can be asked tomorrow.", question=link)
        )
    return (
        *await ask_next(rounds, moment),
        Journal(t("{who} asked the question.", who=_who(event))),
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
    }
    offered = [action for action, possible in can.items() if possible and role >= Role.FACILITATOR]
    return texts.preview(entry.key, on_shelf.wording(entry), occasion, offered)


async def ask_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask the prompt that the button is about, at once, if it is still the next one."""
    for_those_in_charge(event)
    await _still_next(rounds, event, moment)
    return await _ask_now(rounds, event, moment)


async def another_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Put the prompt that the button is about aside, and show what comes instead."""
    for_those_in_charge(event)
    await _still_next(rounds, event, moment)
    (await rounds.plan()).put_aside(event.value)
    return (Whisper(await _preview(rounds, moment, event.role)),)


async def skip_pressed(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Ask nothing on the occasion that the button is about."""
    for_those_in_charge(event)
    plan = await rounds.plan()
    occasion = next(coming(moment, plan), None)
    if occasion is None or occasion.day.isoformat() != event.value:
        raise stale(moment)
    plan.skip(occasion, moment.community.zone)
    return (
        Journal(t("{who} skipped the question of {day}.", who=_who(event), day=When(occasion.at, "date"))),
        Whisper(paragraph(t("Skipped. Nobody is told.")) + await _preview(rounds, moment, event.role)),
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


def for_those_in_charge(event: ButtonPressed | FormSubmitted) -> None:
    """Let pass who is in charge; raises UserError."""
    if event.role < Role.FACILITATOR:
        raise UserError(t("Only the facilitator or a coordinator can decide this."))


def stale(moment: Now) -> UserError:
    """Return what to say of a button about what was decided otherwise since."""
    return UserError(
        t(
            "Something else was decided since. Nothing was changed; `{prefix} question next` shows what is planned.",
            prefix=moment.prefix,
        )
    )


def _who(event: Event) -> Inline:
    return Named(event.actor) if event.actor else Plain("")
