from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.forms import FormTooLongError, errors_of, meta_of, modal, values_of
from bot.core.forms import Choice, Field, Form
from bot.core.markdown import parse
from bot.core.model import MemberId
from bot.core.text import Button, Inline, Named, Plain, Text, buttons, paragraph
from tests.slack.block_kit import check_view
from tests.slack.trees import READING, trees

ASK = Form(
    "question.write",
    Plain("Écrire la prochaine question"),
    (
        Field("title", Plain("En un mot"), value="Outils"),
        Field("body", Plain("La question"), kind="long", help=Plain("Courte & concrète\u202f!")),
        Field("stage", Plain("Étape"), "choice", "launch", choices=(Choice("launch", Plain("lancement")),)),
        Field("weeks", Plain("Semaines"), "integer", "2", required=False),
        Field("until", Plain("Jusqu’au"), "date", "2026-11-30", given=("stage", "launch")),
    ),
    intro=paragraph("Pour ", Named(MemberId("U1"))),
    submit=Plain("Envoyer"),
)


def shown(form: Form, **meta: str) -> dict[str, Any]:
    view = modal(form, READING, close="Annuler", meta=meta)
    check_view(view)
    return view


def element(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    field = replace(Field("f", Plain("F")), **changes)
    (block,) = shown(Form("x", Plain("X"), (field,)))["blocks"]
    found: dict[str, Any] = block["element"]
    return found


def submitted(view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    return {**view, "state": {"values": {block: {"value": held} for block, held in values.items()}}}


def test_a_form_is_a_modal() -> None:
    view = shown(ASK, channel="C1")
    assert view["title"] == {"type": "plain_text", "text": "Écrire la prochaine…", "emoji": False}
    assert [view[part]["text"] for part in ("submit", "close")] == ["Envoyer", "Annuler"]
    assert view["callback_id"] == "form"
    assert json.loads(view["private_metadata"]) == {"form": "question.write", "meta": {"channel": "C1"}}
    intro, *inputs = view["blocks"]
    assert intro["elements"][0]["elements"] == [{"type": "text", "text": "Pour Zoé Le Guen"}]
    assert [block["block_id"] for block in inputs] == ["title", "body", "stage", "weeks", "until"]
    assert [block["optional"] for block in inputs] == [False, False, False, True, True]
    assert inputs[1]["hint"]["text"] == "Courte & concrète\u202f!"
    option = {"text": {"type": "plain_text", "text": "lancement", "emoji": False}, "value": "launch"}
    assert [{k: v for k, v in block["element"].items() if k != "action_id"} for block in inputs] == [
        {"type": "plain_text_input", "multiline": False, "initial_value": "Outils"},
        {"type": "plain_text_input", "multiline": True},
        {"type": "radio_buttons", "options": [option], "initial_option": option},
        {"type": "number_input", "is_decimal_allowed": False, "initial_value": "2"},
        {"type": "datepicker", "initial_date": "2026-11-30"},
    ]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("integer", "two", {"type": "number_input", "is_decimal_allowed": False}),
        ("integer", "-3", {"type": "number_input", "is_decimal_allowed": False, "initial_value": "-3"}),
        ("date", "2026-02-30", {"type": "datepicker"}),
        ("date", "20261130", {"type": "datepicker"}),
        ("date", "tomorrow", {"type": "datepicker"}),
        ("text", "two\nlines", {"type": "plain_text_input", "multiline": True, "initial_value": "two\nlines"}),
        ("choice", "x", {"type": "plain_text_input", "multiline": False, "initial_value": "x"}),
    ],
)
def test_a_first_value_is_of_the_field_s_kind(kind: str, value: str, expected: dict[str, Any]) -> None:
    assert element(kind=kind, value=value) == {"action_id": "value", **expected}


def test_many_choices_or_none_to_be_taken_are_a_menu() -> None:
    few = tuple(Choice(str(n), Plain(f"n{n}")) for n in range(5))
    assert element(kind="choice", choices=few)["type"] == "radio_buttons"
    assert element(kind="choice", choices=few, required=False)["type"] == "static_select"
    assert element(kind="choice", choices=(*few, Choice("6", Plain("w " * 60))))["type"] == "static_select"
    assert "initial_option" not in element(kind="choice", choices=few, value="gone")


def test_choices_that_slack_would_not_take_come_back_as_they_are() -> None:
    values = ("", "v" * 200, "#1", "plain")
    choices = tuple(Choice(value, Plain("x")) for value in values)
    view = shown(Form("x", Plain("X"), (Field("f", Plain("F"), "choice", "v" * 200, choices=choices),)))
    options = view["blocks"][0]["element"]["options"]
    assert [option["value"] for option in options] == ["#0", "#1", "#2", "plain"]
    assert view["blocks"][0]["element"]["initial_option"] == options[1]
    for option, value in zip(options, values, strict=True):
        sent = submitted(view, {"f": {"type": "radio_buttons", "selected_option": option}})
        assert values_of(sent) == ("x", {"f": value})


def test_what_was_filled_in_comes_back_by_name() -> None:
    view = submitted(
        shown(ASK, channel="C1"),
        {
            "title": {"type": "plain_text_input", "value": None},
            "body": {"type": "plain_text_input", "value": "Quoi\u202f?"},
            "stage": {"type": "radio_buttons", "selected_option": {"value": "launch"}},
            "weeks": {"type": "number_input", "value": "3"},
            "until": {"type": "datepicker", "selected_date": "2026-12-01"},
        },
    )
    assert values_of(view) == (
        "question.write",
        {"title": "", "body": "Quoi\u202f?", "stage": "launch", "weeks": "3", "until": "2026-12-01"},
    )
    assert meta_of(view) == {"channel": "C1"}


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ({}, ("", {})),
        ({"private_metadata": "[]", "state": None}, ("", {})),
        ({"private_metadata": "{", "state": {"values": {"a": {"value": {"value": "b"}}}}}, ("", {"a": "b"})),
        (
            {"blocks": [{"type": "input", "block_id": "a"}], "state": {"values": {"a": None, "b": {}}}},
            ("", {"a": "", "b": ""}),
        ),
        ({"state": {"values": {"a": {"value": {"selected_option": None}}}}}, ("", {"a": ""})),
    ],
)
def test_a_view_that_says_little_is_read_with_care(view: dict[str, Any], expected: tuple[str, dict[str, str]]) -> None:
    assert values_of(view) == expected


def test_names_that_slack_would_not_take_come_back_as_they_are() -> None:
    names = ("a" * 300, "", "#0", "same", "same")
    view = shown(Form("x", Plain("X"), tuple(Field(name, Plain("F")) for name in names)))
    ids = [block["block_id"] for block in view["blocks"]]
    assert ids == ["#1", "#2", "#0", "same", "#4"]
    sent = submitted(view, {block: {"value": block} for block in ids})
    assert values_of(sent)[1] == {"a" * 300: "#1", "": "#2", "#0": "#0", "same": "#4"}


@pytest.mark.parametrize(
    "form",
    [
        Form("x", Plain("X"), tuple(Field(str(n), Plain("F")) for n in range(101))),
        Form("x", Plain("X"), (Field("f", Plain("F"), "long", "v" * 3001),)),
        Form("x", Plain("X"), (Field("f", Plain("F"), "choice", choices=(Choice("c", Plain("C")),) * 101),)),
        Form("x", Plain("X"), (Field("f", Plain("F"), "choice", choices=(Choice("c" * 3000, Plain("C")),)),)),
    ],
)
def test_a_form_that_would_lose_words_is_refused(form: Form) -> None:
    with pytest.raises(FormTooLongError):
        modal(form, READING, close="Cancel")


def test_errors_stand_under_their_fields() -> None:
    errors = {
        "weeks": parse("**Two** & more:\n\n- 2\n- 3"),
        "gone": paragraph("Ask ", Named(MemberId("U1"))),
        "title": paragraph("w" * 3000),
    }
    said = errors_of(errors, shown(ASK), READING)
    assert said["weeks"] == "Two & more:\n- 2\n- 3"
    assert said["title"].startswith("Ask Zoé Le Guen")
    assert len(said["title"]) <= 2000
    assert errors_of(errors, {}, READING) == {}
    assert errors_of({}, shown(ASK), READING) == {}


def test_an_error_without_words_is_still_seen() -> None:
    assert errors_of({"title": Text()}, shown(ASK), READING) == {"title": "…"}


_labels: st.SearchStrategy[Inline] = st.builds(Plain, st.text("ab <é\n", max_size=120))
_fields = st.builds(
    Field,
    st.text("ab#0", max_size=3),
    _labels,
    st.sampled_from(["text", "long", "choice", "integer", "date"]),
    st.text("a1-\n", max_size=12) | st.just("2026-11-30"),
    st.none() | _labels,
    st.lists(st.builds(Choice, st.text("a#0", max_size=3) | st.just("v" * 151), _labels), max_size=4).map(tuple),
    st.booleans(),
)


@given(st.builds(Form, st.just("x"), _labels, st.lists(_fields, max_size=5).map(tuple), st.none() | trees, _labels))
def test_every_form_is_one_that_slack_takes(form: Form) -> None:
    view = shown(form)
    assert set(values_of({**view, "state": {"values": {}}})[1]) == {field.name for field in form.fields}


def test_an_intro_has_its_buttons() -> None:
    intro = paragraph("a") + buttons(Button("x", Plain("Help")))
    assert [block["type"] for block in shown(replace(ASK, intro=intro))["blocks"]][:2] == ["rich_text", "actions"]
