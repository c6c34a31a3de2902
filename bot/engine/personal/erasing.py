"""Erasing oneself: what goes and what stays is said, asked once, and then done at once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import ask_once
from bot.core.effects import Effect, Whisper
from bot.core.i18n import words
from bot.core.model import OfficeName
from bot.core.text import bullets, paragraph
from bot.engine.erase import erase
from bot.engine.personal.asked import Someone

t, tn = words("causerie")

ERASE = "me.erase"


async def ask(asking: Someone) -> Sequence[Effect]:
    """Say what would go and what would stay, and ask once."""
    said = paragraph(t("All that is kept of you would be erased at once, in every community. It cannot be undone."))
    said += bullets(
        paragraph(
            t(
                "Gone: what you set and refused, where you belong, your offices, what is kept of your answers and "
                "suggestions, and what waits to be sent to you."
            )
        ),
        paragraph(
            t(
                "Kept: for each thing that you refused one keyed hash, from which nobody can tell who you are, so that "
                "it goes on being honoured."
            )
        ),
        paragraph(t("Your messages on the platform are the platform’s. They can be deleted there.")),
        paragraph(
            t("Whoever stays in a community’s channel is known to me again by name. To avoid that, leave it first.")
        ),
    )
    for community, office in await asking.offices():
        if office.name is OfficeName.COORDINATOR:
            said += paragraph(
                t(
                    "You coordinate {community}: this office would end, and who comes next can be named there.",
                    community=community.name,
                )
            )
    said += paragraph(t("`{prefix} data export` gives you all of it first.", prefix=asking.prefix))
    return (Whisper(ask_once.asking(said, t("Erase it all"), ERASE, asking.now)),)


async def confirmed(asking: Someone) -> Sequence[Effect]:
    """Erase, and take leave in the language that was theirs until then."""
    ask_once.asked(asking.asked.value, asking.now)
    refused = len(await asking.unit.members.refused(asking.member.id))
    said = paragraph(t("Done: all that was kept of you is erased."))
    if refused:
        said += paragraph(
            tn(
                "What you refused goes on being honoured: {count} keyed hash is kept for that.",
                "What you refused goes on being honoured: {count} keyed hashes are kept for that.",
                refused,
            )
        )
    leave = asking.engine.catalogues.resolve(said, asking.voice)
    await erase(asking.engine, asking.unit, asking.asked.workspace, asking.member.id, asking.asked.fact)
    return (Whisper(leave),)


async def left(asking: Someone) -> Sequence[Effect]:
    """Leave everything as it is."""
    del asking
    return (Whisper(ask_once.left()),)
