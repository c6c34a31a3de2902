from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.__main__ import FIGURES, WIDTH
from benchmarks.figure import percentile, told

ROOT = Path(__file__).parent.parent


def test_every_figure_is_taken_and_fits_a_terminal(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json", str(written)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told_in_full = json.loads(written.read_text(encoding="utf-8"))
    assert [figure["name"] for figure in told_in_full["figures"]] == list(FIGURES)
    assert all(len(row) == len(figure["columns"]) for figure in told_in_full["figures"] for row in figure["rows"])
    tables = done.stdout.partition("\n\n")[2]
    assert max(map(len, tables.splitlines())) <= WIDTH


def test_an_unknown_figure_is_refused_by_name() -> None:
    command = [sys.executable, "-m", "benchmarks", "speed"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no figure is called speed; there are facts" in done.stderr


def test_values_are_told_in_three_digits() -> None:
    assert [told(v) for v in (None, "x", 1_000, 52_908.4, 0.04561, 3.14159)] == [
        "",
        "x",
        "1,000",
        "52,908",
        "0.0456",
        "3.14",
    ]


def test_a_percentile_is_one_of_the_times() -> None:
    times = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert percentile(times, 0.5) == 3
    assert percentile(times, 0.95) == 5
    assert percentile([7.0], 0.5) == 7
