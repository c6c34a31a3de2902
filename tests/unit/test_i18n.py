from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from bot.core.i18n import Catalogues, MissingPlaceholderError, Voice, both, in_addresses, placeholders, voice, words
from bot.core.model import MemberId
from bot.core.text import (
    Button,
    Buttons,
    Code,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Mention,
    Named,
    Paragraph,
    Plain,
    Strong,
    Text,
    When,
    Worded,
    buttons,
    inlines_of,
    paragraph,
    quote,
    text_codec,
)

t, tn = words("test")
ANA = Mention(MemberId("m1"))
EN, FR, TU, QC = voice("en"), voice("fr"), voice("fr", "tu"), voice("fr", zone="America/Toronto")

FRENCH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Ask"
msgstr "Demandez"

msgid "Who?"
msgstr "Qui ?"

msgid "Hello {who}! Type `/c {word}`, **now**."
msgstr "Tapez **`/c {word}` tout de suite**, {who} !"

msgid "{count} answer from {who}"
msgid_plural "{count} answers from {who}"
msgstr[0] "{count} réponse de {who}"
msgstr[1] "{count} réponses de {who}"

msgid "one day"
msgid_plural "{count} days"
msgstr[0] "un jour"
msgstr[1] ""

msgid "[Guide](https://x.org/a?b) : *soon*"
msgstr "[Le guide ?](https://x.org/a?b) : *bientôt*"

msgid "empty"
msgstr ""

#, fuzzy
msgid "unsure"
msgstr "incertain"

msgid "two\\nlines"
msgstr "deux\\nlignes"
"""
FAMILIAR = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Ask"
msgstr "Demande"
"""


def write(folder: Path, name: str, content: str) -> None:
    file = folder / name / "LC_MESSAGES" / "test.po"
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    write(tmp_path, "fr", FRENCH)
    write(tmp_path, "fr_tu", FAMILIAR)
    return Catalogues({"test": tmp_path})


@pytest.mark.parametrize(
    ("zone", "locale"),
    [
        ("UTC", "fr_FR"),
        ("Europe/Paris", "fr_FR"),
        ("America/New_York", "fr_FR"),
        ("America/Toronto", "fr_CA"),
        ("America/Montreal", "fr_CA"),
        ("Canada/Eastern", "fr_CA"),
        ("America/Moncton", "fr_CA"),
        ("no such zone", "fr_FR"),
    ],
)
def test_french_is_that_of_canada_in_canada(zone: str, locale: str) -> None:
    assert voice("fr", "tu", zone) == Voice("fr", "tu", locale)
    assert voice("en", zone=zone).locale == "en"


def test_sentences_are_said_in_the_voice_asked_for(catalogues: Catalogues) -> None:
    assert [catalogues.sentence(t("Ask"), v) for v in (EN, FR, TU, QC)] == ["Ask", "Demandez", "Demande", "Demandez"]
    assert [catalogues.sentence(t("Who?"), v) for v in (EN, FR, TU, QC)] == ["Who?", "Qui\u202f?", "Qui\u202f?", "Qui?"]


@pytest.mark.parametrize("msgid", ["empty", "unsure", "unheard of"])
def test_what_is_not_translated_is_said_in_english(catalogues: Catalogues, msgid: str) -> None:
    assert catalogues.sentence(t(msgid), TU) == msgid
    assert catalogues.sentence(words("elsewhere")[0](msgid), FR) == msgid
    assert catalogues.sentence(tn("one day", "{count} days", 2), FR) == "2 days"


def test_placeholders_are_nodes_that_neither_markdown_nor_typography_touches(catalogues: Catalogues) -> None:
    sentence = t("Hello {who}! Type `/c {word}`, **now**.", who=ANA, word="l'ami *?*")
    assert catalogues.inlines((sentence,), FR) == (
        Plain("Tapez "),
        Strong((Code("/c l'ami *?*"), Plain(" tout de suite"))),
        Plain(", "),
        ANA,
        Plain("\u202f!"),
    )
    other = t("Hello {who}! Type `/c {word}`, **now**.", who="l'ami ?", word=7)
    assert catalogues.inlines((other,), FR)[2:] == (Plain(", l'ami ?\u202f!"),)


def test_markdown_of_a_sentence_keeps_links_and_lines(catalogues: Catalogues) -> None:
    assert catalogues.inlines((t("[Guide](https://x.org/a?b) : *soon*"), t("two\nlines")), FR) == (
        Link((Plain("Le guide\u202f?"),), "https://x.org/a?b"),
        Plain("\u00a0: "),
        Emphasis((Plain("bientôt"),)),
        Plain("deux"),
        LineBreak(),
        Plain("lignes"),
    )


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 answers from Ana", "0 réponse de Ana"),
        (1, "1 answer from Ana", "1 réponse de Ana"),
        (1234, "1,234 answers from Ana", "1\u202f234 réponses de Ana"),
    ],
)
def test_a_count_chooses_the_form_and_is_written_as_people_write_it(
    catalogues: Catalogues, count: int, english: str, french: str
) -> None:
    said = tn("{count} answer from {who}", "{count} answers from {who}", count, who="Ana")
    assert catalogues.sentence(said, EN) == english
    assert catalogues.sentence(said, FR) == french


def test_a_whole_message_is_resolved_and_can_be_stored(catalogues: Catalogues) -> None:
    at = When(datetime(2026, 11, 30, 9, tzinfo=UTC))
    nested = t("Hello {who}! Type `/c {word}`, **now**.", who=Strong((t("Ask"),)), word=t("Who?"))
    body = quote(paragraph(Strong((nested,)), at)) + buttons(
        Button("a", t("Ask"), "1"), Button("b", t("{x}", x=nested))
    )
    assert text_codec.validate_json(text_codec.dump_json(body)) == body
    said = catalogues.resolve(body, FR)
    inner: tuple[Inline, ...] = (
        Plain("Tapez "),
        Strong((Code("/c Qui\u202f?"), Plain(" tout de suite"))),
        Plain(", "),
        Strong((Plain("Demandez"),)),
        Plain("\u202f!"),
    )
    row = Buttons(
        (Button("a", Plain("Demandez"), "1"), Button("b", Plain("Tapez /c Qui\u202f? tout de suite, Demandez\u202f!")))
    )
    assert said == quote(paragraph(Strong(inner), at)) + Text((row,))
    assert catalogues.resolve(said, EN) == said
    assert "translated" not in {node.kind for node in inlines_of(said)}


def test_a_label_is_one_node(catalogues: Catalogues) -> None:
    assert catalogues.phrase(t("Ask"), FR) == Plain("Demandez")
    assert catalogues.phrase(ANA, FR) == ANA
    assert catalogues.phrase(t("*a* b"), EN) == Plain("a b")
    assert catalogues.sentence(Strong((t("Ask"), Named(MemberId("m1")))), FR) == "Demandez"


def test_every_way_to_say_a_label_is_known(catalogues: Catalogues) -> None:
    assert catalogues.wordings(t("Ask")) == ("Ask", "Demandez", "Demande")
    assert catalogues.wordings(Plain("Ask")) == ("Ask",)


def test_a_sentence_is_shown_as_it_came_with_its_placeholders(catalogues: Catalogues) -> None:
    sentence = t("Hello {name}", name="Ana")
    assert catalogues.original(sentence, EN) == "Hello {name}"
    assert placeholders("{b} and {a}, {b}") == ("b", "a")


def test_two_languages_are_one_message_and_what_is_the_same_is_said_once() -> None:
    row = buttons(Button("b", Plain("Undo")))
    one, other = paragraph("Hello") + paragraph("Ana") + row, paragraph("Bonjour") + paragraph("Ana") + row

    told = paragraph("Hello") + paragraph("Ana") + paragraph("–––") + paragraph("Bonjour") + row
    assert both(one, other) == told
    assert both(one, one) == one


def test_a_missing_placeholder_is_an_error_in_tests_and_its_name_at_run_time(catalogues: Catalogues) -> None:
    assert catalogues.sentence(t("{a} and `{b}` {c}", c=3), FR) == "{a} and {b} 3"
    with pytest.raises(MissingPlaceholderError, match=r"a, b in '\{a\} and `\{b\}` \{c\}' \(test\)"):
        Catalogues({}, strict=True).sentence(t("{a} and `{b}` {c}", c=3), FR)
    assert Catalogues({}, strict=True).sentence(t("{c}", c=3), FR) == "3"


def test_a_domain_without_its_files_speaks_english(tmp_path: Path) -> None:
    assert Catalogues({"test": tmp_path}).sentence(t("Ask"), TU) == "Ask"


def test_a_broken_catalogue_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "fr", 'msgid "a"\nmsgstr "b\n\nnonsense')
    with pytest.raises(PoFileError):
        Catalogues({"test": tmp_path}).sentence(t("a"), FR)


def test_what_people_wrote_in_french_has_the_spaces_of_its_reader(tmp_path: Path) -> None:
    catalogues = Catalogues({"test": tmp_path})
    written = Worded((Plain("Who?"),), (Strong((Plain("Qui ?"),)), Code("a ?")))

    assert catalogues.sentence(written, FR) == "Qui\u202f?a ?"
    assert catalogues.sentence(written, QC) == "Qui?a ?"
    assert catalogues.sentence(written, EN) == "Who?"
    assert catalogues.sentence(Worded(fr=(Plain("Qui ?"),)), EN) == "Qui\u202f?"


@pytest.mark.parametrize(
    ("sentence", "lost"),
    [
        ("{who} **coordinates *{who}*** `{prefix} x` [as {who}](https://x.example/a)", ()),
        ("[new](https://x.example/{who}) coordinates", ("who",)),
        ("[{who}](https://{who}.example) coordinates", ("who",)),
        ("<https://x.example/?q={who}> by {name}", ("who",)),
        ("<https://{who}.example>", ("who",)),
        ("![picture](https://x.example/{who}/{name})", ("who", "name")),
        ("[new](javascript:{who})", ()),
        ("[new](ftp://a.example/{who})", ("who",)),
        ('[new](https://x.example "{who}")', ()),
    ],
)
def test_placeholders_in_a_links_address_are_known(sentence: str, lost: tuple[str, ...]) -> None:
    assert in_addresses(sentence) == lost


def test_a_channel_is_a_room_where_people_say_so_but_in_commands() -> None:
    catalogues = Catalogues({})
    said = t("Channel or room: this channel, two channels. `#channel`")
    in_rooms = catalogues.sentence(said, replace(voice("en"), place="room"))
    assert in_rooms == "Room or room: this room, two rooms. #channel"
    assert catalogues.sentence(said, voice("en")) == "Channel or room: this channel, two channels. #channel"


def test_un_canal_est_un_salon_sur_matrix() -> None:
    folder = Path(__file__).parents[2] / "bot" / "locale"
    said = words("causerie")[0](
        "A community has a channel as its home. Type `{prefix} setup` in that channel.", prefix="!c"
    )
    told = Catalogues({"causerie": folder}).sentence(said, replace(voice("fr"), place="room"))
    assert "salon" in told
    assert "canal" not in told


def test_a_placeholder_named_like_a_channel_is_filled_where_channels_are_rooms() -> None:
    said = t("The channel {channel}.", channel="#practice")
    assert Catalogues({}).sentence(said, replace(voice("en"), place="room")) == "The room #practice."


def test_a_community_s_own_words_and_members_words_stay_as_they_are() -> None:
    said = t("In this channel: {words}", words="a channel")
    spoken = replace(voice("en"), place="room")
    assert Catalogues({}).sentence(said, spoken) == "In this room: a channel"
    own = {(said.domain, said.msgid): "Our channel: {words}"}
    (line,) = Catalogues({}).resolve(paragraph(said), spoken, own).blocks
    assert line == Paragraph((Plain("Our channel: a channel"),))
