"""Whether something concerns the member alone: a command, a press, a form, or words to the bot that mean no command."""

from __future__ import annotations

from bot.core.arguments import Context, split
from bot.core.commands import Tree
from bot.core.effects import Whisper
from bot.core.grammar import Help, descend, near, parse
from bot.core.help import help_text
from bot.core.incoming import Commanded, Pressed, Submitted
from bot.core.model import MemberId, Role
from bot.engine import wire
from bot.engine.engine import Engine
from bot.engine.personal.asked import Asked
from bot.engine.personal.commands import concerns, gladly, lost, thanked
from bot.engine.ports import Stored, Unit


async def commanded(
    engine: Engine, unit: Unit, stored: Stored, heard: Commanded, actor: MemberId
) -> Asked | Whisper | None:
    """Return what a line asks that concerns the member alone, or what to answer to it; None when it does not.

    Raises UserError when there is something wrong with it.
    """
    if thanked(heard.words):
        return gladly()
    tree = engine.registry.tree
    node, *_ = descend(tree, split(heard.words))
    if not concerns(node):
        return None
    member = (await unit.directory.members([actor]))[actor]
    theirs = await unit.commons.of_member(actor)
    community = theirs[0] if theirs else None
    language, prefix = engine.voice_of(community, member).language, engine.prefix(stored.workspace)
    zone = engine.zone_of(community, member)
    given = parse(tree, heard.words, Context(lambda _: None, engine.clock(), zone, language, prefix))
    if isinstance(given, Help):
        return Whisper(help_text(given.node, language, Role.ANYONE, prefix))
    return Asked(fact=heard.fact, workspace=stored.workspace, member=actor, what=given.command.id)


def astray(engine: Engine, heard: Commanded) -> Whisper | None:
    """Return what is said of words to the bot alone that mean no command and are like none; None of others."""
    tree = engine.registry.tree
    node, rest, _ = descend(tree, split(heard.words))
    if not isinstance(node, Tree) or not rest or thanked(heard.words) or near(tree, rest[0].text, "en"):
        return None
    return Whisper(lost())


def addressed(stored: Stored, heard: Pressed | Submitted, actor: MemberId) -> Asked | None:
    """Return what a button or form asks that belongs to no community, None for another."""
    owner, _, what = (heard.action if isinstance(heard, Pressed) else heard.form).partition(":")
    if owner != wire.NOBODYS or not what:
        return None
    return Asked(
        fact=heard.fact,
        workspace=stored.workspace,
        member=actor,
        what=what,
        value=heard.value if isinstance(heard, Pressed) else "",
        values=heard.values if isinstance(heard, Submitted) else {},
    )
