"""Import with a look before anything is added, and export, in the chat."""

from __future__ import annotations

from datetime import timedelta

from bot.core.text import File
from bot.engine.platform import Reply
from rituals.weekly_question.starters import starters
from tests.engine.world import World
from tests.rituals.test_bank_commands import COUNT, add, entries, errors, journal, offered, said, send

LIST = """# Tip

- What is new?
- en: What is old?
  fr: Qu’est-ce qui est vieux ?

# Débat

- Which side are you on?
"""


async def take_in(world: World, text: str, who: str = "ana") -> Reply:
    """Send a text to be imported."""
    return await send(world, who, await world.command("ana", "question bank import"), text=text)


def files(reply: Reply) -> dict[str, File]:
    return {block.name: block for body in reply.whispers for block in body.blocks if isinstance(block, File)}


async def kept_count(world: World) -> int:
    return sum(e.state == "kept" for e in await entries(world))


async def test_what_would_be_added_is_shown_and_added_once(kept: World) -> None:
    await add(kept, "What is new?", when="turn")
    seen = await take_in(kept, LIST)
    assert said(seen).startswith("2 questions would be added to the bank. 1 is there already.\n\n- debate: 1\n- tip: 1")
    assert await kept_count(kept) == COUNT + 1

    told = await kept.press("ana", offered(seen)["Add them"])
    again = await kept.press("ana", offered(seen)["Add them"])

    assert said(told) == "They are questions 62 to 63 of the bank."
    assert "This was decided already." in said(again)
    assert await kept_count(kept) == COUNT + 3
    assert "ana added 2 questions to the bank." in await journal(kept)
    assert "old" not in await journal(kept)


async def test_what_was_looked_at_twice_is_added_once(practice: World) -> None:
    first, second = await take_in(practice, LIST), await take_in(practice, LIST + "- And which is mine?\n")
    third = await take_in(practice, LIST)
    await practice.press("ana", offered(first)["Add them"])

    told = said(await practice.press("ana", offered(second)["Add them"]))

    assert told == "It is question 67 of the bank. 3 are there already."
    assert await kept_count(practice) == COUNT + 4
    again = said(await practice.press("ana", offered(third)["Add them"]))
    assert again == "The bank has all of these 3 questions already."
    assert len(await entries(practice)) == COUNT + 4


async def test_numbers_with_a_gap_are_not_told_as_one_row(practice: World) -> None:
    await take_in(practice, LIST)
    seen = await take_in(practice, LIST)
    await add(practice, "What is old?")

    told = said(await practice.press("ana", offered(seen)["Add them"]))

    assert told == "2 questions were added. 1 is there already."


async def test_one_question_is_told_as_one(practice: World) -> None:
    seen = await take_in(practice, "# Tip\n- What is new?")

    assert said(seen).startswith("1 question would be added to the bank.\n")
    assert said(await practice.press("ana", offered(seen)["Add them"])) == "It is question 61 of the bank."


async def test_what_is_not_added_now_leaves_nothing(practice: World) -> None:
    seen = await take_in(practice, LIST)

    told = await practice.press("ana", offered(seen)["Not now"])

    assert said(told) == "Nothing was added."
    assert len(await entries(practice)) == COUNT
    assert "decided already" in said(await practice.press("ana", offered(seen)["Add them"]))


async def test_what_nobody_decided_about_is_forgotten(practice: World) -> None:
    await take_in(practice, LIST)
    assert len(await entries(practice)) == COUNT + 3

    await practice.after(timedelta(days=8))

    assert len(await entries(practice)) == COUNT
    assert said(await practice.command("bo", "question bank list 3")).count("\n- ") == COUNT - 40


async def test_everything_that_is_wrong_is_said_and_nothing_comes_in(practice: World) -> None:
    told = await take_in(practice, "# Tip\n- What is new?\n- Hm\n\n# Jokes\n- Who is there?\n")

    kinds = "hard-case, how-would-you, debate, look-around, tip, story, look-back, get-to-know"
    assert errors(told)["text"].split("\n") == [
        "- Line 3: A question has at least 3 characters.",
        f"- Line 5: Jokes is no kind of question. There are: {kinds}.",
    ]
    assert len(await entries(practice)) == COUNT


async def test_a_text_without_a_question_is_no_import(practice: World) -> None:
    assert errors(await take_in(practice, " \n")) == {"text": "There is no question in this."}


async def test_of_very_much_that_is_wrong_the_beginning_is_said(practice: World) -> None:
    told = errors(await take_in(practice, "# Tip\n" + "- Hm\n" * 30))["text"]

    assert told.count("- Line") == 20
    assert told.endswith("And 10 more.")


async def test_a_question_that_is_nearly_there_is_pointed_out(practice: World) -> None:
    nearly = starters()[3].en.replace("depend on", "hang on")

    assert "” is much like question 4: “" in said(await take_in(practice, f"# Tip\n- {nearly}"))


async def test_what_goes_out_comes_in_as_nothing_new(practice: World) -> None:
    seen = await take_in(practice, LIST)
    await practice.press("ana", offered(seen)["Add them"])
    told = await practice.command("bo", "question bank export")
    written = files(told)

    assert said(told).startswith("The bank has 63 questions.")
    assert set(written) == {"questions.md", "questions.csv"}
    for file in written.values():
        again = await take_in(practice, file.content)
        assert said(again) == "The bank has all of these 63 questions already."
    assert await kept_count(practice) == COUNT + 3


async def test_those_in_charge_import(practice: World) -> None:
    seen = await take_in(practice, LIST)

    for told in (
        await take_in(practice, LIST, "bo"),
        await practice.press("bo", offered(seen)["Add them"]),
        await practice.press("bo", offered(seen)["Not now"]),
    ):
        assert "Only the facilitator or a coordinator can decide this." in said(told)
