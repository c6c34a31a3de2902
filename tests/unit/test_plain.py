from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from bot.core.i18n import voice
from bot.core.markdown import parse
from bot.core.model import ChannelId, Label, MemberId, MessageId
from bot.core.plain import Reader, plain, plain_line, when, written
from bot.core.text import (
    Button,
    ChannelLink,
    File,
    Inline,
    Mention,
    MessageLink,
    Named,
    Plain,
    Text,
    When,
    buttons,
    paragraph,
)

READER = Reader(
    voice=voice("en"),
    zone="Europe/Paris",
    name=lambda member: {"m1": "Ana"}[member],
    channel=lambda channel: {"c1": "practice"}[channel],
    link=lambda link: f"https://x.org/{link.label}" if link.label else None,
)
ANA = MemberId("m1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (Text(), ""),
        (parse("one **two** *three* `four`\nfive\n\nsix"), "one two three four\nfive\n\nsix"),
        (parse("> one\n> two\n>\n> - three"), "> one\n> two\n>\n> - three"),
        (parse("- one\n\n  > two\n- three\n  - four"), "- one\n  > two\n- three\n  - four"),
        (parse("1. one\n   more\n2. two"), "1. one\n   more\n2. two"),
        (parse("-"), "-"),
        (parse("```\na  b\n```"), "a  b"),
        (parse("[one](http://x.org) <http://x.org> <a@b.org>"), "one (http://x.org) http://x.org a@b.org"),
        (parse("<mailto:a@b.org>"), "mailto:a@b.org"),
        (
            paragraph(Mention(ANA), " and ", Named(ANA), " in ", ChannelLink(ChannelId("c1"))),
            "@Ana and Ana in #practice",
        ),
        (paragraph(MessageLink((Plain("there"),), label=Label("a"))), "there (https://x.org/a)"),
        (paragraph(MessageLink((Plain("there"),), message=MessageId("b"))), "there"),
        (buttons(Button("a", Plain("Gladly")), Button("b", Plain("Not this time"))), "[Gladly] [Not this time]"),
        (
            paragraph("Here it is.") + Text((File("answers.md", "text/markdown", "# One"),)),
            "Here it is.\n\n[answers.md]",
        ),
        (paragraph("On ", When(datetime(2026, 11, 30, 8, tzinfo=UTC))), "On Monday 30 November, 09:00"),
    ],
)
def test_a_message_reads_well_without_formatting(text: Text, expected: str) -> None:
    assert plain(text, READER) == expected


@pytest.mark.parametrize(
    ("at", "style", "english", "french"),
    [
        (datetime(2026, 11, 30, 8, tzinfo=UTC), "date", "Monday 30 November", "lundi 30 novembre"),
        (datetime(2026, 11, 30, 8, tzinfo=UTC), "time", "09:00", "9\u00a0h"),
        (datetime(2026, 11, 30, 13, 30, tzinfo=UTC), "time", "14:30", "14\u00a0h\u00a030"),
        (datetime(2026, 11, 30, 8, 5, tzinfo=UTC), "time", "09:05", "9\u00a0h\u00a005"),
        (datetime(2026, 11, 30, 8, tzinfo=UTC), "moment", "Monday 30 November, 09:00", "lundi 30 novembre à 9\u00a0h"),
        (datetime(2026, 11, 30, 23, tzinfo=UTC), "date", "Tuesday 1 December", "mardi 1er décembre"),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), "date", "Friday 1 January 2027", "vendredi 1er janvier 2027"),
    ],
)
def test_dates_are_said_as_people_say_them(
    at: datetime, style: Literal["date", "time", "moment"], english: str, french: str
) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert when(When(at, style), "en", "Europe/Paris", now) == english
    assert when(When(at, style), "fr_FR", "Europe/Paris", now) == french
    assert when(When(at, style), "fr_CA", "Europe/Paris", now) == french


def test_the_year_is_said_only_to_who_knows_what_year_it_is() -> None:
    at: Inline = When(datetime(2027, 1, 1, 12, tzinfo=UTC), "date")
    assert plain_line((at,), READER) == "Friday 1 January"
    assert plain_line((at,), replace(READER, now=datetime(2026, 12, 31, 22, tzinfo=UTC))) == "Friday 1 January 2027"
    assert plain_line((at,), replace(READER, now=datetime(2026, 12, 31, 23, tzinfo=UTC))) == "Friday 1 January"


def test_a_message_is_written_back_as_it_can_be_typed() -> None:
    said = paragraph("coordinator add ", Mention(ANA), " ", Named(ANA), " ", ChannelLink(ChannelId("c1")))
    assert written(said) == "coordinator add @m1 @m1 #c1"
    assert written(paragraph(MessageLink((Plain("2"),), label=Label("a")))) == "2"
