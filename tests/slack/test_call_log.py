"""The option that notes what the doubles of a run were asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).with_name("double") / "test_faults.py"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_every_call_of_a_run_becomes_a_line(tmp_path: Path, workers: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text('{"method": "earlier", "arguments": {}}\n', "utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", workers, "--slack-calls", file.name, TESTS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    earlier, *calls = map(json.loads, file.read_text("utf-8").splitlines())
    assert earlier["method"] == "earlier"
    assert all(set(call) == {"method", "arguments"} for call in calls)
    assert sorted(call["arguments"]["text"] for call in calls if call["method"] == "chat.postMessage") == sorted(
        ["one", "two", "three", "four", "heard", "unheard", "slow", "fast", "hi"]
    )
    assert "xoxb-" not in file.read_text("utf-8")
