"""The life of a round, on the real engine: asked, answered, closed, and what happens to it later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.core.incoming import Internal
from bot.core.model import Label
from bot.core.text import Named, inlines_of
from tests.engine.platform import Put
from tests.engine.world import World, whispers

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
NEXT = MONDAY + timedelta(weeks=1)


def questions(world: World) -> list[Put]:
    return [m for m in world.platform.messages if "Answer in the thread" in m.words]


def asked_at(world: World) -> list[datetime]:
    return [m.at for m in questions(world)]


def digests(world: World) -> list[Put]:
    return [m for m in world.platform.messages if "answered “" in m.words and not m.gone]


def rows(digest: Put) -> list[str]:
    return [row for row in digest.words.split("\n") if row.startswith("- ")]


async def asked(world: World) -> str:
    """Let the first question be asked, and return its message."""
    await world.until(MONDAY)
    return questions(world)[-1].id


async def wakes(world: World) -> dict[str, datetime]:
    async with world.database.view() as unit:
        return {w.label: w.at for w in await unit.wakes.coming(world.communities["C1"].id, 20)}


async def internal(world: World, event: Literal["due", "missed"], label: str, at: datetime) -> None:
    """Let something come that was in the inbox all along."""
    binding = await world.binding("weekly_question")
    fact = Internal(fact=world.fact(), at=at, binding=binding.id, event=event, label=Label(label))
    async with world.database.unit() as unit:
        await unit.inbox.put(world.workspace, [(fact, False)], world.clock())
        await unit.commit()
    await world.settle()


async def zone(world: World, name: str) -> None:
    """Let Ana choose another zone."""
    form = (await world.command("ana", "setup")).form
    assert form is not None
    await world.submit("ana", form.id, {f.name: f.value for f in form.fields} | {"zone": name})


async def test_a_week_is_asked_answered_and_told(kept: World) -> None:
    root = await asked(kept)
    await kept.say("bo", "first @chi", thread=root)
    said = await kept.say("chi", "second", thread=root)
    await kept.hear(kept.message("chi", "second, mended", thread=root, message=said.message, edited=True))
    await kept.hear(kept.message("chi", "unknown", thread=root, message="u-never", edited=True))
    await kept.until(FRIDAY)

    (digest,) = digests(kept)
    assert sorted(rows(digest)) == ["- bo: first @chi", "- chi: second, mended"]
    assert any(isinstance(node, Named) for node in inlines_of(digest.body))
    assert "2 people have answered" in whispers(await kept.command("bo", "status"))[0]


async def test_a_pause_holds_the_digest_back_until_it_is_over(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "mine", thread=root)
    await practice.command("ana", "pause until 4 january")
    assert (await wakes(practice))["round/1/close"] == datetime(2027, 1, 4, 9, tzinfo=UTC)
    status = whispers(await practice.command("bo", "status"))[0]
    assert "the digest comes on Monday 4 January, 09:00" in status

    await practice.until(datetime(2027, 1, 4, 8, 59, tzinfo=UTC))
    assert digests(practice) == []
    await practice.until(datetime(2027, 1, 4, 9, tzinfo=UTC))

    assert [d.at for d in digests(practice)] == [datetime(2027, 1, 4, 9, tzinfo=UTC)]
    assert len(questions(practice)) == 2


async def test_a_pause_that_ends_sooner_brings_the_digest_the_next_morning(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "mine", thread=root)
    await practice.command("ana", "pause until 1 march")
    await practice.until(MONDAY + timedelta(days=45, hours=3))
    await practice.command("ana", "resume")
    await practice.until(MONDAY + timedelta(days=46))

    assert [d.at for d in digests(practice)] == [MONDAY + timedelta(days=46)]


async def test_what_was_due_is_not_done_in_a_pause(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "mine", thread=root)
    await practice.command("ana", "pause until 4 january")
    await practice.until(NEXT)

    await internal(practice, "due", "turn/2026-11-30", NEXT)
    await internal(practice, "due", "round/1/close", FRIDAY)

    assert len(questions(practice)) == 1
    assert digests(practice) == []


async def test_deleting_an_answer_of_an_old_round_leaves_names_alone(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "words of bo", thread=root)
    said = await practice.say("chi", "words of chi", thread=root)
    await practice.until(NEXT)

    await practice.delete(said.message, author="chi", thread=root)

    assert rows(digests(practice)[0]) == ["- bo"]


async def test_a_late_answer_does_not_raise_a_digest_that_was_taken_back(practice: World) -> None:
    root = await asked(practice)
    said = await practice.say("bo", "words of bo", thread=root)
    await practice.until(FRIDAY)
    await practice.delete(said.message, author="bo", thread=root)
    before = await practice.outbox()

    await practice.say("chi", "late", thread=root)

    assert digests(practice) == []
    assert await practice.outbox() == before
    assert "1 person has answered" in whispers(await practice.command("bo", "status"))[0]


async def test_a_digest_that_somebody_deleted_is_left_alone(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "words of bo", thread=root)
    await practice.until(FRIDAY)
    await practice.delete(digests(practice)[0].id)
    before = await practice.outbox()

    await practice.say("chi", "late", thread=root)

    assert await practice.outbox() == before


async def test_a_question_that_was_deleted_makes_room_for_another_on_its_day(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "words of bo", thread=root)
    assert "already" in whispers(await practice.command("ana", "question now"))[0]

    await practice.delete(root)
    await practice.say("chi", "to nothing", thread=root)
    await practice.command("ana", "question now")
    await practice.delete(root)
    await practice.until(NEXT)

    assert asked_at(practice) == [MONDAY, MONDAY, NEXT]
    assert digests(practice) == []


async def test_an_old_wake_that_is_replayed_asks_nothing(practice: World) -> None:
    await practice.until(NEXT + timedelta(days=2))

    await internal(practice, "due", "turn/2026-11-23", MONDAY)
    await internal(practice, "due", "turn/2026-12-02", NEXT)
    await internal(practice, "due", "round/9/close", NEXT)
    await practice.until(NEXT + timedelta(weeks=1))

    assert asked_at(practice) == [MONDAY, NEXT, NEXT + timedelta(weeks=1)]


async def test_a_bot_that_was_away_too_long_goes_on_in_order(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "old words", thread=root)

    await practice.away(timedelta(days=40))

    assert len(questions(practice)) == 1
    assert digests(practice) == []
    assert all(at > practice.clock.at for at in (await wakes(practice)).values())
    assert "Last: “" in whispers(await practice.command("bo", "status"))[0]
    await practice.until(datetime(2027, 1, 11, 9, tzinfo=UTC))
    assert asked_at(practice)[1:] == [datetime(2027, 1, day, 9, tzinfo=UTC) for day in (4, 11)]
    assert digests(practice) == []
    await internal(practice, "missed", "turn/2026-11-30", NEXT)
    assert len(questions(practice)) == 3


async def test_a_bot_that_was_away_for_a_morning_catches_up(practice: World) -> None:
    await practice.away(timedelta(hours=26))

    assert asked_at(practice) == [MONDAY + timedelta(hours=5)]


async def test_a_zone_that_changes_between_asking_and_closing(practice: World) -> None:
    root = await asked(practice)
    await practice.say("bo", "mine", thread=root)

    await zone(practice, "Asia/Tokyo")

    assert await wakes(practice) == {
        "round/1/close": FRIDAY,
        **{f"turn/2026-{day}": datetime.fromisoformat(f"2026-{day}T00:00Z") for day in ("11-30", "12-07", "12-14")},
    }
    await practice.until(NEXT)
    assert [d.at for d in digests(practice)] == [FRIDAY]
    assert asked_at(practice) == [MONDAY, NEXT - timedelta(hours=9)]


async def test_what_is_not_an_answer_changes_nothing(practice: World) -> None:
    root = await asked(practice)
    said = await practice.say("bo", "mine", thread=root)
    await practice.hear(practice.message("bo", "mine", thread=root, message=said.message))
    await practice.delete("u-unknown", author="bo", thread=root)
    await practice.delete("u-elsewhere", author="bo")
    await practice.until(FRIDAY)

    assert rows(digests(practice)[0]) == ["- bo: mine"]


async def test_at_one_instant_the_digest_stands_before_the_question(practice: World) -> None:
    await practice.command("ana", "question days 7")
    root = await asked(practice)
    status = whispers(await practice.command("bo", "status"))[0]
    assert status.index("Monday 30 November, 09:00: the digest") < status.index("Monday 30 November, 09:00: the weekly")
    await practice.say("bo", "mine", thread=root)
    await practice.until(NEXT)

    said = [m.words for m in practice.platform.messages if m.channel == "C1" and m.at == NEXT]
    assert ["answered “" in words for words in said] == [True, False]
