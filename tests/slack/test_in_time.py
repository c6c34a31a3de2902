"""Slack that takes its time while somebody waits: nobody else waits for it, and nothing is lost or taken twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.engine.engine import Engine
from bot.engine.freezing import freeze
from tests.scenarios.stage import Line
from tests.slack.double import RateLimited, Slow
from tests.slack.stage import SlackStage


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait long for Slack."""
    monkeypatch.setattr("adapters.slack.news.LOOK_UP", 0.05)
    monkeypatch.setattr("adapters.slack.session.PATIENCE", 0.05)


@pytest.mark.usefixtures("hurried")
async def test_a_newcomer_of_whom_slack_does_not_tell_holds_up_nobody(stage: SlackStage, question: Line) -> None:
    zoe = stage.double.add_user("Zoé Lambert")
    stage.double.fail("users.info", RateLimited(after=1))
    stage.double.join(zoe, stage.home)
    stage.double.say(zoe, stage.home, "We sing.", thread=question.id)
    stage.double.say(stage.person("Tom"), stage.home, "Tea.", thread=question.id)
    asked = stage.double.slash(stage.person("Inès"), stage.home, "status")
    await stage.double.drained()

    assert asked.acked
    assert stage.double.timeouts == []
    assert all(envelope.attempt == 0 for envelope in stage.double.sent)
    # What she said is stored, and counts once it is known who she is.
    await stage.session.idle()
    await stage.rest()
    assert "2 people have answered" in await stage.command("Tom", "status")


@pytest.mark.usefixtures("hurried")
async def test_who_asks_and_is_not_known_in_time_is_told_by_slack_and_nothing_is_done(stage: SlackStage) -> None:
    zoe = stage.double.add_user("Zoé Lambert")
    stage.double.join(zoe, stage.channels["field-visits"])
    await stage.rest()
    stage.double.fail("users.info", Slow(0.3))
    before = await stage.kept()
    asked = stage.double.slash(zoe, stage.channels["field-visits"], "status")
    await stage.double.until(lambda: asked.failed or asked.acked)
    await stage.session.idle()

    assert not asked.acked
    assert await stage.kept() == before


async def test_what_came_too_late_is_left(stage: SlackStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.session.TOO_LATE", -1.0)
    before = await stage.kept()
    asked = stage.double.slash(stage.person("Nadia"), stage.home, "question every tuesday 14:30")
    await stage.session.idle()
    await stage.double.until(lambda: asked.failed)

    assert await stage.kept() == before


async def test_a_form_that_was_not_stored_in_time_is_not_taken(
    stage: SlackStage, question: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.waiting.STORED_SECONDS", -1.0)
    await stage.press("Tom", "Write an answer")
    sent = stage.double.submit(stage.person("Tom"), {"words": "By form."})
    await stage.double.until(lambda: sent.failed or sent.acked)
    await stage.session.idle()

    posted = [m for m in stage.seen() if m.thread]
    assert sent.acked or posted == [], "Slack says that it failed only where it did"


async def test_many_direct_messages_after_a_start_ask_slack_for_nothing(stage: SlackStage) -> None:
    await stage.alone("Tom", "me")
    stage.session.register.channels.clear()
    before = len(stage.double.calls)
    await stage.alone("Tom", "thanks")

    asked = [method for method, _ in stage.double.calls[before:]]
    assert asked.count("conversations.info") == 0
    assert asked.count("conversations.open") <= 1


async def test_one_strange_envelope_holds_up_no_other(stage: SlackStage, question: Line) -> None:
    from adapters.slack.values import Envelope  # noqa: PLC0415

    acked: list[str] = []

    def envelope(name: str, payload: dict[str, object]) -> Envelope:
        async def ack(_: object) -> None:
            acked.append(name)

        return Envelope("events_api", payload, ack, asyncio.get_running_loop().time())

    team, tom = stage.session.me.team, stage.person("Tom")
    good = {"type": "message", "channel": stage.home, "user": tom, "text": "Tea.", "thread_ts": question.id}
    stamped = good | {"ts": "1795424409.000100", "event_ts": "1795424409.000100"}
    await stage.session.take(
        [
            envelope("strange", {"team_id": team, "event": {"type": "reaction_added", "user": tom}}),
            envelope("good", {"team_id": team, "event": stamped}),
        ]
    )
    await stage.rest()

    assert sorted(acked) == ["good", "strange"]
    assert "1 person has answered" in await stage.command("Tom", "status")


async def test_a_database_that_is_away_while_the_app_goes_is_tried_again(
    stage: SlackStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.session.LOOK_AGAIN", 0.01)
    tried: list[int] = []

    async def failing(engine: Engine, workspace: object) -> None:
        tried.append(1)
        if len(tried) == 1:
            raise OSError("away")
        await freeze(engine, workspace)  # type: ignore[arg-type]

    monkeypatch.setattr("adapters.slack.session.freeze", failing)
    stage.double.uninstall()
    await stage.double.until(lambda: len(tried) > 1)
    stage.double.reinstall()
    await stage.double.connected(2)
    assert "Coordinated by" in await stage.command("Tom", "status")


async def test_a_guest_who_mentions_the_bot_is_refused_once(stage: SlackStage) -> None:
    guest = stage.people["Guest Person"] = stage.double.add_user("Guest Person", guest=True)
    stage.double.join(guest, stage.home)
    await stage.say("Guest", f"<@{stage.double.bot_user}> help")

    assert len(stage.whispered("Guest")) == 1


async def test_an_invitation_that_names_nobody_is_greeted_too(stage: SlackStage) -> None:
    lobby = stage.channels["lobby"] = stage.double.add_channel("lobby", [stage.person("Tom")])
    stage.double.join(stage.double.bot_user, lobby)
    await stage.rest()

    said = [stage.double.words(m) for m in stage.double.messages(lobby) if m.bot_id]
    assert len(said) == 1
    assert "Causerie is here" in said[0]
