"""The community's own settings: the form that shows them, what becomes of it, and the name alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.effects import Effect, Journal, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import CommandGiven, FormSubmitted
from bot.core.forms import Form
from bot.core.i18n import words
from bot.core.model import Community
from bot.core.text import Inline, paragraph
from bot.engine import as_shown
from bot.engine.governance.store import Governing, Now, who
from bot.engine.settings import LANGUAGE_NAMES, STAGES, community_name, core_fields, read_core

t, tn = words("causerie")

FORM = "settings"


async def setup(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Open the community's settings, filled with what is set now."""
    del event, moment
    title = t("Community settings")
    form = Form(id=FORM, title=title, fields=core_fields(store.community), submit=t("Save"))
    return (OpenForm(as_shown.noted(form)),)


async def sent(store: Governing, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Write what was changed in the community's settings, or say what is wrong with it."""
    await store.must_coordinate(event)
    held = {field.name: field.value for field in core_fields(store.community)}
    said, wrong = read_core(held | as_shown.changed(event.form, event.values))
    if wrong:
        raise UserError(t("Some fields need another look. Nothing was changed yet."), wrong)
    changed = replace(store.community, **said)
    if changed == store.community:
        return (Whisper(paragraph(t("Nothing was changed."))),)
    await store.unit.commons.change(changed)
    line = t("{who} changed the settings: {changes}.", who=who(event), changes=_changes(store.community, changed))
    saved = t("Saved. `{prefix} history` shows the change to everybody.", prefix=moment.prefix)
    return (Journal(line), Whisper(paragraph(saved)))


def _changes(before: Community, after: Community) -> Inline:
    labels = (
        ("name", t("name {value}", value=after.name)),
        ("language", t("language {value}", value=LANGUAGE_NAMES[after.language])),
        ("bilingual", t("messages in both languages") if after.bilingual else t("messages in one language")),
        ("address", t("people are addressed as {value}", value=after.address)),
        ("zone", t("time zone {value}", value=after.zone)),
        ("region", t("public holidays {value}", value=after.region or "–")),
        ("stage", t("stage {value}", value=STAGES[after.stage] if after.stage else "–")),
    )
    changed: list[Inline] = [label for key, label in labels if getattr(before, key) != getattr(after, key)]
    sentence = changed[-1]
    for label in reversed(changed[:-1]):
        sentence = t("{first}, {rest}", first=label, rest=sentence)
    return sentence


async def rename(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Give the community another name."""
    del moment
    name = community_name(event.values["name"])
    before = store.community.name
    if name == before:
        raise UserError(t("That is its name already."))
    await store.unit.commons.change(replace(store.community, name=name))
    return (
        Journal(t("{who} renamed the community from {before} to {name}.", who=who(event), before=before, name=name)),
        Whisper(paragraph(t("The community is called {name} from now on.", name=name))),
    )
