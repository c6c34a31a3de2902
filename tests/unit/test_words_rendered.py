"""Every sentence, said in each voice: whole, well set, and naming commands as they are typed in its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.commands import HELP, Command, Group, Tree, commands_of, spoken
from bot.core.i18n import Catalogues, Voice, voice
from bot.core.model import Language
from bot.core.text import Code, Inline, Plain, Translated, paragraph
from bot.engine import governance
from bot.engine.personal import commands as personal_commands
from rituals.weekly_question import commands as question_commands
from tests.unit.test_catalogues import PLACEHOLDER, Sentence, said

ROOT = Path(__file__).parents[2]
FOLDERS = {"causerie": ROOT / "bot/locale", "weekly_question": ROOT / "rituals/weekly_question/locale"}
TREE = Tree.of(governance.TREE, question_commands.TREE, personal_commands.TREE)
VOICES = [
    voice("en"),
    voice("fr", zone="Europe/Paris"),
    voice("fr", zone="America/Toronto"),
    voice("fr", "tu", "Europe/Paris"),
    voice("fr", "tu", "America/Toronto"),
]
SAMPLES: dict[str, str] = {"prefix": "/causerie", "count": "3", "weeks": "2", "hour": "9", "minute": "30"}
COMMAND = re.compile(r"`\{prefix\} ([^`]+)`")


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    return Catalogues(FOLDERS, strict=True)


@pytest.fixture(params=VOICES, ids=lambda v: f"{v.locale}-{v.address}")
def reader(request: pytest.FixtureRequest) -> Voice:
    spoken_to: Voice = request.param
    return spoken_to


def sample(domain: str, sentence: Sentence, count: int) -> Translated:
    """Return the sentence with something in each of its places."""
    names = {name for form in sentence for name in PLACEHOLDER.findall(form)}
    params: dict[str, Inline] = {name: Plain(SAMPLES.get(name, "Inès")) for name in names - {"count"}}
    if len(sentence) > 1:
        return Translated(domain, sentence[0], params, plural=sentence[1], count=count)
    return Translated(domain, sentence[0], params | ({"count": Plain("3")} if "count" in names else {}))


def every_sentence() -> Iterator[tuple[str, Sentence, int]]:
    for domain, sentences in said().items():
        for sentence in sentences:
            yield from ((domain, sentence, count) for count in ((0, 1, 2) if len(sentence) > 1 else (1,)))


def nodes_of(catalogues: Catalogues, node: Translated, reader: Voice) -> tuple[Inline, ...]:
    return catalogues.inlines((node,), reader)


def test_every_sentence_is_whole_in_every_voice(catalogues: Catalogues, reader: Voice) -> None:
    for domain, sentence, count in every_sentence():
        node = sample(domain, sentence, count)
        words = catalogues.sentence(node, reader)
        assert words.strip(), sentence
        assert not re.search(r"[{}\ue000\ue001`]", words), words
        assert catalogues.resolve(paragraph(node), reader).blocks


def test_french_is_set_as_its_readers_expect(catalogues: Catalogues, reader: Voice) -> None:
    if reader.language == "en":
        return
    space = "\u202f" if reader.locale == "fr_FR" else ""
    for domain, sentence, count in every_sentence():
        for node in nodes_of(catalogues, sample(domain, sentence, count), reader):
            if not isinstance(node, Plain):
                continue
            assert not re.search(r" [:;!?»]|« |[a-zà-ÿ]'", node.text), node.text
            assert all(before == space for before in re.findall(r"([^\w)»…]?)[;!?](?=\s|$)", node.text)), node.text


def test_nobody_is_cheered_on(catalogues: Catalogues, reader: Voice) -> None:
    for domain, sentence, count in every_sentence():
        assert "!" not in catalogues.sentence(sample(domain, sentence, count), reader)


def test_a_count_takes_the_form_that_french_gives_it(catalogues: Catalogues) -> None:
    french = voice("fr", zone="Europe/Paris")
    form = ("{count} person has answered", "{count} people have answered")
    told = [catalogues.sentence(sample("weekly_question", form, n), french) for n in (0, 1, 2)]
    assert told == ["0 personne a répondu", "1 personne a répondu", "2 personnes ont répondu"]


def test_the_familiar_voice_is_another_one(catalogues: Catalogues) -> None:
    sentence = "You no longer coordinate {name}. Thank you for your time."
    node = sample("causerie", (sentence,), 1)
    formal, familiar = (catalogues.sentence(node, voice("fr", address)) for address in ("vous", "tu"))
    assert formal.startswith("Vous ne")
    assert familiar.startswith("Tu ne")


def typed(language: Language) -> set[str]:
    """Return every line that leads to a command or a group, as it is typed in a language."""
    lines: set[str] = {HELP.said(language)}

    def visit(node: Command | Group) -> None:
        lines.add(spoken(node, language))
        for child in node.children if isinstance(node, Group) else ():
            visit(child)

    for child in TREE.children:
        visit(child)
    return lines


def test_commands_in_a_sentence_are_those_of_its_language(catalogues: Catalogues, reader: Voice) -> None:
    known = typed(reader.language)
    taking = tuple(f"{spoken(command, reader.language)} " for command in commands_of(TREE) if command.params)
    seen = 0
    for domain, sentence, count in every_sentence():
        if not any(COMMAND.search(form) for form in sentence):
            continue
        for node in nodes_of(catalogues, sample(domain, sentence, count), reader):
            if isinstance(node, Code) and node.text.startswith("/causerie "):
                line = node.text.removeprefix("/causerie ").split(" @")[0]
                assert line in known or line.startswith(taking), f"{line!r} in {sentence[0]!r}"
                seen += 1
    assert seen


def test_help_and_examples_of_every_command_are_said(catalogues: Catalogues, reader: Voice) -> None:
    for command in commands_of(TREE):
        for told in (command.help, *(param.help for param in command.params)):
            words = catalogues.sentence(told, reader)
            assert words, command.id
            assert (words == told.msgid) == (reader.language == "en"), command.id
