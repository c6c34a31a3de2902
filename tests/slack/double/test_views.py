"""Modals and home tabs."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.double import Envelope, SlackDouble
from tests.slack.double.checks import Json
from tests.slack.double.conftest import App, refusal
from tests.slack.double.test_interactions import YES

pytestmark = pytest.mark.usefixtures("app")


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": True}


def options(*values: str) -> list[Json]:
    return [{"text": text(v.title()), "value": v} for v in values]


def field(block_id: str, element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": block_id, "label": text(block_id), "element": element, **more}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": text("Ask"), "submit": text("Send"), "blocks": list(blocks), **more}


QUESTION = field("question", {"type": "plain_text_input", "action_id": "words"})
FORM = modal(
    QUESTION,
    field("kind", {"type": "static_select", "action_id": "pick", "options": options("easy", "hard")}),
    field("count", {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "initial_value": "3"}),
    field("day", {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-02"}),
    field("tone", {"type": "radio_buttons", "action_id": "r", "options": options("warm", "dry")}, optional=True),
    field("who", {"type": "checkboxes", "action_id": "c", "options": options("a", "b")}, optional=True),
)


async def opened(double: SlackDouble, web: AsyncWebClient, user: str, view: Json) -> Json:
    """Return the view that opens after a command of this person."""
    place = double.add_channel("anywhere", [user])
    trigger = double.slash(user, place, "").payload["trigger_id"]
    shown: Json = (await web.views_open(trigger_id=trigger, view=view))["view"]
    await double.drained()
    return shown


async def test_a_trigger_opens_one_modal_within_seconds(
    double: SlackDouble, web: AsyncWebClient, ada: str, channel: str
) -> None:
    def trigger() -> str:
        return str(double.slash(ada, channel, "ask").payload["trigger_id"])

    used = trigger()
    await web.views_open(trigger_id=used, view=FORM)
    assert await refusal(web.views_open(trigger_id=used, view=FORM)) == "exchanged_trigger_id"
    assert await refusal(web.views_open(trigger_id="1.2.3", view=FORM)) == "invalid_trigger_id"
    assert await refusal(web.views_open(trigger_id=trigger(), view=modal())) == "invalid_arguments"
    double.trigger_life = 0
    late = trigger()
    await asyncio.sleep(0.001)
    assert await refusal(web.views_open(trigger_id=late, view=FORM)) == "expired_trigger_id"


async def test_three_modals_stand_on_one_another(
    double: SlackDouble, web: AsyncWebClient, ada: str, channel: str
) -> None:
    def trigger() -> str:
        return str(double.slash(ada, channel, "ask").payload["trigger_id"])

    assert await refusal(web.views_push(trigger_id=trigger(), view=FORM)) == "not_found"
    root = (await web.views_open(trigger_id=trigger(), view=FORM))["view"]
    for _ in range(2):
        await web.views_push(trigger_id=trigger(), view=FORM)

    assert await refusal(web.views_push(trigger_id=trigger(), view=FORM)) == "push_limit_reached"
    assert [v["root_view_id"] for v in double.views(ada)] == [root["id"]] * 3
    assert double.views(ada)[2]["previous_view_id"] == double.views(ada)[1]["id"]


async def test_a_submission_holds_every_input_s_state(double: SlackDouble, web: AsyncWebClient, ada: str) -> None:
    await opened(double, web, ada, FORM)

    sent = double.submit(ada, {"question": "Why?", "pick": "hard", "who": ["a", "b"]})
    await double.drained()

    values = sent.payload["view"]["state"]["values"]
    assert values["question"]["words"] == {"type": "plain_text_input", "value": "Why?"}
    assert values["kind"]["pick"]["selected_option"] == options("hard")[0]
    assert values["count"]["n"] == {"type": "number_input", "value": "3"}
    assert values["day"]["d"] == {"type": "datepicker", "selected_date": "2026-11-02"}
    assert values["tone"]["r"] == {"type": "radio_buttons", "selected_option": None}
    assert values["who"]["c"] == {"type": "checkboxes", "selected_options": options("a", "b")}
    assert double.views(ada) == []


@pytest.mark.parametrize(
    "values",
    [{"kind": "easy"}, {"question": "Why?", "kind": "easy", "count": "2.5"}, {"nowhere": "x"}, {"kind": "odd"}],
    ids=["required", "whole number", "unknown input", "unknown option"],
)
async def test_slack_s_own_client_refuses_what_cannot_be(
    double: SlackDouble, web: AsyncWebClient, ada: str, values: dict[str, str]
) -> None:
    await opened(double, web, ada, FORM)

    with pytest.raises(ValueError, match=r"required|cannot hold|no such"):
        double.submit(ada, values)


async def test_errors_ride_in_the_ack_and_keep_what_was_typed(
    double: SlackDouble, web: AsyncWebClient, app: App, ada: str
) -> None:
    await opened(double, web, ada, FORM)
    app.answers.append({"response_action": "errors", "errors": {"question": "Too short"}})

    double.submit(ada, {"question": "Why?", "kind": "easy"})
    await double.drained()
    assert double.view_errors(ada) == {"question": "Too short"}
    again = double.submit(ada, {"question": "Why so?"})
    await double.drained()

    assert again.payload["view"]["state"]["values"]["kind"]["pick"]["selected_option"]["value"] == "easy"
    assert double.views(ada) == []


async def test_errors_must_name_an_input(double: SlackDouble, web: AsyncWebClient, app: App, ada: str) -> None:
    await opened(double, web, ada, modal(QUESTION))
    app.answers.append({"response_action": "errors", "errors": {"words": "It is the action's id"}})

    double.submit(ada, {"question": "Why?"})
    await double.drained()

    assert len(double.problems) == 1


async def test_an_ack_updates_pushes_or_clears(double: SlackDouble, web: AsyncWebClient, app: App, ada: str) -> None:
    await opened(double, web, ada, modal(QUESTION))
    app.answers += [
        {"response_action": "push", "view": modal(QUESTION, callback_id="second")},
        {"response_action": "update", "view": modal(QUESTION, callback_id="third")},
        {"response_action": "clear"},
    ]
    stacks = []

    for _ in range(3):
        double.submit(ada, {"question": "Why?"})
        await double.drained()
        stacks.append([v["callback_id"] for v in double.views(ada)])

    assert stacks == [["", "second"], ["", "third"], []]


async def test_a_view_is_updated_once_for_each_hash(double: SlackDouble, web: AsyncWebClient, ada: str) -> None:
    shown = await opened(double, web, ada, modal(QUESTION, external_id="ours"))
    double.fill(ada, {"question": "half typ"})

    updated = await web.views_update(view_id=shown["id"], hash=shown["hash"], view=modal(QUESTION, callback_id="new"))

    assert updated["view"]["state"]["values"]["question"]["words"]["value"] == "half typ"
    assert await refusal(web.views_update(view_id=shown["id"], hash=shown["hash"], view=FORM)) == "hash_conflict"
    assert await refusal(web.views_update(external_id="nobody's", view=FORM)) == "not_found"
    assert double.views(ada)[-1]["callback_id"] == "new"


async def test_a_home_tab_is_published_and_pressed(
    double: SlackDouble, web: AsyncWebClient, app: App, ada: str
) -> None:
    double.open_home(ada)
    shown = (await web.views_publish(user_id=ada, view={"type": "home", "blocks": [YES]}))["view"]
    double.open_home(ada)
    pressed = double.press_in_view(ada, "yes", view="home")
    await double.drained()

    assert [("view" in e, e["tab"]) for e in app.events] == [(False, "home"), (True, "home")]
    assert pressed.payload["container"] == {"type": "view", "view_id": shown["id"]}
    assert "response_url" not in pressed.payload
    again: Json = {"user_id": ada, "view": {"type": "home", "blocks": [YES]}}
    await web.views_publish(**again, hash=shown["hash"])
    assert await refusal(web.views_publish(**again, hash=shown["hash"])) == "hash_conflict"
    assert await refusal(web.views_publish(user_id="U404", view=again["view"])) == "invalid_arguments"


async def test_closing_is_told_to_those_who_asked(double: SlackDouble, web: AsyncWebClient, ada: str) -> None:
    await opened(double, web, ada, modal(QUESTION))
    assert double.close_view(ada) is None
    await opened(double, web, ada, modal(QUESTION, notify_on_close=True))

    closed = double.close_view(ada)

    assert isinstance(closed, Envelope)
    assert closed.payload["type"] == "view_closed"
    assert double.views(ada) == []
