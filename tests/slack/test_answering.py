"""Whoever waits is answered where they are, in Slack's own ways, and in its three seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.slack import waiting
from adapters.slack.values import Place
from adapters.slack.web import Web
from bot.core.incoming import Batch, Incoming
from bot.core.model import WorkspaceId
from bot.core.text import Plain, lines
from bot.engine.engine import Engine
from bot.engine.platform import Reply
from bot.engine.respond import respond
from tests.scenarios.stage import Line
from tests.slack.conftest import MONDAY
from tests.slack.double import AnswerLost, RateLimited, Refused, ServerError, buttons
from tests.slack.stage import SlackStage


async def test_a_whisper_is_seen_by_one_person(stage: SlackStage) -> None:
    before = len(stage.double.messages(stage.home))

    assert "Coordinated by" in await stage.command("Tom", "status")

    assert stage.whispered("Inès") == []
    assert len(stage.double.messages(stage.home)) == before


async def test_an_unknown_command_is_answered_with_a_guess(stage: SlackStage) -> None:
    assert "status" in await stage.command("Tom", "statsu")


async def test_a_failure_of_ours_is_told_kindly_and_acknowledged(
    stage: SlackStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise ValueError("members' words")

    monkeypatch.setattr("bot.engine.dispatch.route", broken)
    sent = stage.double.slash(stage.person("Tom"), stage.home, "status")
    await stage.double.drained()
    await stage.session.idle()

    assert sent.acked
    assert stage.whispered("Tom")[-1].words.startswith("Something went wrong on our side.")


async def test_where_the_bot_is_not_it_answers_all_the_same(stage: SlackStage) -> None:
    tom = stage.person("Tom")
    elsewhere = stage.channels["elsewhere"] = stage.double.add_channel("elsewhere", [tom])

    assert "Coordinated by" in await stage.command("Tom", "status", channel="elsewhere")
    assert stage.double.ephemerals(tom)[-1].channel == elsewhere
    told = await stage.command("Tom", "setup", channel="elsewhere")
    assert stage.form("Tom") is not None
    assert told == ""
    await stage.submit("Tom", name="Elsewhere")
    assert "I am not in #elsewhere. Invite me there" in stage.seen("Tom")[-1].words


async def test_who_waits_is_answered_while_slack_does_not_tell_of_the_channel(stage: SlackStage) -> None:
    stage.session.register.channels.clear()
    stage.double.fail("conversations.info", RateLimited(after=600))

    assert "Coordinated by" in await stage.command("Tom", "status")


async def test_who_waits_alone_is_answered_while_slack_does_not_tell_of_the_conversation(stage: SlackStage) -> None:
    await stage.alone("Tom", "thanks")
    stage.session.register.channels.clear()
    stage.double.fail("conversations.open", RateLimited(after=600))

    assert "Language" in await stage.alone("Tom", "me")


async def test_a_whisper_that_slack_does_not_take_goes_another_way(stage: SlackStage) -> None:
    stage.double.fail("chat.postEphemeral", Refused("user_not_in_channel"))

    assert "Coordinated by" in await stage.command("Tom", "status")


async def test_a_whisper_whose_answer_is_lost_is_not_said_twice(stage: SlackStage) -> None:
    stage.double.fail("chat.postEphemeral", AnswerLost())

    await stage.command("Tom", "status")

    assert len(stage.whispered("Tom")) == 1


async def test_a_whisper_that_is_lost_leaves_all_in_order(stage: SlackStage) -> None:
    stage.double.fail("chat.postEphemeral", ServerError())

    assert await stage.command("Nadia", "question every tuesday 14:30") == ""

    assert "every Tuesday at 14:30" in await stage.command("Tom", "status")


async def test_a_button_on_what_one_sees_alone_is_answered_in_its_place(stage: SlackStage) -> None:
    await stage.command("Nadia", "community close")
    asked = stage.double.ephemerals(stage.person("Nadia"))[-1]

    assert await stage.press("Nadia", "Leave it") == "Left as it is."

    shown = [m.ts for m in stage.double.ephemerals(stage.person("Nadia"))]
    assert asked.ts in shown
    assert "would be closed" not in "".join(line.words for line in stage.whispered("Nadia"))


async def test_what_is_long_is_read_on_in_direct_messages(stage: SlackStage) -> None:
    before = len(stage.whispered("Nadia"))
    rows = [f"Row {number} of what there is to be read, in so many words." for number in range(500)]
    place = Place(user=stage.person("Nadia"), at=0.0, channel=stage.home)
    await stage.session.answers.show(place, Reply(whispers=(lines(*map(Plain, rows)),)), "")

    here, there = stage.whispered("Nadia")[before:], stage.seen("Nadia")
    assert len(here) == 4
    assert len(there) > 1
    assert [row for line in (*here, *there) for row in line.words.split("\n") if row] == rows


async def test_what_is_wrong_stands_beside_the_fields(stage: SlackStage) -> None:
    await stage.command("Nadia", "setup")
    wrong = await stage.submit("Nadia", zone="Atlantis", region="Nowhere")

    assert sorted(wrong) == ["region", "zone"]
    assert stage.double.problems == []
    assert stage.double.timeouts == []
    assert await stage.submit("Nadia", zone="Paris", region="France") == {}
    assert "Europe/Paris" in await stage.command("Tom", "status")


async def test_a_form_that_takes_too_long_is_closed_and_answered_by_a_message(
    stage: SlackStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FORM_SECONDS", 0.001)
    await _slowly(stage, monkeypatch)
    await stage.command("Nadia", "setup")
    before = len(stage.whispered("Nadia"))

    assert await stage.submit("Nadia", zone="Paris") == {}

    assert stage.double.timeouts == []
    assert stage.form("Nadia") is None
    assert stage.whispered("Nadia")[before].words.startswith("Saved.")


async def test_what_was_wrong_is_told_then_too_with_what_was_written(
    stage: SlackStage, question: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FORM_SECONDS", 0.001)
    await _slowly(stage, monkeypatch)
    await stage.command("Nadia", "setup")
    before = len(stage.whispered("Nadia"))
    await stage.submit("Nadia", name="The practice of all", zone="Atlantis")

    (told,) = stage.whispered("Nadia")[before:]
    assert "There is no time zone Atlantis." in told.words
    assert "> The practice of all" in told.words
    assert "> Atlantis" in told.words
    assert "Trainers in practice" in await stage.command("Tom", "status")


async def _slowly(stage: SlackStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a form be stored at once, and handled after the time that it may stay open."""

    async def late(
        engine: Engine, workspace: WorkspaceId, asked: Incoming, batch: Batch, received: Callable[[], Awaitable[None]]
    ) -> Reply:
        async def stored() -> None:
            await received()
            await asyncio.sleep(0.05)

        return await respond(engine, workspace, asked, batch, stored)

    monkeypatch.setattr(waiting, "respond", late)


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"])
async def test_a_form_that_can_no_longer_be_opened(stage: SlackStage, code: str) -> None:
    stage.double.fail("views.open", Refused(code))

    assert await stage.command("Nadia", "setup") == "The form opens with this button."
    assert stage.form("Nadia") is None
    await stage.press("Nadia", "Open the form")
    assert stage.form("Nadia") is not None


@pytest.mark.parametrize("way", ["alone", "mention", "thread"])
async def test_a_form_asked_for_in_words_opens_with_a_button(stage: SlackStage, question: Line, way: str) -> None:
    words = "question suggest"
    if way == "alone":
        told = await stage.alone("Tom", words)
    else:
        thread = question.id if way == "thread" else None
        await stage.say("Tom", f"<@{stage.double.bot_user}> {words}", thread=thread)
        told = stage.whispered("Tom")[-1].words
    assert told == "The form opens with this button."

    await stage.press("Tom", "Open the form")
    form = stage.form("Tom")
    assert form is not None
    assert await stage.submit("Tom", **{next(iter(form)): "What do you do on Fridays?"}) == {}
    assert "What do you do on Fridays?" in stage.seen("Nadia")[-1].words


async def test_a_command_too_long_to_ask_which_is_given_back(stage: SlackStage) -> None:
    await stage.invite("Nadia", "workshop", "Tom")
    await stage.command("Nadia", "setup")
    await stage.submit("Nadia", name="The workshop")
    await stage.press("Nadia", "Start")
    long = "What do you do on Fridays, and why? " * 60

    told = await stage.alone("Nadia", f"question suggest {long}")

    assert told.startswith("This is too long to ask back which one you mean.")
    assert long.strip() in told


async def test_an_answer_waits_where_slack_asks_to_wait(stage: SlackStage) -> None:
    direct = stage.double.direct(stage.person("Tom"))
    stage.double.fail("chat.postMessage", RateLimited(after=1))

    assert "Coordinated by" in await stage.alone("Tom", "status")
    assert direct


async def test_a_form_in_french_has_french_buttons(stage: SlackStage) -> None:
    stage.double.change(stage.person("Nadia"), locale="fr-CA")
    await stage.rest()
    await stage.command("Nadia", "setup")

    view = stage.double.views(stage.person("Nadia"))[-1]
    assert view["title"]["text"] == "Régler la communauté"
    assert (view["submit"]["text"], view["close"]["text"]) == ("Enregistrer", "Fermer")


async def test_markup_that_a_member_types_calls_nobody(stage: SlackStage, question: Line) -> None:
    await stage.press("Tom", "Write an answer")
    assert await stage.submit("Tom", words="<!channel> & <@U1> *stars* <https://example.com|a link>") == {}
    await stage.until(MONDAY)

    posted = next(m for m in stage.double.messages(stage.home) if "stars" in stage.double.words(m))
    assert "<!channel> & <@U1>" in stage.double.words(posted)
    assert "<!channel>" not in posted.text
    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in posted.text


async def test_a_question_is_answered_by_a_form_and_edited_there(stage: SlackStage, question: Line) -> None:
    await stage.press("Tom", "Write an answer")
    await stage.submit("Tom", words="A map.\n\nOn the wall.")
    await stage.press("Tom", "Change it")

    form = stage.form("Tom")
    assert form is not None
    assert form["words"] == "A map.\n\nOn the wall."


async def test_who_waits_in_a_direct_conversation_is_answered_there(stage: SlackStage) -> None:
    assert "Coordinated by" in await stage.alone("Tom", "status")
    tom = stage.person("Tom")
    direct = stage.double.direct(tom)
    before = len(stage.double.messages(direct))
    stage.double.slash(tom, direct, "me")
    await stage.rest()

    answer = stage.double.messages(direct)[before:]
    assert [label for label, _, _ in buttons(answer[-1])] == ["Change"]


async def test_what_is_paced_is_not_asked_of_slack_in_vain(stage: SlackStage) -> None:
    web: Web = stage.session.web
    stage.double.fail("conversations.info", Refused("channel_not_found"))

    found = await stage.session.register.channel("C0NOWHERE1", "somewhere", anew=True)

    assert (found.name, found.here) == ("somewhere", False)
    assert web.scopes
