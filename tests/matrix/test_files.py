"""Files: all that is kept of somebody comes as two of them, sealed where the room is, and each once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from nio.crypto.attachments import decrypt_attachment

from adapters.matrix.http import AwayError
from bot.core.effects import Whisper
from bot.core.events import CommandGiven
from bot.core.text import File, Text, paragraph
from bot.engine.platform import OutcomeUnknownError, Outgoing
from tests.matrix.client import Event
from tests.matrix.failing import Failing
from tests.matrix.hall import Hall, hall
from tests.matrix.keyed import keyed
from tests.matrix.person import Person
from tests.matrix.synapse import Synapse

NOTE = File("note.txt", "text/plain", "déjà vu\n")
BODY = paragraph("Here it is.") + Text((NOTE,))


@dataclass
class Alone:
    """Somebody who talks with the bot in a room for two."""

    hall: Hall
    who: Person
    room: str
    encrypted: bool

    async def said(self) -> list[Event]:
        """Return the content of what the bot said there, in order."""
        return [event["content"] for event in await self.hall.events_by_me(self.room, self.who)]

    async def files(self) -> dict[str, bytes]:
        """Return what the files there hold, by their names; no name is there twice."""
        found = [content for content in await self.said() if content["msgtype"] == "m.file"]
        held = {content["body"]: await self.opened(content) for content in found}
        assert len(held) == len(found)
        return held

    async def opened(self, content: Event) -> bytes:
        """Return what a file holds."""
        assert ("file" in content, "url" in content) == (self.encrypted, not self.encrypted)
        sealed = content.get("file")
        data = await self.downloaded(sealed["url"] if sealed else content["url"])
        if sealed is None:
            return data
        assert sealed["v"] == "v2"
        opened: bytes = decrypt_attachment(data, sealed["key"]["k"], sealed["hashes"]["sha256"], sealed["iv"])
        assert opened not in data
        return opened

    async def downloaded(self, address: str) -> bytes:
        """Return what the server has at an address."""
        where = f"{self.who.url}/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"
        headers = {"Authorization": f"Bearer {self.who.account.token}"}
        async with self.who.http.get(where, headers=headers) as response:
            assert response.status == 200
            return await response.read()

    def outgoing(self) -> Outgoing:
        return Outgoing(key="k1", kind="direct", since=self.hall.clock(), body=BODY, people=(self.who.id,))


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
async def alone(request: pytest.FixtureRequest, synapse: Synapse, tmp_path: Path) -> AsyncIterator[Alone]:
    encrypted = bool(request.param)
    async with AsyncExitStack() as held:
        made = await held.enter_async_context(hall(synapse, tmp_path / "matrix", encrypt_direct=encrypted))
        who = made.ana
        if encrypted:
            who = await held.enter_async_context(keyed(who.http, who.url, who.account, tmp_path / "ana"))
        room = await who.create_room(invite=[made.me], direct=True, encrypted=encrypted)
        await made.rest(3)
        yield Alone(made, who, room, encrypted)


async def test_all_that_is_kept_of_somebody_comes_as_two_files(alone: Alone) -> None:
    if alone.encrypted:
        await alone.who.messages(alone.room)
    await alone.who.say(alone.room, "data export")
    await alone.hall.rest(3)

    words = [content["body"] for content in await alone.said() if content["msgtype"] != "m.file"]
    assert [line.split(".")[0] for line in words] == [
        "Two files with all that is kept of you come by direct message",
        "All that is kept of you, as a page to read and as a file for machines",
    ]
    files = await alone.files()
    assert list(files) == ["causerie-data.html", "causerie-data.json"]
    kept = json.loads(files["causerie-data.json"])["tables"]
    assert [row["external"] for row in kept["member"]] == [alone.who.id]
    page = files["causerie-data.html"].decode()
    assert page.startswith("<!doctype html>")
    assert "Ana" in page


async def test_a_file_says_what_it_is(alone: Alone) -> None:
    await alone.hall.session.port.send(alone.outgoing())

    (file,) = [content for content in await alone.said() if content["msgtype"] == "m.file"]
    assert file["info"] == {"mimetype": "text/plain", "size": len(NOTE.content.encode())}
    assert (file["body"], file["filename"]) == ("note.txt", "note.txt")
    assert await alone.files() == {"note.txt": NOTE.content.encode()}


async def test_a_file_that_is_sent_again_is_there_once(alone: Alone) -> None:
    port = alone.hall.session.port

    first = await port.send(alone.outgoing())
    again = [await port.send(alone.outgoing()), await port.find(alone.outgoing())]

    assert again == [first, first]
    assert await alone.files() == {"note.txt": NOTE.content.encode()}
    assert len(await alone.said()) == 2


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("sent", [0, 1], ids=["the file", "the words"])
async def test_what_was_lost_on_the_way_is_there_once(alone: Alone, sent: int, accepted: bool) -> None:  # noqa: FBT001 - a parameter of the test
    port = alone.hall.session.port
    port.api.server = server = Failing(port.api.server)
    server.fail("m.room.", lambda: AwayError("no answer came"), accepted=accepted, after=sent)

    with pytest.raises(OutcomeUnknownError):
        await port.send(alone.outgoing())
    placed = await port.find(alone.outgoing()) or await port.send(alone.outgoing())

    assert placed.channel == alone.room
    assert await alone.files() == {"note.txt": NOTE.content.encode()}
    assert len(await alone.said()) == 2


async def test_a_file_in_an_answer_comes_where_they_talk_alone(alone: Alone) -> None:
    made = alone.hall
    home = await made.room(by=alone.who)
    await made.found(home, alone.who)
    made.bare.on(CommandGiven, Whisper(BODY))

    await alone.who.say(home, "!causerie bare")
    await made.rest()

    assert await made.said(home, alone.who) == [
        "Causerie is here. !causerie setup makes this room the home of a community."
    ]
    assert await alone.files() == {"note.txt": NOTE.content.encode()}
