"""What must hold of the files kept in the repository and of the pinned dependencies."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

# Spelled so that they do not find themselves.
MACHINE = re.compile(r"(?<![\w.~$}-])/(work|root|home/\w+|Users/\w+|opt/py\w*)/")
REGISTRY = re.compile(r"py[p]i\.org|python[h]osted|npm[j]s|arti[f]actory|index[-]url|find[-]links")


def kept() -> dict[str, str]:
    """Return the text of each file that git keeps, by its path."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return {str(path.relative_to(ROOT)): path.read_bytes().decode(errors="ignore") for path in paths if path.is_file()}


def test_no_machine_s_path_and_no_registry_is_kept() -> None:
    found = {
        path: [match.group() for match in (*MACHINE.finditer(text), *REGISTRY.finditer(text))]
        for path, text in kept().items()
    }

    assert {path: matches for path, matches in found.items() if matches} == {}


def test_constraints_are_names_and_versions_only() -> None:
    assert [line for line in CONSTRAINTS if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_every_dependency_is_pinned() -> None:
    pinned = {canonicalize_name(line.partition("==")[0]) for line in CONSTRAINTS}

    assert needed() == pinned


def needed() -> set[str]:
    """Return the project's dependencies with all extras, and theirs, by their normal names."""
    asked = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
    waiting = [Requirement(line) for line in asked]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name == PROJECT["name"]:
            continue
        for extra in {"", *requirement.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                further = [Requirement(line) for line in distribution(name).requires or ()]
                waiting += [r for r in further if r.marker is None or r.marker.evaluate({"extra": extra})]
    return {name for name, _ in seen}


def test_each_dependency_says_why_it_is_here() -> None:
    lines = [line.strip() for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()]
    asked = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]

    assert [line for line in asked if not lines[lines.index(f'"{line}",') - 1].startswith("# ")] == []
