"""Somebody has their data erased: nothing that the weekly question said names them any more."""

from __future__ import annotations

from datetime import timedelta

from tests.engine.platform import Put
from tests.engine.world import World
from tests.rituals.test_bank_commands import offered, said, send
from tests.rituals.test_suggestions import copies, decide, suggest
from tests.rituals.test_weekly_question import FRIDAY, NEXT, asked, digests, questions


async def erased(world: World, who: str) -> None:
    """Let somebody have their data erased."""
    buttons = offered(await world.command(who, "data erase"))
    (yes,) = (button for label, button in buttons.items() if label != "Leave it")
    assert "Done" in said(await world.press(who, yes))
    await world.settle()


def naming(world: World, *words: str) -> list[Put]:
    return [m for m in world.platform.messages if not m.gone and any(w in m.words for w in words)]


async def test_earlier_digests_and_questions_name_them_no_longer(practice: World) -> None:
    await practice.command("chi", "question digest on")
    await suggest(practice)
    await practice.press("ana", await decide(practice, "ana", "Add it"))
    root = await asked(practice)
    await practice.say("bo", "Bo’s own words.", thread=root)
    await practice.say("chi", "Tea.", thread=root)
    await practice.until(NEXT)
    await practice.say("chi", "Coffee.", thread=questions(practice)[-1].id)
    await practice.until(FRIDAY + timedelta(weeks=1, hours=1))
    assert len(naming(practice, "Bo’s own words.")) == 2

    await erased(practice, "bo")

    assert naming(practice, "Bo’s own words.", "Suggested by") == []
    assert [d.words.count("1 person answered") for d in digests(practice)] == [1, 1, 1, 1]
    assert all("bo" not in q.words for q in questions(practice))


async def test_a_digest_of_their_answer_alone_is_taken_back(practice: World) -> None:
    await practice.say("bo", "Bo’s own words.", thread=await asked(practice))
    await practice.until(NEXT)
    assert len(digests(practice)) == 1

    await erased(practice, "bo")

    assert digests(practice) == []


async def test_what_they_suggested_names_them_no_longer(practice: World) -> None:
    for words in ("How do you begin the day?", "What else?", "And then, what?"):
        await suggest(practice, words_en=words)
    await practice.press("ana", copies(practice, "ana")[0].buttons["Add it"])
    await send(practice, "ana", await practice.press("ana", copies(practice, "ana")[1].buttons["Decline"]))

    await erased(practice, "bo")

    assert [m.words for m in copies(practice, "ana")] == [
        "A question was suggested for Practice. ana added it: question 61.",
        "A question was suggested for Practice. ana declined it.",
        "A question suggested for Practice was taken back.",
    ]
    assert all(not m.buttons for m in copies(practice, "ana"))
