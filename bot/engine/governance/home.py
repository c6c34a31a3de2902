"""The community's home: it moves to another channel, closes, and can be opened again for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core import ask_once
from bot.core.effects import Effect, Journal, Post, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven
from bot.core.i18n import words
from bot.core.model import ChannelId, Label, OfficeName
from bot.core.text import Button, ChannelLink, Named, Plain, Strong, When, buttons, paragraph
from bot.engine import attendance
from bot.engine.governance import texts
from bot.engine.governance.store import Governing, Now, who
from bot.engine.ports import Unit

t, tn = words("causerie")

CLOSE = "community.close"
REOPEN = "core:reopen"
"""The action of the button that opens a closed community again; its value is the community's id."""
REOPEN_WITHIN = timedelta(days=30)


async def move(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Give the community another home channel; who is there belongs to it at once, and is no newcomer."""
    c, there = store.community, ChannelId(event.values["channel"])
    here, link = ChannelLink(c.home), ChannelLink(there)
    if there == c.home:
        raise UserError(t("{name} has its home in {channel} already.", name=c.name, channel=link))
    await _must_be_free(store.unit, there)
    if not store.present:
        raise UserError(t("I am not in {channel}. Invite me there, then type this again.", channel=link))
    people = await attendance.known(store.unit, c.workspace, store.present)
    if event.actor not in people:
        raise UserError(t("You are not in {channel}. Join it, then type this again.", channel=link))
    await store.unit.commons.change(replace(c, home=there))
    gone = await attendance.enrol(store.unit, c.id, people, moment.now)
    said: list[Effect] = []
    for member in await store.coordinators():
        if member in gone:
            await store.unit.commons.dismiss(c.id, OfficeName.COORDINATOR, member, moment.now)
            said.append(Journal(t("{name} is not in the new channel, and no longer coordinates.", name=Named(member))))
    number = moment.new_id()
    return (
        Journal(t("{who} moved the community from {before} to {channel}.", who=who(event), before=here, channel=link)),
        *said,
        Post(Label(f"moved/{number}/away"), paragraph(texts.moved_away(c.name, link))),
        Post(Label(f"moved/{number}/here"), paragraph(texts.moved_here(c.name, here)), channel=there),
        Whisper(paragraph(t("{name} has its home in {channel} from now on.", name=c.name, channel=link))),
    )


async def _must_be_free(unit: Unit, channel: ChannelId) -> None:
    taken = await unit.commons.at_home(channel) or await unit.lives.draft_at(channel)
    if taken is not None:
        raise UserError(
            t(
                "{channel} is the home of {name}. A channel has one community.",
                channel=ChannelLink(channel),
                name=taken.name,
            )
        )


async def close(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask whether the community is to be closed, and say what that means."""
    del event
    question = t(
        "This closes {name}: nothing is asked any more, and the channel is told. "
        "It can be opened again until {day}; then all that was kept of it is deleted.",
        name=Strong((Plain(store.community.name),)),
        day=When(moment.now + REOPEN_WITHIN, "date"),
    )
    return (Whisper(ask_once.asking(question, t("Yes, close it"), CLOSE, moment.now)),)


async def close_confirmed(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Close the community: it says so, and nothing more."""
    await store.must_coordinate(event)
    ask_once.asked(event.value, moment.now)
    c, until = store.community, moment.now + REOPEN_WITHIN
    await store.unit.commons.change(replace(c, state="closed", since=moment.now, paused_until=None))
    await store.unit.lives.rest(c.id)
    done = t("{name} is closed. It can be opened again until {day}.", name=c.name, day=When(until, "date"))
    return (
        Journal(t("{who} closed the community.", who=who(event))),
        Post(Label(f"closed/{moment.new_id()}"), paragraph(texts.closed(c.name, until, moment.prefix))),
        Whisper(paragraph(done) + buttons(Button(REOPEN, t("Open it again"), c.id))),
    )


async def reopen(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Say why nothing is to be opened here: a community that is open lives here."""
    del event
    c = store.community
    closed = await store.unit.lives.closed_at(c.home)
    if closed is None or closed.since is None or closed.since + REOPEN_WITHIN < moment.now:
        raise UserError(t("{name} is open already.", name=c.name))
    raise UserError(
        t(
            "{name} has its home here by now, so {closed} cannot be opened again in this channel.",
            name=c.name,
            closed=closed.name,
        )
    )
