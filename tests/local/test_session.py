"""The playground between its chat and the engine: what becomes of an invitation, a reaction and a question to read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from adapters.local.chat import BOT, Chat
from adapters.local.session import LocalSession
from bot.app import registry
from bot.core.i18n import Catalogues
from bot.core.incoming import Reacted, Said
from bot.core.plain import written
from bot.core.text import buttons_of
from bot.engine.engine import Engine
from storage.database import SqlDatabase
from storage.ritual import installed

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest_asyncio.fixture(params=[False, True], ids=["rich", "plain"])
async def session(request: pytest.FixtureRequest) -> AsyncIterator[LocalSession]:
    known = registry()
    database = await SqlDatabase.in_memory(installed())
    chat = Chat(":memory:", lambda: NOW)
    made = LocalSession(
        chat, Engine(database, known, Catalogues(known.locales), lambda: NOW), plain=bool(request.param)
    )
    for name in ("Nadia", "Paul"):
        chat.direct(frozenset({chat.add_persona(name), BOT}))
    await made.open()
    yield made
    chat.close()
    await database.close()


async def test_an_invited_bot_says_one_line_to_everybody(session: LocalSession) -> None:
    channel = session.chat.open_channel("U1", "visits")
    await session.heard()
    (line,) = session.chat.said_after(0, BOT)
    assert (line.channel, line.only_for) == (channel, None)
    assert "/causerie setup" in written(line.body)
    rich = session.port.capabilities.buttons
    assert [b.action for b in buttons_of(line.body)] == (["core:setup"] if rich else [])
    again = LocalSession(session.chat, session.engine)
    await again.open()
    await again.heard()
    assert session.chat.said_after(0, BOT) == [line]


async def test_the_channel_is_set_up_as_the_line_says(session: LocalSession) -> None:
    channel = session.chat.open_channel("U1", "visits")
    await session.heard()
    (line,) = session.chat.said_after(0, BOT)
    if session.port.capabilities.buttons:
        (button,) = buttons_of(line.body)
        session.chat.press("U1", line.id, button.action, button.value)
        await session.heard()
        assert session.chat.form_for("U1") is not None
    else:
        session.chat.say("U1", channel, "/causerie setup")
        await session.heard()
        (asked,) = session.chat.said_after(int(line.id[1:]), BOT)
        assert asked.channel == "D1"


async def test_one_message_of_a_member_is_read_until_it_is_gone(session: LocalSession) -> None:
    channel = session.chat.open_channel("U1", "visits")
    root = session.chat.say("U1", channel, "By listening")
    answer = session.chat.say("U1", channel, "And waiting", root)
    await session.heard()
    read = await session.port.read(channel, answer)
    assert isinstance(read, Said)
    assert (read.author, read.thread, written(read.text)) == ("U1", root, "And waiting")
    assert read == (await session.port.fetch(channel, root))[0]
    (line,) = session.chat.said_after(0, BOT)
    session.chat.delete("U1", answer)
    for gone in ((channel, answer), ("D1", root), (channel, line.id), (channel, "m99")):
        assert await session.port.read(*gone) is None


async def test_a_reaction_comes_with_its_emoji(session: LocalSession) -> None:
    channel = session.chat.open_channel("U1", "visits")
    message = session.chat.say("U1", channel, "By listening")
    session.chat.join(channel, "U2")
    session.chat.react("U2", message, "📥")
    session.chat.unreact("U2", message, "📥")
    heard = [session.fact(event) for event in session.chat.events_after(0)]
    assert [(f.author, f.message, f.emoji, f.removed) for f in heard if isinstance(f, Reacted)] == [
        ("U2", message, "📥", False),
        ("U2", message, "📥", True),
    ]
