"""A community rests until a day, and goes on by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.core import schedule
from bot.core.effects import Effect, Journal, OpenForm, Wake, Whisper
from bot.core.errors import UserError
from bot.core.events import CommandGiven, Due, Event, FormSubmitted
from bot.core.forms import Field, Form
from bot.core.i18n import words
from bot.core.model import Community, Label
from bot.core.text import When, paragraph
from bot.engine.governance.store import Governing, Now, who

t, tn = words("causerie")

FORM = "pause"
LONGEST = timedelta(days=366)


async def pause(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Pause every ritual until a day, which a form asks for when it is not given."""
    if "day" not in event.values:
        return (OpenForm(_form(store.community, moment)),)
    return await _rest(store, event, moment, event.values["day"])


async def sent(store: Governing, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Pause every ritual until the day that was filled in."""
    await store.must_coordinate(event)
    c = store.community
    try:
        day = schedule.future_day(event.values.get("day", ""), moment.now, c.zone, c.language)
        return await _rest(store, event, moment, day)
    except UserError as error:
        raise UserError(error.text, {"day": error.text}) from None


def _form(c: Community, moment: Now) -> Form:
    """Return the form that asks for the day; in a pause it holds the one that is set."""
    until = c.paused_until
    day = Field(
        name="day",
        label=t("Until"),
        kind="date",
        value=until.astimezone(ZoneInfo(c.zone)).date().isoformat() if until and until > moment.now else "",
        help=t("On this day everything goes on by itself; a year away at most."),
    )
    return Form(id=FORM, title=t("Let everything rest"), fields=(day,), submit=t("Pause"))


async def _rest(store: Governing, event: Event, moment: Now, first: date) -> Sequence[Effect]:
    """Pause every ritual until the first day on which it goes on, at most a year away."""
    until = schedule.at_local(first, time(), store.community.zone)
    if until > moment.now + LONGEST:
        raise UserError(
            t(
                "A pause lasts a year at most. For longer, `{prefix} community close` ends it, or pause again later.",
                prefix=moment.prefix,
            )
        )
    await store.unit.commons.change(replace(store.community, paused_until=until))
    day = When(until, "date")
    rests = t(
        "Everything rests until {day}, and goes on by itself then. `{prefix} resume` ends the pause sooner.",
        day=day,
        prefix=moment.prefix,
    )
    return (
        Journal(t("{who} paused the community until {day}.", who=who(event), day=day)),
        Whisper(paragraph(rests)),
    )


async def resume(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """End a pause sooner."""
    until = store.community.paused_until
    if until is None or until <= moment.now:
        raise UserError(t("There is no pause to end: everything goes on as planned."))
    await store.unit.commons.change(replace(store.community, paused_until=None))
    return (
        Journal(t("{who} ended the pause.", who=who(event))),
        Whisper(paragraph(t("The pause is over. `{prefix} status` shows what comes next.", prefix=moment.prefix))),
    )


async def agenda(store: Governing, moment: Now) -> Sequence[Wake]:
    """Return when a pause ends, so that people see it coming."""
    until = store.community.paused_until
    if until is None or until <= moment.now:
        return ()
    return (Wake(Label("pause/end"), until, LONGEST, t("the pause ends")),)


async def over(store: Governing, event: Due, moment: Now) -> Sequence[Effect]:
    """Forget a pause that is over."""
    del event
    if store.community.paused_until and store.community.paused_until <= moment.now:
        await store.unit.commons.change(replace(store.community, paused_until=None))
    return ()
