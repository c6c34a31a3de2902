"""The app is removed, or its token revoked: frozen, resumed when it returns, purged after thirty days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.engine.engine import Engine
from bot.engine.sweep import tidy
from bot.engine.walk import settle
from tests.scenarios.stage import Line
from tests.slack.conftest import FRIDAY, MONDAY
from tests.slack.stage import SlackStage


async def frozen(engine: Engine) -> bool:
    async with engine.database.view() as unit:
        return any(w.frozen_at is not None for w in await unit.directory.workspaces())


def said(stage: SlackStage) -> list[str]:
    """Return what Slack was asked for, but who we are."""
    return [method for method, _ in stage.double.calls if method != "auth.test"]


async def gone(stage: SlackStage, how: str) -> None:
    """Let the app go, in one of the ways in which it may."""
    getattr(stage.double, how)()
    await stage.double.until(lambda: not stage.session.engine.platforms)
    await stage.session.idle()


@pytest.mark.parametrize("how", ["uninstall", "revoke"])
async def test_nothing_is_said_and_nothing_is_lost(stage: SlackStage, question: Line, how: str) -> None:
    await stage.say("Tom", "A map.", thread=question.id)
    before = said(stage)
    await gone(stage, how)
    assert await frozen(stage.session.engine)

    stage.clock.at = FRIDAY
    await settle(stage.session.engine)
    assert said(stage) == before

    stage.double.reinstall()
    assert await stage.session.look_again()
    await settle(stage.session.engine)
    assert not await frozen(stage.session.engine)
    assert stage.seen()[-1].words.startswith("1 person answered")


async def test_a_call_that_is_refused_freezes_it_too(stage: SlackStage) -> None:
    stage.double.subscriptions = frozenset()
    stage.double.revoke()
    stage.clock.at = MONDAY
    await settle(stage.session.engine)

    assert await frozen(stage.session.engine)
    assert stage.session.engine.platforms == {}
    stage.double.reinstall()
    assert await stage.session.look_again()
    stage.clock.at += timedelta(seconds=1)
    await settle(stage.session.engine)
    assert stage.seen()[-1].buttons == ("Write an answer",)


async def test_what_came_too_late_is_passed_over(stage: SlackStage) -> None:
    await gone(stage, "uninstall")
    stage.clock.at = MONDAY + timedelta(days=15)
    await settle(stage.session.engine)
    stage.double.reinstall()
    await stage.session.look_again()
    await settle(stage.session.engine)

    asked = [line for line in stage.seen() if line.buttons == ("Write an answer",)]
    assert len(asked) <= 1, "questions of weeks gone by are not asked one after the other"


async def test_after_thirty_days_all_is_purged(stage: SlackStage, question: Line) -> None:
    await stage.say("Tom", "A map.", thread=question.id)
    await gone(stage, "uninstall")

    stage.clock.at += timedelta(days=29)
    await tidy(stage.session.engine)
    assert await frozen(stage.session.engine)
    stage.clock.at += timedelta(days=2)
    await tidy(stage.session.engine)

    async with stage.session.engine.database.view() as unit:
        assert await unit.directory.workspaces() == []
        assert await unit.commons.communities() == []


async def test_a_bot_that_starts_while_the_app_is_gone_waits_for_it(stage: SlackStage) -> None:
    stage.double.uninstall()
    await stage.double.until(lambda: not stage.session.engine.platforms)

    second = type(stage.session)(stage.session.engine, stage.session.settings, pace=timedelta())
    await second.open()
    assert "not installed" in second.address
    assert await frozen(stage.session.engine)
    stage.double.reinstall()
    assert await second.look_again()
    assert not await frozen(stage.session.engine)
    await second.web.close()


async def test_it_hears_again_once_it_is_back(stage: SlackStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.session.LOOK_AGAIN", 0.01)
    await gone(stage, "revoke")
    await stage.double.until(lambda: not stage.double.sockets.open)
    stage.double.reinstall()
    await stage.double.connected(2)

    assert "Coordinated by" in await stage.command("Tom", "status")
