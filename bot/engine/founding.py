"""Founding a community: the setup form, and what is written when it is sent."""

from __future__ import annotations

from typing import Any

from bot.core.effects import Effect, Journal, Post, Whisper
from bot.core.errors import UserError
from bot.core.forms import Form
from bot.core.i18n import words
from bot.core.incoming import Submitted
from bot.core.model import (
    BindingId,
    Community,
    CommunityId,
    Label,
    Member,
    MemberId,
    Office,
    OfficeName,
    WorkspaceId,
)
from bot.core.text import Button, ChannelLink, Named, Text, buttons, paragraph
from bot.engine.engine import Engine, derived
from bot.engine.ports import Binding, Unit
from bot.engine.registry import COMMUNITY
from bot.engine.ritual import Moment
from bot.engine.settings import core_fields, read_core, read_settings, ritual_fields

t, tn = words("causerie")

CLAIM = "founding"
"""Under this name the fact that founds a community is claimed: it has no binding yet."""

_FOUND = "found:"
SETUP = "core:setup"
"""The action of the button that opens the setup form of the channel where it stands."""


def is_founding(form_id: str) -> bool:
    """Whether a form founds a community."""
    return form_id.startswith(_FOUND)


def greeting(prefix: str) -> Text:
    """Return what is said once in a channel to which the bot was invited."""
    said = t("Causerie is here. `{prefix} setup` makes this channel the home of a community.", prefix=prefix)
    return paragraph(said) + buttons(Button(SETUP, t("Set up"), spare=True))


async def form(engine: Engine, unit: Unit, workspace: WorkspaceId, channel: str | None, member: Member) -> Form:
    """Return the setup form for a free channel (the platform's id), filled as well as can be guessed."""
    home = await unit.directory.channel(workspace, channel) if channel else None
    if home is None or await unit.directory.is_direct(home):
        raise UserError(
            t(
                "A community has a channel as its home. Type `{prefix} setup` in that channel.",
                prefix=engine.prefix(workspace),
            )
        )
    name = (await unit.directory.channel_names([home]))[home][1]
    proposed = Community(
        id=CommunityId(""),
        workspace=workspace,
        home=home,
        name=name,
        language=member.language or "en",
        zone=member.zone or "UTC",
    )
    return Form(
        id=f"{_FOUND}{channel}",
        title=t("Set up a community"),
        intro=paragraph(
            t(
                "This channel becomes the community's home. What is kept: who is here, what was asked, and the answers "
                "given in its threads until the next question. Every change is in the journal, open to all."
            )
        ),
        fields=(*core_fields(proposed), *ritual_fields(engine.registry, proposed.language)),
        submit=t("Start"),
    )


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
    if home is None or await unit.directory.is_direct(home):
        raise UserError(t("This channel is no longer there."))
    taken = await unit.commons.at_home(home)
    if taken is not None:
        raise UserError(t("{name} has its home here already.", name=taken.name))
    now = engine.clock()
    said, wrong = read_core(submitted.values)
    stored: dict[str, dict[str, Any]] = {}
    for ritual in engine.registry.rituals.values():
        prefix = f"{ritual.name}."
        given = {k.removeprefix(prefix): v.strip() for k, v in submitted.values.items() if k.startswith(prefix)}
        stored[ritual.name], bad = read_settings(ritual, {k: v for k, v in given.items() if v})
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
    if not await unit.commons.found(community, bindings, now):
        raise UserError(t("Somebody set up a community here a moment ago."))
    for person in {*people, founder}:
        await unit.commons.join(community.id, person, now)
    await unit.commons.appoint(community.id, Office(name=OfficeName.COORDINATOR, member=founder, since=now))
    core = next(b for b in bindings if b.ritual == COMMUNITY)
    moment = engine.moment(community, core, submitted.fact, now, (founder,))
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
                    "{name} has its home in {channel}. `{prefix} rehearse` shows what the weeks to come will bring.",
                    name=community.name,
                    channel=ChannelLink(home),
                    prefix=moment.prefix,
                )
            )
        ),
    ]
    return community, core, moment, said_first
