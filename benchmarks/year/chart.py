"""The year's picture: how many members got how many messages a week."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from benchmarks.year.tally import ALONE, CHANNEL, MEANS, WORST, Tally, names, spread

# Okabe and Ito's colours, told apart by everybody; hatches for those who print in grey.
SHOWN = (
    (CHANNEL, "in their channels", "#0072B2", ""),
    ("answer", "to them alone: answers", "#56B4E9", ".."),
    ("standing", "to them alone: what they asked for in advance", "#009E73", "//"),
    ("duty", "to them alone: of an office", "#E69F00", "\\\\"),
    ("nudge", "to them alone: nudges", "#D55E00", "xx"),
)
WIDTH = 0.8 / len(SHOWN)


def conclusion(tally: Tally) -> str:
    """Return what the picture shows, in a sentence."""
    channels, alone = median(tally.mean[CHANNEL]), median(tally.mean[ALONE])
    return (
        f"Half of {len(tally.mean[CHANNEL]):,} members got at most {channels:.1f} messages a week in their channels "
        f"and {alone:.1f} alone;\n"
        f"a ritual that nags every day never reached anybody more than {max(tally.worst['nudge'])} times in a week"
    )


def draw(tally: Tally, file: Path) -> None:
    """Write the picture as PNG."""
    picture = Figure(figsize=(11, 5), dpi=110, layout="constrained")
    left, right = picture.subplots(1, 2, sharey=True)
    picture.suptitle(conclusion(tally), fontsize=11)
    shown = ((left, tally.mean, MEANS, "on average"), (right, tally.worst, WORST, "in their fullest week"))
    for axes, of, steps, title in shown:
        for number, (care, label, colour, hatch) in enumerate(SHOWN):
            counts = spread([float(value) for value in of[care]], steps)
            at = [n + (number - len(SHOWN) / 2 + 0.5) * WIDTH for n in range(len(counts))]
            axes.bar(at, counts, WIDTH, label=label, color=colour, hatch=hatch, edgecolor="white", linewidth=0.3)
        _labelled(axes, title, names(steps))
    left.set_ylabel("members (logarithmic)")
    left.legend(fontsize=8, loc="upper right")
    picture.savefig(file)


def _labelled(axes: Axes, title: str, ticks: Sequence[str]) -> None:
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("messages a week")
    axes.set_xticks(range(len(ticks)), ticks, rotation=35, ha="right", fontsize=8)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.spines[["top", "right"]].set_visible(False)
