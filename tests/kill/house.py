"""Where a story is played: a platform and a database that outlive the bot, and the bot, started as often as needed."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.kill.driver import Kill, Order, play
from tests.kill.place import Place
from tests.kill.story import Stage

PATIENCE = 60
"""Seconds after which a silent bot is taken to hang."""

# Every bot is a process of its own, forked from one that has loaded the program and opened nothing.
_processes = get_context("forkserver")
_processes.set_forkserver_preload(
    ["pytest", "asyncpg", "aiosqlite", "nio", "tests.kill.on_local", "tests.kill.on_slack", "tests.kill.on_matrix"]
)


class BotFailedError(Exception):
    """The bot ended, or hung, without having been killed by its order."""


@dataclass
class House:
    """A folder, a database and a platform. ``deaths`` counts how often the bot was killed."""

    folder: Path
    url: str
    place: Place
    deaths: int = 0
    _begun: set[Stage] = field(default_factory=set)
    _bot: ForkServerProcess | None = None
    _orders: Connection | None = None

    def play(self, stage: Stage, kill: Kill | None = None) -> Counter[str] | None:
        """Let members act out a stage, unless they did, and have its order done as ``perform`` does."""
        if stage not in self._begun:
            self._begun.add(stage)
            self.place.begin(stage)
        return self.perform(stage.order(kill))

    def act(self, stage: Stage) -> None:
        """Let members act out a stage now, whether or not the bot is there."""
        self._begun.add(stage)
        with self.place.members(stage.at) as they:
            stage.act(they)

    def perform(self, order: Order) -> Counter[str] | None:
        """Have an order done and return the places passed; None when the bot was killed over it."""
        orders = self._started()
        orders.send(order)
        try:
            while True:
                if not orders.poll(PATIENCE):
                    self.stop(kill=True)
                    raise BotFailedError(f"nothing was heard for {PATIENCE} s")
                told: Counter[str] | datetime = orders.recv()
                if isinstance(told, Counter):
                    return told
                orders.send(self.place.heard(told))
        except (EOFError, ConnectionError):
            code = self.stop()
            if code != -signal.SIGKILL or order.kill is None:
                raise BotFailedError(f"the bot ended with {code}") from None
            self.deaths += 1
            return None

    def stop(self, *, kill: bool = False) -> int | None:
        """End the bot, in an orderly way unless it is to be killed, and return its exit code."""
        bot, orders = self._bot, self._orders
        self._bot = self._orders = None
        if bot is None or orders is None:
            return None
        if kill:
            bot.kill()
        elif bot.is_alive():
            with _gone():
                orders.send(None)
        bot.join()
        code = bot.exitcode
        bot.close()
        orders.close()
        return code

    def _started(self) -> Connection:
        if self._orders is None:
            self._orders, theirs = Pipe()
            self.place.started()
            self._bot = _processes.Process(target=play, args=(self.folder, self.url, self.place.bot, theirs))
            self._bot.start()
            theirs.close()
        return self._orders


@contextmanager
def _gone() -> Iterator[None]:
    """Bear that the other side went away meanwhile."""
    try:
        yield
    except BrokenPipeError:
        return
