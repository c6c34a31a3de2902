"""Pictures for the documentation: the real ``causerie demo``, used in headless Chromium.

They are written to ``docs/pictures``: the whole page for the README, and what the guides show in both languages.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

from bot.core.model import Language
from scripts import guide_pictures
from scripts.guide_pictures import BOT, WEEKS
from scripts.visit import PICTURES, ROOT, demo, light, visit


@dataclass(frozen=True)
class Picture:
    """A picture of the whole page: how it is looked at."""

    name: str
    language: Language
    scheme: Literal["light", "dark"]
    width: int
    height: int
    scale: int


WHOLE = (
    Picture("playground-en-light", "en", "light", 1280, 800, 1),
    Picture("playground-fr-dark", "fr", "dark", 1280, 800, 1),
    Picture("playground-phone", "en", "light", 390, 780, 2),
)


def take(browser: Browser, picture: Picture, address: str) -> Path:
    """Ask the first question, let members answer it, take the picture, and return where it is."""
    here = visit(
        browser,
        address,
        picture.language,
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
    )
    here.button("first.button").click()
    # The founding is announced first; the question follows it.
    expect(here.button("answer.to", name=BOT)).to_have_count(2)
    here.button("now.close").click()
    here.button("answer.to", name=BOT).last.click()
    for person, said in WEEKS[picture.language].answers:
        here.answer(person, said)
    target = PICTURES / f"{picture.name}.png"
    here.page.screenshot(path=target, animations="disabled", caret="hide")
    here.page.context.close()
    return light(target)


def main() -> None:
    """Take every picture anew."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is missing. On Debian or Ubuntu: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for picture in WHOLE:
            with demo(picture.language) as address:
                sys.stdout.write(f"{take(browser, picture, address).relative_to(ROOT)}\n")
        for language in WEEKS:
            for taken in guide_pictures.take(browser, language):
                sys.stdout.write(f"{taken.relative_to(ROOT)}\n")
        browser.close()


if __name__ == "__main__":
    main()
