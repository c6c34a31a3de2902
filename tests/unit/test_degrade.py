from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.degrade import KEYCAPS, SELECTOR, chosen, own_words, reacted, without_buttons
from bot.core.i18n import Catalogues, words
from bot.core.text import (
    Button,
    Emphasis,
    Paragraph,
    Plain,
    Strong,
    Text,
    Translated,
    bullets,
    buttons,
    paragraph,
    quote,
)

t, _ = words("causerie")
SEND = Button("send", t("Send"), "1")
YES, NO = Button("yes", Strong((Plain("Gladly"),))), Button("no", Plain("Not this time"))
LOCALE = Path(__file__).parents[2] / "bot" / "locale"


def last_words(body: Text) -> str:
    match body.blocks[-1]:
        case Paragraph((Translated(_, msgid),)):
            return msgid
        case other:
            raise AssertionError(other)


def test_buttons_become_a_numbered_list_that_says_how_to_reply() -> None:
    body, options = without_buttons(paragraph("Would you?") + buttons(YES, NO))
    assert options == (YES, NO)
    assert (
        body.blocks[:2]
        == (paragraph("Would you?") + bullets(paragraph(YES.label), paragraph(NO.label), ordered=True)).blocks
    )
    assert last_words(body) == "Reply with the number of your choice."


def test_one_button_has_its_own_words() -> None:
    body, options = without_buttons(paragraph("Well") + buttons(NO))
    assert options == (NO,)
    assert last_words(body) == "Reply `1` to choose this."


def test_buttons_are_found_wherever_they_stand() -> None:
    body, options = without_buttons(
        bullets(paragraph("a") + buttons(YES)) + quote(paragraph("b") + buttons(NO)) + buttons(SEND) + paragraph("c")
    )
    assert options == (YES, NO, SEND)
    assert body.blocks[:3] == (bullets(paragraph("a")) + quote(paragraph("b")) + paragraph("c")).blocks


def test_a_message_without_buttons_stays_as_it_is() -> None:
    body = quote(paragraph("a"))
    assert without_buttons(body) == (body, ())


@pytest.mark.parametrize(
    ("reply", "option"),
    [
        ("1", YES),
        (" 2 ", NO),
        ("2.", NO),
        ("2)", NO),
        ("gladly", YES),
        ("GLADLY.", YES),
        ("not  this\u00a0time", NO),
        ("0", None),
        ("3", None),
        ("9" * 5000, None),
        ("1 2", None),
        ("2²", None),
        ("", None),
        ("...", None),
        ("perhaps", None),
    ],
)
def test_a_reply_finds_its_option(reply: str, option: Button | None) -> None:
    assert chosen(reply, (YES, NO)) == option


def test_a_label_is_known_in_both_languages() -> None:
    wordings = Catalogues({"causerie": LOCALE}).wordings
    assert [chosen(reply, (NO, SEND), wordings) for reply in ("send", "envoyer", "ENVOYÉR")] == [SEND, SEND, SEND]
    assert chosen("send", (NO, SEND)) == SEND
    assert chosen("envoyer", (NO, SEND)) is None
    assert own_words(Emphasis((Plain("a"),))) == ("a",)


def test_a_label_that_two_options_bear_is_not_guessed() -> None:
    twin = Button("other", YES.label)
    assert chosen("gladly", (YES, twin)) is None
    assert chosen("2", (YES, twin)) == twin


BARE = tuple(keycap.replace(SELECTOR, "") for keycap in KEYCAPS)
SIGNS = st.text("".join({*"".join(KEYCAPS), "👍", "0", "1️⃣"}), max_size=6)


@pytest.mark.parametrize("keycaps", [KEYCAPS, BARE], ids=["with selector", "bare"])
def test_each_keycap_stands_for_one_number(keycaps: tuple[str, ...]) -> None:
    options = tuple(Button("choose", Plain(str(n)), str(n)) for n in range(1, 13))

    assert [reacted(keycap, options) for keycap in keycaps] == [*options[:10]]
    assert [reacted(keycap, options[:2]) for keycap in keycaps] == [*options[:2], *[None] * 8]
    assert [reacted(keycap, ()) for keycap in keycaps] == [None] * 10


@given(SIGNS | st.text() | st.sampled_from(KEYCAPS), st.integers(0, 12))
def test_whatever_else_is_reacted_with_chooses_nothing(emoji: str, many: int) -> None:
    options = tuple(Button("choose", Plain(str(n)), str(n)) for n in range(many))
    bare = emoji.replace(SELECTOR, "")

    place = BARE.index(bare) if bare in BARE else many

    assert reacted(emoji, options) == next(iter(options[place : place + 1]), None)
