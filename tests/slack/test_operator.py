"""What an operator types for Slack: the manifest, the check, and the bot at work, as processes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from adapters.slack.scopes import NEEDED, OPTIONAL
from tests.slack.double import ALL_SCOPES, Hosted, threaded
from tests.test_cli import causerie, environment, refused
from tests.test_docs import ROOT


def now() -> datetime:
    return datetime.now(UTC)


def configured(hosted: Hosted) -> dict[str, str]:
    double = hosted.double
    return {
        "CAUSERIE__SLACK__BOT_TOKEN": double.bot_token,
        "CAUSERIE__SLACK__APP_TOKEN": double.app_token,
        "CAUSERIE__SLACK__API_URL": double.api_url,
    }


@pytest.fixture
def hosted() -> Iterator[Hosted]:
    with threaded(clock=now) as double:
        yield double


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_manifest_is_what_slack_reads(tmp_path: Path, language: str) -> None:
    folder = tmp_path / "data"
    told = causerie(folder, "manifest", "slack", "--language", language).stdout
    made = yaml.safe_load(told)

    assert made == json.loads(causerie(folder, "manifest", "slack", "--language", language, "--json").stdout)
    assert set(made["oauth_config"]["scopes"]["bot"]) == NEEDED | OPTIONAL
    assert set(made["oauth_config"]["scopes"]["bot_optional"]) == OPTIONAL
    for scope in NEEDED | OPTIONAL:
        assert re.search(rf"- {re.escape(scope)}  # .{{10,}}", told)
    assert {"en": "# optional: send files", "fr": "# facultatif : envoyer des fichiers"}[language] in (
        told.replace("\u00a0", " ")
    )
    (command,) = made["features"]["slash_commands"]
    assert command["command"] == "/causerie"
    assert command["should_escape"] is True
    hints = command["usage_hint"].split(" | ")
    assert hints[0] == {"en": "help", "fr": "aide"}[language]
    assert "question" in hints
    # Slack's own limits of a manifest.
    (shortcut,) = made["features"]["shortcuts"]
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
    assert len(made["display_information"]["description"]) <= 140
    assert 174 <= len(made["display_information"]["long_description"]) <= 4000
    assert made["settings"]["socket_mode_enabled"] is True


def test_the_events_need_no_more_than_the_scopes(tmp_path: Path) -> None:
    made = json.loads(causerie(tmp_path / "data", "manifest", "slack", "--json").stdout)
    needed = {
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "reaction_added": "reactions:read",
        "user_change": "users:read",
        "member_joined_channel": "channels:read",
        "app_mention": "app_mentions:read",
    }

    assert set(needed) <= set(made["settings"]["event_subscriptions"]["bot_events"])
    assert set(needed.values()) <= NEEDED


def test_a_platform_without_a_manifest(tmp_path: Path) -> None:
    refused(causerie(tmp_path / "data", "manifest", "local"), 1, "wants no manifest")
    refused(causerie(tmp_path / "data", "manifest", "teapot"), 1, "teapot", "slack")


def test_the_documentation_explains_every_scope() -> None:
    for page in ("slack.md", "slack.fr.md"):
        said = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert {scope for scope in NEEDED | OPTIONAL if f"`{scope}`" not in said} == set()


def checked(folder: Path, settings: Mapping[str, str]) -> tuple[int, dict[str, bool]]:
    done = causerie(folder, "check", "--json", file_size=None, **settings)
    return done.returncode, {finding["what"]: finding["ok"] for finding in json.loads(done.stdout)}


def test_everything_is_in_order(hosted: Hosted, tmp_path: Path) -> None:
    code, found = checked(tmp_path / "data", configured(hosted))

    assert code == 0
    assert any(what.startswith("Slack: ") and "https://" in what for what in found)
    assert found["Slack: a connection can be opened"]


def test_a_missing_permission_is_named_with_what_will_not_work(tmp_path: Path) -> None:
    granted = ALL_SCOPES - {"groups:history", "files:write"}
    with threaded(clock=now, scopes=granted) as hosted:
        code, found = checked(tmp_path / "data", configured(hosted))

    assert code == 1
    (missing,) = [what for what, ok in found.items() if not ok]
    assert "groups:history" in missing
    assert "so I cannot hear answers in the threads of private channels" in missing
    (optional,) = [what for what in found if "files:write" in what]
    assert "which is optional, I cannot send files" in optional
    assert found[optional]


def test_tokens_that_slack_refuses(hosted: Hosted, tmp_path: Path) -> None:
    wrong = configured(hosted) | {
        "CAUSERIE__SLACK__BOT_TOKEN": "xoxb-mistyped",
        "CAUSERIE__SLACK__APP_TOKEN": "xapp-mistyped",
    }
    folder = tmp_path / "data"
    code, found = checked(folder, wrong)

    assert code == 1
    assert [what.split(" ")[0] for what, ok in found.items() if not ok] == ["slack.bot_token", "slack.app_token"]
    refused(causerie(folder, "run", file_size=None, **wrong), 1, "Slack refuses a token", "slack.app_token")
    half = configured(hosted) | {"CAUSERIE__SLACK__BOT_TOKEN": "xoxb-mistyped"}
    refused(causerie(folder, "run", file_size=None, **half), 1, "Slack refuses a token", "slack.bot_token")
    assert "mistyped" not in json.dumps(found)


def test_one_token_is_not_enough(hosted: Hosted, tmp_path: Path) -> None:
    alone = configured(hosted) | {"CAUSERIE__SLACK__APP_TOKEN": ""}

    refused(causerie(tmp_path / "data", "run", file_size=None, **alone), 1, "slack.app_token", "docs/slack.md")


def test_slack_that_cannot_be_reached(tmp_path: Path) -> None:
    away = {
        "CAUSERIE__SLACK__BOT_TOKEN": "xoxb-1",
        "CAUSERIE__SLACK__APP_TOKEN": "xapp-1",
        "CAUSERIE__SLACK__API_URL": "http://127.0.0.1:9/api/",
    }
    code, found = checked(tmp_path / "data", away)

    assert code == 1
    assert [what for what, ok in found.items() if not ok] == [
        "Slack cannot be reached at http://127.0.0.1:9/api/; is this machine online?"
    ]


def test_an_app_that_was_removed_wants_a_new_token(hosted: Hosted, tmp_path: Path) -> None:
    settings = configured(hosted)
    hosted.run(lambda d: d.uninstall())

    code, found = checked(tmp_path / "data", settings)

    assert code == 1
    (gone,) = [what for what in found if what.startswith("slack.bot_token")]
    assert "install it again, and put its new bot token here" in gone


@contextmanager
def running(folder: Path, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-u", "-c", "from bot.cli import main; main()", "run"],
        cwd=folder.parent,
        env={**environment(folder), "COLUMNS": "200", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_a_community_set_up_by_the_program_as_it_is_run(hosted: Hosted, tmp_path: Path) -> None:
    double = hosted.double
    ada, bo = hosted.run(lambda d: (d.add_user("Ada"), d.add_user("Bo")))
    practice = hosted.run(lambda d: d.add_channel("practice", [ada, bo]))
    with running(tmp_path / "data", configured(hosted)) as process:
        assert process.stdout is not None
        assert "Slack: https://" in process.stdout.readline()
        hosted.wait(lambda d: d.connected(2))
        hosted.run(lambda d: d.invite_bot(ada, practice))
        hosted.wait(lambda d: d.until(lambda: "Causerie is here" in "".join(d.words(m) for m in d.messages(practice))))
        hosted.run(lambda d: d.slash(ada, practice, "setup"))
        hosted.wait(lambda d: d.until(lambda: bool(d.views(ada))))
        hosted.run(lambda d: d.submit(ada, {"name": "Practice"}))
        hosted.wait(lambda d: d.until(lambda: bool(d.ephemerals(ada))))
        draft = double.ephemerals(ada)[-1]
        hosted.run(lambda d: d.press(ada, practice, draft.ts, "core:start"))
        hosted.wait(lambda d: d.until(lambda: "set up the community" in d.words(d.messages(practice)[-1])))
        process.send_signal(signal.SIGTERM)
        said, errors = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "Nothing is lost" in said
    assert not [line for line in errors.splitlines() if " INFO " not in line]
