from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix.parse import addressed, mentioned, message_text, new_content, target, thread_of
from adapters.matrix.render import content, edited_content, in_thread, parts
from bot.core.markdown import parse
from bot.core.model import MemberId
from bot.core.text import Mention, Plain, Strong, Text, lines, paragraph
from tests.matrix.trees import READING, ZOE, letters, seen, trees

BOT = "@causerie:x.org"
NAMES = ("Causerie", "Causerie (bot)")
PILL = f'<a href="https://matrix.to/#/{BOT}">Causerie</a>'
TO_ZOE = f'<a href="https://matrix.to/#/{ZOE}">Zoé</a>'
REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$other"}}}


def html(formatted: str, body: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "msgtype": "m.text",
        "body": body,
        "format": "org.matrix.custom.html",
        "formatted_body": formatted,
        **more,
    }


def body(words: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"msgtype": "m.text", "body": words, **more}


def said_to_bot(said: dict[str, Any]) -> str | None:
    return addressed(said, BOT, NAMES, "!causerie")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (html(f"{TO_ZOE} <b>a</b>", "ignored"), paragraph(Mention(MemberId(ZOE)), " ", Strong((Plain("a"),)))),
        (html("<mx-reply>x</mx-reply>", "a"), paragraph("a")),
        (html("<b>x</b>", "a", format="other"), paragraph("a")),
        (html("", "a"), paragraph("a")),
        (body("**a** <b> &amp; https://x.org @room "), paragraph("**a** <b> &amp; https://x.org @room")),
        (body("\r\na\r\n  b \n \t\nc"), Text(lines(Plain("a"), Plain("  b")).blocks + paragraph("c").blocks)),
        (body("> <@zoe:x.org> x\n> y\n\na\n> b", **REPLY), lines(Plain("a"), Plain("> b"))),
        (body("> * <@zoe:x.org> x\na", **REPLY), paragraph("a")),
        (body("> <@zoe:x.org> x", **REPLY), Text()),
        (body("> my own\n\na", **REPLY), parse(r"\> my own" + "\n\na")),
        (body("> <@zoe:x.org> x"), paragraph("> <@zoe:x.org> x")),
        ({"msgtype": "m.emote", "body": "waves"}, paragraph("* waves")),
        (html("<b>waves</b>", msgtype="m.emote"), paragraph("* ", Strong((Plain("waves"),)))),
        (html("<pre>x</pre>", msgtype="m.emote"), paragraph("*") + parse("```\nx\n```")),
        ({"msgtype": "m.image", "body": "cat.png", "filename": "cat.png"}, paragraph("cat.png")),
        ({"msgtype": "m.file", "body": "cat.png"}, paragraph("cat.png")),
        ({"msgtype": "m.video", "filename": "cat.mp4"}, paragraph("cat.mp4")),
        ({"msgtype": "m.audio", "body": "my cat", "filename": "cat.ogg"}, paragraph("my cat")),
        (html("my <i>cat</i>", "my cat", msgtype="m.image", filename="a.png"), parse("my *cat*")),
        ({"msgtype": "m.audio"}, Text()),
        ({"msgtype": "m.location", "body": "Paris", "geo_uri": "geo:1,2"}, paragraph("Paris")),
        ({"body": "no type"}, paragraph("no type")),
        (body("a\x00b\ud800c"), paragraph("a\ufffdb\ufffdc")),
        ({"body": ["a"], "msgtype": 3, "formatted_body": {}, "format": "org.matrix.custom.html"}, Text()),
        ({}, Text()),
    ],
)
def test_what_members_write_becomes_a_tree(said: dict[str, Any], expected: Text) -> None:
    assert message_text(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (body("!causerie"), ""),
        (body(" !Causerie  next **a**\n\n> b  c "), "next **a**\n\n> b  c"),
        (body("!causerie\nsuggest x"), "suggest x"),
        (body("!causeries"), None),
        (body("a !causerie"), None),
        (body("@causerie:x.org help"), "help"),
        (body("@causerie:x.org: help"), "help"),
        (body("@causerie:x.organism help"), None),
        (body("@causerie:y.org: help"), None),
        (body("@causerie: help"), "help"),
        (body("Causerie: help"), "help"),
        (body("causerie:help"), "help"),
        (body("Causerie\u00a0: help"), "help"),
        (body("@causerie, help"), "help"),
        (body("causerie (bot): help"), "help"),
        (body("Causerie help"), None),
        (body("Causeries, help"), None),
        (body("Causerie help", **{"m.mentions": {"user_ids": [BOT]}}), "help"),
        (body("Causerie help", **{"m.mentions": {"user_ids": [ZOE, 3]}}), None),
        (body("causerie", **{"m.mentions": {"user_ids": [BOT]}}), ""),
        (body("hello causerie", **{"m.mentions": {"user_ids": [BOT]}}), None),
        (html(f"{PILL}: <b>help</b> me", "Causerie: **help** me"), "**help** me"),
        (html(f"<p>{PILL} help</p>", "@Causerie help"), "help"),
        (html(f"{PILL} help", "[Causerie](https://matrix.to/#/@causerie:x.org) help"), "help"),
        (html(f"{PILL} help", "@[Causerie] help"), "help"),
        (html(f"{PILL} help", "Causerie (bot) help"), "help"),
        (html(f"{PILL} <b>help</b> {TO_ZOE}", "our bot: help Zoé"), f"help {ZOE}"),
        (html(f"hello {PILL}", "hello Causerie"), None),
        (html(f"{TO_ZOE} {PILL}", "Zoé Causerie"), None),
        (html(f"<blockquote>{PILL}: help</blockquote>no", "> Causerie: help\n\nno"), None),
        (html(f"<mx-reply>{TO_ZOE}</mx-reply>{PILL} help", "> <@zoe:x.org> a\n\nCauserie help", **REPLY), "help"),
        (body("> <@zoe:x.org> !causerie\n\nno", **REPLY), None),
        (
            html(f"{PILL} pair {TO_ZOE}, {PILL}", "Causerie pair @Zoé, Causerie and Zoé"),
            f"pair {ZOE}, {BOT} and Zoé",
        ),
        (html(f"!causerie pair {TO_ZOE}", "!causerie pair Zoéline Zoé"), f"pair Zoéline {ZOE}"),
        (html(f"!causerie pair {TO_ZOE}", f"!causerie pair {ZOE} Zoé"), f"pair {ZOE} Zoé"),
        (html(f"!causerie pair {TO_ZOE} x", "!causerie pair them"), "pair them"),
        (
            html('!causerie in <a href="https://matrix.to/#/!abc?via=x.org">Salon</a>', "!causerie in Salon"),
            "in #!abc",
        ),
        (
            html(
                '!causerie in <a href="https://matrix.to/#/%23salon:x.org">#salon:x.org</a>',
                "!causerie in #salon:x.org",
            ),
            "in #salon:x.org",
        ),
        (
            html('!causerie see <a href="https://matrix.to/#/!abc/$e">this</a>', "!causerie see this"),
            "see this",
        ),
        ({}, None),
    ],
)
def test_who_begins_by_naming_the_bot_speaks_to_it(said: dict[str, Any], expected: str | None) -> None:
    assert said_to_bot(said) == expected


def test_a_bot_without_a_name_is_not_called_by_a_comma() -> None:
    assert addressed(body(", a"), "@:x.org", (" ", "@"), "!causerie") is None


def test_relations_are_read() -> None:
    threaded = in_thread(body("a"), "$root")
    edit = {**body("* a"), "m.new_content": body("a"), "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"}}
    assert (thread_of(threaded), target(threaded), new_content(threaded)) == ("$root", None, None)
    assert thread_of(body("a", **REPLY)) == "$other"
    assert (thread_of(edit), target(edit), new_content(edit)) == (None, "$old", body("a"))
    assert thread_of({"m.relates_to": {"rel_type": "m.thread", **REPLY["m.relates_to"]}}) is None
    assert new_content({**edit, "m.new_content": 3}) is None
    assert new_content({**edit, "m.relates_to": {"rel_type": "m.replace"}}) is None
    assert mentioned({"m.mentions": {"user_ids": [ZOE, 3]}}) == {ZOE}
    assert mentioned({"m.mentions": {"user_ids": ZOE}}) == frozenset()


@given(trees)
@settings(max_examples=100)
def test_what_the_bot_says_reads_back_as_the_same_words(tree: Text) -> None:
    found = [json.loads(json.dumps(content(part, notice=False))) for part in parts(tree, READING)]
    assert "".join(seen(message_text(said)) for said in found) == seen(tree)
    for part in parts(tree, READING):
        edit = edited_content(part, "$old", notice=True)
        assert new_content(edit) == content(part, notice=True)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["m.thread", "m.replace", BOT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_words = st.text() | st.lists(
    st.sampled_from(
        [
            PILL,
            TO_ZOE,
            "Causerie",
            "Zoé",
            "!causerie",
            BOT,
            ":",
            ",",
            " ",
            "\n",
            "> ",
            "<@a:b>",
            "[",
            "](",
            "<b>",
            "\ud800",
        ]
    ),
    max_size=12,
).map("".join)
_related = st.dictionaries(
    st.sampled_from(["rel_type", "event_id", "m.in_reply_to"]), _json | st.just({"event_id": "$e"})
)
_contents = st.fixed_dictionaries(
    {},
    optional={
        "msgtype": st.sampled_from(["m.text", "m.emote", "m.image", "m.file"]) | _json,
        "body": _words | _json,
        "filename": _words | _json,
        "format": st.just("org.matrix.custom.html") | _json,
        "formatted_body": _words | _json,
        "m.mentions": st.fixed_dictionaries({"user_ids": st.just([BOT]) | _json}) | _json,
        "m.relates_to": _related | _json,
        "m.new_content": _json,
    },
)


@given(_contents | _json)
@settings(max_examples=200)
def test_no_content_is_too_strange_to_read(said: Any) -> None:  # noqa: ANN401
    message_text(said)
    said_to_bot(said)
    thread_of(said)
    target(said)
    new_content(said)
    mentioned(said)


@given(st.lists(st.sampled_from(["été", "mot", " ", "\n", ">", "*", "<"]), max_size=20).map("".join))
def test_no_word_of_a_plain_body_is_lost(words: str) -> None:
    assert seen(message_text(body(words))) == letters(words)
