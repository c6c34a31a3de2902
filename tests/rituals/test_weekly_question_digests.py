"""The digest in direct messages, for those who asked for it."""

from __future__ import annotations

from datetime import timedelta

from bot.core.incoming import Left
from tests.engine.platform import Put
from tests.engine.world import World, whispers
from tests.rituals.test_weekly_question import FRIDAY, NEXT, asked, digests


def alone(world: World, who: str) -> list[Put]:
    """Return the digests that somebody got alone."""
    return [m for m in world.platform.messages if m.people == (who,) and "answered “" in m.words and not m.gone]


async def test_it_comes_with_the_channels_and_follows_it(kept: World) -> None:
    assert "you get the digest" in whispers(await kept.command("chi", "question digest on"))[0]
    await kept.command("chi", "question bilan oui")
    root = await asked(kept)
    said = await kept.say("bo", "Tea.", thread=root)
    await kept.until(FRIDAY)

    (digest,) = alone(kept, "chi")
    assert digest.at == digests(kept)[0].at == FRIDAY
    assert digest.words == f"{digests(kept)[0].words}\n\nYou asked for the digests of Practice."
    assert alone(kept, "bo") == []
    await kept.say("ana", "Coffee.", thread=root)
    assert "2 people answered" in digest.words
    await kept.delete(said.message, author="bo", thread=root)
    assert "1 person answered" in digest.words


async def test_it_is_ended_by_its_button_and_begun_again(practice: World) -> None:
    await practice.command("chi", "question digest on")
    root = await asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY)
    (digest,) = alone(practice, "chi")

    told = await practice.press("chi", digest.buttons["No longer"], digest.id)

    assert whispers(told) == ["Understood: the digest stays in the channel."]
    root = await next_asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY + timedelta(weeks=1))
    assert len(alone(practice, "chi")) == 1
    again = await practice.command("chi", "question digest off")
    assert whispers(again) == ["Understood: the digest stays in the channel."]


async def next_asked(world: World) -> str:
    await world.until(NEXT)
    return [m for m in world.platform.messages if "Answer in the thread" in m.words][-1].id


async def test_the_last_answer_taken_back_takes_every_digest_along(practice: World) -> None:
    await practice.command("chi", "question digest on")
    root = await asked(practice)
    said = await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY)
    await practice.delete(said.message, author="bo", thread=root)

    assert alone(practice, "chi") == digests(practice) == []


async def test_who_asks_later_gets_the_next_one(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY)
    await practice.command("chi", "question digest on")
    await practice.say("ana", "Coffee.", thread=root)

    assert alone(practice, "chi") == []
    assert ("round/1/digest", "sent") in await practice.outbox()


async def test_what_was_refused_before_is_lifted_by_asking(practice: World) -> None:
    binding = await practice.binding("weekly_question")
    async with practice.database.unit() as unit:
        await unit.members.refuse(practice.members["chi"], binding.community, "weekly_question", practice.clock.at)
        await unit.commit()
    await practice.command("chi", "question digest on")
    root = await asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY)

    assert len(alone(practice, "chi")) == 1


async def test_who_refused_everything_is_told_and_gets_none(practice: World) -> None:
    async with practice.database.unit() as unit:
        await unit.members.refuse(practice.members["chi"], None, None, practice.clock.at)
        await unit.commit()

    assert "not to write to you" in whispers(await practice.command("chi", "question digest on"))[0]
    root = await asked(practice)
    await practice.say("bo", "Tea.", thread=root)
    await practice.until(FRIDAY)
    assert alone(practice, "chi") == []


async def test_who_leaves_gets_none(practice: World) -> None:
    await practice.command("chi", "question digest on")
    await practice.hear(Left(fact=practice.fact(), at=practice.clock.at, channel="C1", author="chi"))
    await practice.hear(Left(fact=practice.fact(), at=practice.clock.at, channel="C1", author="bo"))
    root = await asked(practice)
    await practice.say("ana", "Tea.", thread=root)
    await practice.until(FRIDAY)

    assert alone(practice, "chi") == []
