"""The playground's server: who may talk to it, what an act answers, what is pushed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession, WSCloseCode, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from adapters.local.chat import BOT, Chat, Reason
from adapters.local.desk import Told
from adapters.local.view import LIMIT
from adapters.local.web import application
from tests.local.playground import QUESTION, Clock, SmallDesk, seeded

Client = TestClient[Request, Application]


@pytest.fixture
def desk() -> SmallDesk:
    clock = Clock()
    return SmallDesk(seeded(":memory:", clock), clock)


@pytest.fixture
async def client(desk: SmallDesk) -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(desk.chat, desk))) as made:
        yield made
    desk.chat.close()


async def state(client: Client, persona: str = "U1") -> dict[str, Any]:
    answer = await client.get("/api/state", params={"as": persona})
    assert answer.status == 200
    found: dict[str, Any] = await answer.json()
    return found


async def act(client: Client, kind: str, /, **given: object) -> tuple[int, Any]:
    answer = await client.post(f"/api/{kind}", json={"as": "U1", **given})
    return answer.status, await answer.json()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "localhost:1:2", "localhost.", ""]
)
@pytest.mark.parametrize("path", ["/", "/static/app.js", "/api/state", "/api/live"])
async def test_another_host_is_refused(client: Client, host: str, path: str) -> None:
    answer = await client.get(path, headers={"Host": host})
    assert answer.status == 403
    assert "127.0.0.1 and localhost only" in await answer.text()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"]
)
async def test_another_sites_page_is_refused_and_nothing_happens(client: Client, desk: SmallDesk, origin: str) -> None:
    answer = await client.post(
        "/api/say", json={"as": "U1", "channel": "C1", "text": "hello"}, headers={"Origin": origin}
    )
    assert answer.status == 403
    assert desk.chat.events_after(0) == []
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/api/live", headers={"Origin": origin})
    assert refused.value.status == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST"])
async def test_our_own_page_is_served_under_either_name(client: Client, name: str) -> None:
    host = f"{name}:{client.port}"
    answer = await client.get("/", headers={"Host": host, "Origin": f"http://{host}".lower()})
    assert answer.status == 200
    assert answer.content_type == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_form_post_of_another_kind_is_refused(client: Client, desk: SmallDesk) -> None:
    answer = await client.post("/api/say", data='{"as": "U1", "channel": "C1", "text": "hello"}')
    assert answer.status == 415
    assert desk.chat.events_after(0) == []


@pytest.mark.parametrize("path", ["/static/../web.py", "/static/%2e%2e/web.py", "/static/..%2fweb.py", "/api/nothing"])
async def test_nothing_else_is_served(client: Client, path: str) -> None:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{client.port}{path}") as answer:
        assert answer.status in {404, 405}


async def test_a_person_sees_what_they_may_see(client: Client) -> None:
    _, said = await act(client, "say", channel="C1", text="How do you *begin*?")
    await act(client, "say", channel="D1", text="Only for the bot")
    await act(client, "say", channel="C1", text="/causerie status")
    mine, theirs = await state(client), await state(client, "U2")
    assert [m["id"] for m in theirs["messages"]] == [said["id"]]
    assert theirs["messages"][0]["markdown"] is None
    assert [c["name"] for c in theirs["channels"]] == ["practice", "tools"]
    assert [m["whisper"] for m in mine["messages"]] == [False, True, False]
    assert mine["messages"][0]["markdown"] == "How do you *begin*?"
    assert (mine["language"], mine["zone"], mine["now"]) == ("en", "Europe/Paris", "2026-11-23T08:50:00+00:00")
    assert mine["coming"][0]["sentence"] == "the weekly question"
    assert mine["home"] == "C1"
    assert [(c["community"], c["coordinators"]) for c in mine["channels"][:2]] == [
        ("Trainers in practice", ["U1"]),
        (None, []),
    ]


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"channel": "C1", "text": "a" * 10_000}, 422, Reason.TOO_LONG),
        ({"channel": "C1", "text": "  "}, 422, Reason.EMPTY),
        ({"channel": "C1", "text": "/remind me"}, 422, Reason.UNKNOWN_COMMAND),
        ({"channel": "C2", "text": "hello"}, 422, Reason.NOT_HERE),
        ({"channel": "C1", "text": "hello", "as": "U9"}, 422, Reason.UNKNOWN),
        ({"channel": "C1", "text": "hello", "as": "BOT"}, 422, Reason.UNKNOWN),
        ({"channel": "C1"}, 400, "malformed"),
        ({"channel": "C1", "text": "hello", "color": "red"}, 400, "malformed"),
        ({"channel": 1, "text": "hello"}, 400, "malformed"),
    ],
)
async def test_a_refusal_says_why_and_changes_nothing(
    client: Client, desk: SmallDesk, given: dict[str, object], status: int, error: str
) -> None:
    assert await act(client, "say", **given) == (status, {"error": error})
    assert desk.chat.events_after(0) == []


async def test_what_is_not_json_is_refused(client: Client) -> None:
    answer = await client.post("/api/say", data="{", headers={"Content-Type": "application/json"})
    assert answer.status == 400


async def test_everything_a_member_does(client: Client, desk: SmallDesk) -> None:
    _, said = await act(client, "say", channel="C1", text="one")
    message = said["id"]
    await act(client, "edit", message=message, text="two")
    await act(client, "react", message=message, emoji="👍")
    shown = (await state(client))["messages"][0]
    assert (shown["edited"], shown["reactions"]) == (True, {"👍": ["U1"]})
    await act(client, "unreact", message=message, emoji="👍")
    await act(client, "delete", message=message)
    await act(client, "join", channel="C2")
    await act(client, "leave", channel="C2")
    assert (await act(client, "direct", others=["U2"]))[1] == {"id": "D2"}
    assert (await state(client))["messages"] == []
    assert (await act(client, "channel", name="visits"))[1] == {"id": "C3"}
    assert [e.kind for e in desk.chat.events_after(0)] == [
        "said",
        "edited",
        "reacted",
        "unreacted",
        "deleted",
        "joined",
        "left",
        "invited",
    ]
    assert desk.cursor == 8


async def test_a_form_comes_back_with_its_errors_and_goes(client: Client) -> None:
    await act(client, "say", channel="C1", text="/causerie setup")
    form = (await state(client))["form"]
    assert (form["form"]["title"], form["errors"], form["round"]) == ("Set up the community", {}, 0)
    await act(client, "submit", form=form["id"], values={"zone": "Paris"})
    assert list((await state(client))["form"]["errors"]) == ["zone"]
    assert (await state(client, "U2"))["form"] is None
    await act(client, "submit", form=form["id"], values={"zone": "Europe/Paris"})
    assert (await state(client))["form"] is None


async def test_a_pressed_button_and_a_dismissed_whisper(client: Client) -> None:
    await client.post("/api/first", json={"as": "U1"})
    question = (await state(client))["messages"][0]
    await act(client, "press", message=question["id"], action="volunteer", value="1")
    await act(client, "say", channel="C1", text="/causerie status")
    seen = await state(client)
    assert seen["begun"] is True
    assert [len(m["body"]["blocks"]) for m in seen["messages"]] == [1, 1]
    await act(client, "dismiss", thing=seen["messages"][1]["id"])
    assert len((await state(client))["messages"]) == 1


async def test_the_clock_moves_and_what_it_told_is_kept(client: Client) -> None:
    assert (await state(client))["begun"] is False
    for how in ("hour", "day", "next"):
        answer = await client.post("/api/clock", json={"move": how})
        assert answer.status == 200
    seen = await state(client)
    assert seen["now"] == "2026-12-01T09:00:00+00:00"
    assert [t["sentence"] for t in seen["told"]] == [QUESTION] * 2
    assert seen["told"][1]["message"] == seen["messages"][1]["id"]
    assert (await client.post("/api/clock", json={"move": "back"})).status == 400
    ahead = await (await client.get("/api/next", params={"as": "U1"})).json()
    assert ahead == {"now": seen["now"], "movable": True, "coming": seen["coming"]}


async def test_what_the_clock_told_in_private_stays_there(client: Client, desk: SmallDesk) -> None:
    desk.chat.direct(frozenset({"U2", BOT}))
    desk.told = Told(desk.now(), "Only for Paul", "D2", "m9")
    await client.post("/api/clock", json={"move": "day"})
    sentences = {who: [t["sentence"] for t in (await state(client, who))["told"]] for who in ("U1", "U2")}
    assert sentences["U2"] == [*sentences["U1"], "Only for Paul"]
    assert len(sentences["U1"]) == 1


async def test_zones_are_called_by_their_cities(client: Client, desk: SmallDesk) -> None:
    desk.zone = "America/Montreal"
    desk.place = replace(desk.place, zone="Europe/London")
    seen = await state(client)
    assert (seen["zone"], seen["channels"][0]["zone"]) == ("America/Montreal", "Europe/London")
    assert seen["cities"] == {
        "America/Montreal": {"en": "Montreal", "fr": "Montréal"},
        "Europe/London": {"en": "London", "fr": "Londres"},
    }


async def test_commands_are_completed(client: Client) -> None:
    answer = await client.get("/api/commands", params={"as": "U1", "q": "/causerie s"})
    assert [hint["usage"] for hint in await answer.json()] == ["setup", "status"]


async def test_the_one_spoken_as_is_remembered(client: Client) -> None:
    assert (await state(client, ""))["me"] == "U1"
    await act(client, "as", **{"as": "U3"})
    assert (await state(client, ""))["me"] == "U3"
    assert (await state(client, "U9"))["me"] == "U3"


async def test_a_long_channel_shows_its_newest_messages(client: Client, desk: SmallDesk) -> None:
    for n in range(LIMIT + 1):
        desk.chat.say("U2", "C1", f"message {n}")
    seen = await state(client)
    assert (len(seen["messages"]), seen["messages"][-1]["id"]) == (LIMIT, f"m{LIMIT + 1}")
    assert [room["older"] for room in seen["channels"]] == [True, False, False]


async def test_changes_are_pushed(client: Client) -> None:
    async with client.ws_connect("/api/live?as=U2") as socket:
        assert (await socket.receive_json())["messages"] == []
        await act(client, "say", channel="C1", text="hello")
        assert (await socket.receive_json())["messages"][0]["author"] == "U1"


async def test_an_engine_that_fails_is_told_without_losing_what_was_said(
    client: Client, desk: SmallDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.broken = True
    with caplog.at_level(logging.CRITICAL):
        status, answer = await act(client, "say", channel="C1", text="hello")
        assert (status, answer["warning"]) == (200, "unanswered")
        moved = await client.post("/api/clock", json={"move": "day"})
        assert (moved.status, await moved.json()) == (500, {"error": "failed"})
        async with client.ws_connect("/api/live?as=U1") as socket:
            assert (await socket.receive()).data == WSCloseCode.INTERNAL_ERROR
    desk.broken = False
    assert len((await state(client))["messages"]) == 1


async def test_an_act_that_does_not_exist_is_refused(client: Client) -> None:
    answer = await client.post("/api/dance", json={"as": "U1"})
    assert (answer.status, await answer.text()) == (404, "There is no such act.\n")


async def test_where_nobody_lives_there_is_nobody_to_speak_as() -> None:
    clock = Clock()
    chat = Chat(":memory:", clock.now)
    async with TestClient(TestServer(application(chat, SmallDesk(chat, clock)))) as client:
        answer = await client.get("/api/state")
        assert (answer.status, await answer.json()) == (422, {"error": Reason.UNKNOWN})
    chat.close()
