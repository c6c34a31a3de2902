"""Route: whom does a fact concern, and as which event? Reads only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.core import commands, events
from bot.core.arguments import Context, split
from bot.core.effects import Effect, Line, Whisper
from bot.core.errors import UserError
from bot.core.grammar import Given, Help, descend, parse
from bot.core.help import help_text
from bot.core.i18n import voice, words
from bot.core.incoming import (
    Commanded,
    Deleted,
    Internal,
    Invited,
    Joined,
    Left,
    Pressed,
    Profile,
    Reacted,
    Said,
    Submitted,
    incoming_codec,
)
from bot.core.model import BindingId, ChannelId, Community, CommunityId, MemberId, Role
from bot.core.plain import Reader, plain
from bot.core.text import Button, Plain, Text, buttons, paragraph
from bot.engine import founding, wire
from bot.engine.beginning import Begin
from bot.engine.engine import Engine
from bot.engine.governance import home
from bot.engine.people import coordinators_of, named, role_of
from bot.engine.personal import ways
from bot.engine.personal.asked import Asked
from bot.engine.personal.commands import plainly
from bot.engine.ports import Binding, Stored, Unit
from bot.engine.receive import event_type, may_be_ours
from bot.engine.record import ACCEPT, REFUSE

t, tn = words("causerie")

SETUP, REOPEN = "setup", "community.reopen"

WHICH = "core:which"
"""The action of the buttons that ask about which community, or which of its rituals, somebody speaks."""
_ANY = "-"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a fact goes: to ``targets`` as ``event``, or straight back to the person as ``prompts``.

    ``hold``: the message it answers is not known yet. ``personal``: it concerns the member alone. ``begin``: what it
    begins in a channel that is no open community's home. ``look``: the channel (the platform's id) of which it matters
    who is in it: ``present``, once the platform was asked.
    """

    community: Community | None = None
    actor: MemberId | None = None
    event: events.Event | None = None
    targets: tuple[Binding, ...] = ()
    prompts: tuple[Effect, ...] = ()
    hold: bool = False
    personal: Asked | None = None
    begin: Begin | None = None
    look: str | None = None
    present: tuple[Profile, ...] = ()


NOWHERE = Route()


async def route(engine: Engine, unit: Unit, stored: Stored) -> Route:
    """Resolve a fact's coordinates and find its hearers. Raises UserError, to be whispered to the person."""
    heard = stored.heard
    if isinstance(heard, Internal):
        return await _internal(engine, unit, heard)
    # Whoever left may no longer be addressable, and has left all the same.
    find = unit.directory.known if isinstance(heard, Left) else unit.directory.member
    actor = await find(stored.workspace, heard.author) if heard.author else None
    if actor is None and not isinstance(heard, Deleted):
        return NOWHERE
    match heard:
        case Joined() | Left():
            return await _membership(engine, unit, stored, heard, actor)
        case Said() | Deleted() | Reacted():
            return await _message(engine, unit, stored, heard, actor)
        case Invited():
            return await _invited(engine, unit, stored, heard, actor)
        case Commanded():
            return await _command(engine, unit, stored, heard, actor)
        case Pressed():
            return await _press(engine, unit, stored, heard, actor)
        case Submitted():
            return await _form(engine, unit, stored, heard, actor)


async def _internal(engine: Engine, unit: Unit, heard: Internal) -> Route:
    bound = await unit.commons.bound(heard.binding)
    if bound is None or bound[0].ritual not in engine.registry.rituals:
        return NOWHERE
    binding, community = bound
    event = events.Event(fact=heard.fact, community=community.id, at=heard.at)
    common: dict[str, Any] = {"fact": event.fact, "community": event.community, "at": event.at}
    match heard.event:
        case "due":
            event = events.Due(**common, label=heard.label)
        case "missed":
            event = events.Missed(**common, label=heard.label)
        case "delivered":
            event = events.Delivered(**common, label=heard.label)
        case "offered":
            event = events.Offered(**common, kind=heard.payload["kind"], payload=heard.payload["payload"])
        case "computed":
            event = events.Computed(**common, label=heard.label, result=heard.payload["result"])
        case "fetched":
            messages = await _fetched(unit, community, heard)
            event = events.Fetched(**common, label=heard.label, messages=messages)
    return Route(community, None, event, (binding,))


async def _fetched(unit: Unit, community: Community, heard: Internal) -> tuple[events.MessagePosted, ...]:
    """Return the messages of a thread that was read, those of people who can be addressed."""
    found: list[events.MessagePosted] = []
    for raw in heard.payload["messages"]:
        said = incoming_codec.validate_python(raw)
        if not isinstance(said, Said):
            continue
        author = await unit.directory.member(community.workspace, said.author or "")
        channel = await unit.directory.channel(community.workspace, said.channel or "")
        if author is None or channel is None:
            continue
        found.append(
            events.MessagePosted(
                fact=said.fact,
                community=community.id,
                at=said.at,
                actor=author,
                message=await unit.directory.message(channel, said.message),
                text=await wire.to_ours(unit, community.workspace, said.text),
            )
        )
    return tuple(found)


async def _hearing(engine: Engine, unit: Unit, community: Community, event: events.Event) -> tuple[Binding, ...]:
    return tuple(
        b
        for b in await unit.commons.bindings(community.id)
        if b.ritual in engine.registry.rituals and engine.registry.rituals[b.ritual].hearing_everywhere(type(event))
    )


async def _community_at(unit: Unit, stored: Stored, external: str | None) -> Community | None:
    channel = await unit.directory.channel(stored.workspace, external) if external else None
    return await unit.commons.at_home(channel) if channel else None


async def _invited(engine: Engine, unit: Unit, stored: Stored, heard: Invited, actor: MemberId | None) -> Route:
    """Say in one line what can be done here; in a community's home there is nothing to say."""
    if actor is None or await _community_at(unit, stored, heard.channel) is not None:
        return NOWHERE
    return Route(None, actor, prompts=(Line(founding.greeting(engine.prefix(stored.workspace))),))


async def _membership(
    engine: Engine, unit: Unit, stored: Stored, heard: Joined | Left, actor: MemberId | None
) -> Route:
    community = await _community_at(unit, stored, heard.channel)
    if community is None:
        return NOWHERE
    kind = events.MemberJoined if isinstance(heard, Joined) else events.MemberLeft
    event = kind(fact=heard.fact, community=community.id, at=heard.at, actor=actor)
    return Route(community, actor, event, await _hearing(engine, unit, community, event))


async def _message(
    engine: Engine, unit: Unit, stored: Stored, heard: Said | Deleted | Reacted, actor: MemberId | None
) -> Route:
    channel_external = heard.channel or ""
    places = [(channel_external, p) for p in (heard.thread, heard.message) if p]
    ours = await unit.directory.labels(stored.workspace, places)
    place = next((p for p in places if p in ours), None)
    channel = await unit.directory.channel(stored.workspace, channel_external)
    if channel is None:
        return NOWHERE
    binding_id, label = ours[place] if place is not None else (None, None)
    bound = await unit.commons.bound(binding_id) if binding_id else None
    owner, community = bound or (None, await unit.commons.at_home(channel))
    if isinstance(heard, Said) and heard.direct and owner is None:
        return NOWHERE if heard.edited else await _spoken(engine, unit, stored, spoken(heard), actor)
    if community is None:
        return NOWHERE
    if owner is None and may_be_ours(heard) and await unit.outbox.in_flight(channel):
        return Route(community, hold=True)
    own = place is not None and place[1] == heard.message
    message = await unit.directory.message(channel, heard.message)
    common: dict[str, Any] = {"fact": heard.fact, "community": community.id, "at": heard.at, "actor": actor}
    event: events.Event
    match heard:
        case Said():
            text = await wire.to_ours(unit, stored.workspace, heard.text)
            kind = events.MessageEdited if heard.edited else events.MessagePosted
            event = kind(**common, message=message, text=text, thread=label)
        case Deleted():
            event = events.MessageDeleted(**common, message=None if own else message, thread=label)
        case Reacted():
            role = await role_of(unit, community, actor, engine)
            event = events.ReactionChanged(
                **common, message=message, emoji=heard.emoji, removed=heard.removed, thread=label, role=role
            )
    if owner is not None:
        hears = engine.registry.rituals.get(owner.ritual)
        targets: tuple[Binding, ...] = (owner,) if hears and hears.hearing(event_type(heard)) else ()
    else:
        targets = await _hearing(engine, unit, community, event)
    return Route(community, actor, event, targets)


def spoken(heard: Said) -> Commanded:
    """Return a direct message as the command that it is meant to be."""
    reader = Reader(voice("en"), "UTC", name=str, channel=str, link=lambda _: None)
    typed = plainly(plain(heard.text, reader))
    return Commanded(fact=heard.fact, at=heard.at, channel=heard.channel, author=heard.author, words=typed)


async def _spoken(engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId | None) -> Route:
    """Take words to the bot alone as a command; those that are like none get help instead of a refusal."""
    lost = ways.astray(engine, heard)
    if lost is not None:
        return Route(None, actor, prompts=(lost,))
    return await _command(engine, unit, stored, heard, actor)


def _own(asked: Asked | Whisper, actor: MemberId) -> Route:
    """Return the way of what concerns the member alone."""
    return Route(None, actor, prompts=(asked,)) if isinstance(asked, Whisper) else Route(None, actor, personal=asked)


async def _community_for(unit: Unit, stored: Stored, heard: Commanded, actor: MemberId) -> Community | Route | None:
    """Return the channel's community, else the member's only one, else a question; None when there is none."""
    theirs = await unit.commons.of_member(actor)
    if heard.community:
        asked = next((c for c in theirs if c.id == heard.community), None)
        if asked is None:
            raise stale()
        return asked
    here = await _community_at(unit, stored, heard.channel)
    if here is not None:
        return here
    if len(theirs) > 1:
        ask = paragraph(t("About which of your communities?")) + buttons(
            *(Button(WHICH, Plain(c.name), f"{c.id} {_ANY} {heard.words}") for c in theirs)
        )
        return Route(None, actor, prompts=(Whisper(ask),))
    return theirs[0] if theirs else None


async def _command(engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId | None) -> Route:
    if actor is None:
        return NOWHERE
    own = await ways.commanded(engine, unit, stored, heard, actor)
    return await _given(engine, unit, stored, heard, actor) if own is None else _own(own, actor)


async def _given(engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId) -> Route:
    """Route a command that concerns a community."""
    member = (await unit.directory.members([actor]))[actor]
    tree = engine.registry.tree
    here = await _community_at(unit, stored, heard.channel)
    node, *_ = descend(tree, split(heard.words))
    command = node.id if isinstance(node, commands.Command) else None
    if here is None and heard.community is None and command == SETUP:
        return Route(
            None, actor, prompts=(await founding.opened(engine, unit, stored.workspace, heard.channel, member),)
        )
    if here is None and heard.community is None and command == REOPEN:
        return await _reopening(engine, unit, stored, heard, actor)
    community = await _community_for(unit, stored, heard, actor)
    if isinstance(community, Route):
        return community
    spoken_voice = engine.voice_of(community, member)
    role = await role_of(unit, community, actor, engine) if community else Role.ANYONE
    names = await _names(unit, stored, heard.words)
    prefix = engine.prefix(stored.workspace)
    zone = engine.zone_of(community, member)
    channels = await _channels(unit, stored, heard.words, node)
    given = parse(tree, heard.words, Context(names, engine.clock(), zone, spoken_voice.language, prefix, channels))
    if isinstance(given, Help):
        shown = help_text(given.node, spoken_voice.language, role, prefix)
        return Route(community, actor, prompts=(Whisper(shown),))
    if community is None:
        raise UserError(
            t(
                "There is no community here yet. Type `{prefix} setup` in the channel that is to be its home.",
                prefix=prefix,
            )
        )
    coordinators = await coordinators_of(engine, unit, community)
    commands.may(given.command, role, named(coordinators))
    owner = engine.registry.owners[given.command.id]
    targets = tuple(b for b in await unit.commons.bindings(community.id) if b.ritual == owner)
    if not targets:
        raise UserError(t("{ritual} is not on in this community.", ritual=engine.registry.rituals[owner].title))
    if len(targets) > 1:
        targets = await _which(unit, stored, heard, targets)
    if len(targets) > 1:
        return Route(community, actor, prompts=(Whisper(_ask_which(engine, community, targets, heard)),))
    event = events.CommandGiven(
        fact=heard.fact,
        community=community.id,
        at=heard.at,
        actor=actor,
        command=given.command.id,
        values=given.values,
        role=role,
    )
    return Route(community, actor, event, targets, look=await _looked_at(unit, given))


async def _looked_at(unit: Unit, given: Given) -> str | None:
    """Return the channel that a command names (the platform's id), None when it names none."""
    named_ = next((p.name.en for p in given.command.params if p.kind is commands.ParamKind.CHANNEL), None)
    return (
        await unit.directory.channel_external(ChannelId(str(given.values[named_]))) if named_ in given.values else None
    )


async def _reopening(engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId) -> Route:
    """Let the community begin again that was closed in the channel where this is asked."""
    place = await founding.home_at(unit, stored.workspace, heard.channel, engine.prefix(stored.workspace))
    closed = await unit.lives.closed_at(place)
    if closed is None or not founding.can_reopen(closed, engine.clock()):
        raise UserError(
            t("No community was closed in this channel of late. Type this in the channel that was its home.")
        )
    channel = str(heard.channel)
    return Route(None, actor, begin=Begin("reopen", channel, community=closed.id), look=channel)


async def _which(unit: Unit, stored: Stored, heard: Commanded, targets: tuple[Binding, ...]) -> tuple[Binding, ...]:
    """Return the ritual that is meant: the one that was named, or the one in whose thread the command is given."""
    meant = heard.binding
    if meant is None and heard.channel and heard.thread:
        ours = await unit.directory.label(stored.workspace, heard.channel, heard.thread)
        meant = ours[0] if ours else None
    return tuple(b for b in targets if b.id == meant) or targets


def _ask_which(engine: Engine, community: Community, targets: tuple[Binding, ...], heard: Commanded) -> Text:
    return paragraph(t("Which one do you mean?")) + buttons(
        *(
            Button(
                WHICH,
                Plain(b.name) if b.name else engine.registry.rituals[b.ritual].title,
                f"{community.id} {b.id} {heard.words}",
            )
            for b in targets
        )
    )


async def _names(unit: Unit, stored: Stored, typed: str) -> Callable[[str], MemberId | None]:
    """Return the resolver of names for the words typed: looked up beforehand, since parsing awaits nothing."""
    parts = typed.replace("@", " ").split()
    runs = {" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(len(parts), i + 5) + 1)}
    found = {run: await unit.directory.named(stored.workspace, run) for run in sorted(runs)[:60]}
    return lambda name: found.get(" ".join(name.replace("@", " ").split()))


async def _channels(unit: Unit, stored: Stored, typed: str, node: commands.Node) -> Callable[[str], ChannelId | None]:
    """Return the resolver of channels for a command that names one, looked up beforehand as people are."""
    wanted = isinstance(node, commands.Command) and any(p.kind is commands.ParamKind.CHANNEL for p in node.params)
    parts = typed.replace("#", " ").split() if wanted else []
    runs = {" ".join(parts[i:]) for i in range(1, len(parts))}
    found = {run: await unit.directory.channel_named(stored.workspace, run) for run in sorted(runs)}
    return lambda name: found.get(" ".join(name.replace("#", " ").split()))


async def _bound(
    engine: Engine, unit: Unit, stored: Stored, address: str, actor: MemberId | None
) -> tuple[Binding, Community, str, Role]:
    """Return whose button or form it is, its name there, and what the person is in that community.

    Raises what ``stale`` returns for what is gone or of another workspace, and a refusal for whoever is no member; but
    refusing messages, and taking that back, is everybody's.
    """
    binding_id, _, name = address.partition(":")
    bound = await unit.commons.bound(BindingId(binding_id))
    if bound is None or bound[0].ritual not in engine.registry.rituals or bound[1].workspace != stored.workspace:
        raise stale()
    role = await role_of(unit, bound[1], actor, engine)
    if role < Role.MEMBER and name not in {REFUSE, ACCEPT}:
        raise UserError(t("Only members of this community can do this."))
    return *bound, name, role


def stale() -> UserError:
    """Return what to say of a button or form whose time is over."""
    return UserError(t("This is no longer in use: what it was for is over. Nothing was changed."))


async def _press(engine: Engine, unit: Unit, stored: Stored, heard: Pressed, actor: MemberId | None) -> Route:
    if heard.action == founding.SETUP:
        return await _setup_pressed(engine, unit, stored, heard, actor)
    if heard.action in {founding.START, founding.CHANGE, home.REOPEN}:
        return await _beginning_pressed(engine, unit, stored, heard, actor)
    if heard.action == WHICH:
        community_id, binding_id, typed = f"{heard.value}  ".split(" ", 2)
        again = Commanded(
            fact=heard.fact,
            at=heard.at,
            channel=heard.channel,
            author=heard.author,
            words=typed.strip(),
            community=CommunityId(community_id),
            binding=None if binding_id == _ANY else BindingId(binding_id),
        )
        return await _command(engine, unit, stored, again, actor)
    own = ways.addressed(stored, heard, actor) if actor else None
    if own is not None and actor:
        return _own(own, actor)
    binding, community, action, role = await _bound(engine, unit, stored, heard.action, actor)
    label = None
    if heard.message:
        ours = await unit.directory.label(stored.workspace, heard.channel or "", heard.message)
        label = ours[1] if ours else None
    event = events.ButtonPressed(
        fact=heard.fact,
        community=community.id,
        at=heard.at,
        actor=actor,
        action=action,
        value=heard.value,
        label=label,
        role=role,
    )
    return Route(community, actor, event, (binding,))


async def _setup_pressed(engine: Engine, unit: Unit, stored: Stored, heard: Pressed, actor: MemberId | None) -> Route:
    if heard.value == founding.ANEW and actor and await _community_at(unit, stored, heard.channel) is None:
        member = (await unit.directory.members([actor]))[actor]
        form = await founding.opened(engine, unit, stored.workspace, heard.channel, member, anew=True)
        return Route(None, actor, prompts=(form,))
    asked = Commanded(
        fact=heard.fact, at=heard.at, channel=heard.channel, author=heard.author, words=SETUP, thread=heard.thread
    )
    return await _command(engine, unit, stored, asked, actor)


async def _beginning_pressed(
    engine: Engine, unit: Unit, stored: Stored, heard: Pressed, actor: MemberId | None
) -> Route:
    """Let a draft start or be changed, or a closed community be opened again."""
    prefix = engine.prefix(stored.workspace)
    try:
        community = await unit.commons.community(CommunityId(heard.value))
    except KeyError:
        raise founding.stale(prefix) from None
    if actor is None or community.workspace != stored.workspace:
        raise founding.stale(prefix)
    channel = await unit.directory.channel_external(community.home)
    if heard.action == founding.CHANGE:
        if community.state != "draft":
            raise founding.stale(prefix)
        member = (await unit.directory.members([actor]))[actor]
        return Route(None, actor, prompts=(await founding.opened(engine, unit, stored.workspace, channel, member),))
    what: Literal["start", "reopen"] = "start" if heard.action == founding.START else "reopen"
    return Route(None, actor, begin=Begin(what, channel, community=community.id), look=channel)


async def _form(engine: Engine, unit: Unit, stored: Stored, heard: Submitted, actor: MemberId | None) -> Route:
    if founding.is_founding(heard.form):
        channel, _ = founding.place(heard.form)
        return Route(None, actor, begin=Begin("draft", channel, form=heard), look=channel)
    own = ways.addressed(stored, heard, actor) if actor else None
    if own is not None and actor:
        return _own(own, actor)
    binding, community, form, role = await _bound(engine, unit, stored, heard.form, actor)
    event = events.FormSubmitted(
        fact=heard.fact,
        community=community.id,
        at=heard.at,
        actor=actor,
        form=form,
        values=heard.values,
        role=role,
    )
    return Route(community, actor, event, (binding,))
