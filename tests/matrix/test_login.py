"""The bot is logged in once, by what an operator has: a password or a token; and again when its keys are lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.matrix import account as kept
from adapters.matrix.account import OtherAccountError
from adapters.matrix.crosssigning import ForeignSigningError, Identity, PasswordWantedError
from adapters.matrix.errors import (
    AlreadyLoggedInError,
    DeviceMissingError,
    DeviceTakenError,
    PasswordsOffError,
    RateLimitedError,
    ServerAwayError,
    ServerRefusedError,
    TokenRefusedError,
    UserGoneError,
    UserIdError,
    WrongPasswordError,
    duration,
)
from adapters.matrix.http import V3
from adapters.matrix.keys import KeysInUseError, Lock
from adapters.matrix.login import Wanted, login, user_id
from bot.core.errors import CauserieError
from tests.matrix.logins import asked, logged_in, registered, seen, signed, vouched
from tests.matrix.logins import public as public_key
from tests.matrix.synapse import Registered, Synapse, free_port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return kept.home(tmp_path / "data")


@pytest.fixture
def bot(synapse: Synapse) -> Registered:
    return registered(synapse)


@pytest.fixture
def ada(synapse: Synapse) -> Registered:
    return registered(synapse)


async def devices(synapse: Synapse, bot: Registered) -> list[str]:
    async with asked(synapse, bot.token) as server:
        return [device["device_id"] for device in (await server("GET", f"{V3}/devices"))["devices"]]


async def display_name(synapse: Synapse, bot: Registered) -> str:
    async with asked(synapse, bot.token) as server:
        return str((await server("GET", f"{V3}/profile/{bot.user_id}/displayname"))["displayname"])


def contents(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_a_login_makes_a_device_whose_keys_its_user_vouches_for(
    synapse: Synapse, bot: Registered, ada: Registered, folder: Path
) -> None:
    account = await logged_in(synapse, bot, folder)

    there = await seen(synapse, bot, ada)
    assert set(there["devices"]) == {account.device}
    assert vouched(there, account)
    # The way back is for the bot's own eyes.
    master = (await seen(synapse, bot, bot))["master"]
    assert signed(master, bot.user_id, account.device, account.ed25519)
    assert kept.read(folder) == account
    assert contents(folder) == {
        "account.json": 0o600,
        f"keys-{account.device}.sqlite": 0o600,
        "keys.lock": 0o600,
    }
    async with asked(synapse, ada.token) as server:
        wanted = {"one_time_keys": {bot.user_id: {account.device: "signed_curve25519"}}}
        claimed = await server("POST", f"{V3}/keys/claim", wanted)
    (key,) = claimed["one_time_keys"][bot.user_id][account.device].values()
    assert signed(key, bot.user_id, account.device, account.ed25519)


async def test_a_second_login_is_refused_and_changes_nothing(synapse: Synapse, bot: Registered, folder: Path) -> None:
    account = await logged_in(synapse, bot, folder)
    there = await devices(synapse, bot)

    with pytest.raises(AlreadyLoggedInError, match=f"--again.*{account.device}"):
        await logged_in(synapse, bot, folder)

    assert kept.read(folder) == account
    assert await devices(synapse, bot) == there


async def test_again_is_a_new_device_that_the_same_keys_vouch_for(
    synapse: Synapse, bot: Registered, ada: Registered, folder: Path
) -> None:
    first = await logged_in(synapse, bot, folder)
    before = await seen(synapse, bot, ada)

    second = await logged_in(synapse, bot, folder, again=True)

    after = await seen(synapse, bot, ada)
    assert (second.device, second.ed25519) != (first.device, first.ed25519)
    assert public_key(after["self_signing"]) == public_key(before["self_signing"])
    assert public_key(after["master"]) == public_key(before["master"])
    assert vouched(after, second)
    assert set(after["devices"]) == {second.device}
    assert first.device not in await devices(synapse, bot)
    assert {f"keys-{first.device}.sqlite", f"keys-{second.device}.sqlite", "account.replaced.json"} < set(
        contents(folder)
    )
    assert set(contents(folder).values()) == {0o600}


async def test_again_without_the_account_file_needs_new_signing_keys(
    synapse: Synapse, bot: Registered, ada: Registered, folder: Path
) -> None:
    await logged_in(synapse, bot, folder)
    (folder / kept.FILE).write_text("{", encoding="utf-8")
    there = await devices(synapse, bot)

    with pytest.raises(ForeignSigningError, match="--reset-signing"):
        await logged_in(synapse, bot, folder, again=True)
    assert await devices(synapse, bot) == there

    account = await logged_in(synapse, bot, folder, again=True, reset_signing=True)
    assert vouched(await seen(synapse, bot, ada), account)


async def test_signing_keys_of_another_program_are_replaced_only_when_asked(
    synapse: Synapse, bot: Registered, ada: Registered, folder: Path
) -> None:
    element = Identity(bot.user_id, b"m" * 32, b"s" * 32, b"u" * 32)
    async with asked(synapse, bot.token) as server:
        await server("POST", f"{V3}/keys/device_signing/upload", {"master_key": element.key("master")})
    there = await devices(synapse, bot)

    with pytest.raises(ForeignSigningError, match="another program"):
        await logged_in(synapse, bot, folder)
    assert set(contents(folder)) == {"keys.lock"}
    assert await devices(synapse, bot) == there
    assert public_key((await seen(synapse, bot, ada))["master"]) == element.public("master")

    account = await logged_in(synapse, bot, folder, reset_signing=True)
    assert vouched(await seen(synapse, bot, ada), account)


async def test_a_login_that_was_interrupted_is_done_again(
    synapse: Synapse, bot: Registered, ada: Registered, folder: Path
) -> None:
    # The server knows the signing keys, and the process ended before the account was written.
    await logged_in(synapse, bot, folder)
    (folder / kept.FILE).rename(folder / kept.UNFINISHED)

    account = await logged_in(synapse, bot, folder)

    assert vouched(await seen(synapse, bot, ada), account)
    assert not (folder / kept.UNFINISHED).exists()


async def test_a_token_is_as_good_as_a_password_where_its_device_has_no_keys(
    synapse: Synapse, bot: Registered, ada: Registered, folder: Path
) -> None:
    account = await logged_in(synapse, bot, folder, password="", token=bot.token)

    assert (account.device, account.token) == (bot.device_id, bot.token)
    assert vouched(await seen(synapse, bot, ada), account)
    assert await logged_in(synapse, bot, folder, password="", token=bot.token, again=True) == account
    assert await devices(synapse, bot) == [account.device]
    (folder / kept.FILE).rename(folder / kept.UNFINISHED)
    assert await logged_in(synapse, bot, folder, password="", token=bot.token) == account


async def test_a_token_of_a_device_with_keys_of_another_program(
    synapse: Synapse, bot: Registered, folder: Path, tmp_path: Path
) -> None:
    await logged_in(synapse, bot, tmp_path / "element", password="", token=bot.token)

    with pytest.raises(DeviceTakenError, match=bot.device_id):
        await logged_in(synapse, bot, folder, password="", token=bot.token)

    assert await devices(synapse, bot) == [bot.device_id]
    assert set(contents(folder)) == {"keys.lock"}


async def test_a_token_that_opens_nothing_and_one_of_somebody_else(
    synapse: Synapse, bot: Registered, ada: Registered, folder: Path
) -> None:
    with pytest.raises(TokenRefusedError):
        await logged_in(synapse, bot, folder, token="mistyped")  # noqa: S106 - it opens nothing
    with pytest.raises(OtherAccountError, match=ada.user_id):
        await logged_in(synapse, bot, folder, token=ada.token)

    assert set(contents(folder)) == {"keys.lock"}
    assert await devices(synapse, ada) == [ada.device_id]


async def test_a_reset_by_token_wants_the_password_too(synapse: Synapse, bot: Registered, folder: Path) -> None:
    element = Identity(bot.user_id, b"m" * 32, b"s" * 32, b"u" * 32)
    async with asked(synapse, bot.token) as server:
        await server("POST", f"{V3}/keys/device_signing/upload", {"master_key": element.key("master")})
    with pytest.raises(PasswordWantedError, match="--password-file"):
        await logged_in(synapse, bot, folder, password="", token=bot.token, reset_signing=True)

    await logged_in(synapse, bot, folder, token=bot.token, reset_signing=True)


@pytest.mark.parametrize(
    ("shown", "asked_for", "then"),
    [(None, "", "Causerie"), ("The Host", "", "The Host"), ("The Host", "Question Bot", "Question Bot")],
)
async def test_the_bot_is_shown_by_its_name_or_by_the_one_that_is_wanted(
    synapse: Synapse, folder: Path, shown: str | None, asked_for: str, then: str
) -> None:
    bot = registered(synapse, shown)

    await logged_in(synapse, bot, folder, name=asked_for)

    assert await display_name(synapse, bot) == then


async def test_a_wrong_password_changes_nothing(synapse: Synapse, bot: Registered, folder: Path) -> None:
    with pytest.raises(WrongPasswordError, match=bot.user_id) as refused:
        await logged_in(synapse, bot, folder, password="hush")  # noqa: S106 - it opens nothing

    assert "hush" not in str(refused.value)
    assert set(contents(folder)) == {"keys.lock"}
    assert await devices(synapse, bot) == [bot.device_id]


async def test_a_user_that_is_deactivated(synapse: Synapse, bot: Registered, folder: Path) -> None:
    proof = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bot.user_id},
        "password": bot.password,
    }
    async with asked(synapse, bot.token) as server:
        await server("POST", f"{V3}/account/deactivate", {"auth": proof})

    with pytest.raises((UserGoneError, WrongPasswordError)):
        await logged_in(synapse, bot, folder)


async def test_too_many_attempts_are_told_when_to_come_back(strict_synapse: Synapse, folder: Path) -> None:
    bot = registered(strict_synapse)

    async def attempts() -> None:
        for _ in range(10):
            with pytest.raises(WrongPasswordError):
                await logged_in(strict_synapse, bot, folder, password="mistyped")  # noqa: S106 - it opens nothing

    with pytest.raises(RateLimitedError, match=r"try again in \d+ (second|minute)s?$"):
        await attempts()


def test_a_wait_is_told_in_words() -> None:
    told = [duration(seconds) for seconds in (None, 0.2, 1, 59.2, 61, 272, 4000)]

    assert told == ["some minutes", "1 second", "1 second", "60 seconds", "2 minutes", "5 minutes", "2 hours"]


async def test_nobody_logs_in_while_the_bot_has_its_keys(synapse: Synapse, bot: Registered, folder: Path) -> None:
    account = await logged_in(synapse, bot, folder)
    there = await devices(synapse, bot)

    with Lock(folder), pytest.raises(KeysInUseError):
        await logged_in(synapse, bot, folder, again=True)

    assert kept.read(folder) == account
    assert await devices(synapse, bot) == there


async def test_a_server_that_is_down_or_none_of_matrix(bot: Registered, folder: Path) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<p>Welcome</p>", content_type="text/html")

    with pytest.raises(ServerAwayError, match="nothing answers there"):
        await login(folder, Wanted(user=bot.user_id, homeserver=f"http://127.0.0.1:{free_port()}", password="x"))  # noqa: S106
    async with website(page) as address:
        with pytest.raises(ServerAwayError, match="not as Matrix does"):
            await login(folder, Wanted(user=bot.user_id, homeserver=address, password="x"))  # noqa: S106


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"flows": [{"type": "m.login.sso"}]}, PasswordsOffError),
        ({"user_id": "@causerie:example.org"}, DeviceMissingError),
    ],
)
async def test_a_server_that_takes_no_password_and_a_token_without_a_device(
    folder: Path, answer: dict[str, object], refusal: type[CauserieError]
) -> None:
    async def told(_: web.Request) -> web.Response:
        return web.json_response(answer)

    token = "syt" if refusal is DeviceMissingError else ""
    wanted = Wanted(user="@causerie:example.org", password="x", token=token)  # noqa: S106
    async with website(told) as address:
        with pytest.raises(refusal):
            await login(folder, Wanted(user=wanted.user, homeserver=address, password="x", token=token))  # noqa: S106


@pytest.mark.parametrize(
    ("status", "answer", "refusal"),
    [
        (403, {"errcode": "M_USER_DEACTIVATED"}, UserGoneError),
        (400, {"errcode": "M_UNKNOWN", "error": "hush"}, ServerRefusedError),
        (429, {"errcode": "M_LIMIT_EXCEEDED"}, RateLimitedError),
        (502, {}, ServerAwayError),
    ],
)
async def test_other_refusals_are_sentences_without_the_server_s_words(
    folder: Path, status: int, answer: dict[str, object], refusal: type[CauserieError]
) -> None:
    async def told(_: web.Request) -> web.Response:
        return web.json_response(answer, status=status)

    async with website(told) as address:
        with pytest.raises(refusal) as refused:
            await login(folder, Wanted(user="@causerie:example.org", homeserver=address, password="x"))  # noqa: S106

    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("typed", ["causerie", "@causerie", "causerie:example.org", "", "@a b:example.org"])
def test_what_is_no_user_id_is_refused(typed: str) -> None:
    with pytest.raises(UserIdError, match="@causerie:example"):
        user_id(typed)


def test_a_user_id_is_taken_as_typed_or_pasted() -> None:
    assert user_id(" @causerie:example.org\n") == "@causerie:example.org"


Handler = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def website(handler: Handler) -> AsyncIterator[str]:
    site = web.Application()
    site.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(site) as server:
        yield str(server.make_url("")).rstrip("/")
