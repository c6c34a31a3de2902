"""Rehearsal: play the weeks to come on a copy of one community, and tell what would be said, when, to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.degrade import Capabilities
from bot.core.excerpt import excerpt
from bot.core.i18n import words
from bot.core.incoming import Incoming, Profile
from bot.core.model import Community, CommunityId, Fact, MemberId
from bot.core.text import (
    Inline,
    Mention,
    Named,
    Plain,
    Text,
    When,
    bullets,
    inlines_of,
    map_inlines,
    paragraph,
    without_buttons,
)
from bot.engine.beginning import Beginning
from bot.engine.engine import Engine, unprobed
from bot.engine.people import coordinators_of, named
from bot.engine.platform import Outgoing, Placed
from bot.engine.walk import settle, walk

t, tn = words("causerie")

SHOWN = 20
EXCERPT = 140


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that would be said. ``people`` is empty for the home channel."""

    at: datetime
    kind: str
    people: tuple[str, ...]
    thread: bool
    body: Text


@dataclass
class Stage:
    """A platform on which nothing is real: it takes everything, at once, and remembers it."""

    clock: list[datetime]
    prefix: str
    said: list[Saying] = field(default_factory=list)
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(buttons=True, forms=True, whispers=True, threads=True, edits=True)
    )
    pace: timedelta = timedelta()
    lag: timedelta = timedelta()

    async def send(self, outgoing: Outgoing) -> Placed:
        """Remember what is said; edits and deletions change nothing that is told."""
        if outgoing.kind in {"post", "direct"}:
            self.said.append(
                Saying(self.clock[0], outgoing.kind, outgoing.people, outgoing.thread is not None, outgoing.body)
            )
        return Placed(outgoing.channel or "direct", (f"rehearsed-{outgoing.key}",))

    async def find(self, outgoing: Outgoing) -> Placed | None:
        """Find nothing: on this stage no outcome is ever unknown."""
        del outgoing
        return None

    async def fetch(self, channel: str, thread: str) -> Sequence[Incoming]:
        """Return no answers: nobody answers in a rehearsal."""
        del channel, thread
        return ()

    async def read(self, channel: str, message: str) -> Incoming | None:
        """Return nothing: nobody wrote."""
        del channel, message
        return None

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:  # noqa: ARG002 - the port's
        """Return nobody."""
        del channel
        return ()


async def rehearse(engine: Engine, community: CommunityId, weeks: int) -> list[Saying]:
    """Return what would be said in the next weeks if nobody did anything. Nothing of it happens.

    Bodies are in the platform's ids, with names looked up by the caller.
    """
    now = engine.clock()
    clock = [now]
    async with engine.database.view() as unit:
        workspace = (await unit.commons.community(community)).workspace
    stage = Stage(clock, engine.prefix(workspace))
    real = engine.platforms.get(workspace)
    if real is not None:
        stage.capabilities = replace(stage.capabilities, place=real.capabilities.place)
    async with engine.database.copy(community) as database:
        play = replace(
            engine,
            database=database,
            clock=lambda: clock[0],
            platforms={workspace: stage},
            probe=unprobed,
            rests={},
            rehearsing=True,
        )
        await _open(play, community)
        await settle(play)
        async for instant in walk(play, now + timedelta(weeks=weeks)):
            clock[0] = instant
            await settle(play)
    return stage.said


async def _open(play: Engine, community: CommunityId) -> None:
    """Start a draft, on its copy, as its founder will."""
    async with play.database.unit() as unit:
        draft = await unit.commons.community(community)
        if draft.state != "draft":
            return
        (founder,) = await coordinators_of(play, unit, draft)
        people = await unit.commons.member_ids(community)
        beginning = Beginning(play, unit, draft.workspace, founder, people, Fact("rehearsed"), play.clock())
        await beginning.started(draft)
        await unit.commit()


async def told(engine: Engine, community: Community, weeks: int) -> Text:
    """Return the rehearsal as a message: a line for each thing that would be said."""
    said = await rehearse(engine, community.id, weeks)
    async with engine.database.view() as unit:
        people = {p for s in said for p in (*s.people, *_people(s.body))}
        ours = await unit.directory.by_external(community.workspace, people)
    head = paragraph(
        tn(
            "{community}: what would be said in the next week, if nothing changes.",
            "{community}: what would be said in the next {count} weeks, if nothing changes.",
            weeks,
            community=Plain(community.name),
        )
    )
    if not said:
        return paragraph(
            tn(
                "Nothing would be said in the next week.",
                "Nothing would be said in the next {count} weeks.",
                weeks,
            )
        )
    hours = paragraph(t("Hours are those of the community ({zone}).", zone=community.zone))
    rows = [_row(s, ours) for s in said[:SHOWN]]
    body = head + hours + bullets(*rows)
    if len(said) > SHOWN:
        body += paragraph(tn("And {count} more.", "And {count} more.", len(said) - SHOWN))
    return body + paragraph(t("Nobody answers in a rehearsal, so there is no digest in it. Nothing of this was sent."))


def _people(body: Text) -> set[str]:
    return {str(node.member) for node in inlines_of(body) if isinstance(node, Named | Mention)}


def _row(saying: Saying, ours: Mapping[str, MemberId]) -> Text:
    """Return when something would be said, how it begins, and to whom alone; people by our ids, nobody called."""

    def known(node: Inline) -> tuple[Inline, ...]:
        if not isinstance(node, Named | Mention):
            return (node,)
        return (Named(ours[node.member]),) if node.member in ours else (Plain("…"),)

    body = map_inlines(without_buttons(saying.body), known)
    alone: tuple[Inline, ...] = ()
    if saying.people:
        alone = (t("to {people} alone: ", people=named(ours[p] for p in saying.people if p in ours)),)
    return paragraph(When(saying.at), " – ", *alone, *excerpt(body, EXCERPT))
