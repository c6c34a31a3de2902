"""A visit to the real ``causerie demo`` in headless Chromium: presses and types what a person would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, Page, expect

from bot.app import now
from bot.core.model import Language

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
WORDS: Mapping[str, Mapping[str, str]] = json.loads(
    (ROOT / "adapters" / "local" / "page" / "words.json").read_text(encoding="utf-8")
)
HEAVIEST = 300_000
"""No picture may have more bytes than this."""
BEGIN = datetime(2027, 2, 28, 9, tzinfo=UTC)
"""What the playground's clock shows at first: a Sunday, the day before a question."""


@contextmanager
def demo(language: Language) -> Iterator[str]:
    """Run a new playground from ``BEGIN`` on while the context lasts, and yield its address."""
    program = Path(sys.executable).with_name("causerie")
    with TemporaryDirectory() as folder:
        ahead = BEGIN - now()
        (Path(folder) / "playground.clock").write_text(str(ahead.total_seconds()), encoding="ascii")
        command: list[str | Path] = [
            program,
            "demo",
            "--language",
            language,
            "--folder",
            folder,
            "--port",
            "0",
            "--no-browser",
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        try:
            found = re.search(r"http://\S+/", process.stdout.readline() if process.stdout else "")
            if found is None:
                raise RuntimeError("the playground did not say where it is")
            yield found.group()
        finally:
            process.terminate()
            process.wait()
            if process.stdout:
                process.stdout.close()


@dataclass(frozen=True)
class Visit:
    """A visit to the page; ``words`` are the page's own in the visitor's language."""

    page: Page
    words: Mapping[str, str]

    @property
    def messages(self) -> Locator:
        """The messages of the conversation, without the lines between days."""
        return self._in(self.page.get_by_role("list", name=self.words["conversation"]))

    @property
    def thread(self) -> Locator:
        """The messages of the thread that is open, its question first."""
        return self._in(self.page.get_by_role("region", name=self.words["thread"]))

    def _in(self, place: Locator) -> Locator:
        return place.get_by_role("listitem").filter(has=self.page.locator("time"))

    def button(self, word: str, **about: str) -> Locator:
        """Return the buttons of this name."""
        return self.page.get_by_role("button", name=self.words[word].format(**about), exact=True)

    def show(self, pane: str) -> None:
        """Turn to a part of the page; only where it is narrow one is shown at a time."""
        tabs = self.page.get_by_role("navigation", name=self.words["panes"])
        if tabs.is_visible():
            tabs.get_by_role("button", name=self.words[pane]).click()

    def go(self, room: str) -> None:
        """Go to a channel or a direct conversation."""
        self.show("channels")
        self.page.get_by_role("link", name=re.compile(f"^{re.escape(room)}")).click()
        expect(self.page.get_by_role("heading", name=room, exact=True)).to_be_visible()

    def speak_as(self, person: str) -> None:
        """Speak as somebody, and wait until the page shows what they see."""
        self.show("channels")
        speaking = self.page.get_by_label(self.words["speaking"])
        if speaking.locator("option:checked").text_content() == person:
            return
        with self.page.expect_websocket() as live:
            speaking.select_option(label=person)
        live.value.wait_for_event("framereceived")

    def say(self, said: str) -> None:
        """Say something in the conversation."""
        self._write(self.page.locator("#composer textarea"), said)

    def answer(self, person: str, said: str) -> None:
        """Speak as somebody, and answer in the thread that is open."""
        before = self.thread.count()
        self.speak_as(person)
        self.show("thread")
        self._write(self.page.get_by_role("textbox", name=self.words["compose.thread"]), said)
        expect(self.thread).to_have_count(before + 1)

    def _write(self, box: Locator, said: str) -> None:
        box.fill(said)
        box.press("Enter")
        expect(box).to_have_value("")

    def move(self, how: str) -> None:
        """Move the clock, and wait until it has moved."""
        self.show("next.short")
        status = self.page.locator("#clock-status")
        moved = self.button(f"{how}.label")
        moved.click()
        expect(status).not_to_have_text(self.words["clock.moving"])
        expect(moved).not_to_have_attribute("aria-disabled", "true")


def visit(browser: Browser, address: str, language: Language, **look: object) -> Visit:
    """Open the page; ``look`` are options of Playwright's contexts."""
    context = browser.new_context(
        locale={"en": "en-GB", "fr": "fr-FR"}[language],
        reduced_motion="reduce",
        **look,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#messages > li").first).to_be_visible()
    return Visit(page, WORDS[language])


def light(picture: Path) -> Path:
    """Return a picture's path; raises RuntimeError when it is too heavy."""
    if picture.stat().st_size > HEAVIEST:
        raise RuntimeError(f"{picture.name} is heavier than {HEAVIEST} bytes")
    return picture
