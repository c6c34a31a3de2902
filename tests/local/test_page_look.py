"""The playground's page, looked at: sizes, names, focus, motion, light and dark."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.async_api import Page, ViewportSize, expect

from adapters.local.values import NAME_LIMIT
from tests.local.conftest import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE: ViewportSize = {"width": 360, "height": 740}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
DOUBLED: ViewportSize = {"width": 640, "height": 400}  # a desk at 200 %


async def wider_than_the_window(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('body *')]
        .filter((n) => n.checkVisibility() && !n.classList.contains('unseen') && !n.closest('.skip, pre code')
            && (n.getBoundingClientRect().right > innerWidth + 0.5 || n.getBoundingClientRect().left < -0.5
            || (n.matches('html, .scroll') && n.scrollWidth > n.clientWidth)))
        .map((n) => `${n.tagName}#${n.id}.${n.className}`)"""
    )
    return found


@pytest.mark.parametrize("size", [PHONE, NARROWEST, DOUBLED], ids=["phone", "narrowest", "doubled"])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_nothing_is_wider_than_a_phone(room: Room, size: ViewportSize, language: str, silent: None) -> None:
    room.desk.chat.note("language", language)
    await expect(room.page.locator("html")).to_have_attribute("lang", language)
    room.desk.chat.say("U2", "C1", f"{'unbroken' * 40} `{'code' * 40}`\n\n```\n{'block ' * 60}\n```")
    await room.desk.first_question("U1")
    await room.page.set_viewport_size(size)
    for pane, column in enumerate(["#rooms", "#conversation", "#thread", "#next"]):
        if column == "#thread":
            await room.page.locator("#m2 .answers").click()
        else:
            await room.page.locator("#panes button").nth(pane).click()
        await expect(room.page.locator(column)).to_be_visible()
        await expect(room.page.locator("#columns > :visible")).to_have_count(1)
        assert await wider_than_the_window(room.page) == []
    await expect(room.page.locator("#clock")).to_be_visible()


async def test_the_longest_name_of_a_channel_fits_a_phone(room: Room, silent: None) -> None:
    room.desk.zone = "America/Montreal"
    await room.page.set_viewport_size(NARROWEST)
    named = room.desk.chat.open_channel("U2", "n" * NAME_LIMIT)
    await room.desk.heard()
    await room.tab("Channels")
    assert await wider_than_the_window(room.page) == []
    await room.page.locator(f"#channels a[href='#{named}']").click()
    await expect(room.page.get_by_role("heading", name=f"#{'n' * NAME_LIMIT}")).to_be_visible()
    assert await wider_than_the_window(room.page) == []
    await room.button("Join").click()
    await expect(room.button("Set up")).to_be_visible()
    assert await wider_than_the_window(room.page) == []
    await room.tab("Next")
    assert await wider_than_the_window(room.page) == []


async def test_lines_stay_short_enough_to_read(room: Room, silent: None) -> None:
    room.desk.chat.say("U2", "C1", "word " * 200)
    await room.page.set_viewport_size({"width": 1900, "height": 900})
    await expect(room.messages).to_have_count(1)
    characters = await room.page.evaluate(
        """() => {
            const words = document.querySelector('#messages .body p').firstChild;
            const range = document.createRange();
            const lines = new Map();
            for (let i = 0; i < words.length; i += 1) {
                range.setStart(words, i); range.setEnd(words, i + 1);
                const top = Math.round(range.getBoundingClientRect().top);
                lines.set(top, (lines.get(top) ?? 0) + 1);
            }
            return Math.max(...lines.values());
        }"""
    )
    assert 45 <= characters <= 75


async def test_every_control_has_a_name(room: Room, silent: None) -> None:
    await room.desk.first_question("U1")
    await room.say("Mine")
    await room.say("/causerie status")
    await room.button("Answer Causerie").click()
    room.desk.chat.join("C2", "U1")
    room.desk.chat.react("U2", "m1", "👍")
    await expect(room.button("👍: 1 reaction, by Paul Martin")).to_have_count(2)
    session = await room.page.context.new_cdp_session(room.page)
    tree = await session.send("Accessibility.getFullAXTree")
    roles = {
        "button",
        "link",
        "textbox",
        "combobox",
        "listbox",
        "option",
        "navigation",
        "complementary",
        "region",
        "list",
    }
    shown = [node for node in tree["nodes"] if not node["ignored"] and node["role"]["value"] in roles]
    in_page = [n for n in shown if not (n["role"]["value"] == "list" and n.get("parentId") is None)]
    assert len(in_page) > 25
    assert [n["role"]["value"] for n in in_page if not n.get("name", {}).get("value", "").strip()] == []


async def test_the_focus_is_seen_wherever_tab_leads(room: Room, silent: None) -> None:
    await room.desk.first_question("U1")
    await expect(room.messages).to_have_count(1)
    reached = set()
    await room.page.locator("body").press("Tab")
    await expect(room.page.get_by_role("link", name="Skip to the conversation")).to_be_focused()
    for _ in range(22):
        where, width, style = await room.page.evaluate(
            """() => {
                const n = document.activeElement;
                const s = getComputedStyle(n);
                const name = n.id || n.dataset.move || n.getAttribute('aria-label') || n.textContent;
                return [n === document.body ? '' : name, parseFloat(s.outlineWidth), s.outlineStyle];
            }"""
        )
        if not where or where in reached:
            break
        reached.add(where)
        assert (style, width >= 2) == ("solid", True), where
        await room.page.keyboard.press("Tab")
    assert {
        "speaking",
        "language",
        "leave",
        "Answer Causerie",
        "Gladly",
        "composer-box",
        "hour",
        "day",
        "next",
    } <= reached


async def test_nothing_moves_where_reduced_motion_is_asked(room: Room, silent: None) -> None:
    durations = "() => [...document.querySelectorAll('*')].map((n) => getComputedStyle(n).transitionDuration)"
    assert set(await room.page.evaluate(durations)) == {"0s"}
    await room.page.emulate_media(reduced_motion="no-preference")
    assert "0.15s" in set(await room.page.evaluate(durations))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_follows_light_and_dark(room: Room, scheme: Literal["light", "dark"], silent: None) -> None:
    await room.page.emulate_media(color_scheme=scheme)
    ground = await room.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", ground))
    assert (red + green + blue > 600) == (scheme == "light")
