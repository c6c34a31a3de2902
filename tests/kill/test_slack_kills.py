"""What is Slack's own: commands that fail, and events that come again."""

from __future__ import annotations

import pytest

from tests.kill.conftest import Unkilled
from tests.kill.driver import Kill, Order
from tests.kill.house import House
from tests.kill.on_slack import SlackPlace
from tests.kill.story import STAGES
from tests.kill.test_kill_points import left_behind

pytestmark = pytest.mark.parametrize("platform", ["slack"], indirect=True)


@pytest.mark.parametrize(
    ("place", "failed"),
    [
        ("receive.begin", {"lost": 1, "done": 0}),
        ("receive.stored", {"lost": 1, "done": 0}),
        ("receive.committed", {"lost": 0, "done": 1}),
        ("dispatch.claimed", {"lost": 0, "done": 0}),
    ],
)
def test_a_command_that_was_acknowledged_or_stored_happens_and_any_other_is_told_to_have_failed(
    house: House, place: str, failed: dict[str, int]
) -> None:
    assert house.play(STAGES[0], Kill(1, place)) is None
    assert house.play(STAGES[0]) is not None

    slack = house.place
    assert isinstance(slack, SlackPlace)
    assert slack.failed == failed
    with slack.members(STAGES[1].at) as they:
        assert they.question(1)
        with pytest.raises(IndexError):
            they.question(2)


def test_everything_that_slack_sends_again_after_a_restart_changes_nothing(house: House, unkilled: Unkilled) -> None:
    for stage in STAGES:
        assert house.play(stage) is not None
    house.stop()
    slack, end = house.place, STAGES[-1].until
    assert isinstance(slack, SlackPlace)
    sent = len(slack.hosted.double.sent)

    slack.hosted.run(lambda d: d.redeliver(sent))
    assert house.perform(Order(end, end)) is not None

    assert len(slack.hosted.double.sent) > sent + 40
    assert left_behind(house) == unkilled.left
