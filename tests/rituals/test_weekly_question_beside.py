"""Answers beside the thread: 📥 by whoever is in charge counts a message, and nothing is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.incoming import Reacted, Said
from tests.engine.platform import buttons_by_label
from tests.engine.world import World, whispers
from tests.rituals.test_weekly_question import FRIDAY, NEXT, asked, digests, rows


async def beside(world: World, who: str, words: str) -> str:
    """Let a member write in the channel, outside threads; the bot does not hear it."""
    heard = world.message(who, words)
    world.platform.written["C1", heard.message] = heard
    await world.hear(heard)
    return heard.message


@pytest.mark.parametrize("emoji", ["📥", "📥\ufe0f", "inbox_tray", ":inbox_tray:"])
async def test_it_counts_and_is_told_in_the_digest(practice: World, emoji: str) -> None:
    root = await asked(practice)
    message = await beside(practice, "bo", "By the way: tea.")
    before = len(practice.platform.messages)

    await practice.react("ana", message, emoji)
    await practice.react("ana", message, emoji)
    await practice.say("chi", "In the thread.", thread=root)
    assert len(practice.platform.messages) == before
    await practice.until(FRIDAY)

    assert sorted(rows(digests(practice)[0])) == ["- bo: By the way: tea.", "- chi: In the thread."]


async def test_it_is_taken_out_again(kept: World) -> None:
    await asked(kept)
    message = await beside(kept, "bo", "Tea.")
    await kept.react("ana", message, "📥")
    assert "1 person has answered" in whispers(await kept.command("bo", "status"))[0]

    await kept.react("ana", message, "📥", removed=True)
    await kept.react("ana", message, "📥", removed=True)

    assert "has answered" not in whispers(await kept.command("bo", "status"))[0]
    await kept.react("ana", message, "📥")
    assert "1 person has answered" in whispers(await kept.command("bo", "status"))[0]


async def test_its_edits_and_its_end_are_followed(practice: World) -> None:
    await asked(practice)
    tea, coffee = await beside(practice, "bo", "Tea."), await beside(practice, "chi", "Coffee.")
    for message in (tea, coffee):
        await practice.react("ana", message, "📥")
    await practice.hear(practice.message("bo", "Green tea.", message=tea, edited=True))
    await practice.delete(coffee, author="chi")
    await practice.until(FRIDAY)

    assert rows(digests(practice)[0]) == ["- bo: Green tea."]
    await practice.hear(practice.message("bo", "White tea.", message=tea, edited=True))
    assert rows(digests(practice)[0]) == ["- bo: White tea."]


async def test_only_whoever_is_in_charge_counts_it_and_only_by_that_reaction(practice: World) -> None:
    root = await asked(practice)
    message = await beside(practice, "bo", "Tea.")
    said = await practice.say("chi", "In the thread.", thread=root)

    await practice.react("bo", message, "📥")
    await practice.react("ana", message, "👍")
    await practice.react("ana", said.message, "📥")
    await practice.react("ana", said.message, "📥", removed=True)
    await practice.react("ana", root, "📥")
    await practice.until(FRIDAY)

    assert rows(digests(practice)[0]) == ["- chi: In the thread."]


async def test_late_it_counts_until_the_next_question(practice: World) -> None:
    await asked(practice)
    first, second = await beside(practice, "bo", "Tea."), await beside(practice, "chi", "Coffee.")
    await practice.react("ana", first, "📥")
    await practice.until(FRIDAY + timedelta(hours=1))
    await practice.react("ana", second, "📥")
    assert len(rows(digests(practice)[0])) == 2

    await practice.until(NEXT)
    await practice.react("ana", second, "📥", removed=True)

    assert len(rows(digests(practice)[0])) == 2
    assert "has answered" not in whispers(await practice.command("bo", "status"))[0]


async def test_before_any_question_and_of_a_message_that_is_gone_nothing_is_counted(practice: World) -> None:
    early = await beside(practice, "bo", "Early.")
    await practice.react("ana", early, "📥")
    await asked(practice)
    gone = await beside(practice, "bo", "Gone.")
    del practice.platform.written["C1", gone]
    await practice.react("ana", gone, "📥")
    await practice.until(NEXT)

    assert digests(practice) == []


async def test_a_bots_message_never_counts(practice: World) -> None:
    await asked(practice)
    stranger = practice.message("stranger", "I am a robot.")
    assert isinstance(stranger, Said)
    practice.platform.written["C1", stranger.message] = stranger
    await practice.react("ana", stranger.message, "📥")
    await practice.until(NEXT)

    assert digests(practice) == []


async def test_taken_off_before_it_was_read_it_does_not_count(practice: World) -> None:
    await asked(practice)
    message = await beside(practice, "bo", "Tea.")
    put, taken = (
        Reacted(
            fact=practice.fact(),
            at=practice.clock.at,
            channel="C1",
            author="ana",
            message=message,
            emoji="📥",
            removed=removed,
        )
        for removed in (False, True)
    )

    await practice.hear(put, taken)

    assert "has answered" not in whispers(await practice.command("bo", "status"))[0]


async def test_of_two_weekly_questions_the_one_asked_last_counts_it(practice: World) -> None:
    await asked(practice)
    added = await practice.command("ana", "ritual add question Friday tip")
    assert whispers(added) != []
    await practice.after(timedelta(days=1))
    which = buttons_by_label((await practice.command("ana", "question now")).whispers[0])
    assert list(which) == ["The weekly question", "Friday tip"]
    await practice.press("ana", which["Friday tip"])
    message = await beside(practice, "bo", "Tea.")

    await practice.react("ana", message, "📥")
    await practice.until(FRIDAY + timedelta(days=2))

    (digest,) = digests(practice)
    assert digest.at > FRIDAY
    assert rows(digest) == ["- bo: Tea."]
    assert (
        buttons_by_label((await practice.command("bo", "question answer Coffee.")).whispers[0]).keys() == which.keys()
    )
