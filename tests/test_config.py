from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.app import adapters
from bot.config import Config, ConfigurationError, load

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


def written(folder: Path, toml: str) -> Path:
    path = folder / "config.toml"
    path.write_text(toml, encoding="utf-8")
    return path


def keys_of(model: type[BaseModel]) -> dict[str, set[str]]:
    return {
        name: {inner.alias or key for key, inner in field.annotation.model_fields.items()}
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        else set()
        for name, field in model.model_fields.items()
    }


def test_the_example_says_the_defaults() -> None:
    assert load(EXAMPLE, {}) == load(None, {})


def test_the_example_has_every_key_and_no_other() -> None:
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    assert {section: set(keys) for section, keys in example.items()} == keys_of(Config)


def test_the_example_explains_every_key() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()

    unexplained = [line for before, line in pairwise(lines) if " = " in line and not before.startswith("# ")]

    assert [line for line in unexplained if not line.startswith("#")] == []


def test_the_environment_wins_over_secret_files_and_these_over_the_file(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "CAUSERIE__ENGINE__LEASE_SECONDS").write_text("22\n", encoding="utf-8")
    (secrets / "causerie__engine__history_days").write_text("23\n", encoding="utf-8")
    (secrets / "another-programs").write_text("not ours", encoding="utf-8")
    path = written(
        tmp_path,
        f"""
        secrets.folder = '{secrets}'
        engine = {{ sweep_seconds = 11, lease_seconds = 12, history_days = 13 }}
        """,
    )

    engine = load(path, {"CAUSERIE__ENGINE__HISTORY_DAYS": "33", "PATH": "/bin"}).engine

    assert (engine.sweep_seconds, engine.lease_seconds, engine.history_days) == (11, 22, 33)


def test_folders_follow_the_data_folder(tmp_path: Path) -> None:
    config = load(None, {"CAUSERIE__DATA__FOLDER": str(tmp_path)})

    assert config.data.folder == tmp_path
    assert config.storage.url == f"sqlite+aiosqlite:///{tmp_path}/causerie.sqlite"
    assert config.storage.backup_folder == tmp_path / "backups"


def test_the_home_folder_may_be_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")

    assert load(None, {"CAUSERIE__DATA__FOLDER": "~/causerie"}).data.folder == Path("/somewhere/causerie")


def test_an_installed_package_has_an_open_table_from_every_source(tmp_path: Path) -> None:
    path = written(tmp_path, "[adapters.example]\nrooms = ['a', 'b']\n[rituals.example]\nsize = 2\n")

    config = load(path, {"CAUSERIE__ADAPTERS__EXAMPLE__TOKEN": "0123"})

    assert config.adapters == {"example": {"rooms": ["a", "b"], "token": "0123"}}
    assert config.rituals == {"example": {"size": 2}}


@pytest.mark.parametrize(
    ("toml", "key", "allowed"),
    [
        ("[engine]\nsweep_second = 3", "engine.sweep_second", "did you mean engine.sweep_seconds?"),
        ("[engine]\ncolour = 3", "engine.colour", "[engine] has sweep_seconds, lease_seconds, history_days"),
        ("[log]\nas_json = true", "log.as_json", "[log] has level, json"),
        ("[enigne]\nsweep_seconds = 3", "enigne", "did you mean engine?"),
        ("'local.port' = 3", "local.port", "the sections are data, storage"),
        ("port = 3", "port", "the sections are data, storage, secrets, log, engine, local, slack, matrix, adapters,"),
        ("engine = 3", "engine", "must be a table of keys"),
        ("adapters = 3", "adapters", "must be a table of keys"),
        ("[adapters]\nexample = 3", "adapters.example", "must be a table of keys"),
        ("[local]\nport = '8765'", "local.port", "must be a whole number from 0 to 65535"),
        ("[local]\nport = true", "local.port", "must be a whole number from 0 to 65535"),
        ("[local]\nport = 8765.0", "local.port", "must be a whole number from 0 to 65535"),
        ("[local]\nport = 65536", "local.port", "must be a whole number from 0 to 65535"),
        ("[local]\nenabled = 'yes'", "local.enabled", "must be one of alone, always, never"),
        ("[slack]\nguests = 'yes'", "slack.guests", "must be true or false"),
        ("[slack]\nbot_token = 'xapp-1'", "slack.bot_token", "must be a bot token, which begins with xoxb-"),
        ("[slack]\napp_token = 'xoxb-1'", "slack.app_token", "must be an app token, which begins with xapp-"),
        ("[slack]\napi_url = 'slack.com'", "slack.api_url", "must be an http or https address"),
        ("[matrix]\nuser = 'causerie'", "matrix.user", "must be a user id such as @causerie:example.org"),
        (
            "[matrix]\nhomeserver = 'ftp://x'",
            "matrix.homeserver",
            "must be an http or https address, or a server's name",
        ),
        ("[matrix]\nprefix = ''", "matrix.prefix", "must be one word"),
        ("[matrix]\ninvites = 'example.org'", "matrix.invites", "must be a list of names"),
        ("[matrix]\nignored = [3]", "matrix.ignored", "must be a list of names"),
        ("[matrix]\nmoderator_level = 101", "matrix.moderator_level", "must be a whole number from 0 to 100"),
        ("[matrix]\ntoken = 'hush'", "matrix.token", "[matrix] has homeserver, user, prefix"),
        ("[log]\nlevel = 'loud'", "log.level", "must be one of debug, info, warning, error"),
        ("[data]\nfolder = 3", "data.folder", "must be the path of a folder"),
        ("[data]\nfolder = ''", "data.folder", "must be the path of a folder"),
        ("[storage]\nurl = 2026-11-23", "storage.url", "must be an address that begins with sqlite+aiosqlite:///"),
        ("[storage]\nurl = 'mysql://somewhere'", "storage.url", "or postgresql+asyncpg://"),
    ],
)
def test_what_is_unknown_or_of_the_wrong_type_is_refused_by_name(
    tmp_path: Path, toml: str, key: str, allowed: str
) -> None:
    path = written(tmp_path, toml)

    with pytest.raises(ConfigurationError, match=re.escape(f"{key} (in {path})")) as refusal:
        load(path, {})

    assert allowed in str(refusal.value)


def test_a_token_is_never_shown(tmp_path: Path) -> None:
    path = written(tmp_path, "[slack]\nbot_token = 'xoxb-hush'\napp_token = 'xapp-hush'\n")

    assert "hush" not in repr(load(path, {}))
    with pytest.raises(ConfigurationError) as refusal:
        load(path, {"CAUSERIE__SLACK__APP_TOKEN": "secret"})
    assert "'secret'" not in str(refusal.value)


def test_a_list_of_names_is_one_line_in_the_environment(tmp_path: Path) -> None:
    path = written(tmp_path, "[matrix]\ninvites = ['example.org']\nignored = ['@*bot:*', '@irc_*:*']\n")

    matrix = load(path, {"CAUSERIE__MATRIX__INVITES": "example.com, @ada:example.net"}).matrix

    assert matrix.invites == ("example.com", "@ada:example.net")
    assert matrix.ignored == ("@*bot:*", "@irc_*:*")


def test_the_playground_gives_way_to_a_real_platform(tmp_path: Path) -> None:
    slack = "[slack]\nbot_token = 'xoxb-1'\napp_token = 'xapp-1'\n"

    def opened(toml: str) -> list[str]:
        return [adapter.name for adapter, _ in adapters(load(written(tmp_path, toml), {}))]

    assert opened("") == ["local"]
    assert opened(slack) == ["slack"]
    assert opened("[matrix]\nuser = '@causerie:example.org'\n") == ["matrix"]
    assert opened(slack + "[local]\nenabled = 'always'\n") == ["slack", "local"]
    assert opened("[local]\nenabled = 'never'\n") == []


def test_everything_refused_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "[local]\nport = -1\n")

    with pytest.raises(ConfigurationError) as refusal:
        load(path, {"CAUSERIE__LOG__LEVEL": "loud", "CAUSERIE__ENGIN__SWEEP_SECONDS": "3"})

    assert f"local.port (in {path})" in str(refusal.value)
    assert "log.level (environment variable CAUSERIE__LOG__LEVEL)" in str(refusal.value)
    assert "engin (environment variable CAUSERIE__ENGIN__SWEEP_SECONDS)" in str(refusal.value)


@pytest.mark.parametrize("name", ["CAUSERIE__STORAGE__URI", "CAUSERIE__STORAGE__URL.bak", "causerie__token"])
def test_a_refused_secret_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hush", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=re.escape(f"secret file {tmp_path / name}")):
        load(None, {"CAUSERIE__SECRETS__FOLDER": str(tmp_path)})


@given(st.text(alphabet=st.characters(min_codepoint=0x2600, max_codepoint=0x26FF), min_size=4))
def test_a_refusal_never_shows_the_value(secret: str) -> None:
    for key in ("STORAGE__URL", "STORAGE__URI", "STORAGE", "ENGINE__SWEEP_SECONDS", "ADAPTERS__EXAMPLE", "LOG__LEVEL"):
        with pytest.raises(ConfigurationError) as refusal:
            load(None, {f"CAUSERIE__{key}": secret})
        assert secret not in str(refusal.value)
        assert refusal.value.__cause__ is None


def test_an_address_and_a_package_s_table_stay_out_of_what_is_printed() -> None:
    environ = {
        "CAUSERIE__STORAGE__URL": "postgresql+asyncpg://me:hush@host/causerie",
        "CAUSERIE__ADAPTERS__EXAMPLE__TOKEN": "hush",
    }

    assert "hush" not in repr(load(None, environ))


def test_a_variable_both_value_and_table_is_refused() -> None:
    environ = {"CAUSERIE__ADAPTERS__EXAMPLE": "x", "CAUSERIE__ADAPTERS__EXAMPLE__TOKEN": "hush"}

    with pytest.raises(ConfigurationError, match="CAUSERIE__ADAPTERS__EXAMPLE__TOKEN"):
        load(None, environ)


@pytest.mark.parametrize(
    ("content", "told"), [(b"[local\n", "is not TOML"), (b"# \xff", "is not UTF-8"), (None, "No such file")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=f"config.toml: {told}"):
        load(path, {})


@pytest.mark.parametrize(
    ("content", "told"), [(None, "is not there"), ("file", "Not a directory"), (b"\xff", "is not UTF-8")]
)
def test_a_secrets_folder_that_cannot_be_read_is_named(tmp_path: Path, content: object, told: str) -> None:
    folder = tmp_path / "secrets"
    if content == "file":
        folder.touch()
    elif isinstance(content, bytes):
        folder.mkdir()
        (folder / "CAUSERIE__STORAGE__URL").write_bytes(content)

    with pytest.raises(ConfigurationError, match=f"secrets.folder: .*{told}"):
        load(None, {"CAUSERIE__SECRETS__FOLDER": str(folder)})
