"""Every sentence of the code is in its French catalogue, whole and well set."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "rituals", "adapters", "storage")
KEYWORDS = {"t": None, "tn": (1, 2)}

PLACEHOLDER = re.compile(r"\{(\w+)\}")
CODE = re.compile(r"`[^`]*`|https?://\S+")
FORMAL = re.compile(r"\b(?:vous|votre|vos|vôtres?)\b", re.IGNORECASE)
FAMILIAR = re.compile(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt’", re.IGNORECASE)

Sentence = tuple[str, ...]
"""A msgid, or a msgid and its plural."""


def domains_of(source: str) -> set[str]:
    """Return the domains that a module asks ``words`` for."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "words" and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


@cache
def said() -> dict[str, dict[Sentence, str]]:
    """Return each domain's sentences, with where they are said."""
    found: dict[str, dict[Sentence, str]] = {}
    for file in sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        domains = domains_of(file.read_text(encoding="utf-8"))
        assert len(domains) <= 1, f"{file.relative_to(ROOT)} speaks in several domains: {sorted(domains)}"
        for domain in domains:
            with file.open("rb") as source:
                for line, words, _, _ in extract("python", source, keywords=KEYWORDS):
                    sentence = words if isinstance(words, tuple) else (words,)
                    found.setdefault(domain, {}).setdefault(sentence, f"{file.relative_to(ROOT)}:{line}")
    return found


def files(name: str) -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).glob(f"**/locale/{name}/LC_MESSAGES/*.po"))


@cache
def catalogue(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, abort_invalid=True)


def entries(file: Path) -> Iterator[Message]:
    yield from (message for message in catalogue(file) if message.id)


def forms(words: str | Iterable[str] | None) -> Sentence:
    return (words or "",) if isinstance(words, str) or words is None else tuple(words)


def outside_code(words: str) -> str:
    return CODE.sub("", words)


def report(problems: Iterable[str]) -> None:
    if listed := list(problems):
        pytest.fail("\n".join(listed), pytrace=False)


@pytest.fixture(params=files("fr"), ids=lambda file: file.stem)
def french(request: pytest.FixtureRequest) -> Path:
    file: Path = request.param
    return file


@pytest.fixture(params=[*files("fr"), *files("fr_tu")], ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def either(request: pytest.FixtureRequest) -> Path:
    file: Path = request.param
    return file


def test_every_domain_has_one_french_catalogue() -> None:
    assert sorted(said()) == sorted(file.stem for file in files("fr"))


def test_every_sentence_said_is_translated(french: Path) -> None:
    translated = {forms(entry.id) for entry in entries(french) if all(forms(entry.string))}
    sentences = said().get(french.stem, {})
    report(
        f"{place}: {sentence[0]!r} has no French" for sentence, place in sentences.items() if sentence not in translated
    )


def test_nothing_is_translated_that_nobody_says(either: Path) -> None:
    sentences = said().get(either.stem, {})
    report(
        [
            *(f"{entry.id!r} is said nowhere" for entry in entries(either) if forms(entry.id) not in sentences),
            *(f"{words!r} is obsolete" for words in catalogue(either).obsolete),
        ]
    )


def test_no_translation_is_unsure_or_empty(either: Path) -> None:
    report(
        [
            *(f"{entry.id!r} is fuzzy" for entry in entries(either) if entry.fuzzy),
            *(f"{entry.id!r} lacks a form" for entry in entries(either) if not all(forms(entry.string))),
        ]
    )


def test_placeholders_are_those_of_the_english(either: Path) -> None:
    problems = []
    for entry in entries(either):
        expected = {name for form in forms(entry.id) for name in PLACEHOLDER.findall(form)}
        # A singular may do without the count where the English does.
        single = set(PLACEHOLDER.findall(forms(entry.id)[0]))
        for place, form in enumerate(forms(entry.string)):
            given = set(PLACEHOLDER.findall(form))
            if given != expected and (place or given != single):
                problems.append(f"{entry.id!r}: {sorted(given)} in {form!r} rather than {sorted(expected)}")
    report(problems)


def test_french_is_well_set(either: Path) -> None:
    wrong = {"'": "’", "...": "…", '"': "« »", "“": "« »", "”": "« »"}
    report(
        f"{form!r}: {right} rather than {mark}"
        for entry in entries(either)
        for form in forms(entry.string)
        for mark, right in wrong.items()
        if mark in outside_code(form)
    )


def test_people_are_addressed_in_one_way(either: Path) -> None:
    other = FAMILIAR if either.parts[-3] == "fr" else FORMAL
    report(
        f"{form!r}: « {found[0]} »"
        for entry in entries(either)
        for form in forms(entry.string)
        if (found := other.search(outside_code(form)))
    )


def test_the_familiar_catalogue_holds_only_what_differs() -> None:
    for file in files("fr_tu"):
        plain = {
            forms(entry.id): forms(entry.string)
            for entry in entries(file.parents[2] / "fr" / "LC_MESSAGES" / file.name)
        }
        report(
            f"{entry.id!r} is the same" for entry in entries(file) if plain.get(forms(entry.id)) == forms(entry.string)
        )
