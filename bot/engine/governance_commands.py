"""The commands by which a community governs itself."""

from __future__ import annotations

from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase, Tree
from bot.core.i18n import words
from bot.core.model import Role, Scope

t, tn = words("causerie")

_MEMBER = Param(Names("member", "membre"), ParamKind.MEMBER, t("somebody of this community"))
_UNTIL = (Names("until", "jusqu'au"), Names("until", "jusqu'à"))

SETUP = Command(
    id="setup",
    names=Names("setup", "configurer"),
    help=t("set up a community in this channel, or change its settings"),
    role=Role.COORDINATOR,
    scope=Scope.WORKSPACE,
)
STATUS = Command(
    id="status",
    names=Names("status", "état"),
    help=t("who coordinates, what is set, what comes next"),
    role=Role.ANYONE,
    scope=Scope.COMMUNITY,
)
HISTORY = Command(
    id="history",
    names=Names("history", "historique"),
    help=t("what was changed, and by whom"),
    role=Role.ANYONE,
    scope=Scope.COMMUNITY,
)
REHEARSE = Command(
    id="rehearse",
    names=Names("rehearse", "répéter"),
    help=t("what would be said in the weeks to come"),
    role=Role.ANYONE,
    scope=Scope.COMMUNITY,
    params=(
        Param(
            Names("weeks", "semaines"),
            ParamKind.INTEGER,
            t("how many weeks, 4 if you do not say"),
            optional=True,
            at_least=1,
            at_most=52,
        ),
    ),
    examples=Phrase("rehearse 8", "répéter 8"),
)
PAUSE = Command(
    id="pause",
    names=Names("pause", "pause"),
    help=t("let everything rest until a day; it goes on by itself"),
    role=Role.COORDINATOR,
    scope=Scope.COMMUNITY,
    params=(Param(Names("day", "jour"), ParamKind.DAY, t("the day on which it goes on"), after=_UNTIL),),
    examples=Phrase("pause until 4 january", "pause jusqu'au 4 janvier"),
)
RESUME = Command(
    id="resume",
    names=Names("resume", "reprendre"),
    help=t("end the pause sooner"),
    role=Role.COORDINATOR,
    scope=Scope.COMMUNITY,
)
COORDINATORS = Group(
    names=Names("coordinator", "coordination"),
    help=t("Coordinating"),
    children=(
        Command(
            id="coordinator.list",
            names=Names("list", "liste"),
            help=t("who coordinates"),
            role=Role.ANYONE,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="coordinator.add",
            names=Names("add", "ajouter"),
            help=t("name a coordinator"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(_MEMBER,),
            examples=Phrase("coordinator add @Ana", "coordination ajouter @Ana"),
        ),
        Command(
            id="coordinator.remove",
            names=Names("remove", "retirer"),
            help=t("end a coordinator's office"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(_MEMBER,),
            examples=Phrase("coordinator remove @Ana", "coordination retirer @Ana"),
        ),
        Command(
            id="coordinator.take",
            names=Names("take", "prendre"),
            help=t("take the seat when it is empty"),
            role=Role.MEMBER,
            scope=Scope.COMMUNITY,
        ),
    ),
)
TREE = Tree((SETUP, STATUS, HISTORY, REHEARSE, PAUSE, RESUME, COORDINATORS))
