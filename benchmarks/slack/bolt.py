"""The peer, a bare Bolt app: ``python -m benchmarks.slack.bolt API_URL BOT_TOKEN APP_TOKEN [INBOX]``.

It acknowledges a command and answers it with one sentence, and hears messages. With an INBOX each thing that comes is
first a row of that SQLite file, on the disk: what a bot has to do that may lose nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiosqlite
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

ANSWER = "Type a command, and I will do as you say."


def app_of(api_url: str, bot_token: str) -> AsyncApp:
    """Return the app."""
    app = AsyncApp(client=AsyncWebClient(bot_token, base_url=api_url))

    @app.command("/causerie")
    async def command(ack: Any, respond: Any) -> None:  # noqa: ANN401 - Bolt gives them by their names
        await ack()
        await respond(ANSWER)

    @app.event("message")
    async def message() -> None:
        pass

    return app


def stored_first(app: AsyncApp, inbox: aiosqlite.Connection) -> None:
    """Let the app acknowledge nothing that is not on the disk."""

    @app.middleware
    async def store(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 - Bolt's own name
        event = body.get("event")
        key = f"{event['channel']}/{event['ts']}" if event else str(body["trigger_id"])
        await inbox.execute("INSERT OR IGNORE INTO fact VALUES (?, ?)", (key, json.dumps(body)))
        await inbox.commit()
        await next()


async def main(api_url: str, bot_token: str, app_token: str, inbox: str = "") -> None:
    """Work until ended."""
    app = app_of(api_url, bot_token)
    handler = AsyncSocketModeHandler(app, app_token)
    ever = asyncio.Event()
    if not inbox:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await ever.wait()
    async with aiosqlite.connect(inbox) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            await connection.execute(f"PRAGMA {pragma}")
        await connection.execute("CREATE TABLE fact (key TEXT PRIMARY KEY, heard TEXT NOT NULL)")
        await connection.commit()
        stored_first(app, connection)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await ever.wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
