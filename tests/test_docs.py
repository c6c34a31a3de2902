"""What the documentation names exists: commands, options, files, links, tables, and the example's listings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import causerie_jar
import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import app
from bot.core.arguments import Context, split
from bot.core.commands import Command
from bot.core.grammar import descend, parse
from bot.core.model import ChannelId, MemberId
from bot.engine import governance
from bot.engine.registry import Registry

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = ROOT / "tests" / "example_ritual"
TOP = ("bot/", "adapters/", "rituals/", "storage/", "tests/", "docs/", "benchmarks/", "scripts/", ".ci/")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")


def words_of(page: Path) -> str:
    """Return a page without its listings."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def typed(page: Path) -> Iterator[str]:
    """Yield what is shown as typed: each line of a shell listing, and each piece of inline code."""
    for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if language == "sh":
            yield from (line.partition("  #")[0].strip() for line in block.splitlines())
    yield from CODE.findall(words_of(page))


def ours(group: str) -> list[Any]:
    """Return what this project offers in a group of entry points, whatever else is installed here."""
    return [point.load() for point in entry_points(group=group) if point.value.startswith(("rituals.", "storage."))]


def everything(start: str) -> list[tuple[str, str]]:
    """Return what is typed and begins so, with its page."""
    found = {(page.name, line.removeprefix(".venv/bin/")) for page in PAGES for line in typed(page)}
    return sorted((page, line) for page, line in found if line.startswith(start) and "<" not in line)


@pytest.mark.parametrize(("page", "line"), everything("causerie "))
def test_a_command_of_the_operator_s_exists(page: str, line: str) -> None:
    command = get_command(app)
    options: set[str] = set()
    for word in re.findall(r'"[^"]*"|\S+', line)[1:]:
        options |= {o for parameter in command.params for o in (*parameter.opts, *parameter.secondary_opts)}
        if word.startswith("-"):
            assert word in options
        elif isinstance(command, TyperGroup):
            assert word in command.commands
            command = command.commands[word]


@pytest.mark.parametrize(("page", "line"), [*everything("/causerie "), *everything("!causerie ")])
def test_a_command_of_the_chat_s_is_understood(page: str, line: str) -> None:
    tree = Registry.of((governance.ritual, *ours("causerie.rituals"), causerie_jar.ritual)).tree
    here = Context(
        people=lambda _: MemberId("somebody"),
        now=datetime(2026, 11, 23, tzinfo=UTC),
        zone="UTC",
        language="fr" if page.endswith(".fr.md") else "en",
        prefix="/causerie",
        channels=lambda _: ChannelId("somewhere"),
    )
    words = line[1:].removeprefix("causerie ")
    known, rest, _ = descend(tree, split(words))
    # A command may be named without its parameters; those that are given must be understood.
    if rest or not isinstance(known, Command) or not known.params:
        parse(tree, words, here)


@pytest.mark.parametrize(("page", "line"), everything("make "))
def test_a_target_of_make_exists(page: str, line: str) -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert line.split()[1] in targets


def test_an_option_named_by_itself_belongs_to_a_command() -> None:
    commands = [get_command(app)]
    options = {"--json"}
    while commands:
        command = commands.pop()
        options |= {o for parameter in command.params for o in (*parameter.opts, *parameter.secondary_opts)}
        commands += command.commands.values() if isinstance(command, TyperGroup) else []
    named = {line.split()[0] for page in PAGES for line in typed(page) if line.startswith("--")}
    assert named - options == set()


def anchors(page: Path) -> set[str]:
    """Return where links into a page may lead."""
    headings = re.findall(r"^#+ (.+)$", words_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", words_of(page)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = page.parent / file if file else page
        assert there.is_file(), target
        assert not anchor or anchor in anchors(there), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = [line for line in typed(page) if line.startswith(TOP) and " " not in line and "<" not in line]
    assert [line for line in named if not (ROOT / line).exists()] == []
    modules = [line for line in typed(page) if re.fullmatch(r"[a-z_]+\.py", line)]
    known = {
        path.name for top in ("bot", "adapters", "rituals", "storage", "tests") for path in (ROOT / top).rglob("*.py")
    }
    assert set(modules) - known == set()


def test_the_listings_of_the_example_are_its_files() -> None:
    text = (ROOT / "docs" / "adding-a-ritual.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    wanted = {
        str(path.relative_to(EXAMPLE)): path.read_text(encoding="utf-8")
        for path in (*EXAMPLE.rglob("*.py"), EXAMPLE / "pyproject.toml")
        if "migrations" not in path.parts or path.name != "__init__.py"
    }
    assert listed == wanted


def test_pictures_are_light() -> None:
    pictures = list((ROOT / "docs" / "pictures").rglob("*.png"))
    assert [p.name for p in pictures if p.stat().st_size > 300_000] == []
    assert pictures
