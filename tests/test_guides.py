"""The guides say the same in both languages: commands that exist, and words that stand on the screen."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.core.arguments import Context, split
from bot.core.commands import HELP, Command, ParamKind, Tree, commands_of
from bot.core.grammar import Given, descend, parse, path_of
from bot.core.model import ChannelId, Language, MemberId
from bot.engine import governance
from bot.engine.registry import Registry
from tests.test_docs import CODE, ROOT, ours, words_of

BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
FILE = re.compile(r"[\w-]+\.\w+")
SPACES = re.compile(r"[\u00a0\u202f]")


@dataclass(frozen=True)
class Guide:
    """A guide in one language, and how long it may be, in lines."""

    name: str
    language: Language
    longest: int

    @property
    def path(self) -> Path:
        return ROOT / "docs" / "guides" / self.name

    @property
    def words(self) -> str:
        return words_of(self.path)

    @property
    def sections(self) -> list[str]:
        """What stands under each heading, without the words before the first."""
        return re.split(r"^## .+$", self.words, flags=re.MULTILINE)[1:]


PAIRS = (
    (Guide("coordinating.en.md", "en", 170), Guide("animer.fr.md", "fr", 170)),
    (Guide("taking-part.en.md", "en", 80), Guide("participer.fr.md", "fr", 80)),
)
GUIDES = [guide for pair in PAIRS for guide in pair]
by_name = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
by_pair = pytest.mark.parametrize(("english", "french"), PAIRS, ids=lambda guide: guide.name)


@cache
def tree() -> Tree:
    return Registry.of((governance.ritual, *ours("causerie.rituals"))).tree


def typed(text: str) -> list[str]:
    """Return what is shown as typed to the bot, without what stands before a command."""
    lines = [re.sub("^[/!]causerie", "", line).strip() for line in CODE.findall(text)]
    return [line for line in lines if line and not FILE.fullmatch(line) and not line.startswith("{")]


def command_of(line: str) -> str:
    """Return a command's id, the path of a group, or nothing for help."""
    node, _, _ = descend(tree(), split(line))
    return node.id if isinstance(node, Command) else " ".join(names.en for names in path_of(node))


@cache
def on_screen(language: Language) -> frozenset[str]:
    """Return the words of the page and of the catalogues in a language."""
    page = json.loads((ROOT / "adapters" / "local" / "page" / "words.json").read_text(encoding="utf-8"))
    found = set(page[language].values())
    for file in (*ROOT.glob("bot/locale/fr/**/*.po"), *ROOT.glob("rituals/*/locale/fr/**/*.po")):
        with file.open("rb") as source:
            found |= {str(m.id if language == "en" else m.string) for m in read_po(source) if m.id}
    return frozenset(SPACES.sub(" ", one) for one in found)


@by_name
def test_a_command_of_a_guide_is_understood_and_named_in_its_language(guide: Guide) -> None:
    here = Context(
        people=lambda _: MemberId("somebody"),
        now=datetime(2026, 11, 23, tzinfo=UTC),
        zone="UTC",
        language=guide.language,
        channels=lambda _: ChannelId("somewhere"),
    )
    for line in typed(guide.words):
        node, rest, asked = descend(tree(), split(line))
        named = [names.said(guide.language) for names in path_of(node)]
        named = [HELP.said(guide.language), *named] if asked else named
        assert line.split()[: len(line.split()) - len(rest)] == named, line
        # A command may be named without its parameters; those that are given must be understood.
        if not isinstance(node, Command) or not (rest or all(param.optional for param in node.params)):
            continue
        given = parse(tree(), line, here)
        assert isinstance(given, Given), line
        chosen = [param for param in node.params if param.kind is ParamKind.CHOICE and param.name.en in given.values]
        for param in chosen:
            names = next(choice for choice in param.choices if choice.en == given.values[param.name.en])
            assert names.said(guide.language) in line.split(), line


@by_pair
def test_both_languages_have_the_same_sections_with_the_same_commands(english: Guide, french: Guide) -> None:
    assert len(english.sections) == len(french.sections)
    for mine, theirs in zip(english.sections, french.sections, strict=True):
        assert {command_of(line) for line in typed(mine)} == {command_of(line) for line in typed(theirs)}


@by_pair
def test_both_languages_show_the_same_pictures_each_its_own(english: Guide, french: Guide) -> None:
    shown = [[target for _, target in PICTURE.findall(guide.words)] for guide in (english, french)]
    assert [target.replace("/en/", "/fr/") for target in shown[0]] == shown[1]
    assert all("/en/" in target for target in shown[0])


@by_name
def test_a_picture_is_told_to_those_who_do_not_see_it(guide: Guide) -> None:
    told = [alt for alt, _ in PICTURE.findall(guide.words)]
    assert told
    assert [alt for alt in told if len(alt) < 60 or not alt.endswith(".")] == []


@by_name
def test_what_is_bold_stands_on_the_screen(guide: Guide) -> None:
    assert {SPACES.sub(" ", word) for word in BOLD.findall(guide.words)} - on_screen(guide.language) == set()


@by_name
def test_a_guide_is_short(guide: Guide) -> None:
    assert len(guide.path.read_text(encoding="utf-8").splitlines()) <= guide.longest


@pytest.mark.parametrize("guide", PAIRS[0], ids=lambda guide: guide.name)
def test_the_last_table_of_the_coordinator_s_guide_has_every_command(guide: Guide) -> None:
    assert {command_of(line) for line in typed(guide.sections[-1])} >= {c.id for c in commands_of(tree())}
