"""What is kept of the bot's Matrix account, and what the configuration says of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from adapters.matrix import account as kept
from adapters.matrix.account import Account, AccountDamagedError, AccountFolderError, NoAccountError, OtherAccountError
from adapters.matrix.settings import MatrixSettings, SettingsRefusedError, read

KEY = "fNrkS2mm2vIAofpnh1axtUU6SudwUr3I4dlB92qxMKE"
ACCOUNT = Account(
    homeserver="https://matrix.example.org",
    user="@causerie:example.org",
    device="ABCDEFGHIJ",
    token="hush-token",  # noqa: S106 - it opens nothing
    ed25519=KEY,
    master="hush-master",
    self_signing="hush-self",
    user_signing="hush-user",
)


def test_what_is_written_is_read_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    folder = kept.home(tmp_path / "data")

    kept.write(folder, ACCOUNT)

    assert kept.read(folder) == ACCOUNT
    assert kept.of(folder, ACCOUNT.user) == ACCOUNT
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [(file.name, file.stat().st_mode & 0o777) for file in folder.iterdir()] == [("account.json", 0o600)]


def test_no_secret_is_shown(tmp_path: Path) -> None:
    path = tmp_path / kept.FILE
    path.write_text(json.dumps(asdict(ACCOUNT) | {"device": 3}), encoding="utf-8")

    with pytest.raises(AccountDamagedError, match=r"account\.json lacks device") as refused:
        kept.read(tmp_path)

    assert "hush" not in repr(ACCOUNT) + str(refused.value)


def test_the_fingerprint_is_in_groups_of_four() -> None:
    assert ACCOUNT.fingerprint == "fNrk S2mm 2vIA ofpn h1ax tUU6 Sudw Ur3I 4dlB 92qx MKE"


@pytest.mark.parametrize("content", ["", "[]", "{}", "{", "\udcff"])
def test_what_is_no_account_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / kept.FILE).write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(AccountDamagedError, match="causerie matrix login"):
        kept.read(tmp_path)


def test_without_an_account_or_with_another_s_it_says_what_to_do(tmp_path: Path) -> None:
    assert kept.read(tmp_path) is None
    with pytest.raises(NoAccountError, match="`causerie matrix login`"):
        kept.of(tmp_path, ACCOUNT.user)

    kept.write(tmp_path, ACCOUNT)
    with pytest.raises(OtherAccountError, match=r"@causerie:example\.org was logged in"):
        kept.of(tmp_path, "@other:example.org")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")

    with pytest.raises(AccountFolderError, match="file"):
        kept.write(tmp_path / "file" / "matrix", ACCOUNT)


@pytest.mark.parametrize("device", ["ABCDEFGHIJ", "../../etc/passwd", "a b", "dévice", ".."])
def test_a_device_s_store_is_a_file_in_the_folder(tmp_path: Path, device: str) -> None:
    assert (tmp_path / kept.store_name(device)).resolve().parent == tmp_path.resolve()


def test_the_configured_address_wins_over_the_login_s_but_a_name_does_not() -> None:
    assert ACCOUNT.address("https://moved.example.org/") == "https://moved.example.org"
    assert ACCOUNT.address("example.org") == ACCOUNT.address("") == "https://matrix.example.org"


def settings(**given: object) -> MatrixSettings:
    return read({"user": "@causerie:example.org", **given})


def test_by_default_the_bot_s_own_server_invites() -> None:
    own = settings()

    assert own.accepts("@ada:example.org")
    assert not own.accepts("@ada:example.com")
    assert not own.open_to_everybody


def test_invitations_are_accepted_from_servers_people_or_everybody() -> None:
    some = settings(invites=("example.com", "@bo:*.example.net", "example.org:8448"))
    everybody = settings(invites=("*",), ignored=("@*bot:*",))

    assert [user for user in PEOPLE if some.accepts(user)] == [
        "@ada:example.com",
        "@bo:chat.example.net",
        "@cy:example.org:8448",
    ]
    assert [user for user in PEOPLE if not everybody.accepts(user)] == ["@bot:spam.example"]
    assert everybody.open_to_everybody


PEOPLE = [
    "@ada:example.com",
    "@ada:sub.example.com",
    "@ada:exampleXcom",
    "@bo:chat.example.net",
    "@cy:chat.example.net",
    "@cy:example.org:8448",
    "@bot:spam.example",
]


def test_ignored_and_coordinators_are_patterns_of_user_ids() -> None:
    patterns = settings(ignored=("@*bot:*", "@irc_*:example.org"), coordinators=("@ada:example.org",))

    assert patterns.ignores("@weatherbot:example.com")
    assert patterns.ignores("@irc_bo:example.org")
    assert not patterns.ignores("@irc_bo:example.com")
    assert not patterns.ignores("@both:example.com")
    assert patterns.may_coordinate("@ada:example.org")
    assert not patterns.may_coordinate("@ada:example.com")


def test_a_refusal_names_the_keys_and_shows_no_value() -> None:
    with pytest.raises(SettingsRefusedError, match=r"matrix\.moderator_level, matrix\.token, matrix\.user") as refused:
        read({"user": "hush", "moderator_level": 3000, "token": "hush"})

    assert "hush" not in str(refused.value)
    with pytest.raises(SettingsRefusedError, match=r"matrix\.user"):
        read({})


@pytest.mark.parametrize(
    "homeserver", ["", "example.org", "example.org:8448", "[::1]:8008", "https://x/", "http://x:1"]
)
def test_a_homeserver_is_an_address_or_a_name(homeserver: str) -> None:
    assert settings(homeserver=homeserver).server == "example.org"
