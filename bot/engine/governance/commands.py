"""The commands by which a community governs itself."""

from __future__ import annotations

from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase, Tree
from bot.core.i18n import words
from bot.core.model import Role, Scope

t, tn = words("causerie")

_LONGEST_NAME = 200
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
    help=t("let everything rest until a day, at most a year away; it goes on by itself"),
    role=Role.COORDINATOR,
    scope=Scope.COMMUNITY,
    params=(Param(Names("day", "jour"), ParamKind.DAY, t("the day on which it goes on"), optional=True, after=_UNTIL),),
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
COMMUNITY = Group(
    names=Names("community", "communauté"),
    help=t("The community's name and home"),
    children=(
        Command(
            id="community.rename",
            names=Names("rename", "renommer"),
            help=t("give the community another name"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(Param(Names("name", "nom"), ParamKind.TEXT, t("its new name"), longest=_LONGEST_NAME),),
            examples=Phrase("community rename Field visits", "communauté renommer Visites de terrain"),
        ),
        Command(
            id="community.move",
            names=Names("move", "déménager"),
            help=t("make another channel the community's home"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(Param(Names("channel", "canal"), ParamKind.CHANNEL, t("a channel in which the bot is")),),
            examples=Phrase("community move #workshop", "communauté déménager #atelier"),
        ),
        Command(
            id="community.close",
            names=Names("close", "fermer"),
            help=t("end the community; for 30 days it can be opened again"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="community.reopen",
            names=Names("reopen", "rouvrir"),
            help=t("open a closed community again, in its channel"),
            role=Role.ANYONE,
            scope=Scope.COMMUNITY,
        ),
    ),
)
RITUALS = Group(
    names=Names("ritual", "rituel"),
    help=t("The community's rituals"),
    children=(
        Command(
            id="ritual.list",
            names=Names("list", "liste"),
            help=t("which rituals there are, and which can be added"),
            role=Role.ANYONE,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="ritual.add",
            names=Names("add", "ajouter"),
            help=t("add a ritual, or another one of a kind under a name of its own"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(
                Param(Names("ritual", "rituel"), ParamKind.WORD, t("one of those that the list shows"), optional=True),
                Param(
                    Names("name", "nom"),
                    ParamKind.TEXT,
                    t("what it is called here"),
                    optional=True,
                    longest=_LONGEST_NAME,
                ),
            ),
            examples=Phrase("ritual add question Friday tip", "rituel ajouter question Astuce du vendredi"),
        ),
        Command(
            id="ritual.rename",
            names=Names("rename", "renommer"),
            help=t("give a ritual another name"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(
                Param(Names("name", "nom"), ParamKind.TEXT, t("its new name"), optional=True, longest=_LONGEST_NAME),
            ),
            examples=Phrase("ritual rename Friday tip", "rituel renommer Astuce du vendredi"),
        ),
        Command(
            id="ritual.remove",
            names=Names("remove", "retirer"),
            help=t("take a ritual away; for a day this can be undone"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(
                Param(
                    Names("name", "nom"),
                    ParamKind.TEXT,
                    t("what it is called here"),
                    optional=True,
                    longest=_LONGEST_NAME,
                ),
            ),
            examples=Phrase("ritual remove Friday tip", "rituel retirer Astuce du vendredi"),
        ),
    ),
)
_TEXT = Param(Names("name", "nom"), ParamKind.WORD, t("one of the names that the list shows"))
TEXTS = Group(
    names=Names("texts", "textes"),
    help=t("The community's own words"),
    children=(
        Command(
            id="texts.list",
            names=Names("list", "liste"),
            help=t("what can be said in your own words"),
            role=Role.ANYONE,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="texts.edit",
            names=Names("edit", "modifier"),
            help=t("say a text in your own words; you see it before it is used"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(_TEXT,),
            examples=Phrase("texts edit closed", "textes modifier closed"),
        ),
        Command(
            id="texts.reset",
            names=Names("reset", "rétablir"),
            help=t("say a text as it came"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(_TEXT,),
            examples=Phrase("texts reset closed", "textes rétablir closed"),
        ),
    ),
)
TREE = Tree((SETUP, STATUS, HISTORY, REHEARSE, PAUSE, RESUME, COORDINATORS, COMMUNITY, RITUALS, TEXTS))
