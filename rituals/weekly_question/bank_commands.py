"""The commands of the bank of questions, and of what members suggest for it."""

from __future__ import annotations

from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase
from bot.core.i18n import words
from bot.core.model import Role, Scope
from rituals.weekly_question.kinds import KINDS, NAMES
from rituals.weekly_question.worded import LONGEST

t, tn = words("weekly_question")

NUMBER = Param(Names("number", "numéro"), ParamKind.INTEGER, t("the question's number in the bank"), at_least=1)
WORDS = Param(
    Names("words", "mots"), ParamKind.TEXT, t("the question; a form asks for the rest"), optional=True, longest=LONGEST
)

BANK = Group(
    names=Names("bank", "banque"),
    help=t("The bank of questions"),
    children=(
        Command(
            id="question.bank.list",
            names=Names("list", "liste"),
            help=t("the questions that can be asked, with their numbers"),
            role=Role.MEMBER,
            scope=Scope.COMMUNITY,
            params=(
                Param(
                    Names("kind", "sorte"),
                    ParamKind.CHOICE,
                    t("only one kind of questions"),
                    optional=True,
                    choices=tuple(NAMES[kind] for kind in KINDS),
                ),
                Param(Names("page", "page"), ParamKind.INTEGER, t("which twenty of them"), optional=True, at_least=1),
            ),
            examples=Phrase("question bank list tip", "question banque liste truc"),
        ),
        Command(
            id="question.bank.add",
            names=Names("add", "ajouter"),
            help=t("add a question"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
            params=(WORDS,),
            examples=Phrase(
                "question bank add What did you learn this week?",
                "question banque ajouter Qu’avez-vous appris cette semaine ?",
            ),
        ),
        Command(
            id="question.bank.edit",
            names=Names("edit", "modifier"),
            help=t("change a question's words or its kind"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
            params=(NUMBER,),
            examples=Phrase("question bank edit 12", "question banque modifier 12"),
        ),
        Command(
            id="question.bank.remove",
            names=Names("remove", "retirer"),
            help=t("take a question out of the bank"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
            params=(NUMBER,),
            examples=Phrase("question bank remove 12", "question banque retirer 12"),
        ),
        Command(
            id="question.bank.queue",
            names=Names("queue", "avancer"),
            help=t("let a question come before the others"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
            params=(NUMBER,),
            examples=Phrase("question bank queue 12", "question banque avancer 12"),
        ),
        Command(
            id="question.bank.unqueue",
            names=Names("unqueue", "reporter"),
            help=t("let a question come in its turn again"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
            params=(NUMBER,),
            examples=Phrase("question bank unqueue 12", "question banque reporter 12"),
        ),
        Command(
            id="question.bank.import",
            names=Names("import", "importer"),
            help=t("add many questions at once, from a list or a table"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="question.bank.export",
            names=Names("export", "exporter"),
            help=t("get the bank as two files, which the import reads back"),
            role=Role.MEMBER,
            scope=Scope.COMMUNITY,
        ),
    ),
)

KINDS_ASKED = Command(
    id="question.kinds",
    names=Names("kinds", "sortes"),
    help=t("choose which kinds of questions are asked"),
    role=Role.COORDINATOR,
    scope=Scope.COMMUNITY,
    params=(
        Param(
            Names("kinds", "sortes"),
            ParamKind.TEXT,
            t("one or several kinds, or all of them; without any, what is asked now is told"),
            optional=True,
        ),
    ),
    examples=Phrase("question kinds tip story", "question sortes truc récit"),
)

SUGGEST = Command(
    id="question.suggest",
    names=Names("suggest", "proposer"),
    help=t("suggest a question for everybody"),
    role=Role.MEMBER,
    scope=Scope.COMMUNITY,
    params=(WORDS,),
    examples=Phrase(
        "question suggest Which detail changes everything in your work?",
        "question proposer Quel détail change tout dans votre travail ?",
    ),
)

SUGGESTIONS = Command(
    id="question.suggestions",
    names=Names("suggestions", "propositions"),
    help=t("the questions that were suggested, and what became of them"),
    role=Role.MEMBER,
    scope=Scope.COMMUNITY,
    params=(
        Param(
            Names("number", "numéro"),
            ParamKind.INTEGER,
            t("one of them, with what can be done about it"),
            optional=True,
            at_least=1,
        ),
    ),
    examples=Phrase("question suggestions 3", "question propositions 3"),
)
