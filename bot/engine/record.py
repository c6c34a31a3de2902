"""Record: a ritual's durable effects become rows, in the transaction that holds its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core import effects as fx
from bot.core.attention import LoadEntry, Never, NotBefore, verdict_for_all
from bot.core.errors import UserError
from bot.core.events import Event, Offered
from bot.core.i18n import UNCHANGED, Changes, Voice, both, voice, words
from bot.core.incoming import Internal
from bot.core.model import Community, Fact, Label, Language, Member, MemberId
from bot.core.plain import when
from bot.core.text import Button, Inline, Plain, Text, When, buttons, map_inlines
from bot.engine import wordings
from bot.engine.engine import Engine, derived
from bot.engine.ports import Binding, Parcel, Unit
from bot.engine.settings import read_settings

t, tn = words("causerie")

REFUSE = "core.refuse"
ACCEPT = "core.accept"


@dataclass(frozen=True, slots=True)
class Recorder:
    """What recording needs to know; ``binding`` is the one that speaks."""

    engine: Engine
    unit: Unit
    community: Community
    binding: Binding
    event: Event
    now: datetime
    changes: dict[Language, Changes] = field(default_factory=dict)

    async def record(self, said: Sequence[fx.Effect]) -> Binding:
        """Record the durable effects, in order, and return the binding with the settings it has now.

        Raises UserError when settings do not validate; the transaction must then be rolled back.
        """
        binding = self.binding
        if any(isinstance(effect, fx.Post | fx.DirectMessage | fx.Edit) for effect in said):
            self.changes.update(await wordings.changes(self.engine, self.unit, self.community, binding))
        for number, effect in enumerate(said):
            match effect:
                case fx.Post() | fx.DirectMessage() | fx.Edit() | fx.Withdraw():
                    await self._message(effect)
                case fx.Configure():
                    binding = await self._configure(binding, effect)
                case fx.Journal(line):
                    await self.unit.commons.write(self.community.id, self.now, self.event.actor, line)
                case fx.Load():
                    entry = LoadEntry(member=effect.member, role=effect.role, units=effect.units, at=self.now)
                    key = Fact(f"{self.event.fact}/{binding.id}/{number}")
                    await self.unit.commons.carry(self.community.id, entry, key)
                case fx.Offer():
                    await self._offer(effect, number)
                case fx.Consent(member):
                    await self._consent(member)
                case fx.Fetch() | fx.Compute():
                    await self._job(effect)
                case _:
                    raise TypeError(type(effect).__name__)
        return binding

    async def _message(self, effect: fx.Post | fx.DirectMessage | fx.Edit | fx.Withdraw) -> None:
        match effect:
            case fx.Post():
                await self._post(effect)
            case fx.DirectMessage():
                await self._direct(effect)
            case fx.Edit():
                await self._edit(effect)
            case fx.Withdraw(label):
                await self._withdraw(label)

    def _parcel(self, label: Label, **rest: object) -> Parcel:
        common = {
            "key": derived(self.binding.id, label),
            "workspace": self.community.workspace,
            "community": self.community.id,
            "binding": self.binding.id,
            "label": label,
            "not_before": self.now,
            "next_at": self.now,
        }
        return Parcel(**(common | rest))  # type: ignore[arg-type]

    def _said(self, body: Text, member: Member | None = None) -> Text:
        return self.engine.catalogues.resolve(body, *self._spoken(self.engine.voice_of(self.community, member)))

    def _posted(self, body: Text) -> Text:
        """Return what everybody reads: in both languages where the community wishes it, its own first."""
        c = self.community
        if not c.bilingual:
            return self._said(body)
        own = self.engine.voice_of(c)
        other = replace(voice("fr" if own.language == "en" else "en", c.address, c.zone), place=own.place)

        def dated(node: Inline) -> tuple[Inline, ...]:
            # A platform shows all dates of a message as one reader says them.
            return (Plain(when(node, other.locale, c.zone, self.now)),) if isinstance(node, When) else (node,)

        again = self.engine.catalogues.resolve(body, *self._spoken(other))
        return both(self.engine.catalogues.resolve(body, *self._spoken(own)), map_inlines(again, dated))

    def _spoken(self, heard: Voice) -> tuple[Voice, Changes]:
        return heard, self.changes.get(heard.language, UNCHANGED)

    async def _post(self, effect: fx.Post) -> None:
        root = await self.unit.directory.said(self.binding.id, effect.under) if effect.under else None
        channel = effect.channel or self.community.home
        if root is not None:
            # A thread stays where it is, also when the community has moved since.
            channel = await self.unit.directory.channel(self.community.workspace, root.channel) or channel
        await self.unit.outbox.put(
            self._parcel(
                effect.label,
                kind="post",
                channel=channel,
                destination=f"channel:{channel}",
                under=effect.under,
                held=effect.under is not None and root is None,
                body=self._posted(effect.body),
            )
        )

    async def _direct(self, effect: fx.DirectMessage) -> None:
        allowed = await self.unit.members.availability(effect.to, self.community.id, self.binding.ritual, self.now)
        judged = verdict_for_all(effect.care, self.now, allowed, self.community.paused_until)
        if isinstance(judged, Never):
            return
        not_before = judged.at if isinstance(judged, NotBefore) else self.now
        if effect.until is not None and not_before >= effect.until:
            return
        body = effect.body
        if effect.care is fx.Care.NUDGE:
            body += buttons(Button(REFUSE, t("No more of these")))
        await self.unit.outbox.put(
            self._parcel(
                effect.label,
                kind="direct",
                to=effect.to,
                destination=direct_destination(effect.to),
                care=effect.care,
                until=effect.until,
                not_before=not_before,
                body=self._said(body, await self._spoken_to(effect.to)),
            )
        )

    async def _spoken_to(self, people: frozenset[MemberId]) -> Member | None:
        """Return the member whose language is spoken: the only one, or any when all share it."""
        known = list((await self.unit.directory.members(people)).values())
        return known[0] if len({m.language for m in known}) == 1 else None

    async def _edit(self, effect: fx.Edit) -> None:
        label, to = effect.label, effect.to
        said = self._said(effect.body, await self._spoken_to(to)) if to else self._posted(effect.body)
        unsent = await self.unit.outbox.unsent(self.binding.id, label)
        if unsent is not None:
            await self.unit.outbox.reword(unsent.id, said)
            return
        await self._after(label, derived(self.binding.id, label, "edit", self.event.fact), "edit", said)

    async def _withdraw(self, label: Label) -> None:
        unsent = await self.unit.outbox.unsent(self.binding.id, label)
        if unsent is not None:
            await self.unit.outbox.drop(unsent.id, "withdrawn", self.now)
            return
        await self._after(label, derived(self.binding.id, label, "delete"), "delete", Text())

    async def _after(self, label: Label, key: str, kind: str, body: Text) -> None:
        """Put what changes a message that was said, or is being said."""
        place = await self.unit.directory.said(self.binding.id, label)
        await self.unit.outbox.put(
            replace(
                self._parcel(label, kind=kind, body=body, destination=f"message:{self.binding.id}/{label}"),
                key=key,
                under=label,
                held=place is None,
            )
        )

    async def _configure(self, binding: Binding, effect: fx.Configure) -> Binding:
        merged = {k: v for k, v in {**binding.settings, **effect.changes}.items() if v is not None}
        stored, wrong = read_settings(self.engine.registry.rituals[binding.ritual], merged)
        if wrong:
            raise UserError(next(iter(wrong.values())), wrong)
        await self.unit.commons.configure(binding.id, stored)
        return replace(binding, settings=stored)

    async def _consent(self, member: MemberId) -> None:
        await self.unit.members.accept(member, self.community.id, self.binding.ritual)
        (allowed,) = await self.unit.members.availability(
            [member], self.community.id, self.binding.ritual, self.now
        ) or (None,)
        if allowed is not None and allowed.refused:
            raise UserError(
                t(
                    "You asked me not to write to you. `{prefix} me` lets me write again; then this can be had.",
                    prefix=self.engine.prefix(self.community.workspace),
                )
            )

    async def _offer(self, effect: fx.Offer, number: int) -> None:
        takers = [
            b
            for b in await self.unit.commons.bindings(self.community.id)
            if b.id != self.binding.id
            and b.ritual in self.engine.registry.rituals
            and self.engine.registry.rituals[b.ritual].hearing(Offered)
        ]
        facts = [
            Internal(
                fact=Fact(f"offer:{self.event.fact}/{self.binding.id}/{number}>{taker.id}"),
                at=self.now,
                binding=taker.id,
                event="offered",
                label=Label(effect.kind),
                payload={"kind": effect.kind, "payload": dict(effect.payload)},
            )
            for taker in takers
        ]
        await self.unit.inbox.put(self.community.workspace, [(f, False) for f in facts], self.now)

    async def _job(self, effect: fx.Fetch | fx.Compute) -> None:
        label = effect.label
        kind, job = (
            ("fetch", {"thread": effect.thread, "message": effect.message})
            if isinstance(effect, fx.Fetch)
            else ("compute", {"computation": effect.computation, "snapshot": dict(effect.snapshot)})
        )
        await self.unit.outbox.put(
            self._parcel(label, kind=kind, job=job, destination=f"{kind}:{self.binding.id}/{label}")
        )


def direct_destination(people: frozenset[MemberId]) -> str:
    """Return the name under which direct messages to these people go one after another."""
    return "direct:" + ",".join(sorted(people))
