"""A question that was asked is given other words, or taken back and brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import Button
from rituals.weekly_question.model import Round
from tests.engine.platform import Put, buttons_by_label
from tests.engine.world import World, dump, whispers
from tests.rituals.test_weekly_question import FRIDAY, MONDAY, NEXT, asked, digests, questions, rows, wakes
from tests.rituals.test_weekly_question_model import a_round, answer

GONE = "This question was taken back. What was said here stays here."


def message(world: World, root: str) -> Put:
    return next(m for m in world.platform.messages if m.id == root)


async def taken_back(world: World, who: str = "ana") -> Button:
    """Take the question back, and return the button that undoes it."""
    ask = await world.command(who, "question withdraw")
    done = await world.press(who, buttons_by_label(ask.whispers[0])["Yes, take it back"])
    assert "Taken back." in whispers(done)[0]
    return buttons_by_label(done.whispers[0])["Undo"]


async def test_other_words_reach_the_message_and_the_digest(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    told = await practice.command("ana", "question edit What do you **drink**?")
    assert whispers(told) == ["The question now reads: “What do you drink?”"]
    assert message(practice, root).words.startswith("What do you drink?\n\nAnswer in the thread")
    await practice.until(FRIDAY)

    await practice.command("ana", "question edit What do you eat?")

    assert "answered “What do you eat?”" in digests(practice)[0].words
    assert "ana changed the words of the question." in whispers(await practice.command("bo", "history"))[0]
    assert "Nothing was changed" in whispers(await practice.command("ana", "question edit What do you eat?"))[0]


async def test_without_words_a_form_asks_for_them_in_both_languages(practice: World) -> None:
    root = await asked(practice)
    form = (await practice.command("ana", "question edit")).form
    assert form is not None
    assert [f.name for f in form.fields] == ["words_en", "words_fr"]

    assert sorted((await practice.submit("ana", form.id, {"words_en": "", "words_fr": "!"})).errors) == [
        "words_en",
        "words_fr",
    ]
    await practice.submit("ana", form.id, {"words_en": "What do you drink?", "words_fr": "Que buvez-vous ?"})

    assert message(practice, root).words.startswith("What do you drink?")


async def test_a_bilingual_community_is_asked_for_both(practice: World) -> None:
    root = await asked(practice)
    async with practice.database.unit() as unit:
        home = await unit.commons.community(practice.communities["C1"].id)
        await unit.commons.change(replace(home, bilingual=True))
        await unit.commit()

    form = (await practice.command("ana", "question edit What do you drink?")).form

    assert form is not None
    assert form.fields[0].value == "What do you drink?"
    assert form.fields[1].value
    values = {f.name: f.value for f in form.fields} | {"words_fr": "Que buvez-vous ?"}
    await practice.submit("ana", form.id, values)
    assert "What do you drink?" in message(practice, root).words
    assert "Que buvez-vous" in message(practice, root).words


async def test_who_is_not_in_charge_changes_nothing(practice: World) -> None:
    root = await asked(practice)
    before = message(practice, root).words
    form = (await practice.command("ana", "question edit")).form
    yes = buttons_by_label((await practice.command("ana", "question withdraw")).whispers[0])["Yes, take it back"]
    assert form is not None

    for told in (
        await practice.command("bo", "question edit Mine."),
        await practice.command("bo", "question withdraw"),
        await practice.submit("bo", form.id, {"words_en": "Mine."}),
        await practice.press("bo", yes),
    ):
        assert "Only the facilitator or a coordinator" in whispers(told)[0]
    assert message(practice, root).words == before


async def test_where_no_question_stands_there_is_nothing_to_change(practice: World) -> None:
    for words in ("question edit Mine.", "question withdraw"):
        assert "No question stands at the moment" in whispers(await practice.command("ana", words))[0]


async def test_taken_back_it_says_so_and_has_no_digest(kept: World) -> None:
    root = await asked(kept)
    await kept.say("bo", "Tea.", thread=root)
    await taken_back(kept)

    assert message(kept, root).words == GONE
    assert "The last question was taken back." in whispers(await kept.command("bo", "status"))[0]
    assert "No question is open" in whispers(await kept.command("bo", "question answer Tea."))[0]
    await kept.until(NEXT)
    assert digests(kept) == []
    assert questions(kept)[-1].at == NEXT


async def test_undone_it_is_as_if_it_never_was(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    words, before = message(practice, root).words, await asked_rows(practice)
    coming = await wakes(practice)
    undo = await taken_back(practice)
    await practice.after(timedelta(hours=20))

    told = await practice.press("ana", undo)

    assert "It is back, with its answers" in whispers(told)[0]
    assert message(practice, root).words == words
    assert await asked_rows(practice) == before
    assert await wakes(practice) == coming
    assert whispers(await practice.press("ana", undo)) == ["It is back already."]
    await practice.until(FRIDAY)
    assert rows(digests(practice)[0]) == ["- bo: Tea."]


async def asked_rows(world: World) -> list[str]:
    """Return the round and its answers as they are stored, and what was decided about the next question."""
    found = await dump(world.database)
    return [*found["weekly_question_round"], *found["weekly_question_answer"], *found["weekly_question_plan"]]


async def test_what_is_said_meanwhile_counts_once_it_is_back(practice: World) -> None:
    root = await asked(practice)
    undo = await taken_back(practice)
    await practice.say("chi", "Coffee.", thread=root)
    await practice.press("ana", undo)
    await practice.until(FRIDAY)

    assert rows(digests(practice)[0]) == ["- chi: Coffee."]


async def test_after_a_day_it_stays_taken_back(practice: World) -> None:
    await asked(practice)
    undo = await taken_back(practice)
    await practice.after(timedelta(days=1, seconds=1))

    assert "This could be undone until" in whispers(await practice.press("ana", undo))[0]


async def test_another_may_be_asked_the_same_day_and_then_there_is_no_way_back(practice: World) -> None:
    root = await asked(practice)
    undo = await taken_back(practice)
    await practice.command("ana", "question now")
    assert [q.at for q in questions(practice)] == [MONDAY]

    assert "Another question was asked since" in whispers(await practice.press("ana", undo))[0]
    assert message(practice, root).words == GONE


async def test_a_message_that_was_deleted_does_not_come_back(practice: World) -> None:
    root = await asked(practice)
    undo = await taken_back(practice)
    await practice.delete(root)

    assert "deleted since" in whispers(await practice.press("ana", undo))[0]


async def test_a_closed_question_that_was_deleted_is_neither_answered_nor_edited(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY)
    await practice.delete(root)
    said = len(practice.platform.messages)

    assert "No question is open. The next one" in whispers(await practice.command("bo", "question answer Coffee."))[0]
    assert "No question stands" in whispers(await practice.command("ana", "question edit What else?"))[0]

    assert len(practice.platform.messages) == said


async def test_its_reminder_is_taken_back_with_it(practice: World) -> None:
    await asked(practice)
    await practice.until(FRIDAY - timedelta(hours=12))
    (reminder,) = (m for m in practice.platform.messages if "stays open until" in m.words)

    await taken_back(practice)

    assert reminder.gone


async def test_a_day_that_had_its_question_leaves_the_next_days_alone(practice: World) -> None:
    await practice.command("ana", "question every weekdays 09:00")
    await practice.until(MONDAY + timedelta(minutes=10))
    await taken_back(practice)

    await practice.command("ana", "question now")
    await practice.until(MONDAY + timedelta(days=2))

    stand = [q.at for q in questions(practice)]
    assert stand == [MONDAY + timedelta(minutes=10), MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)]


async def test_what_is_over_is_not_taken_back(practice: World) -> None:
    root = await asked(practice)
    yes = buttons_by_label((await practice.command("ana", "question withdraw")).whispers[0])["Yes, take it back"]
    await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY)
    assert "is closed" in whispers(await practice.command("ana", "question withdraw"))[0]
    await practice.until(NEXT)

    assert "This was asked too long ago" in whispers(await practice.press("ana", yes))[0]
    assert questions(practice)[-1].at == NEXT


moves = st.lists(st.sampled_from(["close", "withdraw", "reinstate", "answer", "miss"]), max_size=12)


@given(moves)
def test_a_round_closes_exactly_once_and_an_undone_withdrawal_is_as_if_it_never_was(done: list[str]) -> None:
    with_it, without = a_round(answer("a", 1)), a_round(answer("a", 1))
    told, told_without, number = 0, 0, 1
    for step in [*done, "reinstate", "close"]:
        number += 1
        match step:
            case "answer":
                for round_ in (with_it, without):
                    round_.answers.append(answer(f"m{number}", number))
            case "close" if not with_it.withdrawn:
                told += with_it.close(MONDAY)
                told_without += without.close(MONDAY)
            case "miss" if not with_it.withdrawn:
                with_it.close(MONDAY, told=False)
                without.close(MONDAY, told=False)
            case "withdraw" if with_it.open:
                with_it.withdraw(MONDAY)
            case "reinstate" if with_it.withdrawn:
                with_it.reinstate()
            case _:
                pass

    assert told == told_without <= 1
    assert state(with_it) == state(without)
    assert with_it.closed


def state(round_: Round) -> tuple[datetime | None, bool, bool, int]:
    return round_.closed_at, round_.withdrawn, round_.digest, len(round_.answers)
