"""How a community governs itself: the built-in ritual, with its commands, its open journal and its offices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from bot.core import schedule
from bot.core.commands import commands_of
from bot.core.effects import (
    Care,
    DirectMessage,
    Effect,
    Journal,
    OpenForm,
    Post,
    Rehearse,
    Wake,
    Whisper,
)
from bot.core.errors import UserError
from bot.core.events import CommandGiven, Due, FormSubmitted, MemberJoined, MemberLeft
from bot.core.forms import Form
from bot.core.i18n import words
from bot.core.model import Community, Label, MemberId, Office, OfficeName, Role
from bot.core.text import (
    ChannelLink,
    Inline,
    Mention,
    Named,
    Plain,
    Strong,
    Text,
    Translated,
    When,
    bullets,
    lines,
    paragraph,
)
from bot.engine.engine import Engine, SettingsInvalidError
from bot.engine.governance_commands import TREE
from bot.engine.people import coordinators_of, named
from bot.engine.ports import Binding, Unit
from bot.engine.registry import COMMUNITY
from bot.engine.ritual import Answers, Hears, Moment, Ritual, Settings
from bot.engine.settings import LANGUAGE_NAMES, core_fields, read_core

t, tn = words("causerie")

SHOWN_NEXT = 5
SHOWN_HISTORY = 15
_SETTINGS_FORM = "settings"


class NoSettings(Settings):
    """The community's own settings are in its row."""


@dataclass(frozen=True)
class Governing:
    """What the built-in ritual works with: the commons, and a view of the community's other rituals."""

    engine: Engine
    unit: Unit
    community: Community
    binding: Binding

    async def coordinators(self) -> tuple[MemberId, ...]:
        """Return who coordinates, longest first."""
        return await coordinators_of(self.engine, self.unit, self.community)

    async def summaries(self, moment: Moment[Any]) -> list[tuple[Translated, Text]]:
        """Return each ritual's title and what it says of itself."""
        found: list[tuple[Translated, Text]] = []
        for binding in await self.unit.commons.bindings(self.community.id):
            ritual = self.engine.registry.rituals.get(binding.ritual)
            if ritual is None or ritual.name == COMMUNITY:
                continue
            if not works(self.engine, binding):
                found.append((ritual.title, paragraph(paused_by_settings(ritual.title))))
                continue
            theirs = replace(moment, binding=binding.id, settings=self.engine.settings_of(binding))
            found.append((ritual.title, await ritual.summary(await self.unit.open(binding), theirs)))
        return found


def works(engine: Engine, binding: Binding) -> bool:
    """Whether a binding's stored settings validate."""
    try:
        engine.settings_of(binding)
    except SettingsInvalidError:
        return False
    return True


def paused_by_settings(title: Translated) -> Translated:
    """Return what is said of a ritual whose stored settings no longer validate."""
    return t("{ritual} is paused: its settings are no longer valid. Set them anew to go on.", ritual=title)


async def status(store: Governing, _: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Tell who coordinates, what is set, what each ritual is at, and what comes next."""
    c = store.community
    rows: list[Inline] = [
        t("{name} has its home in {channel}.", name=Strong((Plain(c.name),)), channel=ChannelLink(c.home)),
        t("Coordinated by {people}.", people=named(await store.coordinators())),
        t("Language: {language}. Time zone: {zone}.", language=LANGUAGE_NAMES[c.language], zone=c.zone),
    ]
    if c.region:
        rows.append(t("Public holidays: {region}.", region=c.region))
    if c.paused_until and c.paused_until > moment.now:
        rows.append(t("Paused until {day}.", day=When(c.paused_until, "date")))
    body = lines(*rows)
    for title, summary in await store.summaries(moment):
        body += paragraph(Strong((title,))) + summary
    coming = await store.unit.wakes.coming(c.id, SHOWN_NEXT)
    if coming:
        body += paragraph(Strong((t("What comes next"),)))
        body += bullets(*(paragraph(expected(w.at, w.what)) for w in coming if w.what))
    return (Whisper(body),)


def expected(at: datetime, what: Translated) -> Translated:
    """Return a wake as a plain sentence: "Monday 30 November, 09:00: the weekly question"."""
    return t("{when}: {what}", when=When(at), what=what)


async def history(store: Governing, _: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Tell what was changed, by whom: any member may read the journal."""
    del moment
    rows = await store.unit.commons.journal(store.community.id, SHOWN_HISTORY)
    if not rows:
        return (Whisper(paragraph(t("Nothing has been changed yet."))),)
    return (Whisper(bullets(*(paragraph(When(at), " – ", line) for at, _, line in rows))),)


async def rehearse(_: Governing, event: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Tell what would be said in the weeks to come."""
    del moment
    return (Rehearse(event.values.get("weeks") or 4),)


async def setup(store: Governing, event: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Open the community's settings, filled with what is set now."""
    del event, moment
    c = store.community
    form = Form(
        id=_SETTINGS_FORM,
        title=t("Settings of the community"),
        fields=core_fields(c),
        submit=t("Save"),
    )
    return (OpenForm(form),)


async def settings_sent(store: Governing, event: FormSubmitted, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Write the community's settings, or say what is wrong with them."""
    if event.form != _SETTINGS_FORM or event.actor is None:
        return ()
    if event.role < Role.COORDINATOR:
        raise UserError(t("Only a coordinator can do this: {names}.", names=named(await store.coordinators())))
    said, wrong = read_core(event.values)
    if wrong:
        raise UserError(t("Some fields need another look. Nothing was changed yet."), wrong)
    changed = replace(store.community, **said)
    if changed == store.community:
        return (Whisper(paragraph(t("Nothing was changed."))),)
    await store.unit.commons.change(changed)
    line = t(
        "{who} changed the settings: {changes}.", who=Named(event.actor), changes=_changes(store.community, changed)
    )
    saved = t("Saved. `{prefix} history` shows the change to everybody.", prefix=moment.prefix)
    return (Journal(line), Whisper(paragraph(saved)))


def _changes(before: Community, after: Community) -> Inline:
    labels = (
        ("name", t("name {value}", value=after.name)),
        ("language", t("language {value}", value=LANGUAGE_NAMES[after.language])),
        ("address", t("people are addressed as {value}", value=after.address)),
        ("zone", t("time zone {value}", value=after.zone)),
        ("region", t("public holidays {value}", value=after.region or "–")),
    )
    changed: list[Inline] = [label for key, label in labels if getattr(before, key) != getattr(after, key)]
    sentence = changed[-1]
    for label in reversed(changed[:-1]):
        sentence = t("{first}, {rest}", first=label, rest=sentence)
    return sentence


async def pause(store: Governing, event: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Pause every ritual until a day; it ends by itself."""
    until = schedule.at_local(event.values["day"], time(), store.community.zone)
    await store.unit.commons.change(replace(store.community, paused_until=until))
    day = When(until, "date")
    return (
        Journal(t("{who} paused the community until {day}.", who=_who(event), day=day)),
        Whisper(
            paragraph(
                t(
                    "Everything rests until {day}, and goes on by itself then. "
                    "`{prefix} resume` ends the pause sooner.",
                    day=day,
                    prefix=moment.prefix,
                )
            )
        ),
    )


async def resume(store: Governing, event: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """End a pause sooner."""
    until = store.community.paused_until
    if until is None or until <= moment.now:
        raise UserError(t("There is no pause to end: everything goes on as planned."))
    await store.unit.commons.change(replace(store.community, paused_until=None))
    return (
        Journal(t("{who} ended the pause.", who=_who(event))),
        Whisper(paragraph(t("The pause is over. `{prefix} status` shows what comes next.", prefix=moment.prefix))),
    )


async def coordinators(store: Governing, _: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Tell who coordinates."""
    del moment
    return (Whisper(paragraph(t("Coordinated by {people}.", people=named(await store.coordinators())))),)


async def coordinator_add(store: Governing, event: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Appoint a coordinator, and tell them."""
    member: MemberId = event.values["member"]
    if member in await store.coordinators():
        raise UserError(t("{name} coordinates this community already.", name=Named(member)))
    if not await store.unit.commons.belongs(store.community.id, member):
        raise UserError(
            t(
                "{name} is not in {channel}. Somebody who is there can coordinate.",
                name=Named(member),
                channel=ChannelLink(store.community.home),
            )
        )
    await store.unit.commons.appoint(
        store.community.id, Office(name=OfficeName.COORDINATOR, member=member, since=moment.now)
    )
    told = paragraph(
        t(
            "{who} named you coordinator of {name}. `{prefix} help` shows what you can do; "
            "`{prefix} coordinator remove` with your name hands it back.",
            who=_who(event),
            name=store.community.name,
            prefix=moment.prefix,
        )
    )
    said: list[Effect] = [
        Journal(t("{who} named {name} coordinator.", who=_who(event), name=Named(member))),
        Whisper(paragraph(t("{name} coordinates this community from now on.", name=Named(member)))),
    ]
    if member != event.actor:
        said.append(DirectMessage(Label(f"named/{moment.new_id()}"), frozenset({member}), told, Care.DUTY))
    return said


async def coordinator_remove(store: Governing, event: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """End a coordinator's office; there is always one left."""
    member: MemberId = event.values["member"]
    serving = await store.coordinators()
    if member not in serving:
        raise UserError(
            t(
                "{name} does not coordinate this community; it is coordinated by {people}.",
                name=Named(member),
                people=named(serving),
            )
        )
    if len(serving) == 1:
        raise UserError(
            t(
                "{name} is the only coordinator. Name another first: `{prefix} coordinator add @name`.",
                name=Named(member),
                prefix=moment.prefix,
            )
        )
    await store.unit.commons.dismiss(store.community.id, OfficeName.COORDINATOR, member, moment.now)
    said: list[Effect] = [
        Journal(t("{who} ended {name}'s time as coordinator.", who=_who(event), name=Named(member))),
        Whisper(paragraph(t("{name} no longer coordinates this community.", name=Named(member)))),
    ]
    if member != event.actor:
        told = paragraph(t("You no longer coordinate {name}. Thank you for your time.", name=store.community.name))
        said.append(DirectMessage(Label(f"ended/{moment.new_id()}"), frozenset({member}), told, Care.DUTY))
    return said


async def joined(store: Governing, event: MemberJoined, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Note a membership."""
    if event.actor:
        await store.unit.commons.join(store.community.id, event.actor, moment.now)
    return ()


async def left(store: Governing, event: MemberLeft, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Note that a member left; the last coordinator's leaving is told to the community, kindly."""
    member = event.actor
    if member is None:
        return ()
    await store.unit.commons.leave(store.community.id, member, moment.now)
    serving = await store.coordinators()
    if member not in serving:
        return ()
    await store.unit.commons.dismiss(store.community.id, OfficeName.COORDINATOR, member, moment.now)
    said: list[Effect] = [Journal(t("{name} left, and no longer coordinates.", name=Named(member)))]
    if len(serving) == 1:
        said.append(
            Post(
                Label(f"orphaned/{moment.new_id()}"),
                paragraph(
                    t(
                        "Nobody coordinates this community at the moment; its rituals go on. "
                        "Whoever would like the seat can type `{prefix} coordinator take`.",
                        prefix=moment.prefix,
                    )
                ),
            )
        )
    return said


async def coordinator_take(store: Governing, event: CommandGiven, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Let a member take the seat of coordinator when it is empty."""
    serving = await store.coordinators()
    if serving:
        raise UserError(t("The seat is not empty. To coordinate too, ask {people} to name you.", people=named(serving)))
    actor = event.actor
    if actor is None:
        return ()
    await store.unit.commons.appoint(
        store.community.id, Office(name=OfficeName.COORDINATOR, member=actor, since=moment.now)
    )
    return (
        Journal(t("{who} took the empty seat of coordinator.", who=Named(actor))),
        Post(
            Label(f"taken/{moment.new_id()}"),
            paragraph(t("{who} coordinates this community from now on.", who=Mention(actor))),
        ),
    )


async def agenda(store: Governing, moment: Moment[NoSettings]) -> Sequence[Wake]:
    """Return when a pause ends, so that people see it coming."""
    until = store.community.paused_until
    if until is None or until <= moment.now:
        return ()
    return (Wake(Label("pause/end"), until, timedelta(days=366), t("the pause ends")),)


async def pause_over(store: Governing, event: Due, moment: Moment[NoSettings]) -> Sequence[Effect]:
    """Forget a pause that is over."""
    del event
    if store.community.paused_until and store.community.paused_until <= moment.now:
        await store.unit.commons.change(replace(store.community, paused_until=None))
    return ()


async def no_summary(_: Governing, moment: Moment[NoSettings]) -> Text:
    """Say nothing: the status itself tells of the community."""
    del moment
    return Text()


def _who(event: CommandGiven) -> Inline:
    return Named(event.actor) if event.actor else t("the bot")


_HANDLERS: dict[str, Callable[[Governing, CommandGiven, Moment[NoSettings]], Awaitable[Sequence[Effect]]]] = {
    "setup": setup,
    "status": status,
    "history": history,
    "rehearse": rehearse,
    "pause": pause,
    "resume": resume,
    "coordinator.list": coordinators,
    "coordinator.add": coordinator_add,
    "coordinator.remove": coordinator_remove,
    "coordinator.take": coordinator_take,
}

ritual: Ritual[Governing, NoSettings] = Ritual(
    name=COMMUNITY,
    title=t("The community"),
    settings=NoSettings,
    agenda=agenda,
    summary=no_summary,
    hears=(
        Hears(MemberJoined, joined, everywhere=True),
        Hears(MemberLeft, left, everywhere=True),
        Hears(FormSubmitted, settings_sent),
        Hears(Due, pause_over),
    ),
    answers=tuple(Answers(command, _HANDLERS[command.id]) for command in commands_of(TREE)),
    tree=TREE.children,
)
