"""The playground's page, found out: what tells somebody who has never seen it where they are and what they can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from bot.core.text import When, paragraph
from tests.local.conftest import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_first_question_is_followed_by_what_one_can_do_now(room: Room, silent: None) -> None:
    note = room.page.get_by_role("note")
    await expect(note).to_be_hidden()
    await room.button("Ask the first question now").click()
    await expect(note).to_contain_text("Answer a question in its thread")
    await room.page.get_by_role("link", name="#tools").click()
    await expect(note).to_be_hidden()
    await room.page.get_by_role("link", name="#practice").click()
    await room.button("Put this note away").press("Enter")
    await expect(note).to_be_hidden()
    await expect(room.page.get_by_role("heading", name="#practice")).to_be_focused()
    await room.page.reload()
    await expect(room.messages).to_have_count(1)
    await expect(note).to_be_hidden()


async def test_the_welcome_stands_in_the_community_s_channel_only(room: Room, silent: None) -> None:
    await expect(room.button("Ask the first question now")).to_be_visible()
    await room.page.get_by_role("link", name="#tools").click()
    await expect(room.button("Ask the first question now")).to_be_hidden()
    await expect(room.page.get_by_text("type /causerie setup to begin a community in this channel")).to_be_visible()


async def test_a_button_lists_the_commands_and_never_takes_the_place_of_words(room: Room, silent: None) -> None:
    listing = room.page.locator("#composer").get_by_role("button", name="List the commands")
    await listing.press("Enter")
    await expect(room.page.get_by_role("listbox", name="Commands").get_by_role("option")).to_have_count(4)
    await expect(room.box()).to_be_focused()
    await expect(room.box()).to_have_value("/")
    await room.box().fill("Half a thought")
    await expect(listing).to_be_hidden()
    await room.box().fill("")
    await expect(listing).to_be_visible()


async def test_who_coordinates_is_seen_at_a_glance(room: Room, silent: None) -> None:
    await expect(room.page.locator("#conversation header")).to_contain_text("coordinated by Nadia Benali")
    speaking = room.page.get_by_label("Speaking as")
    await expect(speaking).to_have_accessible_description("Coordinates Trainers in practice")
    room.desk.chat.say("U1", "C1", "One")
    room.desk.chat.say("U2", "C1", "Two")
    await expect(room.messages.first).to_contain_text("Nadia Benalicoordinator")
    await expect(room.messages.last).not_to_contain_text("coordinator")
    await room.speak_as("Paul Martin")
    await expect(speaking).to_have_accessible_description("")


async def test_an_hour_says_whose_it_is_where_clocks_differ(room: Room, silent: None) -> None:
    await expect(room.page.locator("#clock-zone")).to_be_hidden()
    room.desk.zone = "Europe/London"
    room.desk.place = replace(room.desk.place, zone="America/Montreal")
    room.desk.chat.post("k", "C1", paragraph("Until ", When(datetime(2026, 11, 30, 3, tzinfo=UTC)), "."))
    await expect(room.messages).to_contain_text("08:50 (London)")
    await expect(room.messages).to_contain_text("Until Monday 30 November, 03:00 (London).")
    await expect(room.page.locator("#clock-zone")).to_have_text("London (Montreal: 03:50)")
    coming = room.page.get_by_role("list", name="Coming").get_by_role("listitem")
    await expect(coming.first).to_have_text(
        "Monday 30 November, 08:00 (Montreal: 03:00), in #practice: the weekly question"
    )
    room.desk.chat.say("U2", "C2", "Elsewhere")
    await room.page.get_by_role("link", name="#tools").click()
    await expect(room.messages.locator("time")).to_have_text("08:50")


async def test_what_is_typed_while_the_page_turns_to_somebody_else_is_theirs(room: Room, silent: None) -> None:
    await room.box().fill("Of Nadia’s")
    await room.page.evaluate(
        """() => {
            const choice = document.getElementById('speaking');
            choice.value = 'U2';
            choice.dispatchEvent(new Event('change'));
            const box = document.getElementById('composer-box');
            box.value += 'Of Paul’s';
            box.dispatchEvent(new Event('input'));
        }"""
    )
    await expect(room.page.get_by_role("link", name="#tools")).not_to_contain_text("not joined")
    await expect(room.box()).to_have_value("Of Paul’s")
    await room.box().press("Enter")
    await expect(room.messages).to_contain_text("Paul Martin")
    await room.speak_as("Nadia Benali")
    await expect(room.box()).to_have_value("Of Nadia’s")


async def test_a_message_is_marked_as_an_answer_by_keyboard(room: Room, silent: None) -> None:
    message = room.desk.chat.say("U2", "C1", "By listening")
    await room.button("React to Paul Martin’s message").press("Enter")
    await room.page.keyboard.press("Tab")
    await expect(room.button("React with 👍")).to_be_focused()
    count = room.page.get_by_role("button", name="React with 📥: counts as an answer")
    await count.press("Enter")
    await expect(room.button("📥: 1 reaction, by Nadia Benali")).to_be_visible()
    assert room.desk.chat.reactions("C1") == {message: {"📥": ["U1"]}}


async def test_the_bot_is_always_there_to_be_written_to(room: Room, silent: None) -> None:
    await room.page.get_by_role("link", name="Causerie", exact=True).click()
    await expect(room.page.get_by_text("Only you and Causerie read this.")).to_be_visible()
    await expect(room.box("Message to Causerie")).to_have_accessible_description(
        "Write “help” to see what can be asked, or “stop” to be left alone."
    )


async def test_a_direct_word_is_marked_wherever_one_is(room: Room, silent: None) -> None:
    await room.page.set_viewport_size({"width": 360, "height": 740})
    room.desk.chat.post("k", "D1", paragraph("A word to you"))
    await expect(room.page.locator("#panes").get_by_role("button", name="Channels 1 new")).to_be_visible()
    await room.tab("Channels")
    await room.page.get_by_role("link", name="Causerie 1 new").click()
    await expect(room.page.locator("#panes").get_by_role("button", name="Channels", exact=True)).to_be_visible()
    await expect(room.messages).to_contain_text("A word to you")
    await expect(room.button("Answer Causerie")).to_be_hidden()


async def test_escape_closes_the_thread_from_wherever_the_page_has_the_focus(room: Room, silent: None) -> None:
    await room.button("Ask the first question now").click()
    await room.button("Answer Causerie").click()
    await room.page.evaluate("() => document.activeElement.blur()")
    await room.page.keyboard.press("Escape")
    await expect(room.page.get_by_role("region", name="Thread")).to_be_hidden()
    await expect(room.button("Answer Causerie")).to_be_focused()
