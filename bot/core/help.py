"""Help and completion, both made from the command tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.arguments import LONGEST, Word, split
from bot.core.commands import (
    HELP,
    LANGUAGES,
    Command,
    Group,
    Names,
    Node,
    Param,
    ParamKind,
    Tree,
    commands_of,
    example,
    slot,
    spoken,
    usage,
)
from bot.core.folding import fold
from bot.core.grammar import descend
from bot.core.i18n import words
from bot.core.model import Language, Role
from bot.core.text import Code, Inline, Plain, Strong, Text, Translated, bullets, lines, paragraph

t, _ = words("causerie")

_COMMAND = Names("command", "commande")
_SHOWN_BY_EXAMPLE = frozenset({ParamKind.CADENCE, ParamKind.DAY, ParamKind.ZONE, ParamKind.REGION})


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on: ``insert`` replaces the words typed after the prefix.

    Where only the person knows what comes next (a name, a text), ``insert`` is what was typed, and ``usage`` and
    ``help`` tell what is expected.
    """

    insert: str
    usage: str
    help: Translated


def help_text(node: Node, language: Language, role: Role, prefix: str) -> Text:
    """Return the help on the whole tree, a group or one command, for somebody who holds ``role``.

    ``prefix`` is what is typed before the words on this platform (``/causerie``). What the role may not use is
    named at the end, with who can.
    """
    if isinstance(node, Command):
        return _on_command(node, language, role, prefix)
    more = Code(f"{HELP.said(language)} <{_COMMAND.said(language)}>")
    start = t("Type {prefix}, then one of these; {help} says more.", prefix=Code(prefix), help=more)
    body = paragraph(start) if isinstance(node, Tree) else Text()
    return body + _listed(node, language, role) + _others(node, language, role)


def _on_command(command: Command, language: Language, role: Role, prefix: str) -> Text:
    body = paragraph(command.help) + paragraph(Code(f"{prefix} {usage(command, language)}"))
    if command.params:
        body += bullets(*(paragraph(Code(slot(param, language)), " – ", param.help) for param in command.params))
        shown = Code(f"{prefix} {example(command, language)}")
        body += paragraph(t("Write for instance {example}.", example=shown))
    return body + _others(command, language, role)


def _listed(node: Tree | Group, language: Language, role: Role) -> Text:
    """Return a node's own commands under its heading, and each of its groups in one line: its names are enough."""
    rows = [row for child in node.children if (row := _row(child, language, role))]
    if not rows:
        return Text()
    return (paragraph(Strong((node.help,))) if isinstance(node, Group) else Text()) + bullets(*rows)


def _row(child: Command | Group, language: Language, role: Role) -> Text:
    if isinstance(child, Command):
        return paragraph(Code(usage(child, language)), " – ", child.help) if role >= child.role else Text()
    allowed = [c.names.said(language) for c in child.children if any(role >= one.role for one in commands_of(c))]
    what = t("{group}: {names}", group=child.help, names=", ".join(allowed))
    return paragraph(Code(f"{spoken(child, language)} …"), " – ", what) if allowed else Text()


def _others(node: Node, language: Language, role: Role) -> Text:
    """Return one line per role above ``role`` that can do more, naming what; a group where all of it is theirs."""
    rows: list[Inline] = []
    for above in Role:
        theirs = [spoken(c, language) for c in _above(node) if _least(c) == above > role]
        if theirs:
            rows.append(_can(above, Plain(", ".join(theirs))))
    return lines(*rows) if rows else Text()


def _above(node: Node) -> Sequence[Command | Group]:
    return (node,) if isinstance(node, Command) else node.children


def _least(node: Command | Group) -> Role:
    """Return the least role that can use something of a node."""
    return min(command.role for command in commands_of(node))


def _can(role: Role, what: Inline) -> Translated:
    match role:
        case Role.COORDINATOR:
            return t("For coordinators: {commands}.", commands=what)
        case Role.FACILITATOR:
            return t("For the facilitator and coordinators: {commands}.", commands=what)
        case _:
            return t("For members: {commands}.", commands=what)


def complete(tree: Tree, typed: str, language: Language, role: Role) -> list[Completion]:
    """Return the ways to go on with a line, in the tree's order and in the reader's language.

    Words typed in the other language are completed in that one. What the role may not use is not offered.
    """
    if len(typed) > LONGEST:
        return []
    typed = typed.lstrip()
    given = split(typed)
    ended = not given or typed[-1:].isspace()
    start, whole = ("", given) if ended else (given[-1].text, given[:-1])
    before = typed.rstrip() + " " * bool(given) if ended else typed[: -len(start)]
    node, rest, asked = descend(tree, whole)
    if isinstance(node, Command):
        return [] if asked or role < node.role else list(_arguments(node, rest, before, start, language))
    return [] if rest else list(_names(node, before, start, language, role, asked=asked))


def _names(
    node: Tree | Group, before: str, start: str, language: Language, role: Role, *, asked: bool
) -> Iterator[Completion]:
    for child in node.children:
        name = _matching(child.names, start, language)
        if not name or not any(role >= command.role for command in commands_of(child)):
            continue
        if isinstance(child, Group):
            yield Completion(f"{before}{name} ", f"{spoken(child, language)} …", child.help)
        else:
            goes_on = " " * (bool(child.params) and not asked)
            yield Completion(f"{before}{name}{goes_on}", usage(child, language), child.help)
    if isinstance(node, Tree) and not asked and (name := _matching(HELP, start, language)):
        yield Completion(f"{before}{name} ", HELP.said(language), t("What can be typed."))


def _arguments(
    command: Command, given: Sequence[Word], before: str, start: str, language: Language
) -> Iterator[Completion]:
    place = _being_typed(command, given)
    if place is None:
        return
    param, led = place
    form = usage(command, language)
    offered: list[str] = []
    goes_on = " "
    if param.after and not led:
        offered = [name for name in (_matching(names, start, language) for names in param.after) if name][:1]
    if not offered and (choices := param.choices or _languages(param)):
        offered = [name for name in (_matching(names, start, language) for names in choices) if name]
        goes_on = " " * (param is not command.params[-1])
    for name in offered:
        yield Completion(f"{before}{name}{goes_on}", form, param.help)
    if offered:
        return
    line = example(command, language)
    typed = f"{before}{start}"
    fits = param.kind in _SHOWN_BY_EXAMPLE and fold(line).startswith(fold(typed))
    yield Completion(line if fits else typed, form, param.help)


def _being_typed(command: Command, given: Sequence[Word]) -> tuple[Param, bool] | None:
    """Return the parameter that the next word belongs to, and whether its leading word was typed."""
    rest = list(given)
    for param in command.params:
        led = bool(rest) and param.led_in_by(rest[0].text)
        rest = rest[1:] if led else rest
        one_word = param.kind in {ParamKind.WORD, ParamKind.INTEGER, ParamKind.CHOICE, ParamKind.LANGUAGE}
        if not rest or not one_word:
            return param, led or bool(rest)
        rest = rest[1:]
    return None


def _languages(param: Param) -> tuple[Names, ...]:
    return tuple(LANGUAGES.values()) if param.kind is ParamKind.LANGUAGE else ()


def _matching(names: Names, start: str, language: Language) -> str | None:
    """Return the name that begins with ``start``, the reader's language first."""
    ordered = (names.said(language), names.en, names.fr)
    return next((name for name in ordered if fold(name).startswith(fold(start))), None)
