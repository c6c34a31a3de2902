"""The device's keys are opened by one process, and only while they are the account's own."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix import account as kept
from adapters.matrix.account import Account
from adapters.matrix.check import check
from adapters.matrix.http import V3, AwayError, Json, Server
from adapters.matrix.keys import Keys, KeysInUseError, KeysLostError, Lock, TokenRevokedError
from adapters.matrix.settings import MatrixSettings
from tests.matrix.logins import asked, logged_in, registered
from tests.matrix.synapse import Registered, Synapse
from tests.test_docs import ROOT

HOLDER = """
import sys
from pathlib import Path
from adapters.matrix import account as kept
from adapters.matrix.keys import Keys
folder = Path(sys.argv[1])
keys = Keys.open(folder, kept.read(folder))
print(keys.ed25519, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return kept.home(tmp_path / "data")


@pytest.fixture
def bot(synapse: Synapse) -> Registered:
    return registered(synapse)


@pytest.fixture
async def account(synapse: Synapse, bot: Registered, folder: Path) -> Account:
    return await logged_in(synapse, bot, folder)


@pytest.fixture
async def server(account: Account) -> AsyncIterator[Server]:
    async with Server(account.homeserver, account.token) as there:
        yield there


def store(folder: Path, account: Account) -> Path:
    return folder / kept.store_name(account.device)


def rows(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as opened:
        return opened.execute(statement).fetchall()


@contextmanager
def held(folder: Path) -> Iterator[str]:
    """Let another process have the keys; give the public key that it sees."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


async def found(account: Account, folder: Path, **settings: Any) -> dict[str, bool]:  # noqa: ANN401 - settings
    told = await check(MatrixSettings(user=account.user, **settings), folder)
    return {finding.what: finding.ok for finding in told}


async def test_they_are_opened_again_as_they_were(account: Account, folder: Path, server: Server) -> None:
    async with Keys.open(folder, account) as keys:
        assert keys.ed25519 == account.ed25519
        assert keys.shared
        there = await keys.published(server)

    assert there["keys"][f"ed25519:{account.device}"] == account.ed25519
    async with Keys.open(folder, account) as keys:
        assert keys.ed25519 == account.ed25519


async def test_one_process_has_them_at_a_time(account: Account, folder: Path) -> None:
    with held(folder) as ed25519:
        assert ed25519 == account.ed25519
        with pytest.raises(KeysInUseError, match="stop it first"):
            Keys.open(folder, account)
        findings = await found(account, folder)
        assert all(findings.values())
        assert "Matrix: the running bot has the keys" in findings
    # It was killed, and the system let go of its lock.
    await Keys.open(folder, account).close()


async def test_one_session_has_them_in_a_process(account: Account, folder: Path) -> None:
    async with Keys.open(folder, account):
        with pytest.raises(KeysInUseError):
            Keys.open(folder, account)
    await Keys.open(folder, account).close()


async def test_a_store_that_is_gone_is_told_and_not_made_anew(account: Account, folder: Path) -> None:
    store(folder, account).unlink()

    with pytest.raises(KeysLostError, match=r"restore the newest backup.*causerie matrix login --again"):
        Keys.open(folder, account)

    assert not store(folder, account).exists()
    assert [ok for what, ok in (await found(account, folder)).items() if "keys" in what and "lost" in what] == [False]
    # The lock was let go of.
    Lock(folder).release()


async def test_a_store_of_another_login_is_told_and_left_as_it_is(
    synapse: Synapse, account: Account, folder: Path, tmp_path: Path
) -> None:
    other = await logged_in(synapse, registered(synapse), tmp_path / "other")
    path = store(folder, account)
    store(tmp_path / "other", other).replace(path)
    before = path.read_bytes()

    with pytest.raises(KeysLostError, match=f"no keys of {account.device}"):
        Keys.open(folder, account)

    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("UPDATE accounts SET user_id = ?, device_id = ?", (account.user, account.device))
    with pytest.raises(KeysLostError, match="keys of another device"):
        Keys.open(folder, account)


@pytest.mark.parametrize("how", ["empty", "no store", "unreadable"])
async def test_a_store_that_is_damaged_is_told(account: Account, folder: Path, how: str) -> None:
    path = store(folder, account)
    match how:
        case "empty":
            path.write_bytes(b"")
        case "no store":
            path.write_bytes(b"Dear diary, " * 1000)
        case _:
            with closing(sqlite3.connect(path)) as opened, opened:
                opened.execute("UPDATE accounts SET account = ?", (b"nonsense",))
    before = path.read_bytes()

    with pytest.raises(KeysLostError, match="unreadable"):
        Keys.open(folder, account)

    assert path.read_bytes() == before


async def test_what_a_killed_process_had_half_written_is_undone(account: Account, folder: Path) -> None:
    path = store(folder, account)
    program = """
import os, sqlite3, sys
opened = sqlite3.connect(sys.argv[1])
opened.execute("PRAGMA cache_size = 1")
opened.execute("BEGIN")
opened.execute("UPDATE accounts SET account = zeroblob(200000)")
os.kill(os.getpid(), 9)
"""
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", program, path)
    await killed.wait()
    assert path.with_name(f"{path.name}-journal").exists()

    async with Keys.open(folder, account) as keys:
        assert keys.ed25519 == account.ed25519


async def test_a_device_that_was_logged_out_is_told(
    account: Account, folder: Path, server: Server, synapse: Synapse
) -> None:
    await server("POST", f"{V3}/logout", {})

    async with Keys.open(folder, account) as keys:
        with pytest.raises(TokenRevokedError, match="causerie matrix login --again"):
            await keys.published(server)

    (gone,) = [what for what, ok in (await found(account, folder)).items() if not ok]
    assert "logged the bot out" in gone


async def test_other_keys_on_the_server_are_never_overwritten(
    synapse: Synapse, account: Account, folder: Path, tmp_path: Path, server: Server
) -> None:
    store(folder, account).rename(folder / "lost.sqlite")
    async with Keys.create(folder, account.homeserver, account.user, account.device, account.token) as others:
        lost = replace(account, ed25519=others.ed25519)
        with pytest.raises(KeysLostError, match="the server has other keys"):
            await others.published(server)

    (told,) = [what for what, ok in (await found(lost, folder)).items() if not ok]
    assert "keys of another device" in told
    kept.write(folder, lost)
    assert [what for what, ok in (await found(lost, folder)).items() if not ok and "the server has other keys" in what]


async def test_an_upload_that_was_not_answered_is_done_again(synapse: Synapse, bot: Registered, tmp_path: Path) -> None:
    """The server has them, and we do not know it: nothing that it gave away is forgotten here."""
    folder = tmp_path / "matrix"
    kept.make(folder)
    async with asked(synapse, bot.token) as server:

        async def deaf(method: str, path: str, body: Json | None = None) -> Json:
            answer = await server(method, path, body)
            if path.endswith("/keys/upload"):
                raise AwayError("the answer is lost")
            return answer

        async with Keys.create(folder, synapse.url, bot.user_id, bot.device_id, bot.token) as keys:
            with pytest.raises(AwayError):
                await keys.published(deaf)
            assert not keys.shared
            offered = set(keys.client.olm.account.one_time_keys["curve25519"].values())
            ed25519 = keys.ed25519
        async with Keys.create(folder, synapse.url, bot.user_id, bot.device_id, bot.token) as keys:
            assert set(keys.client.olm.account.one_time_keys["curve25519"].values()) == offered
            await keys.published(server)
            assert keys.shared
            assert keys.ed25519 == ed25519
            # What was given away stays known, and more may be given.
            keys.client.olm.uploaded_key_count = len(offered) - 5
            await keys.upload(server)


async def test_the_check_says_what_it_found(account: Account, folder: Path, synapse: Synapse) -> None:
    findings = await found(account, folder)
    assert findings == {
        f"Matrix: the keys are those of {account.device}": True,
        f"Matrix: {account.user}, device {account.device} ({synapse.url})": True,
        "Matrix: the device is signed by the bot's user": True,
    }
    open_to_all = await found(account, folder, invites=("*",))
    assert open_to_all["Matrix: anybody may invite the bot, on any server (matrix.invites)"]
    away = await found(account, folder, homeserver="http://127.0.0.1:9")
    (told,) = [what for what, ok in away.items() if not ok]
    assert told.startswith("The Matrix server cannot be reached; check matrix.homeserver")
    assert told.endswith("http://127.0.0.1:9, nothing answers there")


async def test_the_check_without_an_account_and_with_another_s(account: Account, folder: Path, tmp_path: Path) -> None:
    (none,) = (await found(account, tmp_path / "nowhere")).items()
    assert "`causerie matrix login`" in none[0]
    assert not none[1]
    (other,) = await check(MatrixSettings(user="@other:localhost"), folder)
    assert account.user in other.what
    assert not other.ok


async def test_a_device_that_its_user_does_not_sign_any_more(account: Account, folder: Path, bot: Registered) -> None:
    from adapters.matrix.crosssigning import Identity, vouch  # noqa: PLC0415 - beside what it is about

    element = Identity(account.user, b"m" * 32, b"s" * 32, b"u" * 32)
    async with Server(account.homeserver, account.token) as server, Keys.open(folder, account) as keys:
        await vouch(server, element, account.device, keys.sign, password=bot.password, reset=True)

    (unsigned,) = [what for what, ok in (await found(account, folder)).items() if not ok]
    assert "`causerie matrix login --again --reset-signing`" in unsigned


def test_nio_is_loaded_only_where_it_is_used() -> None:
    told = "import sys; from adapters.matrix import adapter, check, login, backup; print('nio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_without_the_extra_it_says_what_to_install() -> None:
    told = """
import sys
sys.modules["vodozemac"] = None
from adapters.matrix.keys import installed
installed()
"""
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "pip install -c constraints.txt '.[matrix]'" in done.stderr.splitlines()[-1]
