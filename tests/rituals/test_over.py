"""What becomes of the messages of a ritual, or of a community, that is over concerns no other."""

from __future__ import annotations

from sqlalchemy import select

from storage.weekly_question.tables import round_
from tests.engine.platform import buttons_by_label
from tests.engine.world import World


async def rounds(world: World) -> set[tuple[bool, bool]]:
    """Return whether each round was taken back, and whether its question is gone."""
    async with world.database.view() as unit:
        query = select(round_.c.withdrawn, round_.c.gone)
        return {(row.withdrawn, row.gone) for row in await unit.connection.execute(query)}


async def test_the_old_question_of_a_ritual_that_was_taken_away_closes_no_other(practice: World) -> None:
    await practice.command("ana", "question now")
    form = (await practice.command("ana", "ritual add question Friday tip")).form
    if form is not None:
        await practice.submit("ana", form.id, {f.name: f.value for f in form.fields})
    asked = await practice.command("ana", "question now")
    await practice.press("ana", buttons_by_label(asked.whispers[0])["Friday tip"])
    roots = [m for m in practice.platform.messages if m.channel == "C1" and m.thread is None]
    removing = await practice.command("ana", "ritual remove Friday tip")
    await practice.press("ana", buttons_by_label(removing.whispers[0])["Yes, take it away"])

    await practice.delete(roots[-1].id)

    assert len(roots) == 3
    assert await rounds(practice) == {(False, False)}
