"""Beginning: a draft is written, started, or a closed community opened again, each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime
from typing import Literal

from bot.core.effects import Effect, Journal, Post, Rehearse, Whisper
from bot.core.errors import UserError
from bot.core.events import Event
from bot.core.i18n import words
from bot.core.incoming import Submitted
from bot.core.model import (
    BindingId,
    ChannelId,
    Community,
    CommunityId,
    Fact,
    Label,
    MemberId,
    Office,
    OfficeName,
    Role,
    WorkspaceId,
)
from bot.core.text import ChannelLink, Named, paragraph
from bot.engine import attendance, founding
from bot.engine.agendas import refresh_agendas
from bot.engine.engine import Engine, derived
from bot.engine.governance import texts
from bot.engine.governance.telling import no_ritual
from bot.engine.people import coordinators_of, must_moderate, named, role_of
from bot.engine.ports import Binding, Unit
from bot.engine.record import Recorder
from bot.engine.registry import COMMUNITY

t, tn = words("causerie")

CLAIM = "founding"
"""Under this name the fact that begins something is claimed: it has no binding that hears it."""
REHEARSED_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Begin:
    """What is to begin in ``channel`` (the platform's id): what a form says, or the community that is named."""

    what: Literal["draft", "start", "reopen"]
    channel: str
    form: Submitted | None = None
    community: CommunityId | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """What began, with the binding of its built-in ritual, and what is shown to the person; nothing may have."""

    prompts: tuple[Effect, ...]
    community: Community | None = None
    binding: Binding | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a beginning is done with: ``people`` are in the channel, ``actor`` wishes it, by ``fact``."""

    engine: Engine
    unit: Unit
    workspace: WorkspaceId
    actor: MemberId
    people: Sequence[MemberId]
    fact: Fact
    now: datetime

    async def do(self, begin: Begin) -> Begun:
        """Do what is to begin. Raises UserError; then nothing may be committed."""
        match begin:
            case Begin("draft", form=Submitted() as form):
                return await self._draft(form)
            case Begin("start", community=str() as id_):
                return await self._start(CommunityId(id_))
            case Begin("reopen", community=str() as id_):
                return await self._reopen(CommunityId(id_))
            case _:
                raise TypeError(begin.what)

    async def _draft(self, form: Submitted) -> Begun:
        """Write a draft in place of the one that its sender knew of; who does not know of it is told first."""
        external, known = founding.place(form.form)
        home = await founding.home_at(self.unit, self.workspace, external, self.engine.prefix(self.workspace))
        taken = await self.unit.commons.at_home(home)
        if taken is not None:
            raise UserError(t("{name} has its home here already.", name=taken.name))
        await self._must_be_entitled(home)
        setup = founding.read(self.engine.registry, form.values)
        there = await self.unit.lives.draft_at(home)
        if there is not None and await self._foreign(there) and there.id != known:
            return await self._told(there, external, form)
        if there is not None:
            await self.unit.commons.lock(there.id)
            await self.unit.lives.forget(there.id)
        id_ = CommunityId(derived("community", self.workspace, self.fact))
        draft = Community(id=id_, workspace=self.workspace, home=home, state="draft", since=self.now, **setup.core)
        rituals = [(COMMUNITY, {}), *([(setup.ritual, setup.settings)] if setup.ritual else [])]
        bindings = [
            Binding(id=BindingId(derived("binding", id_, name)), community=id_, ritual=name, settings=settings)
            for name, settings in rituals
        ]
        if not await self.unit.commons.found(draft, bindings, self.now):
            faster = await self.unit.lives.draft_at(home)
            if faster is None:
                raise UserError(t("Somebody set up a community here a moment ago."))
            return await self._told(faster, external, form)
        await attendance.enrol(self.unit, id_, self.people, self.now)
        office = Office(name=OfficeName.COORDINATOR, member=self.actor, since=self.now)
        await self.unit.commons.appoint(id_, office)
        shown = Rehearse(REHEARSED_WEEKS, founding.drafted(ChannelLink(home), draft))
        return Begun((shown,), draft, bindings[0])

    async def _must_be_entitled(self, home: ChannelId) -> None:
        if not self.people:
            raise UserError(t("I am not in {channel}. Invite me there, then do this again.", channel=ChannelLink(home)))
        if self.actor not in self.people:
            raise UserError(t("You are not in {channel}. Join it, then do this again.", channel=ChannelLink(home)))
        await must_moderate(self.engine, self.unit, self.workspace, home, self.actor)

    async def _foreign(self, draft: Community) -> bool:
        return await founding.begun_by(self.unit, self.engine, draft) != self.actor

    async def _told(self, draft: Community, external: str, form: Submitted) -> Begun:
        word = founding.begun(await founding.begun_by(self.unit, self.engine, draft), draft)
        return Begun((founding.taken_over(self.engine, draft, external, form.values, word),))

    async def _locked(self, id_: CommunityId) -> Community:
        await self.unit.commons.lock(id_)
        try:
            return await self.unit.commons.community(id_)
        except KeyError:
            raise founding.stale(self.engine.prefix(self.workspace)) from None

    async def _start(self, id_: CommunityId) -> Begun:
        """Open a draft, if it is the actor's and still one."""
        draft = await self._locked(id_)
        if draft.state != "draft" or draft.since is None or self.now > draft.since + founding.DRAFT_KEPT:
            raise founding.stale(self.engine.prefix(self.workspace))
        if await self._foreign(draft):
            people = named(await coordinators_of(self.engine, self.unit, draft))
            raise UserError(
                t(
                    "{people} began this, and can start it. `{prefix} setup` in the channel takes it over.",
                    people=people,
                    prefix=self.engine.prefix(self.workspace),
                )
            )
        community, binding = await self.started(draft)
        told = t(
            "{name} has started in {channel}. `{prefix} status` shows what comes next, `{prefix} setup` changes it.",
            name=community.name,
            channel=ChannelLink(community.home),
            prefix=self.engine.prefix(self.workspace),
        )
        body = paragraph(told)
        if len(await self.unit.commons.bindings(community.id)) == 1:
            body += paragraph(no_ritual(self.engine.prefix(self.workspace)))
        return Begun((Whisper(body),), community, binding)

    async def started(self, draft: Community) -> tuple[Community, Binding]:
        """Open a draft: it is announced, entered in its journal, and its rituals plan what comes."""
        community, binding = await self._opened(draft)
        founder = Named(self.actor)
        announced = founding.announcement(founder, community.name, self.engine.prefix(self.workspace))
        said = (Post(Label("founded"), announced), Journal(t("{founder} set up the community.", founder=founder)))
        await self._recorded(community, binding, said)
        return community, binding

    async def _reopen(self, id_: CommunityId) -> Begun:
        """Open a closed community again, if the actor coordinated it and its channel is free."""
        closed = await self._locked(id_)
        if closed.state != "closed":
            raise UserError(t("{name} is open already.", name=closed.name))
        if not founding.can_reopen(closed, self.now):
            raise UserError(t("{name} was closed too long ago to be opened again.", name=closed.name))
        if await role_of(self.unit, closed, self.actor, self.engine) < Role.COORDINATOR:
            coordinated = await coordinators_of(self.engine, self.unit, closed)
            raise UserError(t("Only who coordinated it can open it again: {names}.", names=named(coordinated)))
        taken = await self.unit.commons.at_home(closed.home) or await self.unit.lives.draft_at(closed.home)
        if taken is not None:
            raise UserError(
                t(
                    "{name} has its home here by now, so {closed} cannot be opened again in this channel.",
                    name=taken.name,
                    closed=closed.name,
                )
            )
        community, binding = await self._opened(closed)
        prefix = self.engine.prefix(self.workspace)
        said = (
            Journal(t("{who} opened the community again.", who=Named(self.actor))),
            Post(
                Label(f"opened/{self.fact}"),
                paragraph(texts.opened_again(Named(self.actor), community.name, prefix)),
            ),
        )
        await self._recorded(community, binding, said)
        return Begun((Whisper(paragraph(t("{name} is open again.", name=community.name))),), community, binding)

    async def _opened(self, before: Community) -> tuple[Community, Binding]:
        """Open a community, with who is in its channel as its members."""
        await self._must_be_entitled(before.home)
        community = changed(before, state="open", since=self.now)
        await self.unit.commons.change(community)
        await attendance.enrol(self.unit, community.id, self.people, self.now)
        bindings = await self.unit.commons.bindings(community.id)
        return community, next(b for b in bindings if b.ritual == COMMUNITY)

    async def _recorded(self, community: Community, binding: Binding, said: Sequence[Effect]) -> None:
        event = Event(fact=self.fact, community=community.id, at=self.now, actor=self.actor)
        await Recorder(self.engine, self.unit, community, binding, event, self.now).record(said)
        await refresh_agendas(self.engine, self.unit, community, self.fact)
