"""The sheet of a member: how and when they are written to, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import schedule
from bot.core.effects import Effect, Whisper
from bot.core.i18n import words
from bot.core.text import Button, Inline, Text, When, buttons, lines, paragraph
from bot.engine.personal import refusals
from bot.engine.personal.asked import Someone
from bot.engine.ports import Preferences
from bot.engine.settings import LANGUAGE_NAMES

t, tn = words("causerie")

CHANGE = "me.change"
_WITH_BUTTON = 2
"""A message has three buttons at most, and one of them is to change all this."""


async def me(asking: Someone) -> Sequence[Effect]:
    """Show the sheet."""
    return (Whisper(await sheet(asking)),)


async def sheet(asking: Someone) -> Text:
    """Return the sheet as it is now, with what was refused and the button to change it."""
    chosen = await asking.unit.members.preferences(asking.member.id)
    return lines(*_rows(asking, chosen)) + await _refused(asking) + buttons(Button(CHANGE, t("Change")))


def _rows(asking: Someone, chosen: Preferences) -> list[Inline]:
    member = asking.member
    rows: list[Inline] = [
        t(
            "Language: {language}. Time zone: {zone}.",
            language=LANGUAGE_NAMES[member.language] if member.language else t("that of each community"),
            zone=member.zone or t("that of each community"),
        ),
        _quiet(chosen),
        _budget(chosen.weekly_budget),
    ]
    if chosen.paused_until and chosen.paused_until > asking.now:
        rows.append(t("Paused until {day}; it ends by itself.", day=When(chosen.paused_until, "date")))
    if chosen.topics:
        rows.append(t("Topics: {topics}.", topics=", ".join(chosen.topics)))
    if asking.communities:
        rows.append(t("Communities: {names}.", names=", ".join(c.name for c in asking.communities)))
    else:
        rows.append(t("Communities: none yet."))
    return rows


def _quiet(chosen: Preferences) -> Inline:
    if chosen.quiet_from == chosen.quiet_to:
        return t("Quiet hours: none.")
    return t(
        "Quiet hours: {start} to {end}.",
        start=schedule.clock(chosen.quiet_from),
        end=schedule.clock(chosen.quiet_to),
    )


def _budget(count: int) -> Inline:
    if not count:
        return t("No message that you did not ask for.")
    return tn(
        "At most {count} message a week that you did not ask for.",
        "At most {count} messages a week that you did not ask for.",
        count,
    )


async def _refused(asking: Someone) -> Text:
    """Return what was refused, the first ones with a button each; the form has them all."""
    refused = await asking.unit.members.refused(asking.member.id)
    named = [await refusals.what(asking, refusal) for refusal in refused]
    said = Text()
    for place, (refusal, called) in enumerate(zip(refused, named, strict=True)):
        said += paragraph(t("Refused: {what}.", what=called))
        if place < _WITH_BUTTON:
            said += buttons(refusals.again(refusal, called if len(refused) > 1 else None))
    if len(refused) > _WITH_BUTTON:
        said += paragraph(t("To receive the others again, choose “Change”."))
    return said
