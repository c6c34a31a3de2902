"""Each import contract of pyproject.toml catches the violations planted in a copy of the code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]


class Planted(NamedTuple):
    importer: str
    imported: str
    code: str = "import {imported}"


PLANTED = {
    "one-way": [
        Planted("bot.core.planted", "bot.engine"),
        Planted("bot.engine.planted", "rituals"),
        Planted("rituals.planted", "storage"),
        Planted("rituals.planted_too", "adapters"),
        Planted("storage.planted", "adapters"),
        Planted("adapters.planted", "bot.app"),
        Planted("storage.planted_too", "bot.cli"),
    ],
    "adapters-without-rituals": [Planted("adapters.local.planted", "rituals")],
    "rituals-apart": [Planted("rituals.planted", "rituals.weekly_question")],
    "adapters-apart": [Planted("adapters.planted", "adapters.local")],
    "no-platform-no-database": [
        Planted("bot.core.planted", "sqlalchemy"),
        Planted("bot.core.planted_too", "aiohttp", "from aiohttp import web"),
        Planted("bot.engine.planted", "alembic", "def later() -> None:\n    import alembic"),
        Planted("bot.engine.planted_too", "aiosqlite"),
        Planted("rituals.planted", "slack_bolt", "from slack_bolt.async_app import AsyncApp"),
        Planted("rituals.planted_too", "nio"),
    ],
    "core-without-await": [Planted("bot.core.planted", "asyncio", "from asyncio import Lock")],
    "configuration-at-the-top": [
        Planted("bot.engine.planted", "bot.config", "from bot.config import Config"),
        Planted("adapters.local.planted", "bot.config", "from bot import config"),
    ],
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    pyproject = ROOT / "pyproject.toml"
    shutil.copy(pyproject, tmp_path)
    for package in tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["root_packages"]:
        for module in (ROOT / package).rglob("*.py"):
            target = tmp_path / module.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(module, target)
    return tmp_path


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter in ``folder``, whose packages then come before the installed ones."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_code_keeps_every_contract(copy: Path) -> None:
    done = lint(copy)

    assert done.returncode == 0, done.stdout


def test_every_contract_has_its_planted_violations() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]

    assert {contract["id"] for contract in settings["contracts"]} == set(PLANTED)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_caught(copy: Path, contract: str) -> None:
    for planted in PLANTED[contract]:
        module = copy / f"{planted.importer.replace('.', '/')}.py"
        module.write_text(planted.code.format(imported=planted.imported), encoding="utf-8")

    done = lint(copy, "--contract", contract)

    assert done.returncode == 1
    assert "Contracts: 0 kept, 1 broken." in done.stdout
    for planted in PLANTED[contract]:
        assert f"{planted.importer} -> {planted.imported} " in done.stdout
