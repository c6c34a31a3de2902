"""Pictures of the playground for the documentation: the real ``causerie demo``, used in headless Chromium.

It presses and types what a person would, found by role and name, and writes ``docs/pictures/*.png``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
WORDS: Mapping[str, Mapping[str, str]] = json.loads(
    (ROOT / "adapters" / "local" / "page" / "words.json").read_text(encoding="utf-8")
)
HEAVIEST = 300_000
"""No picture may have more bytes than this."""


@dataclass(frozen=True)
class Picture:
    """One picture: how the page is looked at, and what members answer before it is taken."""

    name: str
    language: Literal["en", "fr"]
    scheme: Literal["light", "dark"]
    width: int
    height: int
    scale: int
    answers: tuple[tuple[str, str], ...]


# The first question of a new playground is always the same one: what are you stuck on this week?
EN = (
    ("Paul Martin", "Half my group joins by video, and I only ever look at the other half."),
    ("Amélie Roy", "A module that was written for two days, and has to fit in **one**. What would you drop?"),
    ("Inès Costa", "How to tell a colleague that I borrowed his whole method, and changed it."),
)
FR = (
    ("Paul Martin", "La moitié du groupe est à distance, et je ne regarde que l’autre moitié."),
    ("Amélie Roy", "Un module écrit pour deux jours, à faire tenir en **un seul**. Qu’enlèveriez-vous ?"),
    ("Inès Costa", "Comment dire à un collègue que je lui ai pris toute sa méthode, et que je l’ai changée ?"),
)
TAKEN = (
    Picture("playground-en-light", "en", "light", 1280, 800, 1, EN),
    Picture("playground-fr-dark", "fr", "dark", 1280, 800, 1, FR),
    Picture("playground-phone", "en", "light", 390, 780, 2, EN),
)


@contextmanager
def demo(language: str, folder: Path) -> Iterator[str]:
    """Run a new playground in ``folder`` while the context lasts, and yield its address."""
    program = Path(sys.executable).with_name("causerie")
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
    """A visit to the page; ``words`` are the page's own in the picture's language."""

    page: Page
    words: Mapping[str, str]

    @property
    def box(self) -> Locator:
        """The box in which answers are written."""
        return self.page.get_by_label(self.words["compose.thread"])

    def buttons(self, word: str, **about: str) -> Locator:
        """Return the buttons of this name."""
        return self.page.get_by_role("button", name=self.words[word].format(**about), exact=True)

    def show(self, pane: str) -> None:
        """Turn to a part of the page; only a phone shows one at a time."""
        tabs = self.page.get_by_role("navigation", name=self.words["panes"])
        if tabs.is_visible():
            tabs.get_by_role("button", name=self.words[pane]).click()

    def answer(self, person: str, said: str) -> None:
        """Speak as somebody, and answer in the thread that is open."""
        self.show("channels")
        self.page.get_by_label(self.words["speaking"]).select_option(label=person)
        self.show("thread")
        self.box.fill(said)
        self.box.press("Enter")
        expect(self.box).to_have_value("")


def take(browser: Browser, picture: Picture, address: str) -> Path:
    """Ask the first question, let members answer it, take the picture, and return where it is."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
        locale={"en": "en-GB", "fr": "fr-FR"}[picture.language],
        reduced_motion="reduce",
    )
    visit = Visit(context.new_page(), WORDS[picture.language])
    visit.page.goto(address)
    visit.buttons("first.button").click()
    # The founding is announced first; the question follows it.
    expect(visit.buttons("answer.to", name="Causerie")).to_have_count(2)
    visit.buttons("now.close").click()
    visit.buttons("answer.to", name="Causerie").last.click()
    for person, said in picture.answers:
        visit.answer(person, said)
    answers = visit.page.get_by_role("region", name=visit.words["thread"]).get_by_role("listitem")
    expect(answers.filter(has_text=picture.answers[-1][1][-20:])).to_be_visible()
    expect(answers.filter(has=visit.page.locator("time"))).to_have_count(len(picture.answers) + 1)
    target = PICTURES / f"{picture.name}.png"
    visit.page.screenshot(path=target, animations="disabled", caret="hide")
    context.close()
    if target.stat().st_size > HEAVIEST:
        raise RuntimeError(f"{target.name} is heavier than {HEAVIEST} bytes")
    return target


def main() -> None:
    """Take every picture anew."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is missing. On Debian or Ubuntu: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for picture in TAKEN:
            with TemporaryDirectory() as folder, demo(picture.language, Path(folder)) as address:
                sys.stdout.write(f"{take(browser, picture, address).relative_to(ROOT)}\n")
        browser.close()


if __name__ == "__main__":
    main()
