"""Who is in charge: the facilitators, or, where nobody facilitates now, the coordinators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.effects import Effect
from bot.core.events import CommandGiven
from bot.core.model import MemberId, Office, OfficeName
from tests.engine.planted import Now
from tests.engine.world import World

DAY = timedelta(days=1)


async def test_the_facilitator_is_in_charge_for_as_long_as_the_office_lasts(world: World) -> None:
    told: list[tuple[MemberId, ...]] = []

    async def note(_: object, __: object, moment: Now) -> Sequence[Effect]:
        told.append(moment.in_charge)
        return ()

    world.bare.when(CommandGiven, note)
    now = world.clock.at
    bo = Office(name=OfficeName.FACILITATOR, member=world.members["bo"], since=now + DAY, until=now + 2 * DAY)
    async with world.database.unit() as unit:
        await unit.commons.appoint(world.communities["C1"].id, bo)
        await unit.commit()

    for _ in range(3):
        await world.command("ana", "bare")
        await world.after(DAY)

    ana = world.members["ana"]
    assert told == [(ana,), (bo.member,), (ana,)]
