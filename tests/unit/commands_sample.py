"""A command tree with every kind of parameter, and a community to read lines against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.core.arguments import Context
from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase, Tree
from bot.core.folding import fold
from bot.core.i18n import words
from bot.core.model import ChannelId, Language, MemberId, Role, Scope
from bot.core.text import Block, Bullets, Inline, Paragraph, Text, Translated
from bot.core.text import words as own_words

t, _ = words("causerie")

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEOPLE = {
    "camille": MemberId("camille"),
    "camille roy": MemberId("camille roy"),
    "jean de la tour": MemberId("jean"),
    "u042": MemberId("by id"),
}


CHANNELS = {"workshop": ChannelId("c1"), "field visits": ChannelId("c2")}


def people(name: str) -> MemberId | None:
    return PEOPLE.get(fold(name))


def reading(language: Language = "en") -> Context:
    return Context(people, NOW, "Europe/Paris", language, "/causerie", CHANNELS.get)


def param(en: str, fr: str, kind: ParamKind) -> Param:
    return Param(Names(en, fr), kind, t("What it is."))


UNTIL = (Names("until", "jusqu’au"), Names("till", "jusqu’à"))
SWITCH = (Names("on", "oui"), Names("off", "non"))
TEXT = Param(Names("text", "texte"), ParamKind.TEXT, t("The question."), longest=300)
DAY = Param(Names("day", "jour"), ParamKind.DAY, t("The day on which it resumes."), after=UNTIL)
SOMETIMES = Param(Names("day", "jour"), ParamKind.DAY, t("The last day."), optional=True, after=UNTIL)
LAST = Param(Names("count", "nombre"), ParamKind.INTEGER, t("How many."), optional=True, at_least=1, at_most=50)


def command(
    id_: str,
    names: Names,
    *params: Param,
    examples: Phrase | None = None,
    role: Role = Role.MEMBER,
    scope: Scope = Scope.COMMUNITY,
) -> Command:
    help_ = t("What {id} does.", id=id_)
    return Command(id=id_, names=names, help=help_, role=role, scope=scope, params=params, examples=examples)


TREE = Tree.of(
    command("status", Names("status", "état"), role=Role.ANYONE),
    command("history", Names("history", "historique"), LAST, examples=Phrase("history 5", "historique 5")),
    command(
        "pause",
        Names("pause", "pause"),
        DAY,
        examples=Phrase("pause until 1 december", "pause jusqu’au 1er décembre"),
        role=Role.COORDINATOR,
    ),
    Group(
        names=Names("question", "question"),
        help=t("The weekly question"),
        children=(
            command(
                "question.every",
                Names("every", "chaque"),
                param("cadence", "rythme", ParamKind.CADENCE),
                examples=Phrase("question every monday 09:00", "question chaque lundi 09:00"),
                role=Role.COORDINATOR,
            ),
            command("question.now", Names("now", "maintenant"), role=Role.FACILITATOR),
            command(
                "question.ask",
                Names("ask", "poser"),
                TEXT,
                examples=Phrase("question ask What is hard?", "question poser Qu’est-ce qui est dur ?"),
            ),
        ),
    ),
    Group(
        names=Names("settings", "réglages"),
        help=t("Settings"),
        children=(
            command(
                "settings.language",
                Names("language", "langue"),
                param("language", "langue", ParamKind.LANGUAGE),
                examples=Phrase("settings language french", "réglages langue français"),
            ),
            command(
                "settings.zone",
                Names("zone", "fuseau"),
                param("zone", "fuseau", ParamKind.ZONE),
                examples=Phrase("settings zone Europe/Paris", "réglages fuseau Europe/Paris"),
            ),
            command(
                "settings.region",
                Names("holidays", "fériés"),
                param("region", "région", ParamKind.REGION),
                examples=Phrase("settings holidays CA-QC", "réglages fériés CA-QC"),
            ),
            command(
                "settings.tips",
                Names("tips", "trucs"),
                Param(Names("switch", "choix"), ParamKind.CHOICE, t("Whether."), choices=SWITCH),
                param("tag", "étiquette", ParamKind.WORD),
                examples=Phrase("settings tips on Basics", "réglages trucs oui Bases"),
            ),
            Group(
                names=Names("people", "gens"),
                help=t("People"),
                children=(
                    command(
                        "facilitator",
                        Names("facilitator", "animation"),
                        param("member", "membre", ParamKind.MEMBER),
                        SOMETIMES,
                        examples=Phrase("settings people facilitator @Camille", "réglages gens animation @Camille"),
                    ),
                    command(
                        "thank",
                        Names("thank", "remercier"),
                        param("member", "membre", ParamKind.MEMBER),
                        TEXT,
                        examples=Phrase(
                            "settings people thank @Camille Roy for her answer",
                            "réglages gens remercier @Camille Roy pour sa réponse",
                        ),
                    ),
                ),
            ),
        ),
    ),
)


def _said(node: Inline) -> str:
    if isinstance(node, Translated):
        said = node.msgid
        for name, value in node.params.items():
            said = said.replace("{" + name + "}", _said(value))
        return said
    return "".join(_said(child) for child in node.children) if hasattr(node, "children") else own_words(node)


def sentences(body: Text) -> str:
    """Return what a message says in English, one line per paragraph."""
    return "\n".join(_rows(body.blocks))


def _rows(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield "".join(_said(node) for node in block.children)
        elif isinstance(block, Bullets):
            for item in block.items:
                yield from (f"- {row}" for row in _rows(item))
