"""The playground's page in a headless browser, with a small desk behind it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from adapters.local.web import application
from tests.local.playground import Clock, SmallDesk, seeded

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = "Chromium is missing: apt-get update && apt-get install chromium"


@dataclass
class Room:
    """The page, with what stands behind it."""

    page: Page
    desk: SmallDesk
    server: TestServer
    errors: list[str]

    @property
    def messages(self) -> Locator:
        return (
            self.page.get_by_role("list", name="Conversation")
            .get_by_role("listitem")
            .filter(has=self.page.locator("time"))
        )

    def box(self, name: str = "Message to #practice") -> Locator:
        return self.page.get_by_label(name)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def say(self, words: str, box: str = "Message to #practice") -> None:
        await self.box(box).fill(words)
        await self.box(box).press("Enter")
        await expect(self.box(box)).to_have_value("")

    async def speak_as(self, name: str) -> None:
        await self.page.get_by_label("Speaking as").select_option(label=name)
        await expect(self.page.get_by_label("Speaking as").locator("option:checked")).to_have_text(name)

    async def tab(self, name: str) -> None:
        await self.page.locator("#panes").get_by_role("button", name=name).click()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, NO_CHROMIUM
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def room(browser: Browser) -> AsyncIterator[Room]:
    clock = Clock()
    desk = SmallDesk(seeded(":memory:", clock), clock)
    server = TestServer(application(desk.chat, desk))
    await server.start_server()
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(str(server.make_url("/")))
    await expect(page.get_by_role("heading", name="#practice")).to_be_visible()
    made = Room(page, desk, server, errors)
    yield made
    await context.close()
    await server.close()
    desk.chat.close()


@pytest.fixture
def silent(room: Room) -> Iterator[None]:
    """The page's console holds no error at the end."""
    yield
    assert room.errors == []
