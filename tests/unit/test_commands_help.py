from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.arguments import LONGEST
from bot.core.commands import Command, Group, Names, Param, ParamKind, Phrase, Tree, commands_of
from bot.core.errors import UserError
from bot.core.grammar import Given, Help, parse
from bot.core.help import complete, help_text
from bot.core.i18n import words
from bot.core.model import Language, Role
from tests.unit.commands_sample import TREE, command, param, reading, sentences

t, _ = words("causerie")
LANGUAGES: tuple[Language, ...] = ("en", "fr")


def inserts(typed: str, language: Language = "en", role: Role = Role.COORDINATOR) -> list[str]:
    return [each.insert for each in complete(TREE, typed, language, role)]


def test_the_help_is_grouped_and_says_what_others_can_do() -> None:
    assert sentences(help_text(TREE, "en", Role.MEMBER, "/causerie")).splitlines() == [
        "Type /causerie, then one of these; help <command> says more.",
        "- status – What status does.",
        "- history [count] – What history does.",
        "- question … – The weekly question: ask",
        "- settings … – Settings: language, zone, holidays, tips, people",
        "For coordinators: pause.",
    ]


def test_the_help_is_in_the_readers_language() -> None:
    said = sentences(help_text(TREE, "fr", Role.COORDINATOR, "!causerie"))
    assert said.startswith("Type !causerie, then one of these; aide <commande> says more.\n- état – ")
    assert "- question … – " in said
    assert "For " not in said
    assert "- question chaque <rythme> – " in sentences(
        help_text(TREE.children[3], "fr", Role.COORDINATOR, "!causerie")
    )


def test_a_group_shows_its_own() -> None:
    group = TREE.children[3]
    assert sentences(help_text(group, "en", Role.ANYONE, "/causerie")).splitlines() == [
        "For members: question ask.",
        "For the facilitator and coordinators: question now.",
        "For coordinators: question every.",
    ]


def test_a_command_shows_its_form_its_parameters_and_an_example() -> None:
    pause = next(each for each in commands_of(TREE) if each.id == "pause")
    assert sentences(help_text(pause, "fr", Role.MEMBER, "/causerie")).splitlines() == [
        "What pause does.",
        "/causerie pause jusqu’au <jour>",
        "- jusqu’au <jour> – The day on which it resumes.",
        "Write for instance /causerie pause jusqu’au 1er décembre.",
        "For coordinators: pause.",
    ]


def test_a_command_without_parameters_needs_no_example() -> None:
    assert sentences(help_text(TREE.children[0], "en", Role.ANYONE, "/causerie")).splitlines() == [
        "What status does.",
        "/causerie status",
    ]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["status", "history ", "pause ", "question ", "settings ", "help "]),
        ("  ", ["status", "history ", "pause ", "question ", "settings ", "help "]),
        ("s", ["status", "settings "]),
        ("STAT", ["status"]),
        ("histori", ["historique "]),
        ("éta", ["état"]),
        ("question", ["question "]),
        ("question ", ["question every ", "question now", "question ask "]),
        ("question  cha", ["question  chaque "]),
        ("help ", ["help status", "help history", "help pause", "help question ", "help settings "]),
        ("help question e", ["help question every"]),
        ("help status x", []),
        ("nonsense ", []),
        ("nonsense", []),
        ("status ", []),
        ("pause ", ["pause until "]),
        ("pause jus", ["pause jusqu’au "]),
        ("pause till", ["pause till "]),
        ("pause until ", ["pause until 1 december"]),
        ("pause tomorrow", ["pause tomorrow"]),
        ("pause until tomorrow or", ["pause until tomorrow or"]),
        ("question every mon", ["question every monday 09:00"]),
        ("question every tue", ["question every tue"]),
        ("question ask Wh", ["question ask Wh"]),
        ("settings tips ", ["settings tips on ", "settings tips off "]),
        ("settings tips o", ["settings tips on ", "settings tips off "]),
        ("settings tips n", ["settings tips non "]),
        ("settings tips z", ["settings tips z"]),
        ("settings tips on ", ["settings tips on "]),
        ("settings tips on Basics ", []),
        ("settings language ", ["settings language english", "settings language french"]),
        ("settings people thank @Cam", ["settings people thank @Cam"]),
        ("question ask " + "a" * LONGEST, []),
    ],
)
def test_completion_goes_on_with_what_was_typed(typed: str, offered: list[str]) -> None:
    assert inserts(typed) == offered


def test_completion_prefers_the_readers_language() -> None:
    assert inserts("", "fr") == ["état", "historique ", "pause ", "question ", "réglages ", "aide "]
    assert inserts("pause ", "fr") == ["pause jusqu’au "]
    assert inserts("settings tips ", "fr") == ["settings tips oui ", "settings tips non "]


def test_completion_offers_what_the_role_may_use() -> None:
    assert inserts("", role=Role.ANYONE) == ["status", "help "]
    assert inserts("question ", role=Role.MEMBER) == ["question ask "]
    assert inserts("pause ", role=Role.MEMBER) == []


def test_completion_tells_what_is_expected() -> None:
    (found,) = complete(TREE, "settings people thank ", "fr", Role.MEMBER)
    assert (found.insert, found.usage) == ("settings people thank ", "réglages gens remercier <membre> <texte>")
    assert found.help.msgid == "What it is."
    assert complete(TREE, "ques", "en", Role.MEMBER)[0].usage == "question …"


def test_a_choice_in_the_last_place_ends_the_line() -> None:
    switch = Param(Names("s", "c"), ParamKind.CHOICE, t("Whether."), choices=(Names("on", "oui"),))
    count = param("n", "n", ParamKind.INTEGER)
    tree = Tree.of(command("tips", Names("tips", "trucs"), count, switch, examples=Phrase("tips 1 on", "trucs 1 oui")))
    assert [each.insert for each in complete(tree, "tips 1 ", "en", Role.MEMBER)] == ["tips 1 on"]


def test_an_empty_group_is_not_offered() -> None:
    tree = Tree.of(Group(names=Names("empty", "vide"), help=t("Nothing"), children=()))
    assert [each.insert for each in complete(tree, "", "en", Role.MEMBER)] == ["help "]


def depth(typed: str, language: Language) -> tuple[str, ...]:
    """Return the names that lead to what ``typed`` reaches; fails when it reaches nothing."""
    found = parse(TREE, f"help {typed}", reading(language))
    assert isinstance(found, Help)
    return found.path


def _is_read_or_lacks_a_value(typed: str, language: Language) -> bool:
    try:
        return isinstance(parse(TREE, typed, reading(language)), Given | Help)
    except UserError as refused:
        return sentences(refused.text).startswith("Missing:")


@given(data=st.data(), language=st.sampled_from(LANGUAGES), role=st.sampled_from(Role))
def test_completions_lead_to_a_command(data: st.DataObject, language: Language, role: Role) -> None:
    typed = ""
    for _round in range(10):
        offers = [each.insert for each in complete(TREE, typed, language, role) if each.insert != typed]
        if not offers:
            break
        chosen = data.draw(st.sampled_from(offers))
        assert chosen.startswith(typed)
        assert depth(chosen, language)[: len(depth(typed, language))] == depth(typed, language)
        cut = data.draw(st.integers(len(typed) + 1, len(chosen.rstrip())))
        assert chosen in inserts(chosen[:cut], language, role)
        typed = chosen
    else:
        pytest.fail(f"{typed} goes on for ever")
    reached = parse(TREE, f"help {typed}", reading(language))
    assert isinstance(reached, Help)
    assert isinstance(reached.node, Command)
    assert _is_read_or_lacks_a_value(typed, language)


@given(typed=st.text(max_size=60), language=st.sampled_from(LANGUAGES), role=st.sampled_from(Role))
def test_completion_takes_anything(typed: str, language: Language, role: Role) -> None:
    assert all(isinstance(each.insert, str) for each in complete(TREE, typed, language, role))
