"""The operator's commands, as they are typed: what they do, say and return."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]


def environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CAUSERIE")}
    return kept | {
        "CAUSERIE__DATA__FOLDER": str(folder),
        "CAUSERIE__LOCAL__PORT": str(free_port()),
        "PYTHONPATH": str(ROOT),
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def causerie(
    folder: Path, *words: str, file_size: int | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    def narrow() -> None:
        if file_size is not None:
            # Beyond it a write fails as beyond a quota, instead of a signal.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *words],
        cwd=folder.parent,
        env=environment(folder) | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=narrow,
    )


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with this code and one line that says these words."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a command that stays, and give the address that it says."""
    with subprocess.Popen(
        [sys.executable, "-u", "-c", "from bot.cli import main; main()", *words],
        cwd=folder.parent,
        env=environment(folder) | {"COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        try:
            assert found, line
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.kill()


def stopped(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> str:
    process.send_signal(number)
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors == ""
    return said


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder in which the bot has run, and been stopped."""
    folder = tmp_path_factory.mktemp("seeded") / "data"
    with running(folder, "run") as (process, _):
        stopped(process)
    (folder / "causerie.sqlite.lock").unlink(missing_ok=True)
    return folder


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    """Give a copy of it."""
    copy = tmp_path / "data"
    copy.mkdir()
    for file in seeded.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def database(folder: Path) -> Path:
    return folder / "causerie.sqlite"


def execute(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database(folder))) as connection, connection:
        connection.execute(statement, values)


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database(folder))) as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_answers_and_stops_when_asked(folder: Path, number: signal.Signals) -> None:
    with running(folder, "run") as (process, address):
        with urlopen(address, timeout=30) as page:  # noqa: S310 - our own page
            assert page.status == 200
        refused(causerie(folder, "run"), 1, "Another engine works on this database")
        assert causerie(folder, "check").returncode == 0
        backup = causerie(folder, "db", "backup")
        assert backup.returncode == 0, backup.stderr
        refused(causerie(folder, "db", "restore", backup.stdout.strip()), 1, "Another engine works on this database")
        assert "Stopped." in stopped(process, number)


def test_a_port_that_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = causerie(folder, "run", CAUSERIE__LOCAL__PORT=port)

    refused(done, 1, port)


def test_the_demo_opens_in_either_language_and_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    demo = ("demo", "--port", "0", "--no-browser", "--folder", str(folder))
    with running(folder, *demo, "--language", "fr") as (process, address):
        with urlopen(address, timeout=30) as page:  # noqa: S310 - our own page
            assert page.status == 200
        stopped(process)
    assert rows(folder, "SELECT name FROM community") == [("La pratique de la formation",)]

    with running(folder, *demo, "--fresh") as (process, _):
        stopped(process)
    assert rows(folder, "SELECT name FROM community") == [("Trainers in practice",)]


def test_a_language_that_it_does_not_speak(tmp_path: Path) -> None:
    done = causerie(tmp_path / "data", "demo", "--language", "it")

    assert done.returncode == 2
    assert "en or fr" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_finds_all_in_order_and_says_what_to_mend(folder: Path) -> None:
    done = causerie(folder, "check", "--json")
    assert done.returncode == 0
    assert all(finding["ok"] for finding in json.loads(done.stdout))

    execute(folder, """UPDATE binding SET settings = '{"days": 99}' WHERE ritual = 'weekly_question'""")
    done = causerie(folder, "check")

    assert done.returncode == 1
    assert "weekly_question" in done.stdout
    assert "Traceback" not in done.stderr


def test_check_tells_until_when_a_frozen_workspace_is_kept(folder: Path) -> None:
    execute(
        folder,
        "INSERT INTO workspace (id, platform, external, frozen_at) VALUES ('w', 'slack', 'T01', ?)",
        "2026-11-23 09:00:00.000000",
    )

    done = causerie(folder, "check", "--json")

    assert done.returncode == 1
    (finding,) = [f for f in json.loads(done.stdout) if not f["ok"]]
    assert finding["what"] == (
        "slack workspace T01: frozen since 2026-11-23; "
        "install the app again, or all that is kept of it is purged on 2026-12-23"
    )


def test_a_rehearsal_for_people_and_for_scripts(folder: Path) -> None:
    before = database(folder).read_bytes()
    done = causerie(folder, "rehearse", "--weeks", "3", "--json")

    said = json.loads(done.stdout)
    assert len([row for row in said if row["to"] == "#practice"]) >= 3
    assert set(said[0]) == {"community", "at", "when", "to", "what"}
    assert "Trainers in practice" in causerie(folder, "rehearse", "--weeks", "3").stdout
    assert causerie(folder, "rehearse", "--weeks", "0").returncode == 2
    assert database(folder).read_bytes() == before


def test_dead_letters_are_listed_without_words_and_sent_again(folder: Path) -> None:
    # On a Sunday the preview of Monday's question waits for the end of the quiet hours.
    execute(folder, "DELETE FROM outbox WHERE kind = 'direct'")
    assert causerie(folder, "outbox", "list").stdout == "Nothing waits.\n"
    execute(folder, "UPDATE outbox SET status = 'dead', error = 'not in the channel'")

    listed = json.loads(causerie(folder, "outbox", "list", "--json").stdout)
    assert [(row["status"], row["error"]) for row in listed] == [("dead", "not in the channel")]
    assert "dead" in causerie(folder, "outbox", "list", COLUMNS="200").stdout
    assert causerie(folder, "check").returncode == 1
    assert causerie(folder, "outbox", "replay").returncode == 0
    assert rows(folder, "SELECT status FROM outbox") == [("pending",)]
    nothing = causerie(folder, "outbox", "replay", "999")
    assert "Traceback" not in nothing.stderr
    assert len(json.loads(causerie(folder, "outbox", "list", "--all", "--json").stdout)) == 1


def test_dead_facts_are_listed_and_handled_again(folder: Path) -> None:
    assert causerie(folder, "inbox", "list").stdout == "Nothing failed.\n"
    execute(folder, "UPDATE inbox SET status = 'dead', error = 'ValueError' WHERE id = (SELECT min(id) FROM inbox)")

    (listed,) = json.loads(causerie(folder, "inbox", "list", "--json").stdout)
    assert listed["error"] == "ValueError"
    assert "ValueError" in causerie(folder, "inbox", "list", COLUMNS="200").stdout
    assert causerie(folder, "inbox", "replay", str(listed["id"])).returncode == 0
    assert causerie(folder, "inbox", "list").stdout == "Nothing failed.\n"


def test_a_member_s_data_are_written_and_erased(folder: Path, tmp_path: Path) -> None:
    execute(folder, "INSERT INTO refusal SELECT 'r', id, NULL, NULL, '2026-11-23 09:00:00' FROM member LIMIT 1")
    ((name,),) = rows(folder, "SELECT name FROM member JOIN refusal ON refusal.member_id = member.id")
    out, elsewhere = tmp_path / "exported", tmp_path / "elsewhere"
    out.mkdir()
    (out / "causerie-data.json").touch(mode=0o644)
    elsewhere.touch(mode=0o644)
    (out / "causerie-data.html").symlink_to(elsewhere)

    done = causerie(folder, "data", "export", str(name), "--folder", str(out))

    assert done.returncode == 0, done.stderr
    written = [Path(line) for line in done.stdout.splitlines()]
    assert sorted(file.name for file in written) == ["causerie-data.html", "causerie-data.json"]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in written)
    assert sorted(out.iterdir()) == sorted(written)
    assert elsewhere.read_text(encoding="utf-8") == ""
    kept = json.loads((out / "causerie-data.json").read_text(encoding="utf-8"))["tables"]
    assert kept["member"][0]["name"] == name
    assert len(kept["refusal"]) == 1

    asked = causerie(folder, "data", "erase", str(name))
    assert asked.returncode == 1
    assert len(rows(folder, "SELECT 1 FROM refusal")) == 1
    assert not (folder / "erasure.key").exists()
    done = causerie(folder, "data", "erase", str(name), "--yes")
    assert done.returncode == 0, done.stderr
    assert rows(folder, f"SELECT 1 FROM member WHERE name = '{name}'") == []  # noqa: S608 - our own name
    assert len(rows(folder, "SELECT 1 FROM kept")) == 1
    assert (folder / "erasure.key").stat().st_mode & 0o777 == 0o600
    refused(causerie(folder, "data", "erase", str(name), "--yes"), 1, str(name))
    assert causerie(folder, "check").returncode == 0

    (folder / "erasure.key").unlink()
    done = causerie(folder, "check")
    assert done.returncode == 1
    assert "erasure.key" in done.stdout


def test_data_of_nobody_and_a_folder_that_cannot_be_made(folder: Path) -> None:
    ((name, *_), *_) = rows(folder, "SELECT name FROM member")
    (folder / "file").write_text("not a folder", encoding="utf-8")

    refused(causerie(folder, "data", "export", "Nobody"), 1, "Nobody")
    refused(causerie(folder, "data", "erase", "Nobody", "--yes"), 1, "Nobody")
    refused(causerie(folder, "data", "export", str(name), "--folder", str(folder / "file")), 1, "file")


def test_a_backup_is_restored(folder: Path) -> None:
    backup = causerie(folder, "db", "backup").stdout.strip()
    execute(folder, "UPDATE community SET name = 'Changed'")

    done = causerie(folder, "db", "restore", backup)

    assert done.returncode == 0, done.stderr
    assert rows(folder, "SELECT name FROM community") == [("Trainers in practice",)]
    assert any("replaced" in file.name for file in folder.iterdir())


def test_a_backup_that_is_none(folder: Path) -> None:
    before = rows(folder, "SELECT * FROM community")
    (folder / "letter.txt").write_text("Dear all", encoding="utf-8")

    refused(causerie(folder, "db", "restore", str(folder / "letter.txt")), 1, "letter.txt")
    refused(causerie(folder, "db", "restore", str(folder / "nowhere")), 1, "nowhere")

    assert rows(folder, "SELECT * FROM community") == before


def test_a_fresh_machine_has_no_folder_yet(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    assert causerie(folder, "db", "upgrade").returncode == 0
    assert causerie(folder, "db", "upgrade").returncode == 0
    assert causerie(folder, "rehearse").stdout == "Nothing would be said in the next 8 weeks.\n"


def test_a_database_that_is_newer_than_the_program(folder: Path) -> None:
    execute(folder, "UPDATE alembic_version SET version_num = '9999'")

    for words in (("run",), ("rehearse",), ("outbox", "list"), ("db", "upgrade")):
        refused(causerie(folder, *words), 1, "newer Causerie")
    done = causerie(folder, "check")
    assert done.returncode == 1
    assert "newer Causerie" in " ".join(done.stdout.split())


def test_a_wrong_configuration(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    file = tmp_path / "wrong.toml"
    file.write_text("[engine]\nlease_secnds = 3\n", encoding="utf-8")

    refused(causerie(folder, "check", "--config", str(file)), 2, "lease_secnds")
    refused(causerie(folder, "check", "--config", str(tmp_path / "nowhere.toml")), 2, "nowhere.toml")
    refused(causerie(folder, "run", CAUSERIE__LOCAL__PORT="many"), 2, "port")
    refused(causerie(folder, "run", CAUSERIE__LOCAL__ENABLED="never"), 2, "no platform")


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    # Root may write to any folder; into a file's place nobody can put one.
    folder = tmp_path / "data"
    folder.write_text("a file in the folder's place", encoding="utf-8")

    for words in (("run",), ("demo", "--no-browser", "--port", "0", "--folder", str(folder)), ("rehearse",)):
        refused(causerie(folder, *words), 1, str(folder))
    done = causerie(folder, "check")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_disk_that_takes_no_more(folder: Path, tmp_path: Path) -> None:
    before = rows(folder, "SELECT * FROM community")
    size = database(folder).stat().st_size

    refused(causerie(folder, "db", "backup", file_size=size // 2), 1, "backup")
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(causerie(empty, "run", file_size=32_768), 1, "space")

    assert rows(folder, "SELECT * FROM community") == before


def test_without_words_it_shows_its_commands(tmp_path: Path) -> None:
    shown = causerie(tmp_path / "data").stdout + causerie(tmp_path / "data", "--help").stdout

    assert "rehearse" in shown
    assert "Traceback" not in shown


def test_the_log_can_be_json_lines() -> None:
    told = "import logging; from bot.cli import _log; _log('info', as_json=True); logging.getLogger('bot').info('x')"
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    line = json.loads(said.stderr)
    assert (line["levelname"], line["name"], line["message"]) == ("INFO", "bot", "x")
