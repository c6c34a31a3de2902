"""Commands as values: one tree for every platform, each name in English and in French."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core.errors import CauserieError, UserError
from bot.core.folding import fold
from bot.core.i18n import words
from bot.core.model import Language, Role, Scope
from bot.core.text import Inline, Translated

t, _ = words("causerie")


class CommandInvalidError(CauserieError):
    """A command cannot be used as it is declared."""


class CommandClashError(CauserieError):
    """Two commands answer to the same name."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same words in both languages."""

    en: str
    fr: str

    def said(self, language: Language) -> str:
        """Return the words in the reader's language."""
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class Names(Phrase):
    """The names of one thing, one word in each language; both are always understood.

    Raises:
        CommandInvalidError: a name is empty or has several words.
    """

    def __post_init__(self) -> None:
        for name in (self.en, self.fr):
            if name.split() != [name]:
                raise CommandInvalidError(f"{name!r} is not one word")

    def __str__(self) -> str:
        """Return both names, as errors show them."""
        return f"{self.en}/{self.fr}"

    @property
    def folded(self) -> frozenset[str]:
        """The names as they are compared."""
        return frozenset((fold(self.en), fold(self.fr)))


HELP = Names("help", "aide")
LANGUAGES: dict[Language, Names] = {"en": Names("english", "anglais"), "fr": Names("french", "français")}


MOST_SPELLED = 3
"""How many choices a form shows one by one."""


class ParamKind(StrEnum):
    """What a parameter is, hence the type of its value and how many words it takes."""

    WORD = "word"
    INTEGER = "integer"
    CHOICE = "choice"
    MEMBER = "member"
    CADENCE = "cadence"
    DAY = "day"
    ZONE = "zone"
    LANGUAGE = "language"
    REGION = "region"
    CHANNEL = "channel"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter; its value is found under ``name.en``.

    ``after`` are the words that may lead it in (``until``) and are skipped; the first is shown.
    ``at_least`` and ``at_most`` bound integers; ``longest`` bounds a text, in characters.

    Raises:
        CommandInvalidError: a choice without choices, or choices for another kind.
    """

    name: Names
    kind: ParamKind
    help: Translated
    optional: bool = False
    choices: tuple[Names, ...] = ()
    after: tuple[Names, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    longest: int = 3000

    def __post_init__(self) -> None:
        if bool(self.choices) != (self.kind is ParamKind.CHOICE):
            raise CommandInvalidError(f"choices go with the kind choice, in parameter {self.name}")

    def led_in_by(self, word: str) -> bool:
        """Whether ``word`` is one of the words that may stand before this parameter."""
        return any(fold(word) in names.folded for names in self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command. ``id`` names it for handlers (``question.every``); ``path`` is set by the tree it is in.

    ``examples`` are whole lines without the prefix; a command without parameters is its own example.

    Raises:
        CommandInvalidError: no example although there are parameters, or a text before the last place.
    """

    id: str
    names: Names
    help: Translated
    role: Role
    scope: Scope
    params: tuple[Param, ...] = ()
    examples: Phrase | None = None
    path: tuple[Names, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.params and not self.examples:
            raise CommandInvalidError(f"{self.id} has parameters and no example")
        if any(param.kind is ParamKind.TEXT for param in self.params[:-1]):
            raise CommandInvalidError(f"the text of {self.id} takes the rest, and is not last")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Commands under one name; the name alone shows their help. ``path`` is set by the tree it is in."""

    names: Names
    help: Translated
    children: tuple[Command | Group, ...]
    path: tuple[Names, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Tree:
    """All commands that can be given; its nodes know the groups they are in.

    Raises:
        CommandClashError: siblings share a name in either language, or two commands share an id.
        CommandInvalidError: a node takes the name of the help.
    """

    children: tuple[Command | Group, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "children", _placed(self.children, ()))
        known: dict[str, Command] = {}
        for command in commands_of(self):
            if other := known.get(command.id):
                raise CommandClashError(f"{spoken(other, 'en')} and {spoken(command, 'en')}, both {command.id}")
            known[command.id] = command

    @classmethod
    def of(cls, *parts: Node) -> Tree:
        """Return one tree of several parts, in their order."""
        return cls(tuple(child for part in parts for child in (part.children if isinstance(part, Tree) else (part,))))


Node = Tree | Group | Command


def _placed(children: Sequence[Command | Group], path: tuple[Names, ...]) -> tuple[Command | Group, ...]:
    taken: dict[str, Names] = {}
    for child in children:
        if child.names.folded & HELP.folded:
            raise CommandInvalidError(f"{child.names} is the name of the help")
        for name in child.names.folded:
            if name in taken:
                raise CommandClashError(f"{taken[name]} and {child.names}, both {name}")
            taken[name] = child.names
    return tuple(
        replace(child, path=path, children=_placed(child.children, (*path, child.names)))
        if isinstance(child, Group)
        else replace(child, path=path)
        for child in children
    )


def commands_of(node: Node) -> Iterator[Command]:
    """Yield the commands of a node, in reading order; a command gives itself."""
    if isinstance(node, Command):
        yield node
    else:
        for child in node.children:
            yield from commands_of(child)


def spoken(node: Command | Group, language: Language) -> str:
    """Return the words that lead to a node: ``question every``."""
    return " ".join(names.said(language) for names in (*node.path, node.names))


def slot(param: Param, language: Language) -> str:
    """Return a parameter as usage shows it: ``<cadence>``, ``<on|off>``, ``[until <day>]``."""
    spelled = param.choices if len(param.choices) <= MOST_SPELLED else ()
    inside = "|".join(choice.said(language) for choice in spelled) or param.name.said(language)
    if not param.after:
        return f"[{inside}]" if param.optional else f"<{inside}>"
    led = f"{param.after[0].said(language)} <{inside}>"
    return f"[{led}]" if param.optional else led


def usage(command: Command, language: Language) -> str:
    """Return a command's form in the reader's language: ``question every <cadence>``."""
    return " ".join((spoken(command, language), *(slot(param, language) for param in command.params)))


def example(command: Command, language: Language) -> str:
    """Return a line that works, without the prefix, in the reader's language."""
    return command.examples.said(language) if command.examples else spoken(command, language)


def may(command: Command, role: Role, names: Inline) -> None:
    """Let pass who may give a command; ``names`` are the people who hold the role that it asks for.

    Raises:
        UserError: the role is not enough; says who can.
    """
    if role >= command.role:
        return
    match command.role:
        case Role.COORDINATOR:
            raise UserError(t("Only a coordinator can do this: {names}.", names=names))
        case Role.FACILITATOR:
            raise UserError(t("Only the facilitator or a coordinator can do this: {names}.", names=names))
        case _:
            raise UserError(t("Only members of this community can do this."))
