"""The story on Slack: against the double, in a thread of the test's process, which outlives the bot.

A command that Slack could not deliver, or of which it never learned that it was taken, is told to who gave it as a
failure. They look whether it happened all the same, and give it again if not: as soon as the bot is back. Here the
inbox is looked into for that; what was acknowledged must be there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from adapters.local.seed import SEEDS
from adapters.slack.settings import SlackSettings
from tests.kill.driver import BEGIN
from tests.kill.place import Standing
from tests.kill.slack_bot import ACK_TIMEOUT, SlackBot, fact_of, heard, is_prompt
from tests.kill.story import NEWCOMER, Members, Stage
from tests.slack.double import AnswerLost, Envelope, Hosted, SlackDouble, Slow, buttons, threaded
from tests.slack.double.faults import Fault

T = TypeVar("T")
SEED = SEEDS["en"]
EMOJI: Final = {"📥": "inbox_tray", "👍": "+1"}
LAG = timedelta(seconds=5)
"""For so long nothing that was written is in a history yet."""


@dataclass
class Now:
    """The double's clock: it stands, until members act, or the bot's shows more."""

    at: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Given:
    """A command, and how it went when it was given last; ``found``: they were told that it failed, and it was heard."""

    who: int
    words: str
    envelope: Envelope
    found: bool = False


@dataclass(frozen=True)
class SlackMembers(Members):
    """Members on Slack. ``patient``: each waits with what they do until the bot has heard of the last."""

    place: SlackPlace
    patient: bool = True

    def command(self, who: int, words: str) -> None:
        self.place.given.append(Given(who, words, self.give(who, words)))

    def give(self, who: int, words: str) -> Envelope:
        """Give a command, and wait for its answer, or for word that it failed."""
        before = len(self.place.hosted.double.ephemerals(self._person(who)))
        envelope = self._act(lambda d: d.slash(self._person(who), self._home, words))
        self.place.wait(lambda d: envelope.failed or len(d.ephemerals(self._person(who))) > before)
        return envelope

    def say(self, who: int, words: str, thread: str | None = None) -> None:
        self._act(lambda d: d.say(self._person(who), self._home, words, thread=thread))

    def edit(self, who: int, message: str, words: str) -> None:
        self._act(lambda d: d.edit(self._person(who), self._home, message, words.replace("**", "*")))

    def delete(self, who: int, message: str) -> None:
        self._act(lambda d: d.delete(self._person(who), self._home, message))

    def react(self, who: int, message: str, emoji: str) -> None:
        self._act(lambda d: d.react(self._person(who), self._home, message, EMOJI[emoji]))

    def arrive(self) -> None:
        self._act(lambda d: d.join(self._person(-1), self._home))

    def leave(self, who: int) -> None:
        self._act(lambda d: d.leave(self._person(who), self._home))

    @property
    def chatter(self) -> str:
        said = self.place.hosted.double.messages(self._home)
        return [m.ts for m in said if m.user == self._person(2) and m.thread_ts is None][-1]

    def question(self, number: int) -> str:
        double = self.place.hosted.double
        said = [m for m in double.messages(self._home) if m.user == double.bot_user and not m.is_reply]
        return [m.ts for m in said if "Answer in the thread" in double.words(m)][number - 1]

    def answers(self, question: int) -> list[tuple[int, str]]:
        double, root = self.place.hosted.double, self.question(question)
        below = [m for m in double.messages(self._home) if m.thread_ts == root and m.is_reply and not m.deleted]
        return [(self.place.people.index(m.user), m.ts) for m in below if m.user != double.bot_user]

    @property
    def _home(self) -> str:
        return self.place.home

    def _person(self, number: int) -> str:
        return self.place.people[number]

    def _act(self, act: Callable[[SlackDouble], T]) -> T:
        self.place.now.at += timedelta(seconds=1)
        done = self.place.hosted.run(act)
        if self.patient:
            self.place.wait(drained)
        return done


class SlackPlace:
    """A workspace with people, channels and the bot, empty or as another one; its bot keeps what it hears at ``url``.

    ``patient`` is what members are. ``failed`` counts what Slack told members to have failed, by what they found.
    """

    def __init__(self, hosted: Hosted, now: Now, url: str, like: SlackPlace | None = None) -> None:
        double = hosted.double
        double.lag, double.ack_timeout = LAG, ACK_TIMEOUT
        self.hosted = hosted
        self.now = now
        self.patient = True
        self.given: list[Given] = []
        self.failed = {"lost": 0, "done": 0}
        self._url = url
        self._before = 0
        self._waiting: list[Stage] = []
        if like is None:
            self.people = [double.add_user(name, locale="en-GB") for name in (*SEED.people, NEWCOMER)]
            self.home = double.add_channel(SEED.home, self.people[:-1], with_bot=True)
            for person in self.people:
                double.direct(person)
            self._waiting.append(Stage(BEGIN, BEGIN, self._found))
        else:
            double.like(like.hosted.double)
            self.people, self.home = like.people, like.home
        settings = SlackSettings(bot_token=double.bot_token, app_token=double.app_token, api_url=double.api_url)
        self.bot = SlackBot(settings)

    @contextmanager
    def members(self, at: datetime) -> Iterator[SlackMembers]:
        self.now.at = max(at, self.now.at)
        yield SlackMembers(self, self.patient)

    def begin(self, stage: Stage) -> None:
        """Wait for the bot: a command that is given while it is not there fails."""
        self._waiting.append(stage)

    def worsen(self) -> None:
        """Lose some answers to what was done."""
        self.patient = False
        lost: list[Fault] = [AnswerLost(), Slow(0), Slow(0)]
        self.hosted.run(lambda d: d.fail("chat.postMessage", *lost * 4))
        self.hosted.run(lambda d: d.fail("chat.update", AnswerLost()))

    def started(self) -> None:
        self._before = self.hosted.double.sockets.opened

    def heard(self, at: datetime) -> int:
        self.wait(lambda d: d.sockets.opened >= self._before + 2 and len(d.sockets.open) == 2)
        self._give_again(at)
        while self._waiting:
            stage = self._waiting.pop()
            with self.members(stage.at) as they:
                stage.act(they)
        self.now.at = max(at, self.now.at)
        self.wait(drained)
        return len(self.hosted.double.sent)

    def standing(self) -> Standing:
        """Leave out what answers a command: it is said at most once."""
        double = self.hosted.double
        written = [m for place in double.channels for m in double.messages(place, system=True)]
        # Channels go side by side: the order is that within each.
        kept = sorted((m for m in written if not is_prompt(double, m)), key=lambda m: (m.channel, float(m.ts)))
        posted = [
            [m.ts, m.channel, m.thread_ts, m.deleted, [double.words(m), *buttons(m)]]
            for m in kept
            if m.user == double.bot_user and m.subtype is None
        ]
        names = {m.ts: f"message {place}" for place, m in enumerate(kept)}
        return Standing(posted, names, [fact_of(self.hosted.double, given.envelope) for given in self.given])

    def wait(self, until: Callable[[SlackDouble], bool]) -> None:
        """Wait until something holds, or the bot is dead."""
        self.hosted.wait(lambda d: d.until(lambda: until(d) or self._dead(d), timeout=ACK_TIMEOUT))

    def _dead(self, double: SlackDouble) -> bool:
        return double.sockets.opened > self._before and not double.sockets.open

    def _give_again(self, at: datetime) -> None:
        """Let members give again what Slack told them to have failed, unless they find that it was heard."""
        failed = [given for given in self.given if given.envelope.failed and not given.found]
        if not failed:
            return
        there = asyncio.run(heard(self._url, [fact_of(self.hosted.double, given.envelope) for given in failed]))
        self.now.at = max(at, self.now.at)
        for given in failed:
            given.found = fact_of(self.hosted.double, given.envelope) in there
            self.failed["done" if given.found else "lost"] += 1
            if not given.found:
                given.envelope = SlackMembers(self).give(given.who, given.words)

    def _found(self, they: Members) -> None:
        """Found the seeded community by the form, and open it."""
        del they
        first, hosted = self.people[0], self.hosted
        hosted.run(lambda d: d.slash(first, self.home, "setup"))
        self.wait(lambda d: bool(d.views(first)))
        given = {"name": SEED.name, "weekly_question_cadence": SEED.cadence}
        blocks = [b["block_id"] for b in hosted.double.views(first)[-1]["blocks"] if "element" in b]
        values = {name: given[name.replace(".", "_")] for name in blocks if name.replace(".", "_") in given}
        hosted.run(lambda d: d.submit(first, values))
        self.wait(lambda d: bool(d.ephemerals(first)))
        message = hosted.double.ephemerals(first)[-1]
        action, value = next((action, value) for label, action, value in buttons(message) if label == "Start")
        hosted.run(lambda d: d.press(first, self.home, message.ts, action, value))
        self.wait(drained)


def drained(double: SlackDouble) -> bool:
    """Whether everything was told, and taken."""
    return not double.sockets.waiting and not double.sockets.unacked


@contextmanager
def workspace(url: str, like: SlackPlace | None) -> Iterator[SlackPlace]:
    """Run a double as long as the block lasts."""
    now = Now()
    with threaded(clock=now) as hosted:
        yield SlackPlace(hosted, now, url, like)
