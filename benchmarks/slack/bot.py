"""Causerie on Slack as ``causerie run`` has it, without the rates that it keeps: ``python -m benchmarks.slack.bot``.

What it is configured with is in the environment.
"""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import timedelta

from adapters.slack.session import SlackSession
from adapters.slack.settings import read
from bot.app import opened
from bot.config import load


async def main() -> None:
    """Work until ended."""
    config = load(None, os.environ)
    async with opened(config) as app:
        session = SlackSession(app.engine, read(config.slack.model_dump()), pace=timedelta())
        await session.open()
        app.sessions.append(session)
        await app.run(timedelta(seconds=config.engine.sweep_seconds))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    asyncio.run(main())
