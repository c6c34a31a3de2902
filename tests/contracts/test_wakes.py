"""The agenda: replaced whole, taken once, told where it is to be told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.core.effects import Wake
from bot.core.i18n import words
from bot.core.model import Label
from bot.engine.ports import DueWake
from storage.database import SqlDatabase
from tests.contracts.conftest import NOW, Place

t, _ = words("causerie")
HOUR = timedelta(hours=1)


def wake(label: str, hours: int, *, told: bool = False) -> Wake:
    return Wake(Label(label), NOW + hours * HOUR, timedelta(hours=2), t("the pause ends") if told else None)


async def replace(database: SqlDatabase, place: Place, *wakes: Wake, hours: int = 0) -> None:
    async with database.unit() as unit:
        await unit.wakes.replace(place.notes.id, place.community, wakes, NOW + hours * HOUR)
        await unit.commit()


async def take(database: SqlDatabase, hours: int, limit: int = 200) -> list[DueWake]:
    async with database.unit() as unit:
        due = await unit.wakes.take(NOW + hours * HOUR, limit)
        await unit.commit()
    return list(due)


async def test_the_agenda_is_what_was_asked_for_last(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, wake("a", 1), wake("b", 2), wake("c", 3))
    await replace(database, place, wake("b", 4), wake("d", 2, told=True), wake("c", 3))
    due = await take(database, 9)
    assert [(w.label, w.at) for w in due] == [("d", NOW + 2 * HOUR), ("c", NOW + 3 * HOUR), ("b", NOW + 4 * HOUR)]
    assert due[0] == DueWake(
        binding=place.notes.id,
        workspace=place.workspace,
        label=Label("d"),
        at=NOW + 2 * HOUR,
        grace=timedelta(hours=2),
        what=t("the pause ends"),
    )


async def test_an_overdue_wake_stays_until_it_is_taken(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, wake("a", 1), wake("b", 2))
    await replace(database, place, hours=1)
    assert [w.label for w in await take(database, 9)] == ["a"]


async def test_a_wake_may_change_its_words_and_grace(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, wake("a", 1))
    await replace(database, place, Wake(Label("a"), NOW + HOUR, timedelta(days=1), t("the pause ends")))
    (due,) = await take(database, 1)
    assert (due.grace, due.what) == (timedelta(days=1), t("the pause ends"))


async def test_bindings_do_not_touch_each_other(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, wake("a", 1))
    async with database.unit() as unit:
        await unit.wakes.replace(place.core.id, place.community, [wake("a", 2)], NOW)
        await unit.commit()
    await replace(database, place)
    assert [w.binding for w in await take(database, 9)] == [place.core.id]


async def test_only_what_is_due_is_taken_soonest_first(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, *(wake(str(n), n) for n in range(9, 0, -1)))
    assert [w.label for w in await take(database, 5, 2)] == ["1", "2"]
    assert [w.label for w in await take(database, 5)] == ["3", "4", "5"]
    async with database.view() as unit:
        assert await unit.wakes.next_at() == NOW + 6 * HOUR
    assert len(await take(database, 9)) == 4
    async with database.view() as unit:
        assert await unit.wakes.next_at() is None


async def test_only_what_is_told_is_coming(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, wake("a", 1), wake("b", 3, told=True), wake("c", 2, told=True))
    async with database.view() as unit:
        assert [w.label for w in await unit.wakes.coming(place.community, 9)] == ["c", "b"]
        assert [w.label for w in await unit.wakes.coming(place.community, 1)] == ["c"]


async def test_of_many_takers_no_two_get_the_same(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, *(wake(str(n), 1) for n in range(300)))
    taken = await asyncio.gather(*(take(database, 1, 20) for _ in range(30)))
    labels = [w.label for some in taken for w in some]
    assert len(labels) == len(set(labels))
    assert len(labels) + len(await take(database, 1, 300)) == 300


async def test_a_taker_that_does_not_commit_takes_nothing(database: SqlDatabase, place: Place) -> None:
    await replace(database, place, wake("a", 1))
    async with database.unit() as unit:
        assert len(await unit.wakes.take(NOW + HOUR, 9)) == 1
    assert len(await take(database, 1)) == 1
