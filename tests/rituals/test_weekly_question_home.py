"""The weekly question on a member's home: what waits is decided there as in the messages, and shortcuts work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import registry
from bot.core.arguments import Context
from bot.core.grammar import Given, parse
from bot.core.text import Button, buttons, buttons_of
from bot.engine.home import home
from bot.engine.ritual import Shortcut
from tests.engine.platform import buttons_by_label, wording
from tests.engine.world import World, dump, whispers
from tests.rituals.conftest import SUNDAY
from tests.rituals.test_suggestions import WORDS, copies, suggest
from tests.rituals.test_weekly_question import MONDAY, NEXT
from tests.rituals.test_weekly_question_preview import copy
from tests.rituals.test_weekly_question_quiet import THIRD

WAITS = "What waits for you"


async def text(world: World, who: str) -> str:
    found = await home(world.engine, world.workspace, who)
    assert found is not None
    return wording(found.body)


async def waiting(world: World, who: str) -> str:
    """Return what waits for somebody, down to what is on."""
    found = await text(world, who)
    return found.split(f"{WAITS}\n\n")[1].split("\n\nThe weekly question")[0] if WAITS in found else ""


async def offered(world: World, who: str) -> dict[str, Button]:
    """Return the buttons of somebody's home by what is written on them, the first of each kind."""
    found = await home(world.engine, world.workspace, who)
    assert found is not None
    first: dict[str, Button] = {}
    for button in buttons_of(found.body):
        for label in buttons_by_label(buttons(button)):
            first.setdefault(label, button)
    return first


async def press(world: World, who: str, label: str) -> list[str]:
    return whispers(await world.press(who, (await offered(world, who))[label], channel=None))


@pytest.fixture
async def both(practice: World) -> World:
    """Let Ana and Bo be in charge, and the preview of the second question be shown."""
    await practice.command("ana", "coordinator add @bo")
    await practice.until(NEXT - timedelta(days=1))
    return practice


async def test_the_preview_waits_as_the_copies_show_it(both: World) -> None:
    shown = copy(both, "ana")

    assert await waiting(both, "ana") == shown.words
    here = await offered(both, "ana")
    assert {label: here[label] for label in shown.buttons} == shown.buttons
    assert await waiting(both, "chi") == ""


async def test_telling_what_waits_writes_nothing(kept: World) -> None:
    await kept.command("bo", f"question suggest {WORDS}")
    before = await dump(kept.database)

    assert WORDS in await waiting(kept, "ana")

    assert await dump(kept.database) == before


async def test_deciding_at_home_changes_every_copy(both: World) -> None:
    before = await waiting(both, "ana")
    assert await press(both, "ana", "Another one") == []
    changed = await waiting(both, "ana")
    assert changed != before
    assert {copy(both, who).words for who in ("ana", "bo")} == {changed}

    stale = (await offered(both, "bo"))["Ask it"]
    form = (await both.press("bo", (await offered(both, "bo"))["Edit"], channel=None)).form
    assert form is not None
    await both.submit("bo", form.id, {"words_en": "What else?"}, channel=None)

    for who in ("ana", "bo"):
        assert "bo chose these words." in copy(both, who).words
        assert copy(both, who).buttons == {}
        assert await waiting(both, who) == ""
    (late,) = whispers(await both.press("ana", stale, channel=None))
    assert late == "It is decided already. bo chose these words."


async def test_what_was_decided_in_a_message_waits_no_longer(both: World) -> None:
    skip = copy(both, "bo")
    await both.press("bo", skip.buttons["Skip this week"], skip.id, channel=skip.channel)

    assert await waiting(both, "ana") == ""


async def test_before_the_preview_and_in_a_pause_no_question_waits(practice: World) -> None:
    assert practice.clock.at == SUNDAY
    await practice.until(MONDAY)
    assert await waiting(practice, "ana") == ""
    await practice.until(NEXT - timedelta(days=1))
    assert await waiting(practice, "ana") != ""

    await practice.command("ana", "pause until 4 january")

    assert await waiting(practice, "ana") == ""


async def test_suggestions_wait_and_are_decided_at_home(practice: World) -> None:
    await practice.until(MONDAY)
    await suggest(practice)
    put = copies(practice, "ana")[-1]
    assert await waiting(practice, "ana") == put.words
    here = await offered(practice, "ana")
    assert {label: here[label] for label in put.buttons} == put.buttons

    assert await press(practice, "ana", "Add it") == ["It is question 61 of the bank. It comes next."]

    assert await waiting(practice, "ana") == ""
    assert "ana added it: question 61." in copies(practice, "ana")[-1].words


async def test_three_suggestions_are_shown_and_others_told_of(practice: World) -> None:
    await practice.until(MONDAY)
    for number in range(4):
        await suggest(practice, words_en=f"{WORDS} Number {number}.")
    assert (await waiting(practice, "ana")).endswith("1 more suggestion waits: /bot question suggestions shows it.")
    await suggest(practice, words_en="What else?")

    told = await waiting(practice, "ana")

    assert [row[-2:] for row in told.split("\n") if WORDS in row] == ["0.", "1.", "2."]
    assert told.count("bo suggests a question for Practice:") == 3
    assert told.endswith("2 more suggestions wait: /bot question suggestions shows them.")


async def test_the_word_about_quiet_rounds_waits_until_somebody_decides(practice: World) -> None:
    await practice.command("ana", "coordinator add @bo")
    await practice.until(THIRD)
    assert (await waiting(practice, "bo")).startswith("The last three questions in Practice stayed without an answer.")

    await press(practice, "bo", "Rest for four weeks")

    assert await waiting(practice, "ana") == ""
    (word,) = [m for m in practice.platform.messages if m.people == ("ana",) and "let the question rest" in m.words]
    assert word.buttons == {}


async def test_shortcuts_go_by_role_and_work_without_a_channel(practice: World) -> None:
    await practice.until(MONDAY)
    assert "The bank of questions" not in await offered(practice, "bo")
    form = (await practice.press("bo", (await offered(practice, "bo"))["Suggest a question"], channel=None)).form
    assert form is not None
    filled = {f.name: f.value for f in form.fields} | {"words_en": WORDS}
    assert "Thank you." in whispers(await practice.submit("bo", form.id, filled, channel=None))[0]

    here = await offered(practice, "ana")
    assert "Suggest a question" not in here
    assert (await press(practice, "ana", "The next question"))[0].startswith("Next question: Monday 30 November")
    assert "There are 60 questions in the bank." in (await press(practice, "ana", "The bank of questions"))[0]
    added = (await practice.press("ana", here["Add a question"], channel=None)).form
    assert added is not None
    assert "add" in added.id


async def test_of_several_each_has_its_own_buttons(practice: World) -> None:
    await practice.command("ana", "ritual add question Friday tip")
    await practice.until(MONDAY)
    found = await home(practice.engine, practice.workspace, "bo")
    assert found is not None
    first, second = [b for b in buttons_of(found.body) if b.value.endswith("question suggest")]

    for number, button in enumerate((first, second)):
        form = (await practice.press("bo", button, channel=None)).form
        assert form is not None
        assert form.id.startswith(f"{button.value.split(' ')[1]}:")
        filled = {f.name: f.value for f in form.fields} | {"words_en": f"{WORDS} Number {number}."}
        await practice.submit("bo", form.id, filled, channel=None)

    told = await waiting(practice, "ana")
    assert f"bo suggests a question for Practice:\n\n> {WORDS} Number 0." in told
    assert f"bo suggests a question for Practice (Friday tip):\n\n> {WORDS} Number 1." in told


EVERY = [(r.name, shortcut) for r in registry().rituals.values() for shortcut in r.shortcuts]


def test_who_has_shortcuts() -> None:
    assert {name for name, _ in EVERY} == {"community", "weekly_question"}


@pytest.mark.parametrize(("owner", "shortcut"), EVERY, ids=[s.words for _, s in EVERY])
def test_a_shortcut_is_a_whole_command_of_its_ritual_that_its_role_may_give(owner: str, shortcut: Shortcut) -> None:
    known = registry()
    given = parse(
        known.tree, shortcut.words, Context(lambda _: None, MONDAY, "UTC", "en", "/bot", channels=lambda _: None)
    )
    assert isinstance(given, Given)
    assert known.owners[given.command.id] == owner
    assert given.command.role <= shortcut.role
    assert shortcut.below is None or shortcut.below > shortcut.role
