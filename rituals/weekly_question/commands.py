"""The commands of the weekly question."""

from __future__ import annotations

from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase, Tree
from bot.core.i18n import words
from bot.core.model import Role, Scope

t, tn = words("weekly_question")

QUESTION = Group(
    names=Names("question", "question"),
    help=t("The weekly question"),
    children=(
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
            id="question.now",
            names=Names("now", "maintenant"),
            help=t("ask the next question now"),
            role=Role.FACILITATOR,
            scope=Scope.COMMUNITY,
        ),
        Command(
            id="question.next",
            names=Names("next", "prochaine"),
            help=t("what will be asked next, and when"),
            role=Role.ANYONE,
            scope=Scope.COMMUNITY,
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
    ),
)
TREE = Tree((QUESTION,))
