"""The bank in the chat: listed, added to, edited, queued, taken out of, by whom it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.text import Button, Plain
from bot.engine.platform import Reply
from rituals.weekly_question.bank import Entry
from rituals.weekly_question.starters import starters
from storage.weekly_question.store import StoredRounds
from tests.engine.platform import buttons_by_label, wording
from tests.engine.world import World, whispers
from tests.rituals.test_weekly_question import MONDAY, questions

COUNT = len(starters())


def said(reply: Reply) -> str:
    return "\n".join(whispers(reply))


def offered(reply: Reply) -> dict[str, Button]:
    return buttons_by_label(reply.whispers[-1])


async def send(world: World, who: str, reply: Reply, **values: str) -> Reply:
    """Send the form that was opened, with some values changed."""
    assert reply.form is not None
    return await world.submit(who, reply.form.id, {f.name: f.value for f in reply.form.fields} | values)


async def form(world: World, words: str) -> Mapping[str, str]:
    """Return what the form holds that a command of Ana's opens."""
    opened = (await world.command("ana", words)).form
    assert opened is not None
    return {f.name: f.value for f in opened.fields}


async def add(world: World, words: str, kind: str = "tip", when: str = "queue") -> Reply:
    """Let Ana add a question."""
    return await send(world, "ana", await world.command("ana", f"question bank add {words}"), kind=kind, when=when)


async def entries(world: World) -> Sequence[Entry]:
    binding = await world.binding("weekly_question")
    async with world.database.view() as unit:
        store: StoredRounds = await unit.open(binding)
        return list(await store.entries())


async def journal(world: World) -> str:
    return said(await world.command("bo", "history"))


def errors(reply: Reply) -> dict[str, str]:
    return {name: wording(body) for name, body in reply.errors.items()}


async def test_the_bank_is_shown_twenty_at_a_time_what_is_queued_first(practice: World) -> None:
    await practice.command("ana", "question bank queue 33")
    first = await practice.command("bo", "question bank list")
    rows = [row for row in said(first).split("\n") if row.startswith("- ")]
    last = await practice.press("bo", offered(first)["Show the next 20"])

    assert f"There are {COUNT} questions in the bank." in said(first)
    assert len(rows) == 20
    assert rows[0].startswith("- 33 – ")
    assert "in the queue" in said(first)
    assert "1 to 20 of 60." in said(first)
    assert "21 to 40 of 60." in said(last)
    assert offered(last)
    assert said(await practice.command("bo", "question bank list 3")).count("\n- ") == 20
    assert "There are 3 pages only." in said(await practice.command("bo", "question bank list 4"))


async def test_the_bank_shows_one_kind(practice: World) -> None:
    told = said(await practice.command("bo", "question bank list truc"))

    tips = [s.en for s in starters() if s.kind == "tip"]
    assert f"There are {len(tips)} questions of the kind “tip” in the bank." in told
    assert all(tip in told for tip in tips)
    assert told.count("\n- ") == len(tips)


async def test_the_bank_tells_when_a_question_was_asked(practice: World) -> None:
    await practice.command("ana", "question bank queue 3")
    await practice.until(MONDAY)

    assert "hard case · asked on Monday 23 November" in said(await practice.command("bo", "question bank list"))


async def test_a_question_that_is_added_comes_next_under_its_number(kept: World) -> None:
    assert (await form(kept, "question bank add What is **new**?"))["words_en"] == "What is **new**?"
    told = await add(kept, "What is **new**?")

    assert said(told) == f"It is question {COUNT + 1} of the bank. It comes next."
    await kept.until(MONDAY)
    assert questions(kept)[-1].words.startswith("What is new?")
    listed = said(await kept.command("bo", "question bank list tip"))
    assert "What is new?\n  tip · the community’s own · asked on" in listed
    assert "ana added question 61 (tip)." in await journal(kept)
    assert "What is" not in await journal(kept)


async def test_a_question_can_be_added_to_come_in_its_turn(practice: World) -> None:
    first = said(await add(practice, "What is new?", when="turn"))
    second = said(await add(practice, "Anything else, at all?"))
    third = said(await add(practice, "What surprised you?"))

    assert [told.partition(". ")[2] for told in (first, second, third)] == [
        "It comes in its turn.",
        "It comes next.",
        "It comes after 1 other.",
    ]


async def test_what_is_nearly_the_same_is_pointed_out_and_added(practice: World) -> None:
    await add(practice, "What did you learn this week?")

    told = said(await add(practice, "What did you learn this week"))

    assert told.endswith("It is much like question 61: “What did you learn this week?”")
    assert len(await entries(practice)) == COUNT + 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "A question needs words."),
        (" ", "A question needs words."),
        ("Hm", "at least 3 characters"),
        ("h" * 301, "at most 300 characters"),
        ("Hello @channel, well?", "please leave out @channel"),
    ],
)
async def test_words_that_will_not_do_are_refused_beside_their_field(practice: World, words: str, why: str) -> None:
    opened = await practice.command("ana", "question bank add")

    told = await send(practice, "ana", opened, words_en=words, kind="tip")

    assert why in errors(told)["words_en"]
    assert len(await entries(practice)) in {0, COUNT}


async def test_a_kind_has_to_be_chosen(practice: World) -> None:
    told = await add(practice, "What is new?", kind="")

    assert errors(told) == {"kind": "Choose one of the kinds in the list."}


async def test_a_starter_is_edited_and_goes_back_to_what_it_was(practice: World) -> None:
    before = await form(practice, "question bank edit 1")
    assert "back" not in before
    assert before["words_fr"] == starters()[0].fr

    opened = await practice.command("ana", "question bank edit 1")
    told = await send(practice, "ana", opened, words_en="What holds you up?", kind="tip")
    assert said(told) == "Question 1 is changed."
    assert "What holds you up?\n  tip · reworded here" in said(await practice.command("bo", "question bank list tip"))

    opened = await practice.command("ana", "question bank edit 1")
    await send(practice, "ana", opened, back="original", words_en="")
    assert await form(practice, "question bank edit 1") == before
    assert (await journal(practice)).count("ana changed question 1.") == 2


async def test_an_edit_that_changes_nothing_is_no_change(practice: World) -> None:
    told = await send(practice, "ana", await practice.command("ana", "question bank edit 1"))

    assert said(told) == "Nothing was changed."
    assert (await entries(practice))[0].wording is None
    assert "changed question" not in await journal(practice)


async def test_an_edit_refuses_what_will_not_do(practice: World) -> None:
    opened = await practice.command("ana", "question bank edit 1")

    told = await send(practice, "ana", opened, words_en="", words_fr="@tous, ça va ?")

    assert set(errors(told)) == {"words_en", "words_fr"}


async def test_a_question_is_taken_out_after_one_question_and_comes_back_within_a_day(practice: World) -> None:
    await practice.command("ana", "question bank queue 12")
    asked = await practice.command("ana", "question bank remove 12")
    assert "Take question 12 out of the bank?" in said(asked)
    assert len([e for e in await entries(practice) if e.state == "kept"]) == COUNT

    gone = await practice.press("ana", offered(asked)["Take it out"])
    assert "Question 12 is out of the bank." in said(gone)
    assert "no longer in the bank" in said(await practice.press("ana", offered(asked)["Take it out"]))
    assert "There is no question 12" in said(await practice.command("ana", "question bank queue 12"))

    back = await practice.press("ana", offered(gone)["Undo"])
    assert said(back) == "Question 12 is back in the bank."
    assert "already" in said(await practice.press("ana", offered(gone)["Undo"]))
    assert said(await practice.command("ana", "question bank queue 12")).endswith("It comes next.")
    assert "ana took question 12 out of the bank." in await journal(practice)
    assert "ana put question 12 back." in await journal(practice)


async def test_after_a_day_a_question_stays_out(practice: World) -> None:
    asked = await practice.command("ana", "question bank remove 12")
    gone = await practice.press("ana", offered(asked)["Take it out"])
    await practice.after(timedelta(days=1, seconds=1))

    assert "Nothing was changed." in said(await practice.press("ana", offered(gone)["Undo"]))
    await practice.after(timedelta(days=60))
    assert {e.number: e.state for e in await entries(practice)}[12] == "removed"


async def test_a_question_of_the_communitys_own_is_forgotten_a_month_after_it_went(practice: World) -> None:
    await add(practice, "What is new?", when="turn")
    gone = await practice.press("ana", offered(await practice.command("ana", "question bank remove 61"))["Take it out"])
    await practice.after(timedelta(days=40))

    assert len(await entries(practice)) == COUNT
    assert "Nothing was changed." in said(await practice.press("ana", offered(gone)["Undo"]))


async def test_the_last_question_stays(practice: World) -> None:
    asked = await practice.command("ana", "question bank remove 1")
    await practice.command("ana", "question bank list")
    binding = await practice.binding("weekly_question")
    async with practice.database.unit() as unit:
        store: StoredRounds = await unit.open(binding)
        for entry in (await store.entries())[1:]:
            entry.state = "removed"
        await unit.commit()

    for told in (
        await practice.press("ana", offered(asked)["Take it out"]),
        await practice.command("ana", "question bank remove 1"),
    ):
        assert "It is the last question of the bank." in said(told)


async def test_the_queue_is_first_come_first_served_and_can_be_left(practice: World) -> None:
    assert said(await practice.command("ana", "question bank queue 7")) == "Question 7 is in the queue. It comes next."
    assert said(await practice.command("ana", "question bank queue 9")).endswith("It comes after 1 other.")
    assert "already. It comes after 1 other." in said(await practice.command("ana", "question bank queue 9"))
    assert said(await practice.command("ana", "question bank unqueue 7")) == "Question 7 comes in its turn again."
    assert "is not in the queue" in said(await practice.command("ana", "question bank unqueue 7"))

    await practice.until(MONDAY)

    assert questions(practice)[-1].words.startswith(starters()[8].en)
    assert "ana put question 9 in the queue." in await journal(practice)


async def test_what_was_put_aside_comes_when_it_is_queued(practice: World) -> None:
    told = await practice.command("ana", "question next")
    shown = offered(told)["Another one"]
    number = next(e.number for e in await entries(practice) if e.key == shown.value)
    await practice.press("ana", shown)

    await practice.command("ana", f"question bank queue {number}")

    assert offered(await practice.command("ana", "question next"))["Another one"].value == shown.value


async def test_the_kinds_that_are_asked(practice: World) -> None:
    assert "Questions of every kind are asked." in said(await practice.command("ana", "question kinds"))
    told = said(await practice.command("ana", "question kinds récit, tip"))
    assert "From now on these kinds are asked: tip, story." in told
    assert (await practice.binding("weekly_question")).settings["kinds"] == ["tip", "story"]
    assert "These kinds are asked: tip, story." in said(await practice.command("ana", "question kinds story tip"))
    assert "These kinds are asked: tip, story." in said(await practice.command("bo", "status"))
    assert "14 of them can be asked, by the kinds that were chosen" in said(
        await practice.command("bo", "question bank list")
    )
    assert "“jokes” is no kind of question." in said(await practice.command("ana", "question kinds jokes"))

    assert "every kind" in said(await practice.command("ana", "question kinds all"))
    assert "kinds" not in (await practice.binding("weekly_question")).settings
    assert "ana decided that these kinds of questions are asked: tip, story." in await journal(practice)


async def test_the_kinds_that_were_chosen_matter_more_than_the_stage(practice: World) -> None:
    async with practice.database.unit() as unit:
        await unit.commons.change(replace(practice.communities["C1"], stage="maturity"))
        await unit.commit()

    told = said(await practice.command("ana", "question kinds get-to-know"))
    await practice.until(MONDAY + timedelta(weeks=5, days=2))

    assert "6 questions of the bank can be asked." in told
    assert len({m.words for m in questions(practice)}) == 6
    of_the_kind = [s.en for s in starters() if s.kind == "get-to-know"]
    assert all(m.words.split("\n")[0] in of_the_kind for m in questions(practice))
    more = said(await practice.command("ana", "question kinds get-to-know, tip, story"))
    suiting = sum(s.kind in {"get-to-know", "tip", "story"} and "maturity" in s.stages for s in starters())
    assert f"{suiting} questions of the bank can be asked." in more


async def test_a_kind_of_which_there_is_nothing_cannot_be_all_that_is_asked(practice: World) -> None:
    await practice.command("ana", "question bank list")
    binding = await practice.binding("weekly_question")
    async with practice.database.unit() as unit:
        store: StoredRounds = await unit.open(binding)
        for entry in await store.entries():
            entry.state = "removed" if entry.kind == "tip" else "kept"
        await unit.commit()

    assert "no question of this kind" in said(await practice.command("ana", "question kinds tip"))


async def test_the_bank_is_kept_by_those_in_charge(practice: World) -> None:
    opened = await practice.command("ana", "question bank add")
    edit = await practice.command("ana", "question bank edit 1")
    asked = await practice.command("ana", "question bank remove 1")
    gone = await practice.press("ana", offered(await practice.command("ana", "question bank remove 2"))["Take it out"])

    for command in ("add", "edit 1", "remove 1", "queue 1", "unqueue 1", "import"):
        told = await practice.command("bo", f"question bank {command}")
        assert "Only the facilitator or a coordinator can do this: ana." in said(told)
    assert "Only a coordinator" in said(await practice.command("bo", "question kinds tip"))
    for told in (
        await send(practice, "bo", opened, words_en="What is new?", kind="tip"),
        await send(practice, "bo", edit, words_en="What is new?"),
        await practice.press("bo", offered(asked)["Take it out"]),
        await practice.press("bo", offered(gone)["Undo"]),
    ):
        assert "Only the facilitator or a coordinator can decide this." in said(told)


async def test_a_starter_that_went_away_breaks_nothing(practice: World) -> None:
    await practice.command("ana", "question bank queue 1")
    await practice.command("ana", "question bank queue 2")
    binding = await practice.binding("weekly_question")
    async with practice.database.unit() as unit:
        store: StoredRounds = await unit.open(binding)
        (await store.entries())[0].key = "of-another-version"
        await unit.commit()

    await practice.until(MONDAY)

    assert questions(practice)[-1].words.startswith(starters()[1].en)
    assert "There is no question 1" in said(await practice.command("ana", "question bank edit 1"))
    # The starter whose row it was came anew.
    assert f"There are {COUNT} questions" in said(await practice.command("bo", "question bank list"))
    assert said(await add(practice, "What is new?")).startswith(f"It is question {COUNT + 2} of the bank.")


async def test_a_button_of_the_bank_that_is_made_up_changes_nothing(practice: World) -> None:
    asked = offered(await practice.command("ana", "question bank remove 1"))["Take it out"]
    undo = Button(asked.action.replace("remove", "restore"), Plain("x"), f"{practice.clock.at.isoformat()} nothing")

    for button in (Button(asked.action, Plain("x"), undo.value), undo):
        told = await practice.press("ana", button)
        assert said(told) == "This question is no longer in the bank. Nothing was changed."


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "²", "2 x y", "9" * 30, "9" * 5000])
async def test_a_page_of_the_bank_that_is_made_up_is_not_shown(practice: World, value: str) -> None:
    more = offered(await practice.command("bo", "question bank list"))["Show the next 20"]

    told = said(await practice.press("bo", replace(more, value=value)))

    assert "Nothing was changed" in told or "There are 3 pages only." in told or "21 to 40 of 60." in told
