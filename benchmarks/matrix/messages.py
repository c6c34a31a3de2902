"""Messages on Matrix: from the outbox to one room and to many, beside bare requests to the same Synapse."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from time import perf_counter

from adapters.matrix.account import home
from adapters.matrix.session import MatrixSession
from adapters.matrix.settings import MatrixSettings
from benchmarks.bench import Bench
from benchmarks.figure import Figure, Value
from benchmarks.matrix.place import PATIENCE, account, bot_account
from bot.app import App, now, opened
from bot.config import load
from bot.core.incoming import Batch, ChannelProfile
from bot.core.model import Label, WorkspaceId
from bot.core.text import paragraph
from bot.engine.engine import derived
from bot.engine.ports import Parcel
from tests.matrix.person import Person, people
from tests.matrix.synapse import Synapse, running

WORDS = "What did you try this week?"
SWEEP = timedelta(seconds=30)
ROOMS = 50


async def measure(bench: Bench) -> Figure:
    """Send as many messages to one room as to fifty, by bare requests and through the outbox, in turn."""
    count, rooms = bench.messages or bench.count(200, 8), bench.count(ROOMS, 4)
    rows: list[Sequence[Value]] = []
    with running() as server:
        async with people(server) as person, _at_work(bench, server) as (app, session):
            ada = await person("Ada")
            peer = Person(ada.http, server.url, await account(server, "peer"))
            for many in (1, rooms):
                theirs = [await _room(ada, peer.id) for _ in range(many)]
                for room in theirs:
                    await peer.join(room)
                ours = [await _room(ada, session.account.user) for _ in range(many)]
                await _until_joined(ada, ours, session.account.user)
                bare = count / await _bare(peer, theirs, count)
                out = count / await _out(app, session, ours, count)
                await _each_once(ada, ours, session.account.user, count)
                what = "one room" if many == 1 else f"{many} rooms"
                rows += [(f"{what}, bare requests", bare, None), (f"{what}, from the outbox", out, out / bare)]
    return Figure(
        name="matrix-messages",
        title=f"{count:,} messages on Matrix",
        columns=("", "messages/s", "× bare"),
        rows=rows,
        note="One after the other in a room, rooms side by side.",
    )


@asynccontextmanager
async def _at_work(bench: Bench, server: Synapse) -> AsyncIterator[tuple[App, MatrixSession]]:
    folder = bench.new_folder()
    bot = await bot_account(server, folder)
    settings = {"CAUSERIE__STORAGE__URL": bench.fresh("SQLite"), "CAUSERIE__DATA__FOLDER": str(folder)}
    async with opened(load(None, settings)) as app:
        session = MatrixSession(app.engine, MatrixSettings(user=bot.user_id, homeserver=server.url), home(folder))
        await session.open()
        app.sessions.append(session)
        working = asyncio.create_task(app.run(SWEEP))
        try:
            yield app, session
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working


async def _room(person: Person, bot: str) -> str:
    return await person.create_room("Practice", invite=[bot])


async def _until_joined(person: Person, rooms: Sequence[str], bot: str) -> None:
    async with asyncio.timeout(PATIENCE):
        for room in rooms:
            while (await person.members(room)).get(bot) != "join":  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.02)
    # What the bot says of its coming is said.
    await asyncio.sleep(2)


async def _bare(peer: Person, rooms: Sequence[str], count: int) -> float:
    """Send as a bare client does, and return how many seconds it took."""

    async def to(room: str, many: int) -> None:
        for _ in range(many):
            await peer.say(room, WORDS)

    begun = perf_counter()
    await asyncio.gather(*(to(room, count // len(rooms)) for room in rooms))
    return perf_counter() - begun


async def _out(app: App, session: MatrixSession, rooms: Sequence[str], count: int) -> float:
    """Put messages into the outbox in one transaction, and return how many seconds it took until all had gone."""
    begun = perf_counter()
    await _put(app, session.workspace, rooms, count)
    app.engine.nudge()
    async with asyncio.timeout(PATIENCE):
        while await _waiting(app):  # noqa: ASYNC110 - it is asked of the database
            await asyncio.sleep(0.02)
    return perf_counter() - begun


async def _put(app: App, workspace: WorkspaceId, rooms: Sequence[str], count: int) -> None:
    async with app.database.unit() as unit:
        profiles = tuple(ChannelProfile(external=room, name="practice") for room in rooms)
        await unit.directory.save(workspace, Batch(channels=profiles))
        for number in range(count // len(rooms)):
            for room in rooms:
                channel = await unit.directory.channel(workspace, room)
                assert channel is not None
                at = now()
                await unit.outbox.put(
                    Parcel(
                        key=derived("bench", room, str(number)),
                        kind="post",
                        workspace=workspace,
                        label=Label("bench"),
                        destination=f"channel:{channel}",
                        channel=channel,
                        body=paragraph(WORDS),
                        not_before=at,
                        next_at=at,
                    )
                )
        await unit.commit()


async def _waiting(app: App) -> bool:
    async with app.database.view() as unit:
        return bool(await unit.outbox.rows(all_=False, limit=1))


async def _each_once(person: Person, rooms: Sequence[str], bot: str, count: int) -> None:
    said: Counter[str] = Counter()
    for room in rooms:
        events = await person.messages(room)
        said[room] = sum(e["sender"] == bot and e["content"].get("body") == WORDS for e in events)
    assert set(said.values()) == {count // len(rooms)}, "each message is there once"
