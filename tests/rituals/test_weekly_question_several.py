"""Several weekly questions of one community: they do not repeat one another, and each says which it is."""

from __future__ import annotations

from datetime import timedelta

from tests.engine.platform import buttons_by_label
from tests.engine.world import World
from tests.rituals.test_weekly_question import FRIDAY, MONDAY, asked, digests, questions, rows
from tests.rituals.test_weekly_question_beside import beside


async def ask_second(world: World) -> str:
    """Let a second weekly question ask now, and return its message."""
    await world.command("ana", "ritual add question Friday tip")
    await world.after(timedelta(days=1))
    which = buttons_by_label((await world.command("ana", "question now")).whispers[0])
    await world.press("ana", which["Friday tip"])
    return questions(world)[-1].id


async def test_what_one_asked_the_other_does_not_ask_before_all_else(practice: World) -> None:
    await practice.command("ana", "ritual add question Friday tip")
    await practice.until(MONDAY + timedelta(weeks=12, days=2))

    words = [m.words for m in questions(practice)]

    assert len(words) == len(set(words)) == 26


async def test_what_is_said_alone_tells_which_of_them_it_is_about(practice: World) -> None:
    await practice.command("ana", "ritual add question Friday tip")
    which = buttons_by_label((await practice.command("bo", "question digest on")).whispers[0])
    await practice.press("bo", which["Friday tip"])
    await practice.until(MONDAY)
    roots = [m.id for m in questions(practice)]
    for root in roots:
        await practice.say("chi", "Tea.", thread=root)
    await practice.until(MONDAY + timedelta(weeks=5))

    alone = [m.words for m in practice.platform.messages if m.people]
    for words in (
        "Next question in Practice (Friday tip): ",
        "Asked in Practice (Friday tip) on ",
        "The last three questions in Practice (Friday tip) stayed without an answer.",
        "You asked for the digests of Practice (Friday tip).",
        "The last three questions in Practice stayed without an answer.",
    ):
        assert any(words in said for said in alone), words
    assert not any("the digests of Practice." in said for said in alone)


async def test_where_the_last_was_deleted_the_one_before_counts_beside_its_thread(practice: World) -> None:
    await asked(practice)
    await practice.delete(await ask_second(practice))
    message = await beside(practice, "bo", "Tea.")

    await practice.react("ana", message, "📥")
    await practice.until(FRIDAY)

    assert rows(digests(practice)[0]) == ["- bo: Tea."]
