"""What comes from Slack is stored before it is acknowledged, counts once, and is left alone when it is not for us."""

from __future__ import annotations

import logging

import pytest

from adapters.slack.values import Envelope
from bot.cli import CHATTY
from bot.engine.engine import Engine
from tests.scenarios.stage import Line
from tests.slack.conftest import FRIDAY
from tests.slack.double import ServerError
from tests.slack.stage import SlackStage, slack


async def answered(stage: SlackStage) -> str:
    """Return what the status says of the question."""
    return next(line for line in (await stage.command("Tom", "status")).split("\n") if line.startswith("Open:"))


def failing_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the database be away once, and count how often it was asked."""
    asked: list[int] = []
    unit = engine.database.unit

    def away() -> object:
        asked.append(1)
        if len(asked) == 1:
            raise OSError("the database is away")
        return unit()

    monkeypatch.setattr(engine.database, "unit", away)
    return asked


async def test_what_was_not_stored_is_not_acknowledged_and_comes_again(
    stage: SlackStage, question: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.double.ack_timeout = 0.05
    asked = failing_once(stage.session.engine, monkeypatch)
    before = len(stage.double.acks)

    stage.double.say(stage.person("Tom"), stage.home, "A map.", thread=question.id)
    await stage.double.until(lambda: len(asked) > 0)
    assert len(stage.double.acks) == before
    await stage.rest()

    assert "1 person has answered" in await answered(stage)
    assert stage.double.unacked == []


async def test_a_command_that_was_not_stored_is_not_acknowledged(
    stage: SlackStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_once(stage.session.engine, monkeypatch)

    sent = stage.double.slash(stage.person("Nadia"), stage.home, "status")
    await stage.session.idle()

    assert not sent.acked


async def test_what_is_delivered_twice_counts_once(stage: SlackStage, question: Line) -> None:
    await stage.say("Tom", "A map on the wall.", thread=question.id)
    await stage.say("Inès", "Tea.", thread=question.id)

    stage.double.redeliver(20)
    await stage.rest()

    assert "2 people have answered" in await answered(stage)


async def test_what_nobody_hears_is_acknowledged(stage: SlackStage) -> None:
    double = stage.double
    elsewhere = double.add_channel("elsewhere", [stage.person("Tom")])
    double.rename(elsewhere, "somewhere-else")
    double.archive(elsewhere)
    double.unarchive(elsewhere)
    double.add_user("Zoé", arrives=True)
    await stage.rest()

    assert double.unacked == []
    assert double.timeouts == []


async def test_words_that_no_ritual_hears_are_not_stored_nor_is_who_said_them(stage: SlackStage) -> None:
    zoe = stage.double.add_user("Zoé Lambert")
    lobby = stage.double.add_channel("lobby", [zoe], with_bot=True)
    before = await stage.kept()

    stage.double.say(zoe, lobby, "Nobody's business.")
    await stage.rest()

    assert await stage.kept() == before
    async with stage.session.engine.database.view() as unit:
        assert await unit.directory.known(stage.session.workspace, zoe) is None


async def test_a_mention_carries_the_command_tree_also_in_threads(stage: SlackStage, question: Line) -> None:
    await stage.say("Tom", f"<@{stage.double.bot_user}> status", thread=question.id)

    shown = stage.double.ephemerals(stage.person("Tom"))
    assert len(shown) == 1, "the mention came as a message and as a mention"
    assert shown[0].thread_ts == question.id
    assert "Coordinated by Nadia Benali" in stage.whispered("Tom")[-1].words
    assert "answers are gathered" in await answered(stage), "a command is no answer"


async def test_a_mention_with_other_people_and_channels_in_it(stage: SlackStage) -> None:
    tom = stage.person("Tom")
    await stage.say("Nadia", f"<@{stage.double.bot_user}>: coordinator add <@{tom}>")

    assert stage.whispered("Nadia")[-1].words == "Tom Becker coordinates this community from now on."


async def test_edits_and_deletions_change_what_was_counted(stage: SlackStage, question: Line) -> None:
    first = await stage.say("Tom", "A map.", thread=question.id)
    second = await stage.say("Inès", "Tea.", thread=question.id)
    await stage.edit("Tom", first, "A **map** on the wall.")
    await stage.delete("Inès", second)
    await stage.until(FRIDAY)

    assert stage.seen()[-1].words.split("\n")[2:3] == ["- Tom Becker: A map on the wall."]
    assert "Tea" not in stage.seen()[-1].words


async def test_an_admin_takes_the_question_away(stage: SlackStage, question: Line) -> None:
    await stage.say("Tom", "A map.", thread=question.id)
    admin = stage.double.add_user("Admin", admin=True)
    stage.double.join(admin, stage.home)
    stage.double.delete(admin, stage.home, question.id)
    await stage.rest()

    assert "Open:" not in await stage.command("Tom", "status")


async def test_the_bot_s_own_deletions_are_not_taken_for_an_admin_s(stage: SlackStage, question: Line) -> None:
    await stage.press("Tom", "Write an answer")
    await stage.submit("Tom", words="By form.")
    await stage.press("Tom", "Take it back")

    assert [line.words for line in stage.seen() if line.thread] == []
    assert "answers are gathered" in await answered(stage)


async def test_bots_and_strangers_are_not_heard(stage: SlackStage, question: Line) -> None:
    double = stage.double
    robot = double.add_user("Robot", bot=True)
    stranger = double.add_user("Stranger", stranger=True)
    guest = double.add_user("Guest", guest=True)
    for user in (robot, stranger, guest):
        double.join(user, stage.home)
        double.say(user, stage.home, "An answer.", thread=question.id)
    await stage.rest()

    assert "answers are gathered" in await answered(stage)


async def test_guests_take_part_where_that_is_set() -> None:
    async with slack("en", guests=True) as stage:
        guest = stage.double.add_user("Guest", guest=True)
        stage.double.join(guest, stage.home)
        await stage.until(FRIDAY)
        question = next(line for line in stage.seen() if line.buttons == ("Write an answer",))
        stage.double.say(guest, stage.home, "An answer.", thread=question.id)
        await stage.rest()

        assert "1 person" in await stage.command("Nadia", "status")


async def test_the_shortcut_counts_a_message_beside_the_thread(stage: SlackStage, question: Line) -> None:
    beside = await stage.say("Tom", "Beside the thread.")
    stage.double.shortcut(stage.person("Nadia"), stage.home, beside, "collect")
    await stage.rest()
    assert stage.whispered("Nadia")[-1].words.startswith("If a question is open and you are in charge")

    assert "1 person has answered" in await answered(stage)


async def test_words_are_never_logged(
    stage: SlackStage, question: Line, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chatty in CHATTY:
        caplog.set_level(logging.WARNING, logger=chatty)
    with caplog.at_level(logging.DEBUG):
        failing_once(stage.session.engine, monkeypatch)
        stage.double.ack_timeout = 0.05
        await stage.say("Tom", "xylophone in public", thread=question.id)
        await stage.alone("Tom", "xylophone in private")
        stage.double.fail("chat.postEphemeral", ServerError(), ServerError())
        await stage.command("Tom", "question suggest xylophone")

    assert "xylophone" not in caplog.text


async def test_a_second_workspace_s_events_are_not_ours(stage: SlackStage, question: Line) -> None:
    tom, acked = stage.person("Tom"), []

    async def ack(answer: object) -> None:
        acked.append(answer)

    event = {"type": "message", "channel": stage.home, "user": tom, "text": "Tea.", "thread_ts": question.id}
    told = {"team_id": "T0OTHER", "event": event | {"ts": "1795424409.000100", "event_ts": "1795424409.000100"}}
    await stage.session.take([Envelope("events_api", told, ack, 0.0)])

    assert acked == [None]
    assert "answers are gathered" in await answered(stage)
