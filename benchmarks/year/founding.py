"""How the communities of the year begin: by the setup form, as a coordinator fills it in."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.year import nag
from benchmarks.year.play import Play
from benchmarks.year.town import Home
from bot.core.model import BindingId, Community
from bot.core.text import buttons_of
from bot.engine.agendas import awaken
from bot.engine.engine import derived
from bot.engine.ports import Binding

QUESTION = "weekly_question"


async def found(play: Play) -> None:
    """Let the first person of each channel found its community, and note which questions there are."""
    for home in play.chronicle.homes.values():
        await _found(play, home)
    async with play.database.unit() as unit:
        for home in play.chronicle.homes.values():
            channel = await unit.directory.channel(play.workspace, home.channel)
            community = await unit.commons.at_home(channel) if channel else None
            assert community is not None, f"{home.name} was not founded"
            play.communities[home.channel] = community.id
            there = {b.ritual for b in await unit.commons.bindings(community.id)}
            if nag.NAME not in there and home.nagged:
                await unit.lives.add(_binding(community, nag.NAME))
            if home.second is not None:
                settings = {"cadence": home.second.typed, "holidays": home.policy}
                await unit.lives.add(_binding(community, QUESTION, settings))
            asking = [b for b in await unit.commons.bindings(community.id) if b.ritual == QUESTION]
            for binding, rhythm in zip(asking, (home.rhythm, home.second), strict=False):
                play.chronicle.questions[binding.id] = (home.channel, rhythm)
        await unit.commit()
    await awaken(play.engine)


def _binding(community: Community, ritual: str, settings: Mapping[str, str] | None = None) -> Binding:
    """Return a ritual that a community adds; a second of its kind has a name."""
    id_ = BindingId(derived("added", community.id, ritual))
    return Binding(
        id=id_,
        community=community.id,
        ritual=ritual,
        name="Another" if ritual == QUESTION else "",
        settings=settings or {},
    )


async def _found(play: Play, home: Home) -> None:
    founder = coordinator(play, home)
    asked = await play.command(founder, "setup", home.channel)
    assert asked is not None
    values = {
        "name": home.name,
        "language": home.language,
        "zone": home.zone,
        "region": home.region,
        "stage": home.stage or "-",
        "ritual": QUESTION,
        "bilingual": "both" if home.bilingual else "one",
        "weekly_question__cadence": home.rhythm.typed,
    }
    reply = await play.send_form(founder, asked, home.channel, **values)
    assert reply is not None
    assert not reply.errors, f"{home.name}: {reply.errors}"
    for button in [b for body in reply.whispers for b in buttons_of(body) if "start" in b.action]:
        _ = await play.press(founder, button, home.channel)
    if home.policy != "move":
        _ = await play.command(founder, f"question holidays {home.policy}", home.channel)

    if home.shared:
        second = next(p for p in play.plaza.present[home.channel] if p != founder)
        _ = await play.command(founder, f"coordinator add {play.chronicle.people[second].name}", home.channel)


def coordinator(play: Play, home: Home) -> str:
    """Return who founds a community: the first people of the workspace, one each."""
    return list(play.chronicle.people)[list(play.chronicle.homes).index(home.channel)]
