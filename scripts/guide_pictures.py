"""The pictures of the guides: one week of the playground, from its setup to the digest, cropped to what matters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from bot.core.model import Language
from scripts.visit import PICTURES, Visit, demo, light, visit

WIDTH, HEIGHT, SCALE = 640, 1500, 1.5
FORM_HEIGHT = 1010
"""So much of the page shows the beginning of a form, and that it goes on below."""
_MOST_MOVES = 4
COORDINATOR, BOT = "Nadia Benali", "Causerie"


@dataclass(frozen=True)
class Week:
    """What is typed and answered in a week, and where."""

    question: str
    home: str
    free: str
    setup: str
    me: str
    answers: tuple[tuple[str, str], ...]


# The first question of a new playground is always the same one.
WEEKS: dict[Language, Week] = {
    "en": Week(
        question="What takes you two minutes and saves you an hour?",
        home="#practice",
        free="#field-visits",
        setup="/causerie setup",
        me="/causerie me",
        answers=(
            ("Paul Martin", "Writing the last slide first. The others then know where they are going."),
            ("Amélie Roy", "Asking **one** person, the week before, what annoys them most about the subject."),
            ("Inès Costa", "A photo of the board before anybody wipes it."),
        ),
    ),
    "fr": Week(
        question="Quel geste de deux minutes vous fait gagner une heure",
        home="#pratique",
        free="#visites-terrain",
        setup="/causerie configurer",
        me="/causerie moi",
        answers=(
            ("Paul Martin", "Écrire la dernière diapositive en premier. Les autres savent alors où elles vont."),
            ("Amélie Roy", "Demander à **une** personne, la semaine d’avant, ce qui l’agace le plus dans le sujet."),
            ("Inès Costa", "Une photo du tableau avant que quelqu’un ne l’efface."),
        ),
    ),
}


def take(browser: Browser, language: Language) -> list[Path]:
    """Live through the week in a language, and return where its pictures are."""
    folder, week = PICTURES / language, WEEKS[language]
    folder.mkdir(parents=True, exist_ok=True)
    with demo(language) as address:
        here = visit(
            browser,
            address,
            language,
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=SCALE,
            color_scheme="light",
        )
        taken = [
            _setup(here, week, folder),
            _preview(here, folder),
            _thread(here, week, folder),
            _digest(here, week, folder),
            _me(here, week, folder),
        ]
        here.page.context.close()
    return taken


def _setup(here: Visit, week: Week, folder: Path) -> Path:
    here.page.set_viewport_size({"width": WIDTH, "height": FORM_HEIGHT})
    here.go(week.free)
    here.say(week.setup)
    form = here.page.locator("dialog#form")
    expect(form).to_be_visible()
    taken = _crop(here, folder / "setup.png", form, form)
    here.page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    here.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return taken


def _preview(here: Visit, folder: Path) -> Path:
    here.move("clock.hour")
    here.go(BOT)
    # Its four buttons: ask it, another one, skip it, edit it.
    shown = here.messages.filter(has=here.page.locator(".row")).last
    expect(shown.locator(".row button")).to_have_count(4)
    return _crop(here, folder / "preview.png", shown, shown)


def _thread(here: Visit, week: Week, folder: Path) -> Path:
    here.move("clock.next")
    here.go(week.home)
    here.button("answer.to", name=BOT).last.click()
    expect(here.thread.first).to_contain_text(week.question)
    for person, said in week.answers:
        here.answer(person, said)
    return _crop(here, folder / "thread.png", here.thread.first, here.thread.last)


def _digest(here: Visit, week: Week, folder: Path) -> Path:
    here.speak_as(COORDINATOR)
    here.go(week.home)
    before = here.messages.count()
    for _ in range(_MOST_MOVES):
        if here.messages.count() == before:
            here.move("clock.next")
            here.go(week.home)
    digest = here.messages.last
    expect(digest).to_contain_text(week.answers[0][1][:20])
    return _crop(here, folder / "digest.png", digest, digest)


def _me(here: Visit, week: Week, folder: Path) -> Path:
    here.speak_as(week.answers[0][0])
    here.go(BOT)
    before = here.messages.count()
    here.say(week.me)
    expect(here.messages).to_have_count(before + 1)
    sheet = here.messages.last
    return _crop(here, folder / "me.png", sheet, sheet)


def _crop(here: Visit, target: Path, first: Locator, last: Locator) -> Path:
    """Take a picture from the top of one thing to the bottom of another."""
    here.page.mouse.move(0, 0)
    here.page.evaluate("document.activeElement?.blur()")
    first.scroll_into_view_if_needed()
    top, bottom = first.bounding_box(), last.bounding_box()
    if top is None or bottom is None:
        raise RuntimeError(f"{target.name}: it is not to be seen")
    box = {
        "x": top["x"],
        "y": top["y"],
        "width": top["width"],
        "height": bottom["y"] + bottom["height"] - top["y"],
    }
    here.page.screenshot(path=target, clip=box, animations="disabled", caret="hide")  # type: ignore[arg-type]
    return light(target)
