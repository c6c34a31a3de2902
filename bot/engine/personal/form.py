"""The form in which members change how they are written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from bot.core import schedule
from bot.core.effects import Effect, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.forms import Choice, Field, Form
from bot.core.i18n import words
from bot.core.model import Language
from bot.core.text import Code, Plain, Text, paragraph
from bot.engine import as_shown
from bot.engine.personal import refusals
from bot.engine.personal.asked import Someone
from bot.engine.personal.sheet import sheet
from bot.engine.ports import Preferences, Refusal
from bot.engine.settings import LANGUAGE_NAMES

t, tn = words("causerie")

FORM = "me.settings"
EACH: Final = "each"
MOST_BUDGET = 7
MOST_TOPICS = 12
LONGEST_TOPIC = 40
MOST_REFUSALS = 12
_REFUSED, _LIFTED = "refused", "lifted"
_REFUSAL = "refusal "


async def change(asking: Someone) -> Sequence[Effect]:
    """Open the form, filled with what holds now."""
    chosen = await asking.unit.members.preferences(asking.member.id)
    refused = (await asking.unit.members.refused(asking.member.id))[:MOST_REFUSALS]
    form = Form(
        id=FORM,
        title=t("How I write to you"),
        fields=(*_fields(asking, chosen), *[await _refusal(asking, refusal) for refusal in refused]),
        submit=t("Save"),
    )
    return (OpenForm(as_shown.noted(form)),)


def _shown(asking: Someone, chosen: Preferences) -> dict[str, str]:
    """Return what the form holds."""

    def clock(at: time) -> str:
        return asking.engine.catalogues.sentence(schedule.clock(at), asking.voice)

    paused = chosen.paused_until
    return {
        "language": asking.member.language or EACH,
        "zone": asking.member.zone or "",
        "quiet_from": clock(chosen.quiet_from),
        "quiet_to": clock(chosen.quiet_to),
        "budget": str(chosen.weekly_budget),
        "pause": _day(paused, asking.zone) if paused and paused > asking.now else "",
        "topics": ", ".join(chosen.topics),
    }


def _day(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).date().isoformat()


def _fields(asking: Someone, chosen: Preferences) -> tuple[Field, ...]:
    held = _shown(asking, chosen)
    languages = tuple(Choice(code, Plain(LANGUAGE_NAMES[code])) for code in get_args(Language))
    return (
        Field(
            name="language",
            label=t("Language"),
            kind="choice",
            value=held["language"],
            choices=(*languages, Choice(EACH, t("that of each community"))),
        ),
        Field(
            name="zone",
            label=t("Time zone"),
            value=held["zone"],
            help=t("A city or a zone, such as Montréal or Europe/Paris. Empty: as the platform tells."),
            required=False,
        ),
        Field(
            name="quiet_from",
            label=t("Quiet from"),
            value=held["quiet_from"],
            help=t("In these hours only answers to you come. The same hour twice: no quiet hours."),
        ),
        Field(name="quiet_to", label=t("Quiet until"), value=held["quiet_to"]),
        Field(
            name="budget",
            label=t("Messages a week at most, not asked for"),
            kind="integer",
            value=held["budget"],
            help=t("From 0 to 7; 0 means none."),
        ),
        Field(
            name="pause",
            label=t("Pause until"),
            kind="date",
            value=held["pause"],
            help=t("Until then only answers to you come. May stay empty."),
            required=False,
        ),
        Field(
            name="topics",
            label=t("Topics"),
            value=held["topics"],
            help=t("What you care for or know about, separated by commas. May stay empty."),
            required=False,
        ),
    )


async def _refusal(asking: Someone, refusal: Refusal) -> Field:
    return Field(
        name=f"{_REFUSAL}{refusals.spelled(refusal)}",
        label=t("Refused: {what}", what=await refusals.what(asking, refusal)),
        kind="choice",
        value=_REFUSED,
        choices=(Choice(_REFUSED, t("no more of these")), Choice(_LIFTED, t("receive them again"))),
    )


async def sent(asking: Someone) -> Sequence[Effect]:
    """Write what was changed in the form, or say beside each field what is wrong with it."""
    values, member = asking.asked.values, asking.member.id
    before = await asking.unit.members.preferences(member)
    changes, wrong = _read(asking, before, values)
    if wrong:
        raise UserError(t("Some fields need another look. Nothing was changed yet."), wrong)
    after = replace(before, **changes)
    lifted = [refusals.read(name.removeprefix(_REFUSAL)) for name, value in values.items() if _lifts(name, value)]
    if after == before and not lifted:
        return (Whisper(paragraph(t("Nothing was changed."))),)
    await asking.unit.members.prefer(member, after)
    for refusal in lifted:
        await asking.unit.members.accept(member, refusal.community, refusal.ritual)
    now = replace(asking, member=(await asking.unit.directory.members([member]))[member])
    return (Whisper(paragraph(t("Saved.")) + await sheet(now)),)


def _lifts(name: str, value: str) -> bool:
    return name.startswith(_REFUSAL) and value == _LIFTED


def _read(asking: Someone, before: Preferences, values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Text]]:
    """Return what was changed, and what is wrong, by field. What was left as it was shown stays as it is now."""
    now = {name: " ".join(held.split()) for name, held in _shown(asking, before).items()}
    touched = as_shown.changed(asking.asked.what, values)
    given = {name: " ".join(touched.get(name, held).split()) for name, held in now.items()}
    changes: dict[str, Any] = {}
    wrong: dict[str, Text] = {}

    def read(name: str, key: str, reading: Callable[[str], Any]) -> None:
        if given[name] == now[name]:
            return
        try:
            changes[key] = reading(given[name])
        except UserError as error:
            wrong[name] = error.text

    read("language", "language", _language)
    read("zone", "zone", lambda text: schedule.zone(text) if text else None)
    read("quiet_from", "quiet_from", schedule.time_of_day)
    read("quiet_to", "quiet_to", schedule.time_of_day)
    read("budget", "weekly_budget", _budget)
    # A day begins where the member is from now on.
    zone = changes.get("zone") or asking.zone
    read("pause", "paused_until", lambda text: _pause(asking, text, zone))
    read("topics", "topics", _topics)
    return changes, wrong


def _language(text: str) -> str:
    if text not in {*get_args(Language), EACH}:
        raise UserError(t("Choose one of these."))
    return text


def _budget(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_BUDGET:
        raise UserError(t("Give a whole number from 0 to {most}, for instance `2`.", most=MOST_BUDGET))
    return int(text)


def _pause(asking: Someone, text: str, zone: str) -> datetime | None:
    if not text:
        return None
    day = schedule.future_day(text, asking.now, zone, asking.voice.language)
    return schedule.at_local(day, time(), zone)


def _topics(text: str) -> tuple[str, ...]:
    topics = tuple(dict.fromkeys(topic for part in text.replace(";", ",").split(",") if (topic := part.strip())))
    if len(topics) > MOST_TOPICS:
        raise UserError(
            t("At most {most} topics fit here, and these are {count}.", most=MOST_TOPICS, count=len(topics))
        )
    long = next((topic for topic in topics if len(topic) > LONGEST_TOPIC), None)
    if long is not None:
        shortened = Code(f"{long[: LONGEST_TOPIC - 1]}…")
        raise UserError(
            t("{topic} is too long: a topic has at most {most} characters.", topic=shortened, most=LONGEST_TOPIC)
        )
    return topics
