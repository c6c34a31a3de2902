"""What a community tells of itself to whoever asks: its state, its journal, and the weeks to come."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Effect, Rehearse, Whisper
from bot.core.events import CommandGiven
from bot.core.i18n import words
from bot.core.text import ChannelLink, Inline, Plain, Strong, Translated, When, bullets, lines, paragraph
from bot.engine.governance.store import Governing, Now
from bot.engine.people import named
from bot.engine.ports import DueWake
from bot.engine.settings import LANGUAGE_NAMES, STAGES

t, tn = words("causerie")

SHOWN_NEXT = 5
SHOWN_HISTORY = 15


async def status(store: Governing, _: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell who coordinates, what is set, what each ritual is at, and what comes next."""
    c = store.community
    language = LANGUAGE_NAMES[c.language]
    rows: list[Inline] = [
        t("{name} has its home in {channel}.", name=Strong((Plain(c.name),)), channel=ChannelLink(c.home)),
        t("Coordinated by {people}.", people=named(await store.coordinators())),
        t("Languages: {language} first, then the other. Time zone: {zone}.", language=language, zone=c.zone)
        if c.bilingual
        else t("Language: {language}. Time zone: {zone}.", language=language, zone=c.zone),
    ]
    if c.region:
        rows.append(t("Public holidays: {region}.", region=c.region))
    if c.stage:
        rows.append(t("Where it stands: {stage}.", stage=STAGES[c.stage]))
    if c.paused_until and c.paused_until > moment.now:
        rows.append(t("Paused until {day}.", day=When(c.paused_until, "date")))
    body = lines(*rows)
    rituals = await store.rituals()
    if not rituals:
        body += paragraph(no_ritual(moment.prefix))
    for binding in rituals:
        body += paragraph(Strong((store.called(binding),))) + await store.summary(binding, moment)
    coming = await store.unit.wakes.coming(c.id, SHOWN_NEXT)
    if coming:
        body += paragraph(Strong((t("What comes next"),)))
        body += bullets(
            *(paragraph(t("{when}: {what}", when=When(w.at), what=what)) for w in coming if (what := told(w)))
        )
    return (Whisper(body),)


def told(wake: DueWake) -> Translated | None:
    """Return what people are told of a wake: with the ritual's name where it was given one."""
    if wake.what is None or not wake.name:
        return wake.what
    return t("{what} ({name})", what=wake.what, name=wake.name)


def no_ritual(prefix: str) -> Translated:
    """Return what is said of a community without a ritual."""
    return t("This community has no ritual yet. `{prefix} ritual add` adds one.", prefix=prefix)


async def history(store: Governing, _: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell what was changed, by whom: any member may read the journal."""
    del moment
    rows = await store.unit.commons.journal(store.community.id, SHOWN_HISTORY)
    if not rows:
        return (Whisper(paragraph(t("Nothing has been changed yet."))),)
    return (Whisper(bullets(*(paragraph(When(at), " – ", line) for at, _, line in rows))),)


async def rehearse(_: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell what would be said in the weeks to come."""
    del moment
    return (Rehearse(event.values.get("weeks") or 4),)
