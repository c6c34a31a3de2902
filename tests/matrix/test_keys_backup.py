"""The keys are in the backup, made while the bot runs, and go back with the database or alone."""

from __future__ import annotations

import asyncio
import zipfile
from pathlib import Path

import pytest

from adapters.matrix import account as kept
from adapters.matrix import adapter
from adapters.matrix.account import Account
from adapters.matrix.backup import KeysBackupError
from adapters.matrix.http import Server
from adapters.matrix.keys import Keys, KeysInUseError, KeysLostError
from bot.config import Config, load
from bot.core.errors import CauserieError
from bot.operate import backup, restore, upgrade
from tests.matrix.logins import logged_in, registered
from tests.matrix.synapse import Synapse


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
async def account(synapse: Synapse, data: Path) -> Account:
    return await logged_in(synapse, registered(synapse), kept.home(data))


@pytest.fixture
async def config(account: Account, data: Path, database_url: str) -> Config:
    environ = {
        "CAUSERIE__DATA__FOLDER": str(data),
        "CAUSERIE__STORAGE__URL": database_url,
        "CAUSERIE__MATRIX__USER": account.user,
    }
    config = load(None, environ)
    await upgrade(config)
    return config


async def made(config: Config) -> list[Path]:
    return [file async for file in backup(config)]


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def store(data: Path, account: Account) -> Path:
    return kept.home(data) / kept.store_name(account.device)


async def test_it_is_made_while_the_bot_has_the_keys_and_restored_when_it_has_not(
    config: Config, account: Account, data: Path
) -> None:
    async with Keys.open(kept.home(data), account) as keys:
        database, secret = await made(config)
        assert secret == database.with_name(f"{database.stem}.matrix.zip")
        assert secret.stat().st_mode & 0o777 == 0o600
        assert [file for file in secret.parent.iterdir() if not file.name.startswith(database.name)] == [secret]
        with pytest.raises(KeysInUseError):
            await restore(config, database)
        signature = keys.sign({})
    store(data, account).unlink()

    assert await restore(config, database) == [database, secret]

    assert kept.read(kept.home(data)) == account
    assert store(data, account).stat().st_mode & 0o777 == 0o600
    async with Keys.open(kept.home(data), account) as keys:
        assert keys.ed25519 == account.ed25519
        assert keys.sign({}) == signature


async def test_what_is_replaced_is_kept(config: Config, account: Account, data: Path, synapse: Synapse) -> None:
    *_, secret = await made(config)
    before = store(data, account).read_bytes()
    assert await restore(config, secret) == [secret]

    home = kept.home(data)
    assert (home / f"keys-{account.device}.replaced.sqlite").read_bytes() == before
    assert kept.read(home, "account.replaced.json") == account
    assert {file.stat().st_mode & 0o777 for file in home.iterdir()} == {0o600}
    await restore(config, secret)
    assert (home / f"keys-{account.device}.replaced-2.sqlite").exists()


async def test_the_keys_alone_go_back_on_a_new_machine(
    config: Config, account: Account, tmp_path: Path, database_url: str
) -> None:
    *_, secret = await made(config)
    moved = load(None, {"CAUSERIE__DATA__FOLDER": str(tmp_path / "new"), "CAUSERIE__STORAGE__URL": database_url})

    assert await restore(moved, secret) == [secret]

    async with (
        Keys.open(kept.home(tmp_path / "new"), account) as keys,
        Server(account.homeserver, account.token) as server,
    ):
        there = await keys.published(server)
    assert there["device_id"] == account.device


async def test_a_backup_that_is_damaged_changes_nothing(config: Config, account: Account, data: Path) -> None:
    database, secret = await made(config)
    good = secret.read_bytes()
    before, there = store(data, account).read_bytes(), names(kept.home(data))
    with zipfile.ZipFile(secret, "w") as other:
        other.writestr("letter.txt", "Dear all")
    without = secret.read_bytes()

    for content in (b"", good[: len(good) // 2], without):
        secret.write_bytes(content)
        with pytest.raises(KeysBackupError, match="damaged"):
            await restore(config, database)
        with pytest.raises(KeysBackupError, match="damaged"):
            await restore(config, secret)

    assert store(data, account).read_bytes() == before
    assert names(kept.home(data)) == there


async def test_lost_keys_are_told_and_the_database_is_backed_up_all_the_same(
    config: Config, account: Account, data: Path
) -> None:
    store(data, account).unlink()
    writing = backup(config)
    database = await anext(writing)

    with pytest.raises(KeysLostError):
        await anext(writing)

    assert await restore(config, database) == [database]


async def test_without_an_account_the_database_is_all_there_is(data: Path, sqlite_database: str) -> None:
    config = load(
        None,
        {
            "CAUSERIE__DATA__FOLDER": str(data),
            "CAUSERIE__STORAGE__URL": sqlite_database,
            "CAUSERIE__MATRIX__USER": "@causerie:example.org",
        },
    )
    await upgrade(config)

    (only,) = await made(config)

    assert await restore(config, only) == [only]


async def test_a_copy_is_whole_whenever_it_is_made(account: Account, data: Path, tmp_path: Path) -> None:
    """Somebody writes into the store all the while."""
    belongings = adapter.belongings
    assert belongings is not None
    async with Keys.open(kept.home(data), account) as keys:
        copies = [tmp_path / f"{number}.zip" for number in range(5)]
        making = asyncio.ensure_future(
            asyncio.gather(*(asyncio.to_thread(belongings.backup, data, copy) for copy in copies))
        )
        while not making.done():
            keys.client.olm.save_account()
            await asyncio.sleep(0)
        assert await making == [True] * 5
    for copy in copies:
        belongings.refuse(copy, data)


async def test_a_folder_that_cannot_be_written_to(account: Account, data: Path, tmp_path: Path) -> None:
    belongings = adapter.belongings
    assert belongings is not None
    with pytest.raises(CauserieError, match="nowhere"):
        belongings.backup(data, tmp_path / "nowhere" / "a.zip")
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(CauserieError, match="missing"):
        belongings.refuse(tmp_path / "missing.zip", data)
