"""Answers by form or command: said in the thread under a name, or unsigned, and then nothing tells whose they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.text import Mention, Named, inlines_of
from bot.engine.platform import Reply
from tests.engine.platform import Put, buttons_by_label
from tests.engine.world import World, dump, whispers
from tests.rituals.test_weekly_question import FRIDAY, NEXT, asked, digests, questions, rows


def threads(world: World) -> list[Put]:
    """Return what the bot said in the thread of the last question."""
    root = questions(world)[-1].id
    return [m for m in world.platform.messages if m.thread == root and not m.gone and "stays open" not in m.words]


async def answer(world: World, who: str, words: str) -> Reply:
    return await world.command(who, f"question answer {words}")


async def form_of(world: World, who: str) -> tuple[str, list[str]]:
    """Return the form's id and its fields' names."""
    reply = await world.press(who, questions(world)[-1].buttons["Write an answer"], questions(world)[-1].id)
    assert reply.form is not None
    return reply.form.id, [f.name for f in reply.form.fields]


async def test_words_at_once_are_posted_under_a_name(kept: World) -> None:
    await asked(kept)

    told = await kept.command("bo", "question répondre Tea, with **milk** and @chi.")

    (posted,) = threads(kept)
    assert posted.words == "bo: Tea, with milk and @chi."
    assert any(isinstance(node, Named) for node in inlines_of(posted.body))
    assert not any(isinstance(node, Mention) for node in inlines_of(posted.body))
    assert whispers(told) == ["Your answer is in the thread."]
    await kept.until(FRIDAY)
    assert rows(digests(kept)[0]) == ["- bo: Tea, with milk and @chi."]


async def test_the_form_asks_and_the_answer_is_the_same(practice: World) -> None:
    await asked(practice)
    form, fields = await form_of(practice, "chi")
    assert fields == ["words"]

    told = await practice.submit("chi", form, {"words": "First.\n\n- one\n- two"})

    assert [m.words for m in threads(practice)] == ["chi: First.\n\n- one\n- two"]
    assert whispers(told) == ["Your answer is in the thread."]
    assert (await practice.command("chi", "question answer")).form is not None


async def test_what_can_be_neither_seen_nor_kept_is_left_out(kept: World) -> None:
    await asked(kept)
    form, _ = await form_of(kept, "chi")

    told = await kept.submit("chi", form, {"words": "One\x00 line,\r\nand\x1b\tanother."})

    assert whispers(told) == ["Your answer is in the thread."]
    assert [m.words for m in threads(kept)] == ["chi: One line,\nand\tanother."]


@pytest.mark.parametrize("words", ["", "   \n ", "\x00", "x" * 3001])
async def test_nothing_and_too_much_are_refused_beside_the_field(practice: World, words: str) -> None:
    await asked(practice)
    form, _ = await form_of(practice, "chi")

    told = await practice.submit("chi", form, {"words": words})

    assert list(told.errors) == ["words"]
    assert threads(practice) == []


async def test_three_thousand_characters_are_an_answer(practice: World) -> None:
    await asked(practice)
    form, _ = await form_of(practice, "chi")

    await practice.submit("chi", form, {"words": "x" * 3000})

    assert len(threads(practice)) == 1


async def test_ones_own_answer_is_changed_and_taken_back(practice: World) -> None:
    await asked(practice)
    buttons = buttons_by_label((await answer(practice, "bo", "Tea.")).whispers[0])
    form = (await practice.press("bo", buttons["Change it"])).form
    assert form is not None
    assert form.fields[0].value == "Tea."

    assert (await practice.submit("bo", form.id, {"words": " "})).errors
    changed = await practice.submit("bo", form.id, {"words": "Green tea."})

    assert [m.words for m in threads(practice)] == ["bo: Green tea."]
    await practice.until(FRIDAY)
    assert rows(digests(practice)[0]) == ["- bo: Green tea."]
    again = buttons_by_label(changed.whispers[0])
    assert whispers(await practice.press("bo", again["Take it back"])) == ["Your answer is taken back."]
    assert threads(practice) == []
    assert digests(practice) == []
    assert "can no longer be changed" in whispers(await practice.press("bo", again["Change it"]))[0]


async def test_nobody_else_changes_it_and_nobody_after_the_next_question(practice: World) -> None:
    await asked(practice)
    buttons = buttons_by_label((await answer(practice, "bo", "Tea.")).whispers[0])
    assert "can no longer be changed" in whispers(await practice.press("chi", buttons["Take it back"]))[0]
    form = (await practice.press("bo", buttons["Change it"])).form
    assert form is not None

    await practice.until(NEXT)

    assert "can no longer be changed" in whispers(await practice.press("bo", buttons["Change it"]))[0]
    assert "can no longer be changed" in whispers(await practice.submit("bo", form.id, {"words": "Late."}))[0]


async def test_an_answer_that_an_administrator_deletes_no_longer_counts(practice: World) -> None:
    await asked(practice)
    await answer(practice, "bo", "Tea.")
    await answer(practice, "chi", "Coffee.")
    await practice.delete(threads(practice)[0].id)
    await practice.until(FRIDAY)

    assert rows(digests(practice)[0]) == ["- chi: Coffee."]


async def test_a_form_that_comes_after_the_next_question_keeps_its_words(practice: World) -> None:
    await asked(practice)
    form, _ = await form_of(practice, "chi")
    button = questions(practice)[-1].buttons["Write an answer"]
    await practice.until(NEXT)

    told = await practice.submit("chi", form, {"words": "Late."})

    assert list(told.errors) == ["words"]
    assert threads(practice) == []
    assert "Another question was asked since" in whispers(await practice.press("chi", button))[0]


async def test_where_nothing_is_open_the_next_one_is_named(practice: World) -> None:
    told = await answer(practice, "bo", "Tea.")
    assert whispers(told) == ["No question is open. The next one comes on Monday 23 November, 09:00."]
    await practice.command("ana", "pause until 4 january")
    await practice.command("ana", "question pause until 1 february")
    assert "Monday 1 February, 09:00" in whispers(await answer(practice, "bo", "Tea."))[0]


async def test_a_late_answer_joins_the_digest(practice: World) -> None:
    await asked(practice)
    await answer(practice, "bo", "Tea.")
    await practice.until(FRIDAY + timedelta(hours=1))

    await answer(practice, "chi", "Coffee.")

    assert rows(digests(practice)[0]) == ["- bo: Tea.", "- chi: Coffee."]


async def test_unsigned_answers_leave_no_trace_of_who_wrote_them(kept: World) -> None:
    assert "nothing is kept" in whispers(await kept.command("ana", "question unsigned on"))[0]
    assert "ana allowed unsigned answers." in whispers(await kept.command("bo", "history"))[0]
    await asked(kept)
    form, fields = await form_of(kept, "chi")
    assert fields == ["words", "signed"]
    before = await traces(kept, "chi")

    told = await kept.submit("chi", form, {"words": "Secretly: cocoa.", "signed": "unsigned"})

    assert whispers(told) == ["Your answer is in the thread, unsigned."]
    assert buttons_by_label(told.whispers[0]) == {}
    assert await traces(kept, "chi") == before
    assert [m.words for m in threads(kept)] == ["Someone: Secretly: cocoa."]
    await kept.until(FRIDAY)
    assert rows(digests(kept)[0]) == ["- Someone: Secretly: cocoa."]
    assert await traces(kept, "chi") == before


async def traces(world: World, who: str) -> dict[str, list[str]]:
    """Return every row that holds a member's id, ours or the platform's, by table."""
    found = await dump(world.database)
    names = (world.members[who], f"'{who}'", f'"{who}"')
    rows = {table: [row for row in rows if any(name in row for name in names)] for table, rows in found.items()}
    return {table: rows for table, rows in rows.items() if rows}


async def test_each_unsigned_answer_counts_as_one(practice: World) -> None:
    await practice.command("ana", "question unsigned on")
    await asked(practice)
    form, _ = await form_of(practice, "chi")
    for words in ("One.", "Two."):
        await practice.submit("chi", form, {"words": words, "signed": "unsigned"})

    assert "2 people have answered" in whispers(await practice.command("bo", "status"))[0]


async def test_unsigned_answers_are_refused_where_they_are_not_allowed(practice: World) -> None:
    await practice.command("ana", "question anonyme oui")
    await asked(practice)
    form, _ = await form_of(practice, "chi")
    assert "carries a name" in whispers(await practice.command("ana", "question unsigned off"))[0]

    told = await practice.submit("chi", form, {"words": "Cocoa.", "signed": "unsigned"})

    assert list(told.errors) == ["signed"]
    assert threads(practice) == []
    await practice.submit("chi", form, {"words": "Cocoa.", "signed": "signed"})
    assert [m.words for m in threads(practice)] == ["chi: Cocoa."]
