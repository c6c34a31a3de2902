from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.dialogue import Dialogue, answer, dialogue_codec, done, question, reopen
from bot.core.errors import UserError
from bot.core.forms import Choice, Field, Form, form_codec, resolve
from bot.core.i18n import Catalogues, voice, words
from bot.core.model import ChannelId, MemberId
from bot.core.plain import Reader, plain
from bot.core.text import Plain, Text, Translated, paragraph

t, _ = words("causerie")
CATALOGUES = Catalogues({"causerie": Path(__file__).parents[2] / "bot" / "locale"}, strict=True)
EN, FR = voice("en"), voice("fr")

NAME = Field("name", Plain("Name"))
WORDS = Field("words", Plain("Words"), "long", help=Plain("Markdown is welcome."), required=False)
TONGUE = Field(
    "tongue", Plain("Language"), "choice", value="fr", choices=(Choice("en", Plain("English")), Choice("fr", t("Send")))
)
COUNT = Field("count", Plain("How many"), "integer", value="3")
DAY = Field("day", Plain("Day"), "date", required=False)
REST = "== keeps all the rest as it is."
FORM = Form("new", Plain("A new one"), (NAME, WORDS, TONGUE, COUNT, DAY), intro=paragraph("Five questions."))


def read(text: Text, language: str = "en") -> str:
    spoken = FR if language == "fr" else EN
    people: dict[MemberId, str] = {}
    channels: dict[ChannelId, str] = {}
    reader = Reader(spoken, "UTC", people.__getitem__, channels.__getitem__, lambda _: None)
    return plain(CATALOGUES.resolve(text, spoken), reader)


def asking(field: Field) -> Dialogue:
    return Dialogue(Form("one", Plain("One"), (field,)))


def refusal(field: Field, reply: str) -> str:
    with pytest.raises(UserError) as refused:
        answer(asking(field), reply)
    return read(refused.value.text)


def test_a_form_is_asked_one_question_at_a_time() -> None:
    dialogue = Dialogue(FORM)
    asked = []
    for reply in (" Ana  Maria ", "- one\n- two", "1", "=", "2026-11-30"):
        assert done(dialogue) is None
        asked.append(read(question(dialogue)))
        dialogue = answer(dialogue, reply)
    assert asked == [
        "A new one\n\nFive questions.\n\nName\n\ncancel stops here.",
        f"Words\nMarkdown is welcome.\n\n- leaves it empty.\n{REST}\ncancel stops here.",
        (
            "Language\n\n1. English\n2. Send\n\n"
            f"Reply with the number of your choice.\nNow: “Send”. = keeps it.\n{REST}\ncancel stops here."
        ),
        f"How many\n\nReply with a whole number, such as 3.\nNow: “3”. = keeps it.\n{REST}\ncancel stops here.",
        f"Day\n\nReply with a date, such as 2026-11-30.\n- leaves it empty.\n{REST}\ncancel stops here.",
    ]
    assert done(dialogue) == {
        "name": "Ana Maria",
        "words": "- one\n- two",
        "tongue": "en",
        "count": "3",
        "day": "2026-11-30",
    }
    assert question(dialogue) == Text()
    assert answer(dialogue, "more") == dialogue


def test_it_speaks_french() -> None:
    asked = read(question(asking(COUNT)), "fr")
    assert asked.splitlines()[-3:] == [
        "En ce moment\u00a0: «\u00a03\u00a0». = garde cette valeur.",
        "== garde tout le reste tel quel.",
        "annuler arrête ici.",
    ]


@pytest.mark.parametrize(
    ("field", "reply", "value"),
    [
        (NAME, "Ana", "Ana"),
        (WORDS, "-", ""),
        (WORDS, "=", ""),
        (replace(WORDS, value="before"), "=", "before"),
        (replace(WORDS, value="before"), "-", ""),
        (COUNT, "==", "3"),
        (DAY, "==", ""),
        (WORDS, "—", ""),
        (WORDS, " ", ""),
        (WORDS, "a\n\nb", "a\n\nb"),
        (TONGUE, "fr", "fr"),
        (TONGUE, "2.", "fr"),
        (TONGUE, "ENGLISH", "en"),
        (TONGUE, "envoyer", "fr"),
        (TONGUE, "=", "fr"),
        (COUNT, "+4", "4"),
        (COUNT, "1 000", "1000"),
        (COUNT, "-2", "-2"),
        (DAY, "20261130", "2026-11-30"),
    ],
)
def test_replies_become_values(field: Field, reply: str, value: str) -> None:
    assert done(answer(asking(field), reply, CATALOGUES.wordings)) == {field.name: value}


@pytest.mark.parametrize(
    ("field", "reply", "refused"),
    [
        (NAME, "-", "This cannot be left empty."),
        (NAME, "", "This cannot be left empty."),
        (NAME, "=", "There is no value to keep yet."),
        (COUNT, "===", "“===” is not a whole number. For example: 3"),
        (TONGUE, "3", "“3” is not one of the choices. Reply with a number from the list."),
        (COUNT, "many", "“many” is not a whole number. For example: 3"),
        (COUNT, "9" * 30, f"“{'9' * 30}” is not a whole number. For example: 3"),
        (DAY, "30/11/2026", "“30/11/2026” is not a date. For example: 2026-11-30"),
        (DAY, "2026-02-30", "“2026-02-30” is not a date. For example: 2026-11-30"),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(field: Field, reply: str, refused: str) -> None:
    assert refusal(field, reply) == refused


def test_a_refusal_repeats_only_the_beginning_of_a_long_reply() -> None:
    assert len(refusal(COUNT, "word " * 2_000)) < 300


@pytest.mark.parametrize("reply", ["cancel", " Annuler "])
def test_it_can_be_stopped_at_any_question(reply: str) -> None:
    stopped = answer(Dialogue(FORM), reply)
    assert done(stopped) is None
    assert read(question(stopped)) == "Stopped. Nothing has changed."
    assert answer(stopped, "Ana") == stopped
    assert done(answer(asking(NAME), reply)) is None


def test_only_the_fields_in_error_are_asked_again() -> None:
    dialogue = Dialogue(FORM)
    for reply in ("Ana", "-", "1", "4", "-"):
        dialogue = answer(dialogue, reply)
    again = reopen(dialogue, {"count": paragraph("At most three.")})
    assert done(again) is None
    assert read(question(again)).startswith("At most three.\n\nHow many\n\n")
    assert "Now: “4”." in read(question(again))
    fixed = answer(again, "2")
    assert done(fixed) == {"name": "Ana", "words": "", "tongue": "en", "count": "2", "day": ""}
    with pytest.raises(KeyError):
        reopen(dialogue, {"colour": paragraph("Which?")})


SEVERAL = Field(
    "tongue", Plain("Language"), "choice", choices=(Choice("en", Plain("English")), Choice("fr", t("Send")))
)
ADDRESS = Field("address", Plain("Address"), value="vous", given=("tongue", "fr"))


@pytest.mark.parametrize(("chosen", "asked"), [("1", "Name"), ("2", "Address")])
def test_a_field_is_asked_only_where_it_makes_sense(chosen: str, asked: str) -> None:
    dialogue = answer(Dialogue(Form("new", Plain("A new one"), (SEVERAL, ADDRESS, NAME))), chosen)

    assert read(question(dialogue)).startswith(asked)
    for reply in ("=", "Ana") if asked == "Address" else ("Ana",):
        dialogue = answer(dialogue, reply)
    assert done(dialogue) == {"1": {"tongue": "en"}, "2": {"tongue": "fr", "address": "vous"}}[chosen] | {"name": "Ana"}


def hints(dialogue: Dialogue) -> list[str]:
    return read(question(dialogue)).splitlines()


def test_all_the_rest_is_kept_at_once() -> None:
    dialogue = answer(Dialogue(FORM), "Ana")
    assert REST in hints(dialogue)

    kept = answer(dialogue, " == ")

    assert done(kept) == {"name": "Ana", "words": "", "tongue": "fr", "count": "3", "day": ""}
    assert question(kept) == Text()


def test_nothing_is_kept_while_something_that_is_required_has_no_value() -> None:
    dialogue = Dialogue(Form("new", Plain("A new one"), (COUNT, NAME)))
    assert REST not in hints(dialogue)

    with pytest.raises(UserError) as refused:
        answer(dialogue, "==")

    assert read(refused.value.text) == "“==” is not a whole number. For example: 3"
    assert done(answer(answer(dialogue, "="), "==")) == {"count": "3", "name": "=="}


def test_what_was_answered_stays_when_the_rest_is_kept() -> None:
    dialogue = answer(answer(Dialogue(FORM), "Ana"), "- one")

    assert done(answer(dialogue, "==")) == {"name": "Ana", "words": "- one", "tongue": "fr", "count": "3", "day": ""}


@pytest.mark.parametrize(("chosen", "kept"), [("1", {"tongue": "en"}), ("2", {"tongue": "fr", "address": "vous"})])
def test_only_what_makes_sense_is_kept(chosen: str, kept: dict[str, str]) -> None:
    fields = (SEVERAL, ADDRESS, COUNT)
    dialogue = answer(Dialogue(Form("new", Plain("A new one"), fields)), chosen)

    assert done(answer(dialogue, "==")) == {**kept, "count": "3"}


@pytest.mark.parametrize("held", ["en", "fr"])
def test_what_makes_sense_is_told_by_what_is_kept_itself(held: str) -> None:
    dialogue = Dialogue(Form("new", Plain("A new one"), (replace(SEVERAL, value=held), ADDRESS, COUNT)))

    kept = done(answer(dialogue, "=="))

    assert kept == {"tongue": held, "count": "3"} | ({"address": "vous"} if held == "fr" else {})


@pytest.mark.parametrize(("chosen", "offered"), [("1", True), ("2", False)])
def test_what_makes_no_sense_may_be_empty(chosen: str, offered: bool) -> None:  # noqa: FBT001 - a parameter of the test
    needed = replace(ADDRESS, value="")
    dialogue = answer(Dialogue(Form("new", Plain("A new one"), (SEVERAL, COUNT, needed))), chosen)

    assert (REST in hints(dialogue)) is offered


def test_after_a_refusal_the_rest_is_kept_as_it_was_answered() -> None:
    dialogue = Dialogue(FORM)
    for reply in ("Ana", "- one", "1", "4", "-"):
        dialogue = answer(dialogue, reply)
    again = reopen(dialogue, {"count": paragraph("At most three."), "day": paragraph("Which day?")})

    assert done(answer(answer(again, "2"), "==")) == {
        "name": "Ana",
        "words": "- one",
        "tongue": "en",
        "count": "2",
        "day": "",
    }


FIELDS = st.lists(
    st.builds(
        Field,
        st.sampled_from("abcdef"),
        st.just(Plain("A field")),
        value=st.sampled_from(["", "x", "y"]),
        required=st.booleans(),
        given=st.none() | st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "y"])),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda field: field.name,
)


@given(FIELDS, st.integers(0, 3))
def test_keeping_all_the_rest_is_keeping_each(fields: list[Field], answered: int) -> None:
    dialogue = Dialogue(Form("new", Plain("A new one"), tuple(fields)))
    for _ in range(answered):
        dialogue = answer(dialogue, "x")
    if done(dialogue) is not None:
        return
    one_by_one: Dialogue | None = dialogue
    while one_by_one is not None and done(one_by_one) is None:
        try:
            one_by_one = answer(one_by_one, "=")
        except UserError:
            one_by_one = None

    offered = REST in hints(dialogue)

    assert offered is (one_by_one is not None)
    if one_by_one is not None:
        assert done(answer(dialogue, "==")) == done(one_by_one)


def test_forms_and_dialogues_can_be_stored() -> None:
    dialogue = reopen(answer(Dialogue(FORM), "Ana"), {"name": paragraph(t("Send"))})
    assert dialogue_codec.validate_json(dialogue_codec.dump_json(dialogue)) == dialogue
    assert form_codec.validate_json(form_codec.dump_json(FORM)) == FORM


def test_every_sentence_of_a_form_is_resolved() -> None:
    send = t("Send")
    field = Field("a", send, "choice", help=send, choices=(Choice("b", send),))
    said = resolve(Form("f", send, (field, NAME), paragraph(send)), CATALOGUES, FR)
    there = Plain("Envoyer")
    whole = Field("a", there, "choice", help=there, choices=(Choice("b", there),))
    assert said == Form("f", there, (whole, NAME), paragraph(there), there)
    bare = resolve(Form("f", Plain("F"), ()), CATALOGUES, EN)
    assert (bare.intro, bare.submit) == (None, Plain("Send"))
    assert isinstance(FORM.submit, Translated)
