from __future__ import annotations

from contextlib import suppress
from datetime import date
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import schedule
from bot.core.arguments import LONGEST, split, unquoted
from bot.core.commands import Command, Names, Node, Param, ParamKind, Phrase, Tree, commands_of
from bot.core.errors import UserError
from bot.core.grammar import Given, Help, language_of, parse
from bot.core.i18n import words
from bot.core.model import Language
from tests.unit.commands_sample import LAST, SOMETIMES, TREE, command, param, reading, sentences

t, _ = words("causerie")
COMMANDS = list(commands_of(TREE))
LANGUAGES: tuple[Language, ...] = ("en", "fr")
MOVING = Tree(
    (
        command(
            "move",
            Names("move", "déménager"),
            param("channel", "canal", ParamKind.CHANNEL),
            examples=Phrase("move #workshop", "déménager #atelier"),
        ),
    )
)


def values(typed: str, tree: Tree = TREE, language: Language = "en") -> dict[str, Any]:
    found = parse(tree, typed, reading(language))
    assert isinstance(found, Given)
    return found.values


def refusal(typed: str, tree: Tree = TREE, language: Language = "en") -> str:
    with pytest.raises(UserError) as refused:
        parse(tree, typed, reading(language))
    said = sentences(refused.value.text)
    assert said.splitlines() == [said]
    return said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_example_gives_its_command_whoever_reads(command: Command, language: Language) -> None:
    examples = command.examples or Phrase(
        " ".join(names.en for names in (*command.path, command.names)),
        " ".join(names.fr for names in (*command.path, command.names)),
    )
    for line in (examples.en, examples.fr):
        found = parse(TREE, line, reading(language))
        assert isinstance(found, Given)
        assert found.command == command


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("", ()),
        ("  ", ()),
        ("help", ()),
        ("AIDE", ()),
        ("help help", ()),
        ("question", ("question",)),
        ("help question", ("question",)),
        ("question aide", ("question",)),
        ("aide question chaque", ("question", "every")),
        ("question help every monday", ("question", "every")),
        ("question every help", ("question", "every")),
        ("reglages gens", ("settings", "people")),
    ],
)
def test_help_is_asked_for_before_or_after(typed: str, path: tuple[str, ...]) -> None:
    found = parse(TREE, typed, reading())
    assert isinstance(found, Help)
    assert found.path == path
    node: Node = TREE
    for name in path:
        assert not isinstance(node, Command)
        node = next(child for child in node.children if child.names.en == name)
    assert found.node == node


def test_the_word_help_may_be_a_text() -> None:
    assert values("question ask help") == {"text": "help"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("status", {}),
        ("ETAT", {}),
        ("history", {}),
        ("historique 50", {"count": 50}),
        ("pause until 2026-12-01", {"day": date(2026, 12, 1)}),
        ("pause 2026-12-01", {"day": date(2026, 12, 1)}),
        ("pause jusqu'au 1er décembre", {"day": date(2026, 12, 1)}),
        ("pause jusqu’à demain", {"day": date(2026, 11, 23)}),
        ("question every first thursday 16:00", {"cadence": schedule.parse("first thursday 16:00")}),
        ("settings language EN", {"language": "en"}),
        ("settings language Anglais", {"language": "en"}),
        ("settings language francais", {"language": "fr"}),
        ("settings zone Europe/Paris", {"zone": "Europe/Paris"}),
        ("settings holidays ca-qc", {"region": "CA-QC"}),
        ("réglages trucs OUI Bases", {"switch": "on", "tag": "Bases"}),
        ("settings people facilitator camille   roy", {"member": "camille roy"}),
        ("settings people facilitator @U042", {"member": "by id"}),
        ("settings people facilitator @Camille until tomorrow", {"member": "camille", "day": date(2026, 11, 23)}),
        ("settings people facilitator Camille Roy tomorrow", {"member": "camille roy", "day": date(2026, 11, 23)}),
        ("settings people thank Jean de la Tour de rien", {"member": "jean", "text": "de rien"}),
        ("settings people thank camille roy", {"member": "camille", "text": "roy"}),
    ],
)
def test_values_have_their_types(typed: str, expected: dict[str, object]) -> None:
    assert values(typed) == expected


@pytest.mark.parametrize(
    ("typed", "channel"), [("move #workshop", "c1"), ("move workshop", "c1"), ("déménager # field  visits", "c2")]
)
def test_a_channel_is_named_with_or_without_its_sign(typed: str, channel: str) -> None:
    assert values(typed, MOVING) == {"channel": channel}


def test_a_channel_that_nobody_knows_is_refused_with_an_example() -> None:
    said = "There is no channel #nowhere that I know of. Write for instance /causerie move #workshop."
    assert refusal("move #nowhere", MOVING) == said
    assert refusal("move #", MOVING).startswith("There is no channel #")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Qu'est-ce", "Qu'est-ce"),
        ('"Why?"', "Why?"),
        ("“Why?”", "Why?"),
        ("« Pourquoi\u202f? »", "Pourquoi\u202f?"),
        ("«\u00a0Pourquoi\u00a0»", "Pourquoi"),
        ('"a" and "b"', '"a" and "b"'),
        ("« a » et « b »", "« a » et « b »"),
        ('"', '"'),
        ("two  spaces\nand  lines ", "two  spaces\nand  lines"),
    ],
)
def test_a_text_is_the_raw_rest_without_its_quotes(typed: str, text: str) -> None:
    assert values(f"question ask   {typed}") == {"text": text}


def test_what_is_optional_may_be_left_out_before_what_is_not() -> None:
    names = (Names("count", "nombre"), Names("show", "montrer"))
    some = Param(names[0], ParamKind.INTEGER, t("How many."), optional=True)
    words_ = param("word", "mot", ParamKind.WORD)
    tree = Tree.of(command("show", names[1], some, words_, examples=Phrase("show 2 a", "montrer 2 a")))
    assert values("show 2 tips", tree) == {"count": 2, "word": "tips"}
    assert values("show tips", tree) == {"word": "tips"}
    assert refusal("show two tips", tree).startswith("two is not a whole number.")


def test_two_optional_ones_in_a_row() -> None:
    some = Param(Names("member", "membre"), ParamKind.MEMBER, t("Who."), optional=True)
    tree = Tree.of(command("seat", Names("seat", "siège"), some, SOMETIMES, LAST, examples=Phrase("seat", "siège")))
    assert values("seat", tree) == {}
    assert values("seat until tomorrow", tree) == {"day": date(2026, 11, 23)}
    assert values("seat 2026-12-01 3", tree) == {"day": date(2026, 12, 1), "count": 3}
    assert "Nobody" not in refusal("seat camille until never 3", tree)


def test_a_bare_number_has_no_bounds() -> None:
    tree = Tree.of(
        command("add", Names("add", "plus"), param("n", "n", ParamKind.INTEGER), examples=Phrase("add -3", "plus -3"))
    )
    assert values("add -3", tree) == {"n": -3}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("stats", "stats is not a command. Did you mean /causerie status?"),
        ("hlep", "hlep is not a command. Did you mean /causerie help?"),
        ("every", "every is not a command. Did you mean /causerie question every?"),
        ("question evry", "question evry is not a command. Did you mean /causerie question every?"),
        ("zzzzz", "zzzzz is not a command. /causerie help lists them all."),
        ("question zzzzz", "question zzzzz is not a command. /causerie help question lists them all."),
        ("x" * 9_000, f"{'x' * 39}… is not a command. /causerie help lists them all."),
        (
            "question every",
            (
                "Missing: <cadence>. The form is question every <cadence>."
                " Write for instance /causerie question every monday 09:00."
            ),
        ),
        (
            "pause until",
            "Missing: until <day>. The form is pause until <day>. Write for instance /causerie pause until 1 december.",
        ),
        (
            "question ask «\u00a0»",
            (
                "Missing: <text>. The form is question ask <text>."
                " Write for instance /causerie question ask What is hard?."
            ),
        ),
        (
            "settings tips maybe Basics",
            "maybe is not one of these: on, off. Write for instance /causerie settings tips on Basics.",
        ),
        (
            "settings language german",
            "german is not one of these: english, french. Write for instance /causerie settings language french.",
        ),
        ("history many", "many is not a whole number. Write for instance /causerie history 5."),
        ("history 0", "0 is too small: at least 1. Write for instance /causerie history 5."),
        ("history 51", "51 is too large: at most 50. Write for instance /causerie history 5."),
        ("history 5 or so", "Nothing is expected from or so on. Write for instance /causerie history 5."),
        ("status now", "Nothing is expected from now on. Write for instance /causerie status."),
        (
            "settings people facilitator Zoé  Roy until tomorrow",
            "Nobody here is called Zoé Roy. Write for instance /causerie settings people facilitator @Camille.",
        ),
        (
            "settings people facilitator @",
            "Nobody here is called @. Write for instance /causerie settings people facilitator @Camille.",
        ),
        (
            "question ask " + "a" * 301,
            (
                "At most 300 characters fit here, and this has 301."
                " Write for instance /causerie question ask What is hard?."
            ),
        ),
        (
            "question ask " + "a" * LONGEST,
            (
                "At most 300 characters fit here, and this has 10013."
                " Write for instance /causerie question ask What is hard?."
            ),
        ),
        (
            "history " + "1" * LONGEST,
            "At most 10000 characters fit here, and this has 10008. Write for instance /causerie history 5.",
        ),
    ],
)
def test_a_refusal_is_one_line_and_shows_the_right_form(typed: str, said: str) -> None:
    assert refusal(typed) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("etta", "etta is not a command. Did you mean /causerie état?"),
        ("statsu", "statsu is not a command. Did you mean /causerie état?"),
        ("aied", "aied is not a command. Did you mean /causerie aide?"),
        ("question zzz", "question zzz is not a command. /causerie aide question lists them all."),
        (
            "question chaque",
            (
                "Missing: <rythme>. The form is question chaque <rythme>."
                " Write for instance /causerie question chaque lundi 09:00."
            ),
        ),
        (
            "settings tips maybe a",
            "maybe is not one of these: oui, non. Write for instance /causerie réglages trucs oui Bases.",
        ),
    ],
)
def test_a_refusal_shows_the_names_of_the_readers_language(typed: str, said: str) -> None:
    assert refusal(typed, language="fr") == said


def test_two_suggestions_at_most_the_readers_language_first() -> None:
    tree = Tree.of(
        command("a", Names("chart", "tableau")),
        command("b", Names("figure", "chart1")),
        command("c", Names("charm", "charme")),
    )
    assert refusal("chars", tree) == "chars is not a command. Did you mean /causerie charm or /causerie chart?"
    assert refusal("chart2", tree, "fr").startswith("chart2 is not a command. Did you mean /causerie chart1 or")


@pytest.mark.parametrize("typed", ["question every never", "pause until 2020-01-01", "settings zone Nowhere/At/All"])
def test_what_the_schedule_refuses_is_refused_in_its_words(typed: str) -> None:
    assert refusal(typed)


def test_without_a_prefix_the_example_stands_alone() -> None:
    context = reading()
    bare = type(context)(context.people, context.now, context.zone, context.language)
    with pytest.raises(UserError) as refused:
        parse(TREE, "history many", bare)
    assert sentences(refused.value.text) == "many is not a whole number. Write for instance history 5."


LEAVES = st.sampled_from(COMMANDS)


@given(command=LEAVES, data=st.data())
def test_names_of_both_languages_may_be_mixed_in_any_case(command: Command, data: st.DataObject) -> None:
    line = " ".join(
        data.draw(st.sampled_from([name, name.upper(), name.title()]))
        for names in (*command.path, command.names)
        for name in [data.draw(st.sampled_from([names.en, names.fr]))]
    )
    found = parse(TREE, f"help {line}", reading())
    assert isinstance(found, Help)
    assert found.node == command


WORDS = [
    *(name for each in COMMANDS for names in (*each.path, each.names) for name in (names.en, names.fr)),
    *("help", "aide", "until", "jusqu'au", "@Camille", "Roy", "monday", "09:00", "every", "2", "weeks", "on", "«", "»"),
]
SOUP = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=12)), max_size=12).map(" ".join)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(typed=st.one_of(SOUP, st.text(max_size=200)), language=st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_read_or_refused_in_one_line(typed: str, language: Language) -> None:
    try:
        found = parse(TREE, typed, reading(language))
    except UserError as refused:
        said = sentences(refused.text)
        assert said.splitlines() == [said]
    else:
        assert isinstance(found, Given | Help)


@pytest.mark.parametrize("id_", [each.id for each in COMMANDS])
@pytest.mark.parametrize("filler", ["a ", "until ", "« ", "monday 09:00 ", "1", "\u0301", "ﷺ "])
def test_a_very_long_line_takes_no_longer(id_: str, filler: str) -> None:
    command = next(each for each in COMMANDS if each.id == id_)
    start = " ".join(names.en for names in (*command.path, command.names))
    for size in (LONGEST - 100, 50 * LONGEST):
        line = f"{start} {(filler * size)[: size - len(start) - 1]}"
        before = perf_counter()
        with suppress(UserError):
            parse(TREE, line, reading())
        assert perf_counter() - before < 5


@given(text=st.text(alphabet='ab "“”«»', max_size=8))
def test_quotes_go_in_pairs_or_stay(text: str) -> None:
    bare = unquoted(text)
    assert bare in text
    assert bare == text or text[0] + text[-1] in {"“”", "«»", '""'}


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("move #x", "en"),
        ("déménager #x", "fr"),
        ("DEMENAGER", "fr"),
        ("aide", "fr"),
        ("help", "en"),
        ("", None),
        ("xyz", None),
    ],
)
def test_a_command_tells_its_language(typed: str, language: Language | None) -> None:
    assert language_of(MOVING, split(typed)) == language
