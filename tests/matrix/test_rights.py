"""Who may do what is what the room's power levels say, at this instant, and what the settings add."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.matrix.hall import Hall, hall
from tests.matrix.person import Person
from tests.matrix.synapse import Synapse

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUSED = "Only who moderates"
NAME = "!causerie community rename The pantry"


async def may_set_up(place: Hall, room: str, person: Person) -> bool:
    """Return whether somebody may set up a community in a room; who may not is told so alone, and nobody else is."""
    before, in_room = await place.alone(person), await place.said(room, place.ana)
    await person.say(room, "!causerie setup")
    await place.rest()
    told = "\n".join((await place.alone(person))[len(before) :])
    assert await place.said(room, place.ana) == in_room
    assert told
    await person.say((await place.direct(person))[-1], "stop")
    await place.rest()
    return REFUSED not in told


async def name(home: Hall) -> str:
    async with home.engine.database.view() as unit:
        return (await unit.commons.community(home.community)).name


async def test_who_created_a_room_moderates_it_though_no_level_says_so(place: Hall) -> None:
    chi = await place.person("Chi")
    creators = {"additional_creators": [chi.id]}
    asked = {"room_version": "12", "creation_content": creators, "preset": "public_chat", "invite": [place.me]}
    room: str = (await place.ana.call("POST", "createRoom", body=asked))["room_id"]
    for person in (place.bo, chi):
        await person.join(room)
    await place.rest(3)
    levels = await place.ana.state(room, "m.room.power_levels")
    assert not {place.ana.id, chi.id} & set(levels.get("users", {}))

    assert await may_set_up(place, room, place.ana)
    assert await may_set_up(place, room, chi)
    assert not await may_set_up(place, room, place.bo)


async def test_in_an_older_room_who_created_it_has_the_level_that_is_said(place: Hall) -> None:
    room = await place.room(place.bo, version="11", public=True)
    assert await may_set_up(place, room, place.ana)

    await place.ana.set_power(room, place.bo.id, 100)
    await place.ana.set_power(room, place.ana.id, 0)
    await place.rest()

    assert await may_set_up(place, room, place.bo)
    assert not await may_set_up(place, room, place.ana)


async def test_the_level_and_who_coordinates_whatever_theirs_are_settings(synapse: Synapse, tmp_path: Path) -> None:
    named: dict[str, Any] = {"moderator_level": 30, "coordinators": ("@chi-*:localhost",)}
    async with hall(synapse, tmp_path / "matrix", **named) as place:
        chi = await place.person("Chi")
        room = await place.room(place.bo, chi, public=True, power={"users": {place.bo.id: 30}})
        assert await may_set_up(place, room, place.bo)
        assert await may_set_up(place, room, chi)

        await place.ana.set_power(room, place.bo.id, 29)
        await place.rest()

        assert not await may_set_up(place, room, place.bo)


async def test_who_gets_the_level_coordinates_and_who_loses_it_no_more(home: Hall) -> None:
    await home.bo.say(home.home, NAME)
    await home.rest()
    assert await name(home) == "Practice"
    assert "Only a coordinator" in (await home.alone(home.bo))[-1]

    await home.ana.set_power(home.home, home.bo.id, 50)
    await home.bo.say(home.home, NAME)
    await home.rest()
    assert await name(home) == "The pantry"

    await home.ana.set_power(home.home, home.bo.id, 0)
    await home.bo.say(home.home, NAME.replace("pantry", "cellar"))
    await home.rest()
    assert await name(home) == "The pantry"


async def test_an_empty_seat_is_for_who_moderates(place: Hall) -> None:
    room = await place.room(place.bo)
    await place.found(room)

    await place.bo.say(room, "!causerie coordinator take")
    await place.rest()
    assert "for who moderates" in (await place.alone(place.bo))[-1]
    await place.ana.say(room, "!causerie coordinator take")
    await place.rest()

    assert "coordinates" in (await place.said(room, place.ana))[-1]
