"""The playground's page in French: dates and hours as people there write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from bot.core.text import When, paragraph
from tests.local.conftest import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 30, 9, tzinfo=UTC), "lundi 30 novembre à 9\u00a0h"),
        (datetime(2026, 12, 1, 14, 5, tzinfo=UTC), "mardi 1er décembre à 14\u00a0h\u00a005"),
    ],
)
async def test_a_moment_is_written_as_in_french(room: Room, silent: None, at: datetime, words: str) -> None:
    room.desk.zone = "UTC"
    room.desk.place = replace(room.desk.place, zone="UTC")
    await room.page.get_by_label("Language of the page").select_option(label="Français")
    room.desk.chat.post("k", "C1", paragraph(When(at)))
    await expect(room.page.locator("#messages time", has_text=words)).to_be_visible()
