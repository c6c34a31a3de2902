"""What members suggest: put to those in charge, decided once, told to the author, and credited when it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.core.model import Office, OfficeName
from bot.core.text import Button
from tests.engine.platform import Put
from tests.engine.world import World
from tests.rituals.test_bank_commands import entries, errors, journal, offered, said, send
from tests.rituals.test_weekly_question import MONDAY, questions

WORDS = "How do you begin the day?"


@pytest.fixture
async def shared(practice: World) -> World:
    """Give the community with two coordinators, Ana and Chi."""
    await practice.command("ana", "coordinator add @chi")
    return practice


def copies(world: World, who: str) -> list[Put]:
    """Return the suggestions that somebody was told of."""
    return [m for m in world.platform.messages if m.people == (who,) and "suggest" in m.words]


def answers(world: World, who: str) -> list[Put]:
    return [m for m in world.platform.messages if m.people == (who,) and m.words.startswith("Your question for")]


async def decide(world: World, who: str, button: str) -> Button:
    """Return a button of somebody's copy."""
    return copies(world, who)[-1].buttons[button]


async def suggest(world: World, who: str = "bo", **values: str) -> None:
    """Suggest a tip, by the form."""
    opened = await world.command(who, "question suggest")
    await send(world, who, opened, **{"words_en": WORDS, "kind": "tip"} | values)


async def credited(world: World) -> dict[str, float]:
    async with world.database.view() as unit:
        load = await unit.commons.load(world.communities["C1"].id, MONDAY - timedelta(days=30))
    return {entry.role: entry.units for entry in load if entry.member == world.members["bo"]}


async def test_the_first_to_decide_wins_and_all_copies_say_so(shared: World) -> None:
    await suggest(shared)
    first, second = await decide(shared, "ana", "Add it"), await decide(shared, "chi", "Decline")
    assert copies(shared, "chi")[0].words == f"bo suggests a question for Practice:\n\n> {WORDS}\n\ntip"

    assert said(await shared.press("ana", first)) == "It is question 61 of the bank. It comes next."
    assert said(await shared.press("chi", second)) == "ana added this question already."

    for who in ("ana", "chi"):
        (copy,) = copies(shared, who)
        assert copy.words.endswith("ana added it: question 61.")
        assert not copy.buttons
    assert "ana added question 61 (tip)." in await journal(shared)


async def test_the_author_hears_of_it_and_is_named_when_it_is_asked(practice: World) -> None:
    await suggest(practice)
    await practice.press("ana", await decide(practice, "ana", "Add it"))
    (told,) = answers(practice, "bo")
    assert told.words.startswith(f"Your question for Practice is in the queue. It comes next.\n\n> {WORDS}")
    assert "tip · in the queue · suggested by bo" in said(await practice.command("chi", "question bank list tip"))

    await practice.until(MONDAY)

    asked = questions(practice)[-1].words
    assert asked.startswith(f"{WORDS}\n\nSuggested by bo.\nAnswer in the thread")
    assert await credited(practice) == {"suggestion": 0.5}
    assert "asked on Monday 23 November" in said(await practice.command("bo", "question suggestions"))


async def test_the_author_need_not_be_named(practice: World) -> None:
    await suggest(practice)
    await practice.press("ana", await decide(practice, "ana", "Add it"))
    (told,) = answers(practice, "bo")
    assert "No name stands" in said(await practice.press("bo", told.buttons["Without my name"]))
    assert "With my name" in answers(practice, "bo")[0].buttons

    await practice.until(MONDAY)

    assert "Suggested by" not in questions(practice)[-1].words
    late = await practice.press("bo", answers(practice, "bo")[0].buttons["With my name"])
    assert "It was asked on Monday 23 November; what stood there stays." in said(late)
    assert "suggested by" not in said(await practice.command("chi", "question bank list tip"))


async def test_whoever_was_never_named_can_be(practice: World) -> None:
    await suggest(practice, named="suggestion-unnamed")
    assert copies(practice, "ana")[0].words.endswith("tip · without a name, if it is asked")
    told = await practice.command("bo", "question suggestions 1")
    await practice.press("bo", offered(told)["With my name"])
    assert copies(practice, "ana")[0].words.endswith("\n\ntip")

    await practice.press("ana", await decide(practice, "ana", "Add it"))
    await practice.until(MONDAY)

    assert "Suggested by bo." in questions(practice)[-1].words


async def test_words_on_the_line_are_suggested_at_once_and_get_their_kind_later(practice: World) -> None:
    told = await practice.command("bo", f"question suggest {WORDS}")
    assert said(told).startswith("Thank you. ana will have a look, and you will hear what becomes of it.")
    assert set(offered(told)) == {"Without my name", "Take it back"}

    opened = await practice.press("ana", await decide(practice, "ana", "Add it"))
    assert opened.form is not None
    assert "Choose one of the kinds" in errors(await send(practice, "ana", opened))["kind"]
    await send(practice, "ana", opened, kind="story")

    assert (await entries(practice))[-1].kind == "story"
    assert "reworded" not in answers(practice, "bo")[0].words


async def test_a_suggestion_can_be_reworded_before_it_is_added(practice: World) -> None:
    await suggest(practice)
    opened = await practice.press("ana", await decide(practice, "ana", "Edit"))

    assert "words_en" in errors(await send(practice, "ana", opened, words_en="?"))
    await send(practice, "ana", opened, words_en="How does your day begin?", kind="story")

    (told,) = answers(practice, "bo")
    assert told.words.startswith("Your question for Practice is in the queue, a little reworded. It comes next.")
    assert "> How does your day begin?" in told.words
    assert (await entries(practice))[-1].kind == "story"


async def test_a_suggestion_is_declined_with_a_word_or_with_thanks(practice: World) -> None:
    for number, word in ((1, "We asked it in *spring*."), (2, "")):
        await suggest(practice, words_en=f"{WORDS} {number}")
        opened = await practice.press("ana", await decide(practice, "ana", "Decline"))
        assert (
            said(await send(practice, "ana", opened, word=word))
            == "Declined. bo hears of it, unless they refuse messages."
        )

    first, second = answers(practice, "bo")
    assert first.words.startswith("Your question for Practice is not taken up this time.\n\n> How do you")
    assert first.words.endswith("ana: We asked it in spring.")
    assert second.words.endswith("Thank you for thinking of the others. Another one is welcome.")
    assert copies(practice, "ana")[0].words.endswith("ana declined it.")
    assert "ana declined suggestion 2." in await journal(practice)
    assert said(await practice.command("bo", "question suggestions")).count("not taken up") == 2
    assert len([e for e in await entries(practice) if e.author]) == 0


async def test_the_answer_to_a_suggestion_waits_for_the_morning(practice: World) -> None:
    await suggest(practice)
    await practice.allow("bo", quiet_from=time(20), quiet_to=time(8))
    await practice.until(MONDAY - timedelta(hours=10))

    await practice.press("ana", await decide(practice, "ana", "Add it"))
    assert answers(practice, "bo") == []
    await practice.until(MONDAY)

    assert [a.at for a in answers(practice, "bo")] == [MONDAY - timedelta(hours=1)]


async def test_who_refused_all_messages_is_not_written_to_about_a_suggestion(practice: World) -> None:
    await suggest(practice)
    await practice.command("bo", "stop", channel=None)

    await practice.press("ana", await decide(practice, "ana", "Add it"))

    assert answers(practice, "bo") == []
    assert "in the bank: question 61" in said(await practice.command("bo", "question suggestions"))


async def test_a_word_has_its_length(practice: World) -> None:
    await suggest(practice)
    opened = await practice.press("ana", await decide(practice, "ana", "Decline"))

    told = await send(practice, "ana", opened, word="a" * 501)

    assert "At most 500 characters" in errors(told)["word"]
    assert answers(practice, "bo") == []


async def test_a_form_that_is_sent_after_the_decision_changes_nothing(shared: World) -> None:
    await suggest(shared)
    edit = await shared.press("chi", await decide(shared, "chi", "Edit"))
    decline = await shared.press("chi", await decide(shared, "chi", "Decline"))
    opened = await shared.press("ana", await decide(shared, "ana", "Decline"))
    await send(shared, "ana", opened)

    assert said(await send(shared, "chi", edit)) == "ana declined this question already."
    assert said(await send(shared, "chi", decline)) == "ana declined this question already."
    assert len(answers(shared, "bo")) == 1


async def test_an_author_takes_a_suggestion_back_until_it_is_decided(practice: World) -> None:
    told = await practice.command("bo", f"question suggest {WORDS}")
    add = await decide(practice, "ana", "Add it")

    assert said(await practice.press("bo", offered(told)["Take it back"])) == "Taken back."

    assert copies(practice, "ana")[0].words == "bo took back a question suggested for Practice."
    assert "no longer there" in said(await practice.press("ana", add))
    assert "no longer there" in said(await practice.press("bo", offered(told)["Take it back"]))
    assert "You have not suggested a question yet" in said(await practice.command("bo", "question suggestions"))


async def test_what_was_decided_cannot_be_taken_back(practice: World) -> None:
    await suggest(practice)
    own = offered(await practice.command("bo", "question suggestions 1"))
    await practice.press("ana", await decide(practice, "ana", "Add it"))

    assert "can no longer be taken back" in said(await practice.press("bo", own["Take it back"]))
    assert "in the bank: question 61" in said(await practice.command("bo", "question suggestions 1"))


async def test_five_suggestions_of_one_member_wait_and_no_more(practice: World) -> None:
    for number in range(5):
        await practice.command("bo", f"question suggest Question number {number}, or not?")

    told = await practice.command("bo", "question suggest One more?")
    assert "5 of your suggestions wait for a decision." in said(told)
    assert "5 of your suggestions" in said(await practice.command("bo", "question suggest"))
    assert "Thank you." in said(await practice.command("chi", "question suggest One more?"))

    await practice.press("ana", offered(await practice.command("ana", "question suggestions 1"))["Decline"])
    opened = await practice.press("ana", await decide(practice, "ana", "Decline"))
    await send(practice, "ana", opened)
    assert "5 of your" in said(await practice.command("bo", "question suggest One more, please?"))


async def test_the_same_question_does_not_wait_twice(practice: World) -> None:
    await practice.command("bo", f"question suggest {WORDS}")

    told = await practice.command("chi", f"question suggest {WORDS.upper()}")

    assert "was suggested already" in said(told)
    assert len(copies(practice, "ana")) == 1


@pytest.mark.parametrize("words", ["Hm", "@everyone, well?"])
async def test_words_that_will_not_do_are_refused(practice: World, words: str) -> None:
    assert "A question" in said(await practice.command("bo", f"question suggest {words}"))
    opened = await practice.command("bo", "question suggest")
    assert "words_en" in errors(await send(practice, "bo", opened, words_en=words))
    assert copies(practice, "ana") == []


async def test_who_may_add_questions_needs_to_ask_nobody(practice: World) -> None:
    opened = await practice.command("ana", f"question suggest {WORDS}")

    told = await send(practice, "ana", opened, kind="tip")

    assert said(told) == "It is question 61 of the bank. It comes next."
    assert copies(practice, "ana") == []


async def test_each_sees_what_is_theirs_and_those_in_charge_what_waits(shared: World) -> None:
    await suggest(shared)
    await suggest(shared, words_en="What else?")
    opened = await shared.press("chi", await decide(shared, "chi", "Decline"))
    await send(shared, "chi", opened)

    bos = said(await shared.command("bo", "question suggestions"))
    chis = await shared.command("chi", "question suggestions")

    assert "1 suggested question waits for a decision." in said(await shared.command("bo", "status"))
    assert "waiting for a decision" in bos
    assert "not taken up" in bos
    assert "Waiting for a decision\n\n- 1 – How do you" in said(chis)
    assert "What else?" not in said(chis)
    assert set(offered(await shared.command("chi", "question suggestions 1"))) == {"Add it", "Edit", "Decline"}
    assert "There is no suggestion 2 here." in said(await shared.command("chi", "question suggestions 2"))


async def test_somebody_elses_suggestion_is_nobodys_business(practice: World) -> None:
    told = await practice.command("bo", f"question suggest {WORDS}")
    add = await decide(practice, "ana", "Add it")
    await practice.command("ana", "coordinator add @bo")
    await practice.command("bo", "coordinator remove @ana")

    assert "There is no suggestion 1 here." in said(await practice.command("chi", "question suggestions 1"))
    assert "no longer there" in said(await practice.press("chi", offered(told)["Take it back"]))
    for button in (add, copies(practice, "ana")[0].buttons["Edit"], copies(practice, "ana")[0].buttons["Decline"]):
        assert "Only the facilitator or a coordinator" in said(await practice.press("ana", button))


async def test_the_facilitator_alone_is_told_where_there_is_one(shared: World) -> None:
    async with shared.database.unit() as unit:
        office = Office(name=OfficeName.FACILITATOR, member=shared.members["chi"], since=shared.clock.at)
        await unit.commons.appoint(shared.communities["C1"].id, office)
        await unit.commit()

    told = await shared.command("bo", f"question suggest {WORDS}")

    assert said(told).startswith("Thank you. chi will have a look")
    assert (len(copies(shared, "ana")), len(copies(shared, "chi"))) == (0, 1)


async def test_where_nobody_coordinates_a_suggestion_waits(practice: World) -> None:
    async with practice.database.unit() as unit:
        ana = practice.members["ana"]
        await unit.commons.dismiss(practice.communities["C1"].id, OfficeName.COORDINATOR, ana, practice.clock.at)
        await unit.commit()

    told = await practice.command("bo", f"question suggest {WORDS}")
    await practice.command("chi", "coordinator take")
    await practice.settle()

    assert len(copies(practice, "chi")) == 1
    assert "It waits until somebody coordinates again" in said(told)
    chosen = offered(await practice.command("chi", "question suggestions 1"))["Decline"]
    await send(practice, "chi", await practice.press("chi", chosen))
    assert len(answers(practice, "bo")) == 1


async def test_a_suggestion_can_wait_for_months(practice: World) -> None:
    for words in (WORDS, "What else?", "And then, what?"):
        await suggest(practice, words_en=words)
    await practice.after(timedelta(days=100))

    named = offered(await practice.command("bo", "question suggestions 1"))["Without my name"]
    assert "No name stands with it" in said(await practice.press("bo", named))
    back = offered(await practice.command("bo", "question suggestions 2"))["Take it back"]
    assert said(await practice.press("bo", back)) == "Taken back."
    decline = offered(await practice.command("ana", "question suggestions 3"))["Decline"]
    await send(practice, "ana", await practice.press("ana", decline))
    add = offered(await practice.command("ana", "question suggestions 1"))["Add it"]
    assert "It comes next." in said(await practice.press("ana", add))

    assert len(answers(practice, "bo")) == 2
    assert said(await practice.press("ana", add)) == "ana added this question already."


async def test_what_is_decided_after_months_is_said_in_every_copy(shared: World) -> None:
    await suggest(shared)
    await shared.after(timedelta(days=75))

    await shared.press("ana", await decide(shared, "ana", "Add it"))

    for who in ("ana", "chi"):
        assert copies(shared, who)[0].words.endswith("ana added it: question 61.")
        assert not copies(shared, who)[0].buttons


async def test_a_community_of_two_languages_takes_both(practice: World) -> None:
    async with practice.database.unit() as unit:
        await unit.commons.change(replace(practice.communities["C1"], bilingual=True))
        await unit.commit()
    await suggest(practice, words_fr="Comment commence la journée ?")
    await practice.press("ana", await decide(practice, "ana", "Add it"))

    await practice.until(MONDAY)

    asked = practice.platform.messages[-1].words
    assert asked.index(WORDS) < asked.index("Comment commence la journée")


async def test_what_became_of_a_suggestion_is_forgotten_in_time(practice: World) -> None:
    await suggest(practice)
    opened = await practice.press("ana", await decide(practice, "ana", "Decline"))
    await send(practice, "ana", opened)
    await suggest(practice, words_en="What else?")
    await practice.after(timedelta(days=100))

    told = said(await practice.command("bo", "question suggestions"))

    assert WORDS not in told
    assert "What else?" in told


async def test_a_question_keeps_its_name_when_it_is_asked_again_and_counts_once(practice: World) -> None:
    await suggest(practice)
    await practice.press("ana", await decide(practice, "ana", "Add it"))
    await practice.until(MONDAY)
    await practice.command("ana", "question bank queue 61")
    await practice.until(MONDAY + timedelta(weeks=1))

    assert [q.words.count("Suggested by bo.") for q in questions(practice)] == [1, 1]
    assert await credited(practice) == {"suggestion": 0.5}
