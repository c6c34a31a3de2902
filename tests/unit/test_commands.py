from __future__ import annotations

import pytest

from bot.core.commands import (
    Command,
    CommandClashError,
    CommandInvalidError,
    Group,
    Names,
    Param,
    ParamKind,
    Phrase,
    Tree,
    commands_of,
    example,
    may,
    spoken,
    usage,
)
from bot.core.errors import UserError
from bot.core.folding import fold
from bot.core.i18n import words
from bot.core.model import Role
from bot.core.text import Plain
from tests.unit.commands_sample import TEXT, TREE, command, param, sentences

t, _ = words("causerie")
COMMANDS = {each.id: each for each in commands_of(TREE)}


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Été", "ete"),
        ("JUSQU’AU", "jusqu'au"),
        ("Œuvre", "oeuvre"),
        ("straße", "strasse"),
        ("\uff2e\uff4f\uff37", "now"),
    ],
)
def test_names_are_compared_without_case_accents_or_kinds_of_apostrophe(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize("name", ["", "two words", " padded"])
def test_a_name_is_one_word(name: str) -> None:
    with pytest.raises(CommandInvalidError, match="not one word"):
        Names("good", name)


def test_choices_belong_to_the_kind_choice_alone() -> None:
    with pytest.raises(CommandInvalidError, match="switch/choix"):
        param("switch", "choix", ParamKind.CHOICE)
    with pytest.raises(CommandInvalidError, match="word/mot"):
        Param(Names("word", "mot"), ParamKind.WORD, t("A word."), choices=(Names("on", "oui"),))


def test_parameters_need_an_example_and_a_text_comes_last() -> None:
    with pytest.raises(CommandInvalidError, match="ask has parameters and no example"):
        command("ask", Names("ask", "poser"), TEXT)
    with pytest.raises(CommandInvalidError, match="not last"):
        command("ask", Names("ask", "poser"), TEXT, TEXT, examples=Phrase("ask a", "poser a"))


def test_parts_make_one_tree_in_their_order() -> None:
    first, second = command("one", Names("one", "un")), command("two", Names("two", "deux"))
    assert Tree.of(Tree((first,)), second).children == (first, second)


def test_siblings_that_share_a_name_are_refused_naming_both() -> None:
    with pytest.raises(CommandClashError, match="main/principal and hand/main, both main"):
        Tree.of(command("one", Names("main", "principal")), command("two", Names("hand", "main")))


def test_names_clash_whatever_their_accents_and_at_any_depth() -> None:
    children = (command("one", Names("state", "etat")), command("two", Names("status", "ÉTAT")))
    with pytest.raises(CommandClashError, match="both etat"):
        Tree((Group(names=Names("inner", "dedans"), help=t("Inside"), children=children),))


def test_the_same_name_in_two_groups_is_no_clash() -> None:
    first = Group(names=Names("a", "a"), help=t("A"), children=(command("a.now", Names("now", "maintenant")),))
    second = Group(names=Names("b", "b"), help=t("B"), children=(command("b.now", Names("now", "maintenant")),))
    assert [each.id for each in commands_of(Tree.of(first, second))] == ["a.now", "b.now"]


def test_two_commands_with_one_id_are_refused() -> None:
    with pytest.raises(CommandClashError, match="one and two, both same"):
        Tree.of(command("same", Names("one", "un")), command("same", Names("two", "deux")))


@pytest.mark.parametrize("names", [Names("help", "secours"), Names("support", "Aide")])
def test_the_name_of_the_help_cannot_be_taken(names: Names) -> None:
    with pytest.raises(CommandInvalidError, match="the name of the help"):
        Tree.of(command("mine", names))


@pytest.mark.parametrize(
    ("id_", "en", "fr"),
    [
        ("status", "status", "état"),
        ("history", "history [count]", "historique [nombre]"),
        ("pause", "pause until <day>", "pause jusqu’au <jour>"),
        ("question.every", "question every <cadence>", "question chaque <rythme>"),
        ("settings.tips", "settings tips <on|off> <tag>", "réglages trucs <oui|non> <étiquette>"),
        (
            "facilitator",
            "settings people facilitator <member> [until <day>]",
            "réglages gens animation <membre> [jusqu’au <jour>]",
        ),
    ],
)
def test_usage_is_in_the_readers_language(id_: str, en: str, fr: str) -> None:
    assert (usage(COMMANDS[id_], "en"), usage(COMMANDS[id_], "fr")) == (en, fr)


def test_a_command_knows_its_words_once_it_is_in_a_tree() -> None:
    assert spoken(COMMANDS["thank"], "fr") == "réglages gens remercier"
    assert spoken(command("alone", Names("alone", "seule")), "fr") == "seule"


def test_a_command_without_parameters_is_its_own_example() -> None:
    assert example(COMMANDS["question.now"], "fr") == "question maintenant"
    assert example(COMMANDS["question.every"], "fr") == "question chaque lundi 09:00"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("needed", Role)
def test_a_role_includes_the_ones_before_it(role: Role, needed: Role) -> None:
    asked = command("it", Names("it", "cela"), role=needed)
    if role >= needed:
        may(asked, role, Plain("nobody"))
    else:
        with pytest.raises(UserError):
            may(asked, role, Plain("nobody"))


@pytest.mark.parametrize(
    ("needed", "sentence"),
    [
        (Role.COORDINATOR, "Only a coordinator can do this: Ana and Bo."),
        (Role.FACILITATOR, "Only the facilitator or a coordinator can do this: Ana and Bo."),
        (Role.MEMBER, "Only members of this community can do this."),
    ],
)
def test_a_refusal_says_who_can(needed: Role, sentence: str) -> None:
    asked: Command = command("it", Names("it", "cela"), role=needed)
    with pytest.raises(UserError) as refused:
        may(asked, Role.ANYONE, Plain("Ana and Bo"))
    assert sentences(refused.value.text) == sentence
