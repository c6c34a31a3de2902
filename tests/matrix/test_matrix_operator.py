"""What an operator types for Matrix: the login, the fingerprint, the check and the backup, as processes."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.matrix import account as kept
from adapters.matrix.account import Account
from tests.matrix.logins import registered
from tests.matrix.synapse import Registered, Synapse
from tests.test_cli import causerie, refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def bot(synapse: Synapse) -> Registered:
    return registered(synapse)


def configured(synapse: Synapse, bot: Registered) -> dict[str, str]:
    return {
        "CAUSERIE__MATRIX__USER": bot.user_id,
        "CAUSERIE__MATRIX__HOMESERVER": synapse.url,
        "CAUSERIE_MATRIX_PASSWORD": bot.password,
    }


def typed(folder: Path, settings: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return causerie(folder, *words, file_size=None, **settings)


def logged_in(folder: Path, settings: Mapping[str, str], *words: str) -> Account:
    done = typed(folder, settings, "matrix", "login", *words)
    assert done.returncode == 0, done.stderr
    account = kept.read(kept.home(folder))
    assert account is not None
    return account


def test_who_logs_in_is_told_what_to_do_next(synapse: Synapse, bot: Registered, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{bot.password}\n", encoding="utf-8")
    options = ("--user", bot.user_id, "--homeserver", synapse.url, "--password-file", str(tmp_path / "password"))

    done = typed(folder, {}, "matrix", "login", *options)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    account = kept.read(kept.home(folder))
    assert account is not None
    assert f'[matrix]\nuser = "{bot.user_id}"' in done.stdout
    assert account.fingerprint in done.stdout
    assert f"invite {bot.user_id} to a room" in done.stdout
    for secret in (account.token, account.master, bot.password):
        assert secret not in done.stdout
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept.home(folder).iterdir()} == {0o600}


def test_an_account_that_is_configured_is_not_told_again(synapse: Synapse, bot: Registered, folder: Path) -> None:
    done = typed(folder, configured(synapse, bot), "matrix", "login")

    assert done.returncode == 0, done.stderr
    assert "[matrix]" not in done.stdout


def test_a_second_login_says_how_it_is_meant(synapse: Synapse, bot: Registered, folder: Path) -> None:
    settings = configured(synapse, bot)
    first = logged_in(folder, settings)

    refused(typed(folder, settings, "matrix", "login"), 1, "logged in to Matrix already", "--again", first.device)
    # Neither user nor server need be said again.
    second = logged_in(folder, {"CAUSERIE_MATRIX_PASSWORD": bot.password}, "--again", "--homeserver", synapse.url)

    assert second.user == first.user
    assert second.device != first.device


def test_a_token_instead_of_a_password(synapse: Synapse, bot: Registered, folder: Path) -> None:
    settings = configured(synapse, bot) | {"CAUSERIE_MATRIX_PASSWORD": "", "CAUSERIE_MATRIX_TOKEN": bot.token}

    assert logged_in(folder, settings, "--token").device == bot.device_id


def test_what_is_typed_wrong_is_one_sentence(synapse: Synapse, bot: Registered, folder: Path, tmp_path: Path) -> None:
    settings = configured(synapse, bot)
    wrong = settings | {"CAUSERIE_MATRIX_PASSWORD": "hush"}
    (tmp_path / "empty").touch()

    def login(more: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
        done = typed(folder, more, "matrix", "login", *words)
        assert "hush" not in done.stdout + done.stderr
        assert kept.read(kept.home(folder)) is None
        return done

    refused(login(wrong), 1, "does not take this user and password", bot.user_id)
    refused(login(settings, "--user", "causerie"), 1, "no Matrix user id", "@causerie:example.org")
    refused(login(settings, "--homeserver", "http://127.0.0.1:9"), 1, "cannot be reached", "nothing answers there")
    refused(login(settings, "--homeserver", "nowhere.invalid"), 1, "No Matrix server is found", "nowhere.invalid")
    for file in ("empty", "missing"):
        refused(login(settings, "--password-file", str(tmp_path / file)), 1, "cannot be read, or is empty", file)
    assert kept.read(kept.home(folder)) is None


def test_without_a_terminal_nothing_is_waited_for(synapse: Synapse, bot: Registered, folder: Path) -> None:
    for settings in ({}, {"CAUSERIE__MATRIX__USER": bot.user_id, "CAUSERIE__MATRIX__HOMESERVER": synapse.url}):
        done = typed(folder, settings, "matrix", "login")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr


def test_the_account_is_shown_to_whoever_verifies_it(synapse: Synapse, bot: Registered, folder: Path) -> None:
    refused(typed(folder, {}, "matrix", "show"), 1, "no Matrix account on this machine", "`causerie matrix login`")
    account = logged_in(folder, configured(synapse, bot))

    shown = typed(folder, {}, "matrix", "show")
    away = typed(folder, {"CAUSERIE__MATRIX__HOMESERVER": "http://127.0.0.1:9"}, "matrix", "show")

    assert shown.stdout.splitlines() == [
        f"User:         {bot.user_id}",
        f"Server:       {synapse.url}",
        f"Device:       {account.device}",
        f"Fingerprint:  {account.fingerprint}",
        "Signed:       yes, by its user",
    ]
    assert "Signed:       not known. The Matrix server cannot be reached" in away.stdout
    assert account.token not in shown.stdout + away.stdout


def test_the_check_looks_at_the_account(synapse: Synapse, bot: Registered, folder: Path) -> None:
    settings = configured(synapse, bot)
    before = typed(folder, settings, "check", "--json")
    account = logged_in(folder, settings)
    after = typed(folder, settings, "check", "--json")

    assert (before.returncode, after.returncode) == (1, 0)
    (wanting,) = [finding["what"] for finding in json.loads(before.stdout) if not finding["ok"]]
    assert "`causerie matrix login`" in wanting
    assert f"Matrix: {account.user}, device {account.device}" in after.stdout


def test_the_backup_brings_the_keys_back(synapse: Synapse, bot: Registered, folder: Path) -> None:
    settings = configured(synapse, bot)
    account = logged_in(folder, settings)
    assert typed(folder, settings, "db", "upgrade").returncode == 0
    database, secret = typed(folder, settings, "db", "backup").stdout.splitlines()
    (kept.home(folder) / kept.store_name(account.device)).unlink()
    (lost,) = [f["what"] for f in json.loads(typed(folder, settings, "check", "--json").stdout) if not f["ok"]]
    assert "restore the newest backup" in lost

    done = typed(folder, settings, "db", "restore", secret)

    assert done.stdout == f"Restored {secret}\n"
    assert typed(folder, settings, "check").returncode == 0
    assert typed(folder, settings, "db", "restore", database).stdout == f"Restored {database}\nRestored {secret}\n"
    assert typed(folder, settings, "check").returncode == 0
    refused(typed(folder, settings, "db", "restore", "nowhere.matrix.zip"), 1, "nowhere.matrix.zip")
