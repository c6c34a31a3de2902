"""The playground's page, used: what a person sees, hears and does, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from adapters.local.chat import BOT, MESSAGE_LIMIT
from adapters.local.web import application
from bot.core.model import MemberId
from bot.core.text import File, Link, Mention, Named, Plain, Text, paragraph
from tests.local.conftest import Room
from tests.local.playground import QUESTION

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_first_visit_is_three_sentences_and_one_button(room: Room, silent: None) -> None:
    first = room.page.get_by_role("region", name="A room to try things in")
    assert len(re.findall(r"\.(?:\s|$)", await first.locator("p").inner_text())) == 3
    await expect(first.get_by_role("button")).to_have_count(1)
    await room.button("Ask the first question now").click()
    await expect(room.messages.filter(has_text=QUESTION)).to_be_visible()
    await expect(first).to_be_hidden()


async def test_what_is_typed_is_shown_as_words_and_never_runs(room: Room, silent: None) -> None:
    await room.say("<img src=x onerror=alert(1)> [here](javascript:alert(1)) **bold** [site](https://example.org)")
    message = room.messages.last
    await expect(message).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(message.locator("strong", has_text="bold")).to_be_visible()
    await expect(message.get_by_role("link")).to_have_count(1)
    await expect(message.get_by_role("link", name="site")).to_have_attribute("rel", "noopener noreferrer")
    await expect(room.page.locator("#messages img")).to_have_count(0)


async def test_a_tree_from_elsewhere_cannot_carry_a_script(room: Room, silent: None) -> None:
    words = paragraph(
        Link((Plain("press"),), "javascript:alert(1)"), Named(MemberId("U2")), Mention(MemberId("U3")), "<b>x</b>"
    )
    room.desk.chat.post("k", "C1", words)
    await expect(room.messages).to_contain_text("pressPaul Martin@Amélie Roy<b>x</b>")
    await expect(room.messages.get_by_role("link")).to_have_count(0)


async def test_a_file_is_saved_as_it_is(room: Room, silent: None) -> None:
    content = "Question,Réponses\n" * 100
    room.desk.chat.whisper("U1", "C1", paragraph("Here it is.") + Text((File("réponses.csv", "text/csv", content),)))
    link = room.messages.get_by_role("link", name="Save réponses.csv, 1.9 kB")
    async with room.page.expect_download() as saving:
        await link.press("Enter")
    saved = await saving.value
    assert saved.suggested_filename == "réponses.csv"
    assert (await saved.path()).read_text("utf-8") == content
    await expect(room.page.locator("[aria-live=polite]")).to_have_text(
        "Causerie in #practice: Here it is. file réponses.csv."
    )


async def test_what_is_heard_of_a_list_pauses_after_each_item(room: Room, silent: None) -> None:
    room.desk.chat.say("U2", "C1", "Two things\n\n- one **thing**\n- another,\n  longer")
    await expect(room.page.locator("[aria-live=polite]")).to_have_text(
        "Paul Martin in #practice: Two things. one thing. another, longer."
    )


async def test_enter_sends_and_shift_enter_breaks_the_line(room: Room, silent: None) -> None:
    await room.box().press_sequentially("one")
    await room.box().press("Shift+Enter")
    await room.box().press_sequentially("two")
    await expect(room.box()).to_have_value("one\ntwo")
    await room.box().press("Enter")
    await expect(room.messages.locator("p")).to_have_text("one\ntwo", use_inner_text=True)
    await expect(room.box()).to_be_focused()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("a" * (MESSAGE_LIMIT + 1), "This message has 4,001 characters and may have 4,000. Shorten it"),
        ("   ", "There is nothing to send yet."),
        ("/remind me", "There is no such command. Commands begin with /causerie"),
    ],
)
async def test_what_cannot_be_sent_is_explained_and_stays(room: Room, words: str, sentence: str) -> None:
    await room.box().fill(words)
    await room.box().press("Enter")
    await expect(room.page.locator("#composer").get_by_role("alert")).to_contain_text(sentence)
    await expect(room.box()).to_have_value(words)
    await expect(room.box()).to_have_accessible_description(re.compile(re.escape(sentence)))
    assert room.desk.chat.events_after(0) == []


async def test_a_thread_opens_beside_and_closes_again(room: Room, silent: None) -> None:
    await room.button("Ask the first question now").click()
    await room.button("Answer Causerie").click()
    thread = room.page.get_by_role("region", name="Thread")
    await expect(thread).to_contain_text("No answer yet. Write the first one below.")
    await expect(room.box("Answer in the thread")).to_be_focused()
    await room.say("By listening.", "Answer in the thread")
    await expect(thread.get_by_role("listitem").filter(has_text="By listening.")).to_be_visible()
    await expect(room.messages).to_have_count(1)
    await room.box("Answer in the thread").press("Escape")
    await expect(thread).to_be_hidden()
    await expect(room.button("1 in the thread")).to_be_focused()


async def test_another_person_sees_no_whisper_and_no_private_conversation(room: Room, silent: None) -> None:
    await room.say("/causerie status")
    await expect(room.messages).to_contain_text("Only you can see this")
    room.desk.chat.say("U3", "C1", "And then?")
    await room.messages.get_by_role("button", name="Dismiss").press("Enter")
    await expect(room.messages).to_have_count(1)
    await expect(room.messages).to_be_focused()
    room.desk.chat.delete("U3", "m2")
    await expect(room.messages).to_have_count(0)
    await room.say("/causerie status")
    await expect(room.page.get_by_role("link", name="Causerie", exact=True)).to_be_visible()
    await room.speak_as("Paul Martin")
    await expect(room.page.get_by_role("link", name="Causerie", exact=True)).to_be_hidden()
    await expect(room.messages).to_have_count(0)
    await room.page.reload()
    await expect(room.page.get_by_label("Speaking as").locator("option:checked")).to_have_text("Paul Martin")


async def test_commands_are_completed_by_keyboard(room: Room, silent: None) -> None:
    await room.box().press_sequentially("/")
    combobox = room.page.get_by_role("combobox", name="Message to #practice")
    options = room.page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(options).to_have_count(4)
    await expect(options.nth(3)).to_contain_text("What happens next, and who coordinates")
    await expect(combobox).to_have_attribute("aria-expanded", "true")
    await combobox.press("ArrowUp")
    await expect(options.nth(3)).to_have_attribute("aria-selected", "true")
    await expect(combobox).to_have_attribute("aria-activedescendant", str(await options.nth(3).get_attribute("id")))
    await combobox.press("ArrowDown")
    await combobox.press("ArrowDown")
    await combobox.press("Enter")
    await expect(room.box()).to_have_value("/causerie question every ")
    await room.box().press("Control+a")
    await room.box().press_sequentially("/causerie se")
    await expect(options).to_have_count(1)
    await room.box().press("Escape")
    await expect(options).to_have_count(0)
    await expect(room.box()).to_have_value("/causerie se")
    await room.box().press_sequentially("t")
    await expect(options).to_have_count(1)
    await room.box().press("Tab")
    await expect(room.box()).to_have_value("/causerie setup")
    await room.box().press("Enter")
    await expect(room.page.get_by_role("dialog", name="Set up the community")).to_be_visible()


async def test_a_form_says_beside_each_field_what_is_wrong(room: Room, silent: None) -> None:
    await room.say("/causerie setup")
    form = room.page.get_by_role("dialog", name="Set up the community")
    zone, about = form.get_by_label("Time zone"), form.get_by_label("What it is about")
    await about.fill("Facilitation")
    await zone.fill("")
    await form.get_by_role("button", name="Begin").click()
    await expect(zone).to_have_accessible_description(re.compile("Please fill this in"))
    await expect(zone).to_be_focused()
    await zone.fill("Paris")
    await form.get_by_role("button", name="Begin").click()
    await expect(zone).to_have_accessible_description(re.compile("There is no time zone “Paris”"))
    await expect(zone).to_have_attribute("aria-invalid", "true")
    await expect(about).to_have_value("Facilitation")
    await zone.fill("Europe/Paris")
    await zone.press("Enter")
    await expect(form).to_be_hidden()
    await expect(room.messages).to_contain_text("This community begins here.")
    await expect(room.box()).to_be_focused()


async def test_escape_puts_a_form_away(room: Room, silent: None) -> None:
    await room.say("/causerie setup")
    form = room.page.get_by_role("dialog", name="Set up the community")
    await form.get_by_label("Time zone").press("Escape")
    await expect(form).to_be_hidden()
    assert room.desk.chat.form_for("U1") is None


async def test_a_button_of_the_bots_is_pressed(room: Room, silent: None) -> None:
    await room.button("Ask the first question now").click()
    await room.button("Gladly").click()
    await expect(room.messages).to_contain_text("@Nadia Benali will see to it.")
    await expect(room.button("Not this time")).to_be_hidden()


async def test_own_messages_are_edited_and_deleted(room: Room, silent: None) -> None:
    room.desk.chat.say("U2", "C1", "Not mine")
    await room.say("Mine")
    await expect(room.button("Edit your message")).to_have_count(1)
    await room.button("Edit your message").click()
    await room.box("Edit your message").fill("Mine, better")
    room.desk.chat.react("U2", "m2", "👍")
    await expect(room.messages.last).to_contain_text("Save")
    await expect(room.box("Edit your message")).to_have_value("Mine, better")
    await room.box("Edit your message").press("Enter")
    await expect(room.messages.last).to_contain_text("edited")
    await expect(room.messages.last).to_contain_text("Mine, better")
    await room.button("Delete your message").click()
    await room.page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    await room.button("Delete your message").click()
    await room.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(room.messages).to_have_count(1)


async def test_reactions_are_added_and_taken_back(room: Room, silent: None) -> None:
    room.desk.chat.say("U2", "C1", "One")
    await room.messages.hover()
    await room.button("React to Paul Martin’s message").click()
    await room.button("React with 👍").press("Escape")
    await expect(room.button("React to Paul Martin’s message")).to_be_focused()
    await room.button("React to Paul Martin’s message").press("Enter")
    await room.button("React with 👍").click()
    reaction = room.button("👍: 1 reaction, by Nadia Benali")
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await reaction.click()
    await expect(reaction).to_have_count(0)


async def test_the_clock_moves_and_tells(room: Room, silent: None) -> None:
    ahead = room.page.get_by_role("complementary", name="What happens next")
    await expect(ahead.locator("#clock")).to_contain_text("09:50")
    await expect(ahead.get_by_role("list", name="Coming").get_by_role("listitem")).to_have_count(2)
    await expect(ahead).to_contain_text("Move the clock: what the bot says meanwhile is listed here.")
    await room.button("Move the clock by one hour (+1 h)").click()
    await expect(ahead.get_by_role("status")).to_have_text("The clock moved. Nothing happened on the way.")
    await expect(ahead.locator("#clock")).to_contain_text("10:50")
    await room.button("Move the clock to the next thing to come (To what comes next)").click()
    await expect(ahead.locator("#clock")).to_contain_text("Monday 30 November")
    told = ahead.get_by_role("list", name="What the bot said on the way").get_by_role("listitem")
    await expect(told).to_have_text([f"Monday 30 November, 10:00, in #practice: {QUESTION} See it"])
    await told.get_by_role("link").click()
    await expect(room.messages.filter(has_text=QUESTION)).to_be_focused()


async def test_a_lost_connection_is_said_and_comes_back(room: Room) -> None:
    port = room.server.port
    await room.box().fill("Half a thought")
    await room.server.close()
    await expect(room.page.get_by_role("alert").filter(has_text="The connection is lost")).to_be_visible()
    await room.box().press("Enter")
    await expect(room.page.locator("#composer").get_by_role("alert")).to_contain_text("does not answer")
    await expect(room.box()).to_have_value("Half a thought")
    again = TestServer(application(room.desk.chat, room.desk), port=port)
    await again.start_server()
    await expect(room.page.get_by_role("status").filter(has_text="Connected again")).to_be_visible()
    await expect(room.page.get_by_text("The connection is lost")).to_be_hidden()
    await room.box().press("Enter")
    await expect(room.messages).to_contain_text("Half a thought")
    await again.close()


async def test_an_engine_that_fails_is_said(room: Room) -> None:
    room.desk.broken = True
    status = room.page.locator("#status")
    await room.button("Move the clock by one day (+1 day)").click()
    await expect(status).to_contain_text("The terminal says why")
    await room.say("Still here")
    await expect(status).to_contain_text("That was kept, but the bot could not answer it.")


async def test_others_words_are_announced_and_counted(room: Room, silent: None) -> None:
    await expect(room.page.get_by_role("link", name="#tools")).to_contain_text("not joined")
    room.desk.chat.say("U2", "C1", "Hello *all*")
    live = room.page.locator("[aria-live=polite]")
    await expect(live).to_have_text("Paul Martin in #practice: Hello all.")
    room.desk.chat.join("C2", "U1")
    room.desk.chat.say("U2", "C2", "Over here")
    await expect(room.page.get_by_role("link", name="#tools")).to_contain_text("1 new")
    await room.page.get_by_role("link", name="#tools").click()
    await expect(room.page.get_by_role("heading", name="#tools")).to_be_visible()
    await expect(room.page.get_by_role("link", name="#tools")).not_to_contain_text("1 new")


async def test_a_channel_is_joined_before_one_writes_there(room: Room, silent: None) -> None:
    await room.page.get_by_role("link", name="#tools").click()
    await expect(room.page.get_by_text("Nadia Benali is not in #tools. Join it to write here.")).to_be_visible()
    await expect(room.box("Message to #tools")).to_be_hidden()
    await room.button("Join").click()
    await expect(room.box("Message to #tools")).to_be_focused()
    await room.button("Leave").click()
    await expect(room.box("Message to #tools")).to_be_hidden()
    assert [event.kind for event in room.desk.chat.events_after(0)] == ["joined", "left"]


async def test_a_channel_is_made_and_the_bot_comes_along(room: Room) -> None:
    await room.button("New channel").press("Enter")
    dialog = room.page.get_by_role("dialog", name="New channel")
    name = dialog.get_by_label("Name")
    await name.press("Escape")
    await expect(room.button("New channel")).to_be_focused()
    await room.button("New channel").press("Enter")
    await name.fill("practice")
    await name.press("Enter")
    await expect(name).to_have_accessible_description("Another channel has this name. Choose another one.")
    await name.fill("field visits")
    await name.press("Enter")
    await expect(room.page.get_by_role("heading", name="#field-visits")).to_be_visible()
    await expect(room.button("Set up")).to_be_visible()
    await expect(room.box("Message to #field-visits")).to_be_focused()
    assert room.desk.chat.room("C3").members == {"U1", BOT}


async def test_a_direct_conversation_begins(room: Room, silent: None) -> None:
    await room.button("New message").click()
    dialog = room.page.get_by_role("dialog", name="New message")
    await dialog.get_by_label("Write to").select_option(label="Paul Martin")
    await dialog.get_by_role("button", name="Open").click()
    await expect(room.page.get_by_role("heading", name="Paul Martin")).to_be_visible()
    await expect(room.page.get_by_text("Only those named above read this.")).to_be_visible()
    await room.say("Hello", "Message to Paul Martin")
    assert {room_.members for room_ in room.desk.chat.rooms() if room_.direct} == {
        frozenset({"U1", BOT}),
        frozenset({"U1", "U2"}),
    }


async def test_a_draft_is_kept_where_it_was_typed(room: Room, silent: None) -> None:
    await room.box().fill("Half a thought")
    await room.page.get_by_role("link", name="Causerie", exact=True).click()
    await expect(room.box("Message to Causerie")).to_have_value("")
    await room.page.go_back()
    await room.page.get_by_role("link", name="#practice").click()
    await expect(room.box()).to_have_value("Half a thought")
    await room.page.reload()
    await expect(room.box()).to_have_value("Half a thought")


async def test_the_page_speaks_french_when_asked_or_when_the_community_does(room: Room, silent: None) -> None:
    room.desk.chat.note("language", "fr")
    await expect(room.page.get_by_role("heading", name="Ce qui vient")).to_be_visible()
    await expect(room.page.locator("#clock")).to_contain_text("9 h 50")
    await expect(room.page.locator("#clock")).to_contain_text("lundi 23 novembre")
    await room.page.get_by_label("Langue de la page").select_option("en")
    await room.page.reload()
    await expect(room.page.get_by_role("heading", name="What happens next")).to_be_visible()
    assert await room.page.locator("html").get_attribute("lang") == "en"
