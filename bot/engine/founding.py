"""First contact: what a channel without a community is told, the setup form, and what it says when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.effects import Effect, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.forms import Choice, Field, Form
from bot.core.i18n import words
from bot.core.model import ChannelId, Community, CommunityId, Member, MemberId, OfficeName, Role, WorkspaceId
from bot.core.text import Button, Inline, Named, Plain, Strong, Text, When, bullets, buttons, paragraph
from bot.engine.engine import Engine
from bot.engine.governance.home import REOPEN, REOPEN_WITHIN
from bot.engine.people import coordinators_of, must_moderate, named, role_of
from bot.engine.ports import Unit
from bot.engine.registry import COMMUNITY, Registry
from bot.engine.settings import MOST_FIELDS, NONE, core_fields, filled, read_core, read_ritual, ritual_fields, typed

t, tn = words("causerie")

SETUP = "core:setup"
"""The action of the button that opens the setup form of the channel where it stands; with the value ``ANEW`` also
where a community was closed."""
START, CHANGE = "core:start", "core:change"
"""The actions of a draft's buttons; their value is the draft's id."""
ANEW = "anew"
DRAFT_KEPT = timedelta(days=1)
_FORM = "found:"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a setup form says: the community's own settings, its first ritual (None: none for now) and its settings."""

    core: Mapping[str, Any]
    ritual: str | None
    settings: Mapping[str, Any]


def is_founding(form_id: str) -> bool:
    """Whether a form founds a community."""
    return form_id.startswith(_FORM)


def place(form_id: str) -> tuple[str, CommunityId | None]:
    """Return the channel (the platform's id) of which a setup form is, and the draft that its sender knew of."""
    channel, _, draft = form_id.removeprefix(_FORM).partition(" ")
    return channel, CommunityId(draft) if draft else None


def greeting(prefix: str) -> Text:
    """Return what is said once in a channel to which the bot was invited."""
    said = t("Causerie is here. `{prefix} setup` makes this channel the home of a community.", prefix=prefix)
    return paragraph(said) + buttons(Button(SETUP, t("Set up"), spare=True))


async def opened(
    engine: Engine, unit: Unit, workspace: WorkspaceId, channel: str | None, member: Member, *, anew: bool = False
) -> Effect:
    """Return what ``setup`` answers in a channel (the platform's id) that is no open community's home.

    The form, filled with the draft that is there; or a word on the community that was closed there, unless one is to
    be set up ``anew``. Raises UserError where no community can live.
    """
    home = await home_at(unit, workspace, channel, engine.prefix(workspace))
    await must_moderate(engine, unit, workspace, home, member.id)
    draft = await unit.lives.draft_at(home)
    if draft is not None:
        theirs = await begun_by(unit, engine, draft)
        word = None if theirs == member.id else begun(theirs, draft)
        return OpenForm(_form(engine, draft, str(channel), await _held(engine, unit, draft), draft.id, word))
    closed = await unit.lives.closed_at(home)
    if closed is not None and can_reopen(closed, engine.clock()) and not anew:
        return Whisper(await _was_closed(engine, unit, closed, member))
    name = (await unit.directory.channel_names([home]))[home][1]
    proposed = Community(
        id=CommunityId(""),
        workspace=workspace,
        home=home,
        name=name.replace("-", " ").replace("_", " ").strip().capitalize(),
        language=member.language or "en",
        # Where nobody's zone is known it is asked for: a community in the wrong one asks at the wrong hour.
        zone=member.zone or "",
    )
    return OpenForm(_form(engine, proposed, str(channel), {}))


async def home_at(unit: Unit, workspace: WorkspaceId, channel: str | None, prefix: str) -> ChannelId:
    """Return our id of a channel that may be a home; raises UserError."""
    home = await unit.directory.channel(workspace, channel) if channel else None
    if home is None or await unit.directory.is_direct(home):
        raise UserError(
            t("A community has a channel as its home. Type `{prefix} setup` in that channel.", prefix=prefix)
        )
    return home


def can_reopen(closed: Community, now: datetime) -> bool:
    """Whether a closed community may still be opened again."""
    return closed.since is not None and now <= closed.since + REOPEN_WITHIN


async def begun_by(unit: Unit, engine: Engine, draft: Community) -> MemberId | None:
    """Return whose a draft is."""
    offices = await unit.commons.offices(draft.id, engine.clock())
    return next((o.member for o in offices if o.name is OfficeName.COORDINATOR), None)


def begun(founder: MemberId | None, draft: Community) -> Text:
    """Return the word on a draft that is somebody else's."""
    who: Inline = Named(founder) if founder else t("Somebody")
    since: Inline = When(draft.since, "time") if draft.since else t("a moment ago")
    return paragraph(
        t("{who} began to set up this channel at {time}. Sending this form takes it over.", who=who, time=since)
    )


def taken_over(engine: Engine, draft: Community, external: str, values: Mapping[str, str], word: Text) -> Effect:
    """Return the form once more, filled with what was sent, with the word on the draft that was begun meanwhile."""
    return OpenForm(_form(engine, draft, external, values, draft.id, word))


async def _was_closed(engine: Engine, unit: Unit, closed: Community, member: Member) -> Text:
    """Tell of the community that was closed here, and offer what can be done."""
    since = closed.since or engine.clock()
    coordinated = await coordinators_of(engine, unit, closed)
    body = paragraph(
        t(
            "{name} had its home here, and was closed on {day}. It can be opened again until {until}, by {people}.",
            name=Strong((Plain(closed.name),)),
            day=When(since, "date"),
            until=When(since + REOPEN_WITHIN, "date"),
            people=named(coordinated),
        )
    )
    entitled = await role_of(unit, closed, member.id, engine) >= Role.COORDINATOR
    again = (Button(REOPEN, t("Open it again"), closed.id),) if entitled else ()
    return body + buttons(*again, Button(SETUP, t("Set up a new one"), ANEW))


async def _held(engine: Engine, unit: Unit, draft: Community) -> dict[str, str]:
    """Return what a draft says of its ritual, as the form's fields hold it."""
    first = next((b for b in await unit.commons.bindings(draft.id) if b.ritual != COMMUNITY), None)
    if first is None or first.ritual not in engine.registry.rituals:
        return {"ritual": NONE}
    settings, spoken = engine.settings_of(first), engine.voice_of(draft)
    told = {
        f"{first.ritual}.{key}": typed(getattr(settings, key), lambda node: engine.catalogues.sentence(node, spoken))
        for key in first.settings
    }
    return {"ritual": first.ritual} | told


def _form(
    engine: Engine,
    proposed: Community,
    external: str,
    values: Mapping[str, str],
    draft: CommunityId | None = None,
    word: Text | None = None,
) -> Form:
    fields = filled((*core_fields(proposed), *_first_ritual(engine.registry, proposed)), values)
    return Form(
        id=f"{_FORM}{external} {draft or ''}".strip(),
        title=t("Set up a community"),
        intro=(word or Text()) + _intro(engine.registry),
        fields=fields,
        submit=t("Go on"),
    )


def _intro(registry: Registry) -> Text:
    """Say what will be stored, in the words of each ritual."""
    kept = [paragraph(r.keeps) for r in registry.rituals.values() if r.keeps is not None]
    return (
        paragraph(
            t("This channel becomes the community's home. Nothing is said in it before you have seen what comes.")
        )
        + paragraph(t("What is kept:"))
        + bullets(*kept)
        + paragraph(
            t(
                "Nobody, here or elsewhere, gets figures or reports on single people. Each can see, take along and "
                "erase what concerns them, at any time. Every change of settings is in a journal that all can read."
            )
        )
    )


def _first_ritual(registry: Registry, proposed: Community) -> tuple[Field, ...]:
    """Return the choice of the first ritual, and the rituals' own fields as far as a form holds them."""
    choices = tuple(Choice(r.name, r.title) for r in registry.offered)
    choice = Field(
        name="ritual",
        label=t("First ritual"),
        kind="choice",
        value=choices[0].value if choices else NONE,
        help=t("Others can be added at any time."),
        choices=(*choices, Choice(NONE, t("none for now"))),
    )
    fields: tuple[Field, ...] = (choice,)
    for ritual in registry.offered:
        theirs = ritual_fields(ritual, proposed.language, choice.name)
        fields += theirs if len(core_fields(proposed)) + len(fields) + len(theirs) <= MOST_FIELDS else ()
    return fields


def read(registry: Registry, values: Mapping[str, str]) -> Setup:
    """Return what a setup form says. Raises UserError, with ``fields``, when something is wrong."""
    core, wrong = read_core(values)
    chosen = values.get("ritual", registry.offered[0].name if registry.offered else NONE)
    ritual = next((r for r in registry.offered if r.name == chosen), None)
    settings: dict[str, Any] = {}
    if ritual is not None:
        settings, bad = read_ritual(ritual, values)
        wrong |= bad
    elif chosen != NONE:
        wrong["ritual"] = paragraph(t("Choose one of these."))
    if wrong:
        raise UserError(t("Some fields need another look. Nothing was changed yet."), wrong)
    return Setup(core, ritual.name if ritual else None, settings)


def drafted(channel: Inline, draft: Community) -> Text:
    """Return what is said below the rehearsal of a draft, with what can be done now."""
    said = t("Nothing has been said in {channel} yet. **Start** opens the community there.", channel=channel)
    return paragraph(said) + buttons(Button(START, t("Start"), draft.id), Button(CHANGE, t("Change"), draft.id))


def announcement(founder: Inline, name: str, prefix: str) -> Text:
    """Return what is said when a community starts."""
    return paragraph(
        t(
            "{founder} set up the community {name} here, and coordinates it. "
            "To take part, answer in the threads when you feel like it; reading is taking part too.",
            founder=founder,
            name=name,
        )
    ) + paragraph(t("`{prefix} status` shows what is planned, `{prefix} help` what can be asked for.", prefix=prefix))


def stale(prefix: str) -> UserError:
    """Return what to say of a draft's button when that draft is no more."""
    return UserError(
        t(
            "This setup is over: it was changed or started since, or a day has passed. "
            "`{prefix} setup` in the channel shows where it stands.",
            prefix=prefix,
        )
    )
