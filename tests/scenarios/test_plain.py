"""Where a platform shows neither buttons nor forms: what was asked ends with its answer, and can be broken off."""

from __future__ import annotations

from sqlalchemy import select

from storage import tables
from tests.scenarios.stage import local


async def test_a_question_that_was_answered_is_not_answered_again() -> None:
    async with local("en", plain=True) as stage:
        await stage.reply("Nadia", "data erase")
        await stage.reply("Nadia", "2")
        assert stage.seen("Nadia")[-1].words == "Left as it is."

        await stage.reply("Nadia", "1")

        assert "erased" not in stage.seen("Nadia")[-1].words


async def test_stop_is_understood_in_the_middle_of_a_form() -> None:
    async with local("en", plain=True) as stage:
        await stage.reply("Tom", "me")
        await stage.reply("Tom", "1")
        await stage.reply("Tom", "stop")

        async with stage.session.engine.database.view() as unit:
            refused = (await unit.connection.execute(select(tables.refusal.c.ritual))).all()  # type: ignore[attr-defined]
        assert [row.ritual for row in refused] == [None]
