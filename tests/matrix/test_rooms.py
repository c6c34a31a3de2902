"""What a room is, of rooms that Synapse lets nobody make any more."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.matrix.rooms import Rooms


@pytest.mark.parametrize(
    ("levels", "moderates"),
    [
        ({"users": {"@bo:x": "50"}}, True),
        ({"users": {"@bo:x": " +50 "}}, True),
        ({"users": {"@bo:x": "49"}}, False),
        ({"users_default": "50"}, True),
        ({"users": {"@bo:x": "fifty"}, "users_default": "50"}, False),
        ({"users": {"@bo:x": None}, "users_default": {}}, False),
        ({"users": [], "users_default": [50]}, False),
        ({"users": {"@bo:x": "9" * 5000}}, False),
    ],
)
def test_levels_that_are_text_as_in_old_rooms_are_levels(levels: dict[str, Any], *, moderates: bool) -> None:
    rooms = Rooms("@bot:x")
    event = {"type": "m.room.power_levels", "state_key": "", "sender": "@ana:x", "content": levels}
    room = rooms.apply("!old", [event])

    assert (room.level("@bo:x") >= 50) is moderates
    assert isinstance(room.needed("m.room.tombstone", state=True), int)
