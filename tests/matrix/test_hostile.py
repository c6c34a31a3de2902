"""What is like nothing known, or sent to do harm, keeps nothing else from being heard."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.matrix.client import RefusedError
from tests.matrix.hall import Hall, hall
from tests.matrix.synapse import Synapse

pytestmark = pytest.mark.asyncio(loop_scope="session")


UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("m.poll.start", {"m.text": "?", "m.poll": {"question": {"m.text": "?"}, "answers": []}}),
    ("org.matrix.msc3381.poll.start", {"org.matrix.msc3381.poll.start": {"question": {"body": "?"}, "answers": []}}),
    ("org.matrix.msc3381.poll.response", {"org.matrix.msc3381.poll.response": {"answers": ["1"]}}),
    ("m.sticker", {"body": "!causerie bare", "info": {}, "url": "mxc://localhost/a"}),
    ("m.call.invite", {"call_id": "1", "version": "1", "lifetime": 1, "offer": {"type": "offer", "sdp": ""}}),
    ("com.example.odd", {"body": "!causerie bare"}),
    ("m.room.message", {"msgtype": "com.example.odd", "body": ""}),
    ("m.room.message", {"msgtype": "m.location", "body": "Here", "geo_uri": "geo:0,0"}),
]
ODD: list[object] = [None, 1, [], {}, [[]], "x", {"a": {"b": 1}}, True]
SEALED = {
    "algorithm": "m.megolm.v1.aes-sha2",
    "ciphertext": "AwgA",
    "session_id": "s",
    "sender_key": "k",
    "device_id": "D",
}
HOSTILE: list[tuple[str, dict[str, Any]]] = [
    *(("m.room.message", {"msgtype": "m.text", "body": odd}) for odd in ODD),
    *(("m.room.message", {"msgtype": odd, "body": "odd"}) for odd in ODD),
    *(("m.room.message", {"msgtype": "m.text", "body": "odd", "m.mentions": odd}) for odd in ODD),
    *(("m.room.message", {"msgtype": "m.text", "body": "odd", "m.mentions": {"user_ids": odd}}) for odd in ODD),
    *(("m.room.message", {"msgtype": "m.text", "body": "odd", "m.new_content": odd}) for odd in ODD),
    *(
        (
            "m.room.message",
            {"msgtype": "m.text", "body": "odd", "format": "org.matrix.custom.html", "formatted_body": odd},
        )
        for odd in ODD
    ),
    *(("m.room.message", {"msgtype": "m.text", "body": "odd", "m.relates_to": {"m.in_reply_to": odd}}) for odd in ODD),
    *(("m.room.message", {"msgtype": kind, "body": "odd", "filename": 1, "info": 2}) for kind in ("m.image", "m.file")),
    ("m.reaction", {}),
    ("m.reaction", {"m.relates_to": {}}),
    ("m.room.encrypted", {}),
    *(("m.room.encrypted", {**SEALED, "ciphertext": odd, "session_id": odd}) for odd in ODD),
    ("m.room.encrypted", {**SEALED, "sender_key": ""}),
    ("m.room.encrypted", {**SEALED, "session_id": ""}),
]
LONG = [
    "x" * 60_000,
    "!causerie " + "x" * 60_000,
    "@" * 60_000,
    "\n" * 30_000,
    "> <@a:b> \n" * 5_000,
    "nul \0 and more",
]
DEEP = [
    "<blockquote>" * 4_000 + "deep" + "</blockquote>" * 1_000,
    "<b>" * 15_000,
    "<ul><li>" * 5_000,
    "<" * 60_000,
    "<!--" * 10_000,
    "<a href='https://matrix.to/#/@a:b'>x</a>" * 1_000,
    "&#xD800;&#0;&#x110000;",
]


async def test_what_is_unknown_is_passed_over(home: Hall) -> None:
    for kind, content in UNKNOWN:
        await home.bo.send(home.home, kind, content)
    await home.bo.say(home.home, "Good")
    await home.rest()

    assert home.commands == []
    assert [words for words in home.posted() if words not in {"", "Here"}] == ["Good"]


async def test_what_is_malformed_keeps_nothing_else_from_being_heard(
    home: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await home.post()
    sent = 0
    for kind, content in HOSTILE:
        try:
            await home.bo.send(home.home, kind, content)
            sent += 1
        except RefusedError as refused:
            assert refused.status in {400, 500}  # noqa: PT017 - what Synapse itself lets nobody say
    await home.ana.say(home.home, "A map.", thread=asked)
    await home.ana.say(home.home, "!causerie bare still")
    await home.rest()

    assert sent > 40
    assert home.commands == ["still"]
    assert home.posted()[-1] == "A map."
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_what_is_long_or_deep_keeps_nothing_else_from_being_heard(
    home: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await home.post()
    for words in LONG:
        await home.bo.say(home.home, words, thread=asked)
    for html in DEEP:
        await home.bo.say(home.home, "deep", html=html, thread=asked)
    await home.ana.say(home.home, "A map.", thread=asked)
    await home.ana.say(home.home, "!causerie bare still")
    await home.rest()

    assert home.commands == ["still"]
    assert home.posted()[-1] == "A map."
    assert not any("\0" in words for words in home.posted())
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_what_no_database_holds_is_heard_without_it(
    synapse: Synapse, postgres_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hall(synapse, tmp_path / "matrix", url=postgres_database) as home:
        await home.found(await home.room(home.bo), home.ana)
        asked = await home.post()
        odd = {"membership": "join", "displayname": "Bo \0 Lambert"}
        await home.bo.set_state(home.home, "m.room.member", odd, home.bo.id)
        await home.ana.set_state(home.home, "m.room.name", {"name": "Kit\0chen"})
        await home.bo.say(home.home, "nul \0 and more", thread=asked)
        await home.bo.say(home.home, "!causerie bare nul \0 and more")
        with suppress(RefusedError):
            await home.bo.react(home.home, asked, "1\0")
        with suppress(RefusedError):
            await home.bo.say(home.home, "Nowhere", thread="$\0")
        await home.ana.say(home.home, "A map.", thread=asked)
        await home.rest()

        assert home.posted()[0] == "nul \ufffd and more"
        assert home.posted()[-1] == "A map."
        assert home.commands == ["nul \ufffd and more"]
        assert await home.members() == {"Ana", "Bo \ufffd Lambert"}
        assert [r for r in caplog.records if r.name.startswith("causerie") and r.levelno >= logging.ERROR] == []


async def test_what_is_malformed_and_sent_to_its_device_keeps_nothing_else_from_being_heard(
    home: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    ours = home.session.account
    own = home.session.port.sealing.client.olm.account.identity_keys["curve25519"]
    olm = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "k"}
    sealed = [
        {**olm, "ciphertext": {own: message}}
        for message in (
            1,
            {},
            {"type": 0, "body": "!"},
            {"type": 1, "body": "!"},
            {"type": 0, "body": "AAAA"},
            {"type": 7},
        )
    ]
    told = [
        *(("m.room.encrypted", content) for content in (*sealed, {}, {"algorithm": 1}, {**olm, "ciphertext": []})),
        *((f"m.key.verification.{step}", {}) for step in ("request", "start", "accept", "key", "mac", "cancel")),
        ("m.key.verification.start", {"from_device": "D", "transaction_id": "1", "method": "m.sas.v1", "hashes": 1}),
        (
            "m.room_key",
            {"algorithm": "m.megolm.v1.aes-sha2", "room_id": home.home, "session_id": "s", "session_key": "k"},
        ),
        ("m.room_key_request", {"action": "request", "requesting_device_id": "D", "request_id": "1", "body": {}}),
        ("m.forwarded_room_key", {}),
        ("m.dummy", {}),
        ("com.example.odd", {"a": 1}),
    ]
    for number, (kind, content) in enumerate(told):
        messages = {"messages": {ours.user: {ours.device: content}}}
        await home.bo.call("PUT", "sendToDevice", kind, f"{home.home}{number}", body=messages)
    await home.bo.say(home.home, "!causerie bare still")
    await home.rest()

    assert home.commands == ["still"]
    assert [
        r.getMessage() for r in caplog.records if r.name.startswith("causerie") and r.levelno >= logging.ERROR
    ] == []
