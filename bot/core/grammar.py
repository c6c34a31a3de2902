"""A typed line becomes a command with its values, or a request for help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.core.arguments import LONGEST, Context, Word, read, shown, split, too_long
from bot.core.commands import HELP, Command, Group, Names, Node, ParamKind, Tree
from bot.core.errors import UserError
from bot.core.folding import fold
from bot.core.i18n import words
from bot.core.model import Language
from bot.core.text import paragraph

t, _ = words("causerie")

_LIKENESS = 0.6
_NAME = 40
_SUGGESTIONS = 2


@dataclass(frozen=True, slots=True)
class Given:
    """A command that was given, with its values by the parameters' English names."""

    command: Command
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Help:
    """Help was asked for, on ``node``; ``path`` are the English names that lead to it."""

    path: tuple[str, ...]
    node: Node


def parse(tree: Tree, typed: str, context: Context) -> Given | Help:
    """Read the words that follow the prefix.

    Raises:
        UserError: the command is unknown, or its values are missing or wrong; one line, with an example.
    """
    node, rest, asked = descend(tree, split(typed))
    if isinstance(node, Command) and not asked and not _asks(node, rest):
        if len(typed) > LONGEST:
            raise too_long(len(typed), node, context)
        return Given(node, read(node, rest, context))
    if rest and not isinstance(node, Command):
        raise _unknown(node, rest[0], context)
    return Help(tuple(names.en for names in path_of(node)), node)


def descend(tree: Tree, given: Sequence[Word]) -> tuple[Node, Sequence[Word], bool]:
    """Follow words down the tree, in either language; stop at a command or at an unknown word.

    Returns the node that was reached, the words that are left, and whether help was asked for on the way.
    """
    node: Node = tree
    asked = False
    for place, word in enumerate(given):
        if isinstance(node, Command):
            return node, given[place:], asked
        name = fold(word.text)
        if name in HELP.folded:
            asked = True
            continue
        below = next((child for child in node.children if name in child.names.folded), None)
        if below is None:
            return node, given[place:], asked
        node = below
    return node, (), asked


def language_of(tree: Tree, given: Sequence[Word]) -> Language | None:
    """Return the language in which a command was typed; None where its words are the same in both, or none of ours."""
    node: Node = tree
    for word in given:
        if isinstance(node, Command):
            return None
        name = fold(word.text)
        below = next((child for child in node.children if name in child.names.folded), None)
        names = below.names if below else HELP if name in HELP.folded else None
        if names is None:
            return None
        if fold(names.en) != fold(names.fr):
            return "fr" if name == fold(names.fr) else "en"
        node = below or node
    return None


def path_of(node: Node) -> tuple[Names, ...]:
    """Return the names that lead to a node, its own last; none for the tree."""
    return () if isinstance(node, Tree) else (*node.path, node.names)


def _asks(command: Command, rest: Sequence[Word]) -> bool:
    """Whether the only word after a command asks for help; where a text comes first it is that text."""
    free = command.params[:1] and command.params[0].kind is ParamKind.TEXT
    return len(rest) == 1 and fold(rest[0].text) in HELP.folded and not free


def _unknown(node: Tree | Group, word: Word, context: Context) -> UserError:
    language = context.language
    before = [names.said(language) for names in path_of(node)]
    sentence = t("{typed} is not a command.", typed=shown(" ".join((*before, word.text))))
    match [context.line(line) for line in near(node, word.text, language)]:
        case [first, second]:
            way = t("Did you mean {first} or {second}?", first=first, second=second)
        case [only]:
            way = t("Did you mean {first}?", first=only)
        case _:
            way = t("{help} lists them all.", help=context.line(" ".join((HELP.said(language), *before))))
    return UserError(paragraph(sentence, " ", way))


def near(node: Tree | Group, word: str, language: Language) -> list[str]:
    """Return at most two likely lines, in the reader's language; what is near in that language comes first."""
    asked = fold(word[:_NAME])
    languages: tuple[Language, Language] = ("en", "fr") if language == "en" else ("fr", "en")
    found: list[str] = []
    for tongue in languages:
        scored = [
            (-likeness, len(path), " ".join(names.said(language) for names in path))
            for path in ((HELP,), *_below(node))
            if (likeness := OSA.normalized_similarity(asked, fold(path[-1].said(tongue)))) >= _LIKENESS
        ]
        found += [line for *_, line in sorted(scored) if line not in found]
    return found[:_SUGGESTIONS]


def _below(node: Node) -> Iterator[tuple[Names, ...]]:
    for child in () if isinstance(node, Command) else node.children:
        yield path_of(child)
        yield from _below(child)
