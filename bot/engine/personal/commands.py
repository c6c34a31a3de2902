"""The commands of a member, and the bare words that mean as much."""

from __future__ import annotations

import re
from typing import Final

from bot.core.commands import HELP, Command, Group, Names, Node, Tree, commands_of
from bot.core.effects import Whisper
from bot.core.folding import flat
from bot.core.i18n import words
from bot.core.model import Role, Scope
from bot.core.text import Text, bullets, paragraph

t, tn = words("causerie")

TREE = Tree(
    (
        Command(
            id="me",
            names=Names("me", "moi"),
            help=t("your language, your hours, what you receive"),
            role=Role.ANYONE,
            scope=Scope.MEMBER,
        ),
        Command(
            id="stop",
            names=Names("stop", "arrêter"),
            help=t("nothing more that you did not ask for"),
            role=Role.ANYONE,
            scope=Scope.MEMBER,
        ),
        Group(
            names=Names("data", "données"),
            help=t("Your data"),
            children=(
                Command(
                    id="data.export",
                    names=Names("export", "exporter"),
                    help=t("all that is kept of you, as two files"),
                    role=Role.ANYONE,
                    scope=Scope.MEMBER,
                ),
                Command(
                    id="data.erase",
                    names=Names("erase", "effacer"),
                    help=t("erase all that is kept of you"),
                    role=Role.ANYONE,
                    scope=Scope.MEMBER,
                ),
            ),
        ),
    )
)

_STOP: Final = frozenset(
    {
        "arrete",
        "arreter",
        "arretez",
        "cesse",
        "cessez",
        "desabonne-moi",
        "desabonnement",
        "desabonner",
        "desabonnez-moi",
        "stop",
        "unsubscribe",
    }
)
"""Whoever begins with one of these wants to be left alone, whatever comes after it."""
_STOP_WHOLE: Final = frozenset(
    {
        "fiche-moi la paix",
        "fichez-moi la paix",
        "laisse-moi tranquille",
        "laissez-moi tranquille",
        "leave me alone",
        "me desabonner",
        "opt out",
        "se desabonner",
    }
)
_THANKS: Final = frozenset(
    {
        "grand merci",
        "many thanks",
        "merci",
        "merci a toi",
        "merci a vous",
        "merci beaucoup",
        "merci bien",
        "mille mercis",
        "thank you",
        "thank you so much",
        "thank you very much",
        "thanks",
        "thanks a lot",
        "thx",
        "un grand merci",
    }
)
_SPACES: Final = re.compile(r"[\s,.;:!?…]+")
_MARKS: Final = " .,;:!?…\u00a0\u202f"


def _bare(typed: str) -> str:
    return flat(typed).strip(_MARKS)


def plainly(typed: str) -> str:
    """Return words said to the bot alone as the command that they mean, a single word without its marks.

    A line of several words keeps them: they may belong to a text. A word that asks for help is left to what follows.
    """
    bare = _bare(typed)
    first, *rest = _SPACES.split(bare)
    if bare in _STOP_WHOLE or (first in _STOP and not (rest and rest[-1] in HELP.folded)):
        return "stop"
    return typed if rest else typed.strip().strip(_MARKS)


def breaks_off(typed: str) -> bool:
    """Whether words, in the middle of a dialogue, are a plea to be left alone or for help, and no answer to it."""
    bare = _bare(typed)
    return bare in _STOP | _STOP_WHOLE or bare in HELP.folded


def thanked(typed: str) -> bool:
    """Whether somebody thanks."""
    return _bare(typed) in _THANKS


def concerns(node: Node) -> bool:
    """Whether a command, or all those of a group, concern the member alone."""
    return not isinstance(node, Tree) and all(command.scope is Scope.MEMBER for command in commands_of(node))


def gladly() -> Whisper:
    """Return the answer to thanks."""
    return Whisper(paragraph(t("With pleasure.")))


def lost() -> Text:
    """Return what is said of words that are not understood."""
    return paragraph(t("I did not understand that. I know a few words only, these among them:")) + bullets(
        paragraph(t("`help`: all that can be asked for")),
        paragraph(t("`me`: your language, your hours, what you receive")),
        paragraph(t("`stop`: nothing more that you did not ask for")),
    )
