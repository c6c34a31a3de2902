"""Settings as people see and send them: one schema serves the form, its validation and what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from bot.core import schedule
from bot.core.errors import UserError
from bot.core.forms import Choice, Field
from bot.core.i18n import words
from bot.core.model import Address, Community, Language
from bot.core.text import Plain, Text, paragraph
from bot.engine.registry import Registry
from bot.engine.ritual import Ritual, Settings

t, tn = words("causerie")

LONGEST_NAME = 60
LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "fr": "Français"}


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
    )


def ritual_fields(registry: Registry, language: Language) -> tuple[Field, ...]:
    """Return the fields that each ritual puts in the setup form, named "<ritual>.<setting>"."""
    return tuple(
        Field(
            name=f"{ritual.name}.{f.name}",
            label=f.label,
            kind=f.kind,
            value=f.value,
            help=f.help,
            choices=f.choices,
            required=f.required,
        )
        for ritual in registry.rituals.values()
        for f in ritual.setup(language)
    )


def read_core(values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Text]]:
    """Return what the core fields say, and what is wrong with them, by field."""
    said: dict[str, Any] = {}
    wrong: dict[str, Text] = {}
    name = " ".join(values.get("name", "").split())
    if not name or len(name) > LONGEST_NAME:
        wrong["name"] = paragraph(t("Give a name of 1 to {longest} characters.", longest=LONGEST_NAME))
    said["name"] = name
    said["language"] = values.get("language", "")
    if said["language"] not in get_args(Language):
        wrong["language"] = paragraph(t("Choose English or Français."))
    said["address"] = values.get("address", "vous")
    if said["address"] not in get_args(Address):
        wrong["address"] = paragraph(t("Choose vous or tu."))
    for key, read in (("zone", schedule.zone), ("region", schedule.region)):
        given = values.get(key, "").strip()
        try:
            said[key] = read(given) if given or key == "zone" else None
        except UserError as error:
            wrong[key] = error.text
    return said, wrong


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
