"""Asking: the way of what somebody asks for and waits for: words to the bot, commands, presses and forms."""

from __future__ import annotations

from collections.abc import Callable

from bot.core import commands, events
from bot.core.arguments import Context, split
from bot.core.effects import Effect, Whisper
from bot.core.errors import UserError
from bot.core.grammar import Given, Help, descend, parse
from bot.core.help import help_text
from bot.core.i18n import voice, words
from bot.core.incoming import Commanded, Pressed, Said, Submitted
from bot.core.model import BindingId, ChannelId, Community, CommunityId, MemberId, Role
from bot.core.plain import Reader, plain
from bot.core.text import Button, Inline, Plain, Text, buttons, paragraph, quote
from bot.engine import contact, founding, governance
from bot.engine.beginning import Begin
from bot.engine.engine import Engine
from bot.engine.people import coordinators_of, named, role_of
from bot.engine.personal import ways
from bot.engine.personal.asked import Asked
from bot.engine.personal.commands import plainly
from bot.engine.ports import Binding, Stored, Unit
from bot.engine.record import ACCEPT, REFUSE
from bot.engine.way import NOWHERE, Route, stale

t, tn = words("causerie")

WHICH = "core:which"
"""The action of the buttons that ask about which community, or which of its rituals, somebody speaks."""
_ANY = "-"
MOST_CARRIED = 1500
"""Characters of a command that a button can carry on every platform of ours."""


def gives(label: Inline, words_: str, community: CommunityId, binding: BindingId | None = None) -> Button:
    """Return the button that gives a command in a community, to one of its rituals if that matters, from anywhere."""
    return Button(WHICH, label, f"{community} {binding or _ANY} {words_}")


def repeating(label: Inline, words_: str) -> Button | None:
    """Return the button that gives a command where it stands, as if it were typed there; None for one too long."""
    return None if len(words_) > MOST_CARRIED else Button(WHICH, label, f"{_ANY} {_ANY} {words_}")


def _carried(words_: str) -> str:
    """Return words that a button can carry. Raises UserError for longer ones, with the words, so that none is lost."""
    if len(words_) <= MOST_CARRIED:
        return words_
    told = t("This is too long to ask back which one you mean. Give it in that community’s channel, or in fewer words.")
    raise UserError(paragraph(told) + quote(paragraph(words_)))


def spoken(heard: Said) -> Commanded:
    """Return a direct message as the command that it is meant to be."""
    reader = Reader(voice("en"), "UTC", name=str, channel=str, link=lambda _: None)
    typed = plainly(plain(heard.text, reader))
    return Commanded(fact=heard.fact, at=heard.at, channel=heard.channel, author=heard.author, words=typed)


async def said_alone(engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId | None) -> Route:
    """Take words to the bot alone as a command; those that are like none get help instead of a refusal."""
    lost = ways.astray(engine, heard)
    if lost is not None:
        return Route(None, actor, prompts=(lost,))
    return await command(engine, unit, stored, heard, actor)


def _first(answer: Effect | Begin, actor: MemberId) -> Route:
    """Return the way of what concerns a channel that is no open community's home."""
    if isinstance(answer, Begin):
        return Route(None, actor, begin=answer, look=answer.channel)
    return Route(None, actor, prompts=(answer,))


def _own(asked: Asked | Whisper, actor: MemberId) -> Route:
    """Return the way of what concerns the member alone."""
    return Route(None, actor, prompts=(asked,)) if isinstance(asked, Whisper) else Route(None, actor, personal=asked)


async def _community_for(
    unit: Unit, heard: Commanded, actor: MemberId, here: Community | None
) -> Community | Route | None:
    """Return the channel's community, else the member's only one, else a question; None when there is none."""
    if here is not None and not heard.community:
        return here
    theirs = await unit.commons.of_member(actor)
    if heard.community:
        asked = next((c for c in theirs if c.id == heard.community), None)
        if asked is None:
            raise stale()
        return asked
    if len(theirs) > 1:
        ask = paragraph(t("About which of your communities?")) + buttons(
            *(gives(Plain(c.name), _carried(heard.words), c.id) for c in theirs)
        )
        return Route(None, actor, prompts=(Whisper(ask),))
    return theirs[0] if theirs else None


async def command(engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId | None) -> Route:
    """Route a command: what concerns the member alone apart."""
    if actor is None:
        return NOWHERE
    own = await ways.commanded(engine, unit, stored, heard, actor)
    return await _given(engine, unit, stored, heard, actor) if own is None else _own(own, actor)


async def _given(engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId) -> Route:
    """Route a command that concerns a community."""
    member = (await unit.directory.members([actor]))[actor]
    tree = engine.registry.tree
    node, _, help_asked = descend(tree, split(heard.words))
    here = await contact.community_at(unit, stored, heard.channel)
    first = None if help_asked or here else await contact.commanded(engine, unit, stored, heard, member, node)
    if first is not None:
        return _first(first, actor)
    community = await _community_for(unit, heard, actor, here)
    if isinstance(community, Route):
        return community
    spoken_voice = engine.voice_of(community, member, stored.workspace)
    role = await role_of(unit, community, actor, engine) if community else Role.ANYONE
    names = await _names(unit, stored, heard.words, node)
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
    if role < given.command.role:
        commands.may(given.command, role, named(await coordinators_of(engine, unit, community)))
    owner = engine.registry.owners[given.command.id]
    targets = tuple(b for b in await unit.commons.bindings(community.id) if b.ritual == owner)
    if not targets:
        raise UserError(t("{ritual} is not on in this community.", ritual=engine.registry.rituals[owner].title))
    if len(targets) > 1 or heard.binding:
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


async def _which(unit: Unit, stored: Stored, heard: Commanded, targets: tuple[Binding, ...]) -> tuple[Binding, ...]:
    """Return the ritual that is meant: the one that was named, or the one in whose thread the command is given.

    Raises what ``stale`` returns when the one that was named is no longer there: no other one is meant by it.
    """
    if heard.binding:
        named_ = tuple(b for b in targets if b.id == heard.binding)
        if not named_:
            raise stale()
        return named_
    ours = (
        await unit.directory.label(stored.workspace, heard.channel, heard.thread)
        if heard.channel and heard.thread
        else None
    )
    return tuple(b for b in targets if ours and b.id == ours[0]) or targets


def _ask_which(engine: Engine, community: Community, targets: tuple[Binding, ...], heard: Commanded) -> Text:
    return paragraph(t("Which one do you mean?")) + buttons(
        *(gives(governance.called(engine, b), _carried(heard.words), community.id, b.id) for b in targets)
    )


def _takes(node: commands.Node, kind: commands.ParamKind) -> bool:
    """Whether a command names something of a kind."""
    return isinstance(node, commands.Command) and any(p.kind is kind for p in node.params)


async def _names(unit: Unit, stored: Stored, typed: str, node: commands.Node) -> Callable[[str], MemberId | None]:
    """Return the resolver of names for a command that names somebody, looked up beforehand: parsing awaits nothing."""
    parts = typed.replace("@", " ").split() if _takes(node, commands.ParamKind.MEMBER) else []
    runs = {" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(len(parts), i + 5) + 1)}
    found = {run: await unit.directory.named(stored.workspace, run) for run in sorted(runs)[:60]}
    return lambda name: found.get(" ".join(name.replace("@", " ").split()))


async def _channels(unit: Unit, stored: Stored, typed: str, node: commands.Node) -> Callable[[str], ChannelId | None]:
    """Return the resolver of channels for a command that names one, looked up beforehand as people are."""
    parts = typed.replace("#", " ").split() if _takes(node, commands.ParamKind.CHANNEL) else []
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


async def press(engine: Engine, unit: Unit, stored: Stored, heard: Pressed, actor: MemberId | None) -> Route:
    """Route the press of a button."""
    first = await contact.pressed(engine, unit, stored, heard, actor) if actor else None
    if first is not None and actor:
        return _first(first, actor)
    if heard.action == founding.SETUP:
        asked = Commanded(
            fact=heard.fact,
            at=heard.at,
            channel=heard.channel,
            author=heard.author,
            words=contact.SETUP,
            thread=heard.thread,
        )
        return await command(engine, unit, stored, asked, actor)
    if heard.action == WHICH:
        community_id, binding_id, typed = f"{heard.value}  ".split(" ", 2)
        again = Commanded(
            fact=heard.fact,
            at=heard.at,
            channel=heard.channel,
            author=heard.author,
            words=typed.strip(),
            thread=heard.thread,
            community=None if community_id == _ANY else CommunityId(community_id),
            binding=None if binding_id == _ANY else BindingId(binding_id),
        )
        return await command(engine, unit, stored, again, actor)
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


async def form(engine: Engine, unit: Unit, stored: Stored, heard: Submitted, actor: MemberId | None) -> Route:
    """Route a form that was sent."""
    if founding.is_founding(heard.form) and actor:
        return _first(Begin("draft", founding.place(heard.form)[0], form=heard), actor)
    own = ways.addressed(stored, heard, actor) if actor else None
    if own is not None and actor:
        return _own(own, actor)
    binding, community, name, role = await _bound(engine, unit, stored, heard.form, actor)
    event = events.FormSubmitted(
        fact=heard.fact,
        community=community.id,
        at=heard.at,
        actor=actor,
        form=name,
        values=heard.values,
        role=role,
    )
    return Route(community, actor, event, (binding,))
