"""The office of coordinator: who holds it, who gives it, and what happens when nobody does."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Care, DirectMessage, Effect, Journal, Post, Whisper
from bot.core.errors import UserError
from bot.core.events import CommandGiven, MemberErased, MemberJoined, MemberLeft
from bot.core.i18n import words
from bot.core.model import Label, MemberId, Office, OfficeName, Role
from bot.core.text import ChannelLink, Mention, Named, Translated, paragraph
from bot.engine.governance import texts
from bot.engine.governance.store import Governing, Now, who
from bot.engine.people import named

t, tn = words("causerie")


async def coordinators(store: Governing, _: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell who coordinates."""
    del moment
    return (Whisper(paragraph(t("Coordinated by {people}.", people=named(await store.coordinators())))),)


async def coordinator_add(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Appoint a coordinator, and tell them."""
    member: MemberId = event.values["member"]
    if member in await store.coordinators():
        raise UserError(t("{name} coordinates this community already.", name=Named(member)))
    if not await store.unit.commons.belongs(store.community.id, member):
        raise UserError(
            t(
                "{name} is not in {channel}. Somebody who is there can coordinate.",
                name=Named(member),
                channel=ChannelLink(store.community.home),
            )
        )
    await store.unit.commons.appoint(
        store.community.id, Office(name=OfficeName.COORDINATOR, member=member, since=moment.now)
    )
    told = paragraph(texts.named(who(event), store.community.name, moment.prefix))
    said: list[Effect] = [
        Journal(t("{who} named {name} coordinator.", who=who(event), name=Named(member))),
        Whisper(paragraph(t("{name} coordinates this community from now on.", name=Named(member)))),
    ]
    if member != event.actor:
        said.append(DirectMessage(Label(f"named/{moment.new_id()}"), frozenset({member}), told, Care.DUTY))
    return said


async def coordinator_remove(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """End a coordinator's office; there is always one left."""
    member: MemberId = event.values["member"]
    serving = await store.coordinators()
    if member not in serving:
        raise UserError(
            t(
                "{name} does not coordinate this community; it is coordinated by {people}.",
                name=Named(member),
                people=named(serving),
            )
        )
    if len(serving) == 1:
        raise UserError(
            t(
                "{name} is the only coordinator. Name another first: `{prefix} coordinator add @name`.",
                name=Named(member),
                prefix=moment.prefix,
            )
        )
    await store.unit.commons.dismiss(store.community.id, OfficeName.COORDINATOR, member, moment.now)
    said: list[Effect] = [
        Journal(t("{who} ended {name}'s time as coordinator.", who=who(event), name=Named(member))),
        Whisper(paragraph(t("{name} no longer coordinates this community.", name=Named(member)))),
    ]
    if member != event.actor:
        told = paragraph(texts.thanked(store.community.name))
        said.append(DirectMessage(Label(f"ended/{moment.new_id()}"), frozenset({member}), told, Care.DUTY))
    return said


async def joined(store: Governing, event: MemberJoined, moment: Now) -> Sequence[Effect]:
    """Note a membership."""
    if event.actor:
        await store.unit.commons.join(store.community.id, event.actor, moment.now)
    return ()


async def left(store: Governing, event: MemberLeft, moment: Now) -> Sequence[Effect]:
    """Note that a member left; the last coordinator's leaving is told to the community, kindly."""
    member = event.actor
    if member is None:
        return ()
    await store.unit.commons.leave(store.community.id, member, moment.now)
    return await _ended(store, member, moment, t("{name} left, and no longer coordinates.", name=Named(member)))


async def erased(store: Governing, event: MemberErased, moment: Now) -> Sequence[Effect]:
    """End the office of a coordinator of whom nothing is to be kept, without naming them."""
    if event.actor is None:
        return ()
    return await _ended(store, event.actor, moment, t("A coordinator’s office has ended."))


async def _ended(store: Governing, member: MemberId, moment: Now, line: Translated) -> Sequence[Effect]:
    """End a coordinator's office, with a line in the journal; of the last one the community is told."""
    serving = await store.coordinators()
    if member not in serving:
        return ()
    await store.unit.commons.dismiss(store.community.id, OfficeName.COORDINATOR, member, moment.now)
    said: list[Effect] = [Journal(line)]
    if len(serving) == 1:
        empty = texts.orphaned_to_moderators if moment.moderated else texts.orphaned
        said.append(Post(Label(f"orphaned/{moment.new_id()}"), paragraph(empty(moment.prefix))))
    return said


async def coordinator_take(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Let a member take the seat of coordinator when it is empty."""
    serving = await store.coordinators()
    if serving:
        raise UserError(t("The seat is not empty. To coordinate too, ask {people} to name you.", people=named(serving)))
    actor = event.actor
    if actor is None:
        return ()
    if moment.moderated and event.role < Role.COORDINATOR:
        raise UserError(
            t("Here the seat is for who moderates {channel}. Ask them.", channel=ChannelLink(store.community.home))
        )
    await store.unit.commons.appoint(
        store.community.id, Office(name=OfficeName.COORDINATOR, member=actor, since=moment.now)
    )
    return (
        Journal(t("{who} took the empty seat of coordinator.", who=Named(actor))),
        Post(
            Label(f"taken/{moment.new_id()}"),
            paragraph(texts.taken(Mention(actor))),
        ),
    )
