"""Settings as people see and send them: one schema serves the form, its validation and what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from pydantic import ValidationError

from bot.core import schedule
from bot.core.errors import UserError
from bot.core.forms import Choice, Field
from bot.core.i18n import words
from bot.core.model import Address, Community, Language, Stage
from bot.core.text import Inline, Plain, Text, Translated, paragraph
from bot.engine.ritual import Ritual, Settings

t, tn = words("causerie")

LONGEST_NAME = 60
LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "fr": "Français"}
STAGES: Mapping[Stage, Translated] = {
    "potential": t("just an idea"),
    "coalescing": t("people are finding one another"),
    "launch": t("starting up"),
    "maturity": t("in full swing"),
    "renewal": t("looking for new life"),
}
MOST_FIELDS = 25
"""How many fields a form may have: no platform of ours shows more."""
NONE = "-"
"""The choice of nothing among others."""
_ONE, _BOTH = "one", "both"


def core_fields(c: Community) -> tuple[Field, ...]:
    """Return the fields of a community's own settings, filled with what is set."""
    return (
        Field(name="name", label=t("Name"), kind="text", value=c.name, help=t("What the community is called.")),
        Field(
            name="language",
            label=t("Language"),
            kind="choice",
            value=c.language,
            help=t("The language of the channel; each member may have another for direct messages."),
            choices=tuple(Choice(code, Plain(LANGUAGE_NAMES[code])) for code in get_args(Language)),
        ),
        Field(
            name="bilingual",
            label=t("Messages in the channel"),
            kind="choice",
            value=_BOTH if c.bilingual else _ONE,
            choices=(Choice(_ONE, t("in this language only")), Choice(_BOTH, t("in both languages, this one first"))),
        ),
        Field(
            name="address",
            label=t("In French, people are addressed as"),
            kind="choice",
            value=c.address,
            choices=(Choice("vous", Plain("vous")), Choice("tu", Plain("tu"))),
        ),
        Field(
            name="zone",
            label=t("Time zone"),
            kind="text",
            value=c.zone,
            help=t("A city or a zone, such as Montréal or Europe/Paris."),
        ),
        Field(
            name="region",
            label=t("Public holidays"),
            kind="text",
            value=c.region or "",
            help=t("A country or region whose holidays are kept, such as CA-QC or France. May stay empty."),
            required=False,
        ),
        Field(
            name="stage",
            label=t("Where the community stands"),
            kind="choice",
            value=c.stage or NONE,
            help=t("Not every question suits every moment."),
            choices=(*(Choice(stage, said) for stage, said in STAGES.items()), Choice(NONE, t("hard to say"))),
        ),
    )


def ritual_fields(ritual: Ritual[Any, Any], language: Language, named: str = "") -> tuple[Field, ...]:
    """Return the fields that a ritual puts in a form, named "<ritual>.<setting>", filled as it proposes.

    ``named``: the field in which the ritual is chosen, when there is a choice; they are asked only if it is.
    """
    given = (named, ritual.name) if named else None
    return tuple(replace(f, name=f"{ritual.name}.{f.name}", given=given) for f in ritual.setup(language))


def filled(fields: Iterable[Field], values: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields with these values in them; those that are not named keep theirs."""
    return tuple(replace(f, value=values.get(f.name, f.value)) for f in fields)


def typed(value: object, say: Callable[[Inline], str]) -> str:
    """Return a setting as a person may type it; ``say`` gives a sentence in their language."""
    return say(schedule.describe(value)) if isinstance(value, schedule.Cadence) else str(value)


def read_core(values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Text]]:
    """Return what the core fields say, and what is wrong with them, by field."""
    said: dict[str, Any] = {}
    wrong: dict[str, Text] = {}
    try:
        said["name"] = community_name(values.get("name", ""))
    except UserError as error:
        wrong["name"] = error.text
    said["language"] = values.get("language", "")
    if said["language"] not in get_args(Language):
        wrong["language"] = paragraph(t("Choose English or Français."))
    said["address"] = values.get("address", "vous")
    if said["address"] not in get_args(Address):
        wrong["address"] = paragraph(t("Choose vous or tu."))
    said["bilingual"] = values.get("bilingual", _ONE) == _BOTH
    stage = values.get("stage", NONE)
    said["stage"] = None if stage == NONE else stage
    if stage != NONE and stage not in STAGES:
        wrong["stage"] = paragraph(t("Choose one of these."))
    for key, read in (("zone", schedule.zone), ("region", schedule.region)):
        given = values.get(key, "").strip()
        try:
            said[key] = read(given) if given or key == "zone" else None
        except UserError as error:
            wrong[key] = error.text
    return said, wrong


def community_name(given: str) -> str:
    """Return the name that somebody gives a community, in one line; raises UserError."""
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME:
        raise UserError(t("Give a name of 1 to {longest} characters.", longest=LONGEST_NAME))
    return name


def read_ritual(ritual: Ritual[Any, Any], values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Text]]:
    """Return the settings that a form with ``ritual_fields`` gives, and what is wrong with them, by field."""
    prefix = f"{ritual.name}."
    given = {k.removeprefix(prefix): v.strip() for k, v in values.items() if k.startswith(prefix)}
    stored, wrong = read_settings(ritual, {k: v for k, v in given.items() if v})
    return stored, {f"{prefix}{key}": text for key, text in wrong.items()}


def read_settings(ritual: Ritual[Any, Any], changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Text]]:
    """Return the settings to store (only keys set on purpose), and what is wrong with them, by key."""
    schema: type[Settings] = ritual.settings
    try:
        return schema.model_validate(dict(changes)).model_dump(mode="json", exclude_unset=True), {}
    except ValidationError as error:
        return {}, {
            str(e["loc"][0]) if e["loc"] else "": e.get("ctx", {}).get("refusal")
            or paragraph(t("This value is not allowed: {why}.", why=e["msg"]))
            for e in error.errors()
        }
