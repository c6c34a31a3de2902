"""The bank as a text: what is read, what is refused with its line, and that what was written is read back."""

from __future__ import annotations

import csv
from io import StringIO
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.i18n import Catalogues, voice
from bot.core.model import Language
from bot.core.text import words
from rituals.weekly_question.bank import Kind, Wording
from rituals.weekly_question.bank_exchange import read
from rituals.weekly_question.exporting import Written, markdown, table
from rituals.weekly_question.importing import MOST, Found, Reading
from rituals.weekly_question.importing_csv import armed, disarmed
from rituals.weekly_question.kinds import KINDS, NAMES, heading, kind_named
from rituals.weekly_question.worded import refused, tidied

LANGUAGES = get_args(Language)
typed = st.one_of(st.text(max_size=40), st.text("=+-@'\",;#>*-`\\[]() \tfren:aé?!1.\n", max_size=40)).map(tidied)
said = typed.filter(lambda t: refused(t) is None)
wordings = st.one_of(
    st.builds(Wording, said, said), said.map(lambda t: Wording(en=t)), said.map(lambda t: Wording(fr=t))
)
banks = st.lists(st.tuples(st.sampled_from(KINDS), wordings), min_size=1, max_size=8)


def found(reading: Reading) -> list[tuple[Kind, Wording]]:
    assert reading.troubles == []
    return [(f.kind, f.wording) for f in reading.found]


def troubles(text: str, language: Language = "en") -> list[tuple[int, str]]:
    """Return the lines with a trouble, each with the beginning of what is said."""
    reading = read(text, language)
    assert reading.found == [] or reading.troubles
    english = Catalogues({})
    return [
        (trouble.line, "".join(words(node) for node in english.inlines((trouble.why,), voice("en"))))
        for trouble in reading.troubles
    ]


def by_kind(bank: Written) -> Written:
    return sorted(bank, key=lambda entry: KINDS.index(entry[0]))


@given(banks, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_what_is_written_as_markdown_is_read_back(bank: Written, written: Language, here: Language) -> None:
    assert found(read(markdown(bank, written), here)) == by_kind(bank)


@given(banks, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_what_is_written_as_a_table_is_read_back(bank: Written, written: Language, here: Language) -> None:
    assert found(read(table(bank, written), here)) == list(bank)


@given(
    st.one_of(
        st.text(max_size=200),
        st.text("#->*`\n \t1.:enfrtip,;\"'", max_size=200),
        st.text("#->*`\n \t1.:enfrtip,;\"'", max_size=200).map(lambda body: f"kind,en,fr\n{body}"),
        st.text("#->*`\n \t1.:enfrtip,;\"'", max_size=200).map(lambda body: f"# Tip\n\n{body}"),
    ),
    st.sampled_from(LANGUAGES),
)
def test_whatever_is_read_there_are_questions_or_troubles(text: str, language: Language) -> None:
    reading = read(text, language)

    assert bool(reading.found) or bool(reading.troubles)
    assert all(refused(w) is None for f in reading.found for w in (f.wording.en, f.wording.fr) if w)
    lines = max(1, text.count("\n") + text.count("\r") + 1)
    assert all(0 <= trouble.line <= lines for trouble in reading.troubles)


@given(st.text("=+-@'a ", max_size=8))
def test_no_cell_is_a_formula_and_none_is_changed(cell: str) -> None:
    assert armed(disarmed(cell)) == cell
    assert disarmed(cell)[:1] not in set("=+-@")


def test_a_list_as_a_person_writes_it() -> None:
    text = """# Tip

- What saves you ten minutes a day?
- en: Which shortcut do you use most?
  fr: Quel raccourci utilisez-vous le plus ?
* fr: Quel geste vous sert tous les jours ?

  en: Which gesture serves you every day?

Récit
-----
1. Tell us about
   a good day.

A paragraph is a question too.
fr: Un paragraphe aussi.
"""

    assert read(text, "en") == Reading(
        "en",
        [
            Found(3, "tip", Wording("What saves you ten minutes a day?")),
            Found(4, "tip", Wording("Which shortcut do you use most?", "Quel raccourci utilisez-vous le plus ?")),
            Found(6, "tip", Wording("Which gesture serves you every day?", "Quel geste vous sert tous les jours ?")),
            Found(12, "story", Wording("Tell us about a good day.")),
            Found(15, "story", Wording("A paragraph is a question too.", "Un paragraphe aussi.")),
        ],
        [],
    )


def test_what_is_no_question_and_harms_none_is_passed_over() -> None:
    text = "Tip:\n\n***\n\n-\n- What is new?\n"

    assert found(read(text, "en")) == [("tip", Wording("What is new?"))]


def test_words_without_a_language_are_in_the_communitys() -> None:
    assert found(read("# Truc\n\nQuel geste ?\nen: Which gesture?", "fr")) == [
        ("tip", Wording("Which gesture?", "Quel geste ?"))
    ]


def test_a_table_with_other_names_in_another_order() -> None:
    text = "\ufeffFR;Sorte;EN\r\nQuel truc ?;truc de métier;\r\n\r\n;Débat;Which side?\r\n"

    assert read(text, "en").found == [
        Found(2, "tip", Wording(fr="Quel truc ?")),
        Found(4, "debate", Wording("Which side?")),
    ]


def test_a_cell_with_lines_commas_and_quotation_marks() -> None:
    text = 'kind,en\n"tip","Which ""trick"",\nwhich one?"\nstory,Tell us.\n'

    assert read(text, "en").found == [
        Found(2, "tip", Wording('Which "trick", which one?')),
        Found(4, "story", Wording("Tell us.")),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "There is no question in this.")]),
        ("Which one?", [(1, "Say the kind first, in a heading: # Tip")]),
        ("# Tips\n- One?\n- Two?", [(1, "Tips is no kind of question. There are: hard-case,")]),
        ("# \n- One?", [(1, "The kind is missing.")]),
        ("# Tip\n- On", [(2, "A question has at least 3 characters.")]),
        ("# Tip\n- " + "a" * 301, [(2, "A question has at most 300 characters, and this has 301.")]),
        ("# Tip\n- Hello @channel", [(2, "A question calls nobody: please leave out @channel.")]),
        ("# Tip\n- One?\n  - Two?", [(2, "An item of a list holds one question")]),
        ("# Tip\n- One?\n\n  Two?", [(4, "A question is one paragraph.")]),
        ("# Tip\n- fr: Un ?\n  fr: Deux ?", [(3, "A question has its words once in each language.")]),
        ("# Tip\n> One?\n\n```\nTwo?\n```", [(2, "This is no question."), (4, "This is no question.")]),
        ("kind,en,es\ntip,One?,", [(1, "es is no column.")]),
        ("kind,sorte,en\ntip,tip,One?", [(1, "A column stands here twice.")]),
        ("kind,sorte\ntip,tip", [(1, "A column stands here twice."), (1, "A column with the words is missing")]),
        ("kind,en\nfoo,One?\n,Two?", [(2, "foo is no kind"), (3, "The kind is missing.")]),
        ("kind,en\ntip,One, or two?", [(2, "There are more cells than columns.")]),
        ('kind,en\ntip,"One?\nstory,Two?', [(2, "This row cannot be read")]),
        ("kind,en\ntip,", [(2, "A question needs words.")]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, expected: list[tuple[int, str]]) -> None:
    said_of = troubles(text)

    assert [line for line, _ in said_of] == [line for line, _ in expected]
    assert all(why.startswith(begin) for (_, why), (_, begin) in zip(said_of, expected, strict=True))


def test_two_hundred_questions_come_in_and_no_more() -> None:
    rows = [f"- Question number {n}?" for n in range(MOST + 1)]

    assert len(read("\n".join(("# Tip", *rows[:-1])), "en").found) == MOST
    assert troubles("\n".join(("# Tip", *rows))) == [(0, "At most 200 questions come in at a time; here are 201.")]


def test_a_table_for_spreadsheets_of_each_language() -> None:
    bank: Written = [("tip", Wording("=One?", "Un, deux ; trois ?"))]

    english, french = table(bank, "en"), table(bank, "fr")

    assert english == '\ufeffkind,en,fr\r\ntip,\'=One?,"Un, deux ; trois ?"\r\n'
    assert next(csv.reader(StringIO(french[1:]), delimiter=";")) == ["sorte", "en", "fr"]
    assert "truc;" in french


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_goes_by_each_of_its_names(kind: Kind) -> None:
    names = NAMES[kind]
    ways = (names.en, names.fr, names.fr.upper(), heading(kind, "en"), heading(kind, "fr"), kind)

    assert {kind_named(way) for way in ways} == {kind}
