"""What a member refused: named, lifted, and everything at once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Effect, Whisper
from bot.core.i18n import words
from bot.core.model import CommunityId, OfficeName
from bot.core.text import Button, Inline, Plain, Text, buttons, paragraph
from bot.engine.personal.asked import Someone
from bot.engine.ports import Refusal

t, tn = words("causerie")

ACCEPT = "me.accept"
_ALL = "-"


def spelled(refusal: Refusal) -> str:
    """Return a refusal as a button's value."""
    return f"{refusal.community or _ALL} {refusal.ritual or _ALL}"


def read(value: str) -> Refusal:
    """Return the refusal that a button's value spells."""
    community, _, ritual = value.partition(" ")
    return Refusal(
        CommunityId(community) if community not in {"", _ALL} else None, ritual if ritual not in {"", _ALL} else None
    )


async def what(asking: Someone, refusal: Refusal) -> Inline:
    """Return what was refused, in words that go on inside a sentence."""
    if refusal == Refusal():
        return t("all that you do not ask for")
    title = _title(asking, refusal.ritual)
    name = await _name(asking, refusal.community)
    if title is None:
        return t("all that comes from {community}", community=name)
    return title if refusal.community is None else t("{ritual} in {community}", ritual=title, community=name)


def _title(asking: Someone, ritual: str | None) -> Inline | None:
    if ritual is None:
        return None
    known = asking.engine.registry.rituals.get(ritual)
    return known.title if known else Plain(ritual)


async def _name(asking: Someone, community: CommunityId | None) -> Inline:
    try:
        return Plain((await asking.unit.commons.community(community)).name if community else "…")
    except KeyError:
        return Plain("…")


async def stop(asking: Someone) -> Sequence[Effect]:
    """Refuse everything; what belongs to an office goes on as long as it is held, which is said."""
    await asking.unit.members.refuse(asking.member.id, None, None, asking.now)
    said = paragraph(t("Understood: from now on you receive only what you ask for, from any community."))
    return (Whisper(said + await duties(asking) + buttons(again(Refusal()))),)


async def duties(asking: Someone) -> Text:
    """Return what goes on coming because of an office, and how to lay it down."""
    said = Text()
    for community, office in await asking.offices():
        if office.name is OfficeName.COORDINATOR:
            said += paragraph(
                t(
                    "You coordinate {community}: what belongs to this office still comes. "
                    "`{prefix} coordinator remove` with your name lays it down.",
                    community=community.name,
                    prefix=asking.prefix,
                )
            )
        else:
            said += paragraph(
                t(
                    "You are the facilitator of {community}: what belongs to this office still comes, while it lasts.",
                    community=community.name,
                )
            )
    return said


def again(refusal: Refusal, called: Inline | None = None) -> Button:
    """Return the button that lifts a refusal; ``called`` tells it from others beside it."""
    label = t("Receive them again") if called is None else t("Receive again: {what}", what=called)
    return Button(ACCEPT, label, spelled(refusal))


async def accept(asking: Someone) -> Sequence[Effect]:
    """Lift a refusal."""
    refusal = read(asking.asked.value)
    await asking.unit.members.accept(asking.member.id, refusal.community, refusal.ritual)
    return (Whisper(paragraph(t("These messages will come again."))),)
