"""The playground's page on a phone, and what it says while somebody waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Route, ViewportSize, expect

from bot.core.model import MemberId
from bot.core.text import Named, paragraph
from tests.local.conftest import Room
from tests.local.playground import FORM

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE: ViewportSize = {"width": 390, "height": 740}


def wide_form() -> dict[str, Any]:
    long = "Every other Monday at nine in the morning, except in the weeks that hold a day off " * 2
    fields = [
        {**field, "help": "h" * 120, "value": field["value"] or "v" * 120, "label": f"{field['label']} {'l' * 90}"}
        for field in FORM["fields"]
    ]
    fields[1]["choices"] = [{"value": "fr", "label": long}]
    return {**FORM, "fields": fields}


async def test_no_dialog_is_wider_than_a_phone(room: Room, silent: None) -> None:
    await room.page.set_viewport_size(PHONE)
    room.desk.chat.open_form("U1", wide_form(), "C1")
    dialog = room.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    inside, across, furthest = await dialog.evaluate(
        """(n) => [n.clientWidth, n.scrollWidth,
            Math.max(...[...n.querySelectorAll('*')].map((one) => one.getBoundingClientRect().right))]"""
    )
    assert across == inside
    assert furthest <= PHONE["width"]


async def test_the_first_question_is_shown_where_it_was_asked(room: Room, silent: None) -> None:
    await room.page.set_viewport_size(PHONE)
    await room.button("Ask the first question now").click()
    await expect(room.page.locator("#m1")).to_be_focused()
    await expect(room.page.locator("#m1.found")).to_be_in_viewport()


async def test_answering_on_a_phone_begins_in_the_box(room: Room, silent: None) -> None:
    await room.page.set_viewport_size(PHONE)
    await expect(room.box()).to_have_attribute("placeholder", "Write…")
    await room.button("Ask the first question now").click()
    await room.button("Answer Causerie").click()
    await expect(room.box("Answer in the thread")).to_be_focused()
    await expect(room.box("Answer in the thread")).to_have_attribute("placeholder", "Answer…")


async def test_a_reminder_alone_is_no_answer(room: Room, silent: None) -> None:
    await room.desk.first_question("U1")
    room.desk.chat.post("remind", "C1", paragraph("The question is still open."), thread="m1")
    await expect(room.button("Answer Causerie")).to_have_text("Answer")
    room.desk.chat.post("said", "C1", paragraph(Named(MemberId("U2")), " answers: by listening."), thread="m1")
    await expect(room.button("2 in the thread")).to_be_visible()


async def test_a_form_says_that_it_is_on_its_way_and_works_again_after_errors(room: Room, silent: None) -> None:
    arrived = asyncio.Event()

    async def held(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await room.page.route("**/api/submit", held)
    room.desk.chat.open_form("U1", FORM, "C1")
    await room.button("Begin").click()
    await expect(room.button("One moment…")).to_have_attribute("aria-disabled", "true")
    arrived.set()
    await expect(room.page.get_by_label("Time zone")).to_have_attribute("aria-invalid", "true")
    await expect(room.button("Begin")).not_to_have_attribute("aria-disabled", "true")


async def test_a_long_name_stays_on_one_line_and_a_channel_apart_counts_nothing(room: Room, silent: None) -> None:
    named = room.desk.chat.open_channel("U2", "n" * 40)
    room.desk.chat.say("U2", named, "Begun")
    link = room.page.locator(f"#channels a[href='#{named}']")
    await expect(link).to_contain_text("not joined")
    await expect(link.locator(".count")).to_have_count(0)
    await expect(link.locator(".name")).to_have_attribute("title", f"#{'n' * 40}")
    lines = "(n) => n.getBoundingClientRect().height / parseFloat(getComputedStyle(n).lineHeight)"
    assert await link.locator(".name").evaluate(lines) < 1.5
