"""The commands of the weekly question: everybody's first, then those of whoever is in charge, then the settings."""

from __future__ import annotations

from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase, Tree
from bot.core.i18n import words
from bot.core.model import Role, Scope
from rituals.weekly_question.bank_commands import BANK, KINDS_ASKED, SUGGEST, SUGGESTIONS

t, tn = words("weekly_question")

_ON_OFF = Param(
    Names("choice", "choix"),
    ParamKind.CHOICE,
    t("on or off"),
    choices=(Names("on", "oui"), Names("off", "non")),
)
_UNTIL = (Names("until", "jusqu'au"), Names("until", "jusqu'à"))

QUESTION = Group(
    names=Names("question", "question"),
    help=t("The weekly question"),
    children=(
        Command(
            id="question.next",
            names=Names("next", "prochaine"),
            help=t("what will be asked next, and when"),
            role=Role.ANYONE,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="question.answer",
            names=Names("answer", "répondre"),
            help=t("answer the question without going to its thread"),
            role=Role.MEMBER,
            scope=Scope.COMMUNITY,
            params=(
                Param(Names("words", "mots"), ParamKind.TEXT, t("your answer; without it, a form"), optional=True),
            ),
            examples=Phrase("question answer I begin with a round of names.", "question répondre Un tour de table."),
        ),
        Command(
            id="question.digest",
            names=Names("digest", "bilan"),
            help=t("receive the digest in a direct message too, or no longer"),
            role=Role.MEMBER,
            scope=Scope.COMMUNITY,
            params=(_ON_OFF,),
            examples=Phrase("question digest on", "question bilan oui"),
        ),
        Command(
            id="question.now",
            names=Names("now", "maintenant"),
            help=t("ask the next question now"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="question.edit",
            names=Names("edit", "modifier"),
            help=t("change the words of the question that was asked"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
            params=(
                Param(Names("words", "mots"), ParamKind.TEXT, t("the new words; without them, a form"), optional=True),
            ),
            examples=Phrase("question edit What did you try this week?", "question modifier Qu'avez-vous essayé ?"),
        ),
        Command(
            id="question.withdraw",
            names=Names("withdraw", "retirer"),
            help=t("take back the question that was asked"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="question.every",
            names=Names("every", "chaque"),
            help=t("choose when the question is asked"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(
                Param(Names("rhythm", "rythme"), ParamKind.CADENCE, t("a day and a time, in the community's zone")),
            ),
            examples=Phrase("question every tuesday 14:30", "question chaque mardi 14 h 30"),
        ),
        Command(
            id="question.days",
            names=Names("days", "jours"),
            help=t("choose how many days answers are gathered before the digest"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(Param(Names("days", "jours"), ParamKind.INTEGER, t("from 1 to 28"), at_least=1, at_most=28),),
            examples=Phrase("question days 3", "question jours 3"),
        ),
        Command(
            id="question.holidays",
            names=Names("holidays", "fériés"),
            help=t("choose what happens on a public holiday"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(
                Param(
                    Names("choice", "choix"),
                    ParamKind.CHOICE,
                    t("move the question to the next working day, skip it, or ignore the holiday"),
                    choices=(Names("move", "déplacer"), Names("skip", "sauter"), Names("ignore", "ignorer")),
                ),
            ),
            examples=Phrase("question holidays skip", "question fériés sauter"),
        ),
        Command(
            id="question.reminder",
            names=Names("reminder", "rappel"),
            help=t("choose whether one reminder comes in the thread when few have answered"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(_ON_OFF,),
            examples=Phrase("question reminder off", "question rappel non"),
        ),
        Command(
            id="question.unsigned",
            names=Names("unsigned", "anonyme"),
            help=t("choose whether answers may come without a name"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(_ON_OFF,),
            examples=Phrase("question unsigned on", "question anonyme oui"),
        ),
        Command(
            id="question.pause",
            names=Names("pause", "pause"),
            help=t("ask nothing until a day; it goes on by itself"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
            params=(Param(Names("day", "jour"), ParamKind.DAY, t("the day on which it goes on"), after=_UNTIL),),
            examples=Phrase("question pause until 4 january", "question pause jusqu'au 4 janvier"),
        ),
        Command(
            id="question.resume",
            names=Names("resume", "reprendre"),
            help=t("end the question's rest sooner"),
            role=Role.COORDINATOR,
            scope=Scope.COMMUNITY,
        ),
        KINDS_ASKED,
        SUGGEST,
        SUGGESTIONS,
        BANK,
    ),
)
TREE = Tree((QUESTION,))
