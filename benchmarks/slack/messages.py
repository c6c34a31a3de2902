"""Direct messages on Slack: how long until all are there, beside what the rate allows that the adapter keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from time import perf_counter

from adapters.slack.session import SlackSession
from adapters.slack.settings import SlackSettings
from adapters.slack.web import BURST_OF_MESSAGES, PER_MINUTE
from benchmarks.bench import Bench
from benchmarks.figure import Figure
from benchmarks.slack.workplace import PATIENCE
from bot.app import App, now, opened
from bot.config import load
from bot.core.incoming import Batch, Profile
from bot.core.model import Label, WorkspaceId
from bot.core.text import paragraph
from bot.engine.engine import derived
from bot.engine.ports import Parcel
from bot.engine.record import direct_destination
from tests.slack.double import SlackDouble

MESSAGES, QUICK = 100, 26
SWEEP = timedelta(seconds=30)


async def measure(bench: Bench) -> Figure:
    """Write to each of many people alone, at the pace that is kept on Slack."""
    count = bench.messages or bench.count(MESSAGES, QUICK)
    settings = {
        "CAUSERIE__STORAGE__URL": bench.fresh("SQLite"),
        "CAUSERIE__DATA__FOLDER": str(bench.folder),
    }
    async with SlackDouble(clock=now) as double, opened(load(None, settings)) as app:
        people = [double.add_user(f"Member {number}") for number in range(count)]
        session = SlackSession(
            app.engine,
            SlackSettings(bot_token=double.bot_token, app_token=double.app_token, api_url=double.api_url),
        )
        await session.open()
        app.sessions.append(session)
        running = asyncio.create_task(app.run(SWEEP))
        await double.connected(2, PATIENCE)
        begun = perf_counter()
        await _put(app, session.workspace, people, now())
        app.engine.nudge()
        await double.until(lambda: _posts(double) >= count, PATIENCE + 2 * least(count))
        took = perf_counter() - begun
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert all(len(double.messages(double.direct(person))) == 1 for person in people), "each has one message"
    limit = least(count)
    return Figure(
        name="slack-messages",
        title=f"{count:,} direct messages on Slack",
        columns=("", "seconds", "× the least"),
        rows=[
            ("the least that the rate allows", limit, None),
            ("from the outbox to the last of them", took, took / limit),
        ],
        note=f"The rate that is kept: {PER_MINUTE['chat.postMessage']:.0f} a minute, after a burst.",
    )


def least(count: int) -> float:
    """Return how many seconds so many messages take at least: a burst at once, the rest one by one."""
    per_second = PER_MINUTE["chat.postMessage"] / 60
    return (count - per_second * BURST_OF_MESSAGES) / per_second


def _posts(double: SlackDouble) -> int:
    return sum(method == "chat.postMessage" for method, _ in double.calls)


async def _put(app: App, workspace: WorkspaceId, people: Collection[str], at: datetime) -> None:
    """Put a message to each of them into the outbox, in one transaction."""
    async with app.database.unit() as unit:
        profiles = tuple(Profile(external=person, name=person) for person in people)
        await unit.directory.save(workspace, Batch(people=profiles))
        for member in (await unit.directory.by_external(workspace, people)).values():
            to = frozenset({member})
            await unit.outbox.put(
                Parcel(
                    key=derived("bench", member),
                    kind="direct",
                    workspace=workspace,
                    label=Label("bench"),
                    destination=direct_destination(to),
                    to=to,
                    body=paragraph("What did you try this week?"),
                    not_before=at,
                    next_at=at,
                )
            )
        await unit.commit()
