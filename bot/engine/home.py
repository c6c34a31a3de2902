"""The home of a member: what is on in their communities, what waits for them, and what is theirs, on one page."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.excerpt import shorten
from bot.core.i18n import Voice, words
from bot.core.model import BindingId, Community, Fact, MemberId, Role, WorkspaceId
from bot.core.text import Button, ChannelLink, Inline, Plain, Strong, Text, When, bullets, buttons, lines, paragraph
from bot.engine import governance, wire
from bot.engine.asking import gives
from bot.engine.engine import Engine
from bot.engine.governance.telling import no_ritual
from bot.engine.people import coordinators_of, in_charge_of, named, role_of
from bot.engine.personal.asked import Asked, Someone, someone
from bot.engine.personal.sheet import sheet
from bot.engine.ports import Binding, Refusal
from bot.engine.ritual import Moment, Ritual, Shortcut

t, tn = words("causerie")
log = logging.getLogger("causerie.home")

NEXT, NEXT_IN_CHARGE = 3, 5
"""How many of the next wakes are told."""
SHORT = 400
"""Characters of what a ritual says of itself."""
IN_A_ROW = 3
_NOTHING_ASKED = Fact("home")

Said = Callable[[Any, Moment[Any]], Awaitable[Text]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A member's home, in the platform's coordinates and the member's language, as ``platform.Reply`` is.

    A paragraph of one ``Strong`` is a heading. Its buttons work wherever they are pressed.
    """

    body: Text
    zone: str
    voice: Voice
    names: Mapping[str, str]


async def home(engine: Engine, workspace: WorkspaceId, person: str) -> Home | None:
    """Return the home of a person (the platform's id); None for who is unknown or not addressable. It only reads."""
    async with engine.database.view() as unit:
        member = await unit.directory.member(workspace, person)
        if member is None:
            return None
        asked = Asked(fact=_NOTHING_ASKED, workspace=workspace, member=member, what="home")
        page = _Page(await someone(engine, unit, asked))
        for community in page.asking.communities:
            await _community(page, community)
        if not page.asking.communities:
            await page.say(_beginning())
        await page.say(await _own(page.asking))
        return Home(body=page.body, zone=page.asking.zone, voice=page.asking.voice, names=page.names)


@dataclass
class _Page:
    """The page so far, for who asks to see it."""

    asking: Someone
    body: Text = field(default_factory=Text)
    names: dict[str, str] = field(default_factory=dict)

    async def wired(self, body: Text, binding: BindingId = wire.NOBODYS, longest: int | None = None) -> wire.Wired:
        """Return what a binding, or nobody, says: in the reader's language and the platform's ids."""
        said = self.asking.engine.catalogues.resolve(body, self.asking.voice)
        return await wire.to_platform(self.asking.unit, binding, shorten(said, longest) if longest else said)

    def add(self, wired: wire.Wired) -> None:
        """Put something below what is there."""
        self.body += wired.body
        self.names |= wired.names

    async def say(self, body: Text) -> None:
        """Put something of the core's below what is there."""
        self.add(await self.wired(body))


@dataclass(frozen=True)
class _Place:
    """A community on the page, with what the member is in it."""

    page: _Page
    community: Community
    role: Role
    in_charge: tuple[MemberId, ...]

    async def told(self, binding: Binding, said: Said, longest: int | None = None) -> wire.Wired | None:
        """Return what a binding's ritual says; None when it fails, which stops no other."""
        asking = self.page.asking
        try:
            async with asking.unit.attempt():
                moment = asking.engine.moment(self.community, binding, _NOTHING_ASKED, asking.now, self.in_charge)
                return await self.page.wired(await said(await asking.unit.open(binding), moment), binding.id, longest)
        except Exception as error:  # noqa: BLE001 - one ritual's fault must not take the page away
            log.error("the home of %s failed: %s", binding.ritual, type(error).__name__)  # noqa: TRY400 - it may quote a member
            return None

    def offered(self, shortcuts: Sequence[Shortcut], binding: Binding | None = None) -> Text:
        """Return the rows of shortcuts that are offered here, to a binding's ritual or to the community itself."""
        to = binding.id if binding else None
        given = [gives(s.label, s.words, self.community.id, to) for s in shortcuts if s.offered(self.role)]
        rows = Text()
        for first in range(0, len(given), IN_A_ROW):
            rows += buttons(*given[first : first + IN_A_ROW])
        return rows


async def _community(page: _Page, community: Community) -> None:
    """Tell of a community: what waits for who is in charge, what is on, and what comes next."""
    asking = page.asking
    role = await role_of(asking.unit, community, asking.member.id, asking.engine)
    place = _Place(page, community, role, await in_charge_of(asking.engine, asking.unit, community))
    await page.say(await _head(place))
    known = asking.engine.registry.rituals
    bindings = await governance.rituals_of(asking.engine, asking.unit, community)
    if role >= Role.FACILITATOR:
        await _waiting(place, [(b, known[b.ritual]) for b in bindings if governance.works(asking.engine, b)])
    if not bindings:
        await page.say(paragraph(no_ritual(asking.prefix)))
    for binding in bindings:
        await _ritual(place, binding, known[binding.ritual])
    await page.say(await _next(place) + place.offered(governance.ritual.shortcuts))


async def _head(place: _Place) -> Text:
    """Return the community's name, its home, who coordinates, and whether it rests."""
    c, asking = place.community, place.page.asking
    rows: list[Inline] = [
        t("At home in {channel}.", channel=ChannelLink(c.home)),
        t("Coordinated by {people}.", people=named(await coordinators_of(asking.engine, asking.unit, c))),
    ]
    rests = c.paused_until is not None and c.paused_until > asking.now
    if c.paused_until is not None and rests:
        rows.append(t("Paused until {day}.", day=When(c.paused_until, "date")))
    head = _heading(Plain(c.name)) + lines(*rows)
    if rests and place.role >= Role.COORDINATOR:
        head += buttons(gives(t("End the pause"), "resume", c.id))
    return head


async def _waiting(place: _Place, bound: Sequence[tuple[Binding, Ritual[Any, Any]]]) -> None:
    """Tell what waits for a decision, if anything does."""
    told = [await place.told(binding, ritual.waiting) for binding, ritual in bound]
    waiting = [wired for wired in told if wired is not None and wired.body]
    if waiting:
        await place.page.say(_heading(t("What waits for you")))
    for wired in waiting:
        place.page.add(wired)


async def _ritual(place: _Place, binding: Binding, ritual: Ritual[Any, Any]) -> None:
    """Tell how a ritual stands, with its shortcuts."""
    page, name = place.page, governance.called(place.page.asking.engine, binding)
    await page.say(_heading(name))
    if not governance.works(page.asking.engine, binding):
        await page.say(paragraph(governance.paused_by_settings(name)))
        return
    summary = await place.told(binding, ritual.summary, SHORT)
    if summary is None:
        await page.say(paragraph(t("This cannot be shown just now.")))
    else:
        page.add(summary)
    await page.say(place.offered(ritual.shortcuts, binding))


async def _next(place: _Place) -> Text:
    """Return what comes next, as the status tells it."""
    limit = NEXT_IN_CHARGE if place.role >= Role.FACILITATOR else NEXT
    coming = await place.page.asking.unit.wakes.coming(place.community.id, limit)
    rows = [paragraph(t("{when}: {what}", when=When(w.at), what=what)) for w in coming if (what := governance.told(w))]
    return _heading(t("What comes next")) + bullets(*rows) if rows else Text()


def _beginning() -> Text:
    """Return what is told to who belongs to no community yet."""
    return paragraph(
        t("Causerie is here for people who share a practice: small rituals, on a rhythm, without noise."),
        " ",
        t("Join the channel of a community, or begin one: invite me into a channel, then **Set up**."),
    )


async def _own(asking: Someone) -> Text:
    """Return what the member set, and what can be done about what is kept of them."""
    choices = [Button("data.export", t("Export my data")), Button("data.erase", t("Erase my data"))]
    if Refusal() not in await asking.unit.members.refused(asking.member.id):
        choices.append(Button("stop", t("Only what I ask for")))
    said = t("Take along all that is kept about you, have it erased, or receive only what you ask for.")
    settings = _heading(t("Your settings")) + await sheet(asking)
    return settings + _heading(t("Your data")) + paragraph(said) + buttons(*choices)


def _heading(name: Inline) -> Text:
    return paragraph(Strong((name,)))
