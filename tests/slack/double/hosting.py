"""The double in a thread of its own, for a bot that lives in another process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tests.slack.double.double import SlackDouble
from tests.slack.double.world import ALL_SCOPES

T = TypeVar("T")
PATIENCE = 30
"""Seconds for one act."""


@dataclass(frozen=True)
class Hosted:
    """A double and its loop. ``run`` acts on it, ``wait`` awaits it; reading ``double`` needs neither."""

    double: SlackDouble
    loop: asyncio.AbstractEventLoop

    def run(self, act: Callable[[SlackDouble], T]) -> T:
        """Return what an act returns, done on the double's loop."""

        async def acted() -> T:
            return act(self.double)

        return asyncio.run_coroutine_threadsafe(acted(), self.loop).result(PATIENCE)

    def wait(self, until: Callable[[SlackDouble], Coroutine[None, None, T]], patience: float = PATIENCE) -> T:
        """Return what a coroutine of the double returns, such as ``lambda d: d.drained()``."""
        return asyncio.run_coroutine_threadsafe(until(self.double), self.loop).result(patience)


@contextmanager
def threaded(
    *, clock: Callable[[], datetime], scopes: Iterable[str] = ALL_SCOPES, log: Path | None = None
) -> Iterator[Hosted]:
    """Run a double until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="slack-double", daemon=True)
    thread.start()
    hosted = Hosted(SlackDouble(clock=clock, scopes=scopes, log=log), loop)
    try:
        hosted.wait(lambda d: d.start())
        yield hosted
    finally:
        hosted.wait(lambda d: d.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
