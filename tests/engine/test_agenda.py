"""The agenda: each wake once, within its grace, else missed; it follows what the ritual wishes now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.effects import Effect, Post, Wake
from bot.core.events import CommandGiven, Due, Missed
from bot.core.model import Label
from bot.engine.walk import next_instant
from tests.engine.planted import Now, Store, count, said, verbatim
from tests.engine.world import World, whispers

HOUR = timedelta(hours=1)


async def told(_: Store, event: Due | Missed, __: Now) -> Sequence[Effect]:
    words = f"{type(event).__name__} {event.label} {event.at:%H:%M}"
    return (Post(Label(f"told/{event.label}"), said(words)),)


async def wakes(world: World, *wished: Wake, home: str = "C1") -> None:
    world.bare.wakes[:] = wished
    world.bare.when(Due, told)
    world.bare.when(Missed, told)
    await world.command("ana", "bare", home)


def wake(world: World, label: str, hours: float, grace: timedelta = HOUR) -> Wake:
    return Wake(Label(label), world.clock.at + timedelta(hours=hours), grace, verbatim(f"what of {label}"))


async def test_a_wake_comes_at_its_instant(world: World) -> None:
    await wakes(world, wake(world, "a", 1), wake(world, "b", 2))

    await world.after(timedelta(minutes=59))
    assert world.platform.seen("C1") == []
    await world.after(timedelta(minutes=1))
    assert world.platform.seen("C1") == ["Due a 15:00"]
    await world.after(HOUR)
    assert world.platform.seen("C1") == ["Due a 15:00", "Due b 16:00"]


async def test_who_was_away_catches_up_within_the_grace_and_skips_what_came_too_late(world: World) -> None:
    await wakes(world, wake(world, "late", 1, HOUR), wake(world, "missed", 1, timedelta(minutes=59)))

    await world.away(2 * HOUR)

    assert sorted(world.platform.seen("C1")) == ["Due late 15:00", "Missed missed 15:00"]


async def test_the_agenda_follows_what_is_wished_now(world: World) -> None:
    await wakes(world, wake(world, "a", 1), wake(world, "b", 2), wake(world, "c", 3))

    await wakes(world, wake(world, "b", 4), wake(world, "c", 3))
    async with world.database.view() as unit:
        coming = await unit.wakes.coming(world.communities["C1"].id, 10)
    assert [(w.label, w.at - world.clock.at) for w in coming] == [("c", 3 * HOUR), ("b", 4 * HOUR)]
    await world.after(5 * HOUR)

    assert world.platform.seen("C1") == ["Due c 17:00", "Due b 18:00"]


async def test_two_communities_have_agendas_of_their_own(world: World) -> None:
    await wakes(world, wake(world, "a", 1))
    await wakes(world, wake(world, "a", 1), home="C2")

    await world.after(HOUR)

    assert world.platform.seen("C1") == world.platform.seen("C2") == ["Due a 15:00"]


async def test_what_comes_next_is_told_to_who_asks(small: World) -> None:
    await wakes(small, wake(small, "a", 1), Wake(Label("hidden"), small.clock.at + HOUR, HOUR))

    (status,) = whispers(await small.command("bo", "status"))

    assert "Monday 23 November, 15:00: what of a" in status
    assert "hidden" not in status


async def test_nothing_ahead_is_nothing_ahead(small: World) -> None:
    assert await next_instant(small.engine) is None


async def test_a_wake_of_a_ritual_that_was_removed_is_dropped(small: World) -> None:
    await wakes(small, wake(small, "a", 1))
    rituals = dict(small.engine.registry.rituals)
    del small.engine.registry.rituals["bare"]  # type: ignore[attr-defined]

    await small.after(2 * HOUR)

    assert small.platform.seen("C1") == []
    assert "bare" in rituals
    async with small.database.view() as unit:
        assert await unit.inbox.dead() == []


async def test_settings_that_no_longer_validate_pause_the_ritual_and_say_so(world: World) -> None:
    world.notes.when(CommandGiven, count)
    world.notes.when(Due, count)
    world.bare.on(CommandGiven, Post(Label("hello"), said("Others go on.")))
    await world.configured(tone="loud")

    sentence = "Notes is paused: its settings are no longer valid. Set them anew to go on."
    assert whispers(await world.command("bo", "notes")) == [sentence]
    (status,) = whispers(await world.command("bo", "status"))
    await world.command("bo", "bare")

    assert sentence in status
    assert await world.tally() == 0
    assert world.platform.seen("C1") == ["Others go on."]
    async with world.database.view() as unit:
        assert await unit.inbox.dead() == []

    await world.configured(tone="dry")
    await world.command("bo", "notes")
    assert await world.tally() == 1
