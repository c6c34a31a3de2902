"""A driver's thread that outlives its loop fails a test that has nothing to do with it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

PATIENCE = 5
"""Seconds; a thread that is ending takes milliseconds."""


@pytest.fixture(autouse=True)
async def no_thread_outlives_the_loop() -> AsyncIterator[None]:
    """Wait for the threads of connections that were closed, or whose opening was cancelled."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, PATIENCE)
