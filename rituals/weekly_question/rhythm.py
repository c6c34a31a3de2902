"""When the question is asked, and when it rests: what a coordinator sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from itertools import islice

from bot.core import schedule
from bot.core.effects import Configure, Effect, Journal, Whisper
from bot.core.errors import UserError
from bot.core.events import CommandGiven
from bot.core.i18n import words
from bot.core.text import When, bullets, paragraph
from rituals.weekly_question import texts
from rituals.weekly_question.plan import coming, local_day
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

t, tn = words("weekly_question")

FORESEEN = 3


async def every(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Change the rhythm, and show what it means."""
    cadence: schedule.Cadence = event.values["rhythm"].starting(local_day(moment.now, moment.community.zone))
    changed = replace(moment, settings=moment.settings.model_copy(update={"cadence": cadence}))
    occasions = coming(changed, await rounds.plan())
    return (
        Configure({"cadence": str(cadence)}),
        Journal(
            t("{who} set the weekly question to {cadence}.", who=texts.who(event), cadence=schedule.describe(cadence))
        ),
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
        Journal(t("{who} set the digest to come {after}.", who=texts.who(event), after=after)),
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
        Journal(t("{who} decided: {what}.", who=texts.who(event), what=texts.HOLIDAYS[choice])),
        Whisper(told),
    )


async def pause(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask nothing until a day; it goes on by itself."""
    until = schedule.at_local(event.values["day"], time(), moment.community.zone)
    plan = await rounds.plan()
    plan.rests_until = until
    day = When(until, "date")
    told = t(
        "No question is asked until {day}; it goes on by itself then. `{prefix} question resume` ends the rest sooner.",
        day=day,
        prefix=moment.prefix,
    )
    return (
        Journal(t("{who} let the question rest until {day}.", who=texts.who(event), day=day)),
        Whisper(paragraph(told)),
    )


async def resume(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """End the question's rest."""
    plan = await rounds.plan()
    if plan.rests_until is None or plan.rests_until <= moment.now:
        raise UserError(
            t("The question does not rest: `{prefix} question next` shows when it comes.", prefix=moment.prefix)
        )
    plan.rests_until = None
    told = t("The question goes on. `{prefix} question next` shows when it comes.", prefix=moment.prefix)
    return (Journal(t("{who} ended the question’s rest.", who=texts.who(event))), Whisper(paragraph(told)))
