"""Runs cut where it disturbs least."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from adapters.slack.runs import Run, joined, said, size
from bot.core.parting import break_at

_WORD = re.compile(r"[^\S\u00a0\u202f]+")


def split(runs: Sequence[Run], limit: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Return the most of ``runs`` that ``limit`` characters hold, and the rest.

    They part at a line if that leaves enough before it, else at a sentence, else at a word, else anywhere; what
    Slack shows itself stays whole, even beyond the limit.
    """
    return _parted(runs, break_at(said(runs), limit))


def trimmed(runs: Sequence[Run], blanks: str = " \t\n") -> tuple[Run, ...]:
    """Return runs without the blanks at both ends."""
    kept = list(runs)
    while kept and not kept[0].of and not kept[0].words.strip(blanks):
        del kept[0]
    while kept and not kept[-1].of and not kept[-1].words.strip(blanks):
        del kept[-1]
    if kept and not kept[0].of:
        kept[0] = replace(kept[0], words=kept[0].words.lstrip(blanks))
    if kept and not kept[-1].of:
        kept[-1] = replace(kept[-1], words=kept[-1].words.rstrip(blanks))
    return tuple(kept)


def shortened(runs: Sequence[Run], limit: int) -> tuple[Run, ...]:
    """Return at most ``limit`` characters of ``runs``, cut at a word unless that is long, with an ellipsis."""
    if size(runs) < limit:
        return joined((*runs, Run("…")))
    text = said(runs)[:limit]
    ends = [found.start() for found in _WORD.finditer(text) if found.start() > limit // 2]
    kept, _ = _parted(runs, ends[-1] if ends else limit - 1)
    last = kept[-1] if kept else Run("")
    tidy = replace(last, words=last.words if last.of else last.words.rstrip(",;: \n"))
    return joined((*kept[:-1], tidy, Run("…", tidy.style, tidy.url)))


def _parted(runs: Sequence[Run], at: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    before: list[Run] = []
    for place, run in enumerate(runs):
        if len(run.words) > at:
            if run.of:  # stays whole: with what follows, unless nothing else came before
                cut = place if before else place + 1
                return tuple(runs[:cut]), tuple(runs[cut:])
            head, tail = replace(run, words=run.words[:at]), replace(run, words=run.words[at:])
            return joined((*before, head)), (tail, *runs[place + 1 :])
        before.append(run)
        at -= len(run.words)
    return tuple(before), ()
