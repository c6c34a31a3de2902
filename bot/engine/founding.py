"""Founding a community: the setup form, and what is written when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from bot.core import schedule
from bot.core.effects import Effect, Journal, Post, Whisper
from bot.core.errors import UserError
from bot.core.forms import Choice, Field, Form
from bot.core.i18n import words
from bot.core.incoming import Submitted
from bot.core.model import (
    BindingId,
    Community,
    CommunityId,
    Label,
    Language,
    Member,
    MemberId,
    Office,
    OfficeName,
    WorkspaceId,
)
from bot.core.text import ChannelLink, Named, Plain, Text, paragraph
from bot.engine.engine import Engine, derived
from bot.engine.ports import Binding, Unit
from bot.engine.registry import COMMUNITY, Registry
from bot.engine.ritual import Moment, Ritual, Settings

t, tn = words("causerie")

_FOUND = "found:"
LONGEST_NAME = 60
LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "fr": "Français"}


def is_founding(form_id: str) -> bool:
    """Whether a form founds a community."""
    return form_id.startswith(_FOUND)


async def form(engine: Engine, unit: Unit, workspace: WorkspaceId, channel: str | None, member: Member) -> Form:
    """Return the setup form for a free channel (the platform's id), filled as well as can be guessed."""
    home = await unit.directory.channel(workspace, channel) if channel else None
    if home is None:
        raise UserError(
            t(
                "A community has a channel as its home. Type `{prefix} setup` in that channel.",
                prefix=engine.prefix(workspace),
            )
        )
    name = (await unit.directory.channel_names([home]))[home][1]
    return Form(
        id=f"{_FOUND}{channel}",
        title=t("Set up a community"),
        intro=paragraph(
            t(
                "This channel becomes the community's home. What is kept: who is here, what was asked, and the answers "
                "given in its threads until the next question. Every change is in the journal, open to all."
            )
        ),
        fields=(*core_fields(name, member.language or "en", member.zone or "UTC", ""), *ritual_fields(engine.registry)),
        submit=t("Start"),
    )


def core_fields(name: str, language: Language, zone: str, region: str) -> tuple[Field, ...]:
    """Return the fields of a community's own settings."""
    return (
        Field(name="name", label=t("Name"), kind="text", value=name, help=t("What the community is called.")),
        Field(
            name="language",
            label=t("Language"),
            kind="choice",
            value=language,
            help=t("The language of the channel; each member may have another for direct messages."),
            choices=tuple(Choice(code, Plain(LANGUAGE_NAMES[code])) for code in get_args(Language)),
        ),
        Field(
            name="zone",
            label=t("Time zone"),
            kind="text",
            value=zone,
            help=t("A city or a zone, such as Montréal or Europe/Paris."),
        ),
        Field(
            name="region",
            label=t("Public holidays"),
            kind="text",
            value=region,
            help=t("A country or region whose holidays are kept, such as CA-QC or France. May stay empty."),
            required=False,
        ),
    )


def ritual_fields(registry: Registry) -> tuple[Field, ...]:
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
        for f in ritual.setup
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


async def found(
    engine: Engine, unit: Unit, workspace: WorkspaceId, submitted: Submitted, founder: MemberId, people: list[MemberId]
) -> tuple[Community, Binding, Moment[Any], list[Effect]]:
    """Write a new community and return what it says first.

    ``people`` are in the channel already: members from now on, never newcomers.

    Raises:
        UserError: the channel is taken, or a field is wrong (``fields`` says which and why); nothing is written.
    """
    external = submitted.form.removeprefix(_FOUND)
    home = await unit.directory.channel(workspace, external)
    if home is None:
        raise UserError(t("This channel is no longer there."))
    taken = await unit.commons.at_home(home)
    if taken is not None:
        raise UserError(t("{name} has its home here already.", name=taken.name))
    now = engine.clock()
    said, wrong = read_core(submitted.values)
    stored: dict[str, dict[str, Any]] = {}
    for ritual in engine.registry.rituals.values():
        given = {f.name: submitted.values.get(f"{ritual.name}.{f.name}", "").strip() or None for f in ritual.setup}
        stored[ritual.name], bad = read_settings(ritual, {k: v for k, v in given.items() if v is not None})
        wrong |= {f"{ritual.name}.{key}": text for key, text in bad.items()}
    if wrong:
        raise UserError(t("Some fields need another look. Nothing was changed yet."), wrong)
    community = Community(
        id=CommunityId(derived("community", workspace, submitted.fact)), workspace=workspace, home=home, **said
    )
    bindings = [
        Binding(
            id=BindingId(derived("binding", community.id, name)),
            community=community.id,
            ritual=name,
            settings=stored[name],
        )
        for name in engine.registry.started
    ]
    await unit.commons.found(community, bindings, now)
    for person in {*people, founder}:
        await unit.commons.join(community.id, person, now)
    await unit.commons.appoint(community.id, Office(name=OfficeName.COORDINATOR, member=founder, since=now))
    core = next(b for b in bindings if b.ritual == COMMUNITY)
    moment = engine.moment(community, core, submitted.fact, now)
    announcement = paragraph(
        t(
            "{founder} set up the community {name} here, and coordinates it. "
            "To take part, answer in the threads when you feel like it; reading is taking part too.",
            founder=Named(founder),
            name=community.name,
        )
    ) + paragraph(
        t(
            "`{prefix} status` shows what is planned, `{prefix} help` what can be asked for.",
            prefix=moment.prefix,
        )
    )
    said_first: list[Effect] = [
        Post(Label("founded"), announcement),
        Journal(t("{founder} set up the community.", founder=Named(founder))),
        Whisper(
            paragraph(
                t(
                    "{name} has its home in {channel}. `{prefix} rehearse` shows the weeks to come before they do.",
                    name=community.name,
                    channel=ChannelLink(home),
                    prefix=moment.prefix,
                )
            )
        ),
    ]
    return community, core, moment, said_first
