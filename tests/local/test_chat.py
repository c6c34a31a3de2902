"""The playground's chat server: what members do becomes events, and the bot speaks once per key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.chat import BOT, MESSAGE_LIMIT, Chat, Reason, RefusedError
from adapters.local.values import NAME_LIMIT
from bot.core.model import MemberId
from bot.core.text import Button, Mention, Plain, buttons, inlines_of, paragraph

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def chat() -> Iterator[Chat]:
    made = Chat(":memory:", lambda: NOW)
    made.add_persona("Nadia")
    made.add_persona("Jean-Luc", language="fr", zone="America/Montreal")
    made.add_persona("Nadia Roy")
    made.add_channel("practice", ["U1", "U2", BOT])
    yield made
    made.close()


def kinds(chat: Chat) -> list[str]:
    return [event.kind for event in chat.events_after(0)]


def refusal(act: Callable[[], object]) -> Reason:
    with pytest.raises(RefusedError) as caught:
        act()
    return caught.value.reason


def test_what_is_said_becomes_an_event_with_its_tree(chat: Chat) -> None:
    root = chat.say("U1", "C1", "How do you *begin*?")
    reply = chat.say("U2", "C1", "By listening", thread=root)
    said, answered = chat.events_after(0)
    assert (said.seq, said.at, said.kind) == (1, NOW, "said")
    assert said.payload["text"]["blocks"][0]["children"][1]["kind"] == "emphasis"
    assert answered.payload | {"text": None} == {
        "channel": "C1",
        "message": reply,
        "author": "U2",
        "thread": root,
        "direct": False,
        "text": None,
    }


def test_a_reply_to_a_reply_stays_in_the_same_thread(chat: Chat) -> None:
    root = chat.say("U1", "C1", "one")
    reply = chat.say("U2", "C1", "two", thread=root)
    deeper = chat.say("U1", "C1", "three", thread=reply)
    assert [m.id for m in chat.replies(root)] == [reply, deeper]


def test_the_longest_name_is_mentioned(chat: Chat) -> None:
    message = chat.say("U1", "C1", "Ask @nadia roy or @Jean-Luc, not me@nadia.example")
    mentioned = [node.member for node in inlines_of(chat.message(message).body) if isinstance(node, Mention)]
    assert mentioned == [MemberId("U3"), MemberId("U2")]


def test_a_command_is_an_event_and_no_message(chat: Chat) -> None:
    root = chat.say("U1", "C1", "one")
    given_id = chat.say("U1", "C1", "  /Causerie  pause until « lundi »", thread=root)
    command = chat.events_after(1)[0]
    assert (command.kind, command.payload["text"], command.payload["thread"]) == (
        "command",
        "pause until « lundi »",
        root,
    )
    assert command.payload["id"] == given_id
    assert [m.id for m in chat.latest("C1", "U1", 10)] == [root]


@pytest.mark.parametrize(
    ("author", "channel", "words", "reason"),
    [
        ("U1", "C1", "  \n", Reason.EMPTY),
        ("U1", "C1", "a" * (MESSAGE_LIMIT + 1), Reason.TOO_LONG),
        ("U1", "C1", "/remind me", Reason.UNKNOWN_COMMAND),
        ("U1", "C1", "/causeries", Reason.UNKNOWN_COMMAND),
        ("U3", "C1", "hello", Reason.NOT_HERE),
        ("U1", "C9", "hello", Reason.UNKNOWN),
    ],
)
def test_what_cannot_be_said_is_refused_and_changes_nothing(
    chat: Chat, author: str, channel: str, words: str, reason: Reason
) -> None:
    before = chat.version
    assert refusal(lambda: chat.say(author, channel, words)) is reason
    assert (chat.version, chat.events_after(0)) == (before, [])


@pytest.mark.parametrize("thread", ["m1", "", "x", "m٣", "m1; DROP TABLE message"])
def test_a_thread_that_does_not_exist_is_refused(chat: Chat, thread: str) -> None:
    assert refusal(lambda: chat.say("U1", "C1", "hello", thread)) is Reason.UNKNOWN


def test_a_thread_stays_in_its_channel(chat: Chat) -> None:
    root = chat.say("U1", "C1", "one")
    room = chat.direct(frozenset({"U1", "U2"}))
    assert refusal(lambda: chat.say("U1", room, "elsewhere", root)) is Reason.UNKNOWN


def test_own_messages_are_edited_and_deleted_nobody_elses(chat: Chat) -> None:
    message = chat.say("U1", "C1", "one")
    chat.edit("U1", message, "two")
    chat.edit("U1", message, "two")
    assert refusal(lambda: chat.edit("U2", message, "three")) is Reason.NOT_YOURS
    assert refusal(lambda: chat.delete("U2", message)) is Reason.NOT_YOURS
    assert (chat.message(message).markdown, chat.message(message).edited) == ("two", True)
    chat.delete("U1", message)
    assert refusal(lambda: chat.delete("U1", message)) is Reason.GONE
    assert kinds(chat) == ["said", "edited", "deleted"]
    assert chat.message(message).markdown == ""


def test_a_deleted_root_keeps_its_place_while_it_has_answers(chat: Chat) -> None:
    root = chat.say("U1", "C1", "one")
    reply = chat.say("U2", "C1", "two", thread=root)
    chat.delete("U1", root)
    assert refusal(lambda: chat.edit("U1", root, "again")) is Reason.GONE
    assert [(m.id, m.gone) for m in chat.latest("C1", "U1", 10)] == [(root, True), (reply, False)]
    chat.delete("U2", reply)
    assert chat.latest("C1", "U1", 10) == []
    assert refusal(lambda: chat.say("U1", "C1", "three", thread=root)) is Reason.GONE


def test_the_newest_messages_come_with_the_roots_of_their_threads(chat: Chat) -> None:
    root = chat.say("U1", "C1", "root")
    for n in range(5):
        chat.say("U1", "C1", f"between {n}")
    reply = chat.say("U2", "C1", "late", thread=root)
    assert [m.id for m in chat.latest("C1", "U1", 1)] == [root, reply]


def test_what_was_said_since_is_found_again(chat: Chat) -> None:
    assert chat.newest() == 0
    chat.say("U1", "C1", "before")
    before = chat.newest()
    chat.whisper("U1", "C1", paragraph("only for one"))
    chat.remove(chat.post("a", "C1", paragraph("taken back")))
    kept = chat.post("b", "C1", paragraph("kept"))
    assert [m.id for m in chat.said_after(before, BOT)] == [kept]


def test_reactions_come_once_and_go(chat: Chat) -> None:
    message = chat.say("U1", "C1", "one")
    for _ in range(2):
        chat.react("U2", message, "👍")
    chat.react("U1", message, "👍")
    assert chat.reactions("C1") == {message: {"👍": ["U2", "U1"]}}
    for _ in range(2):
        chat.unreact("U2", message, "👍")
    assert chat.reactions("C1") == {message: {"👍": ["U1"]}}
    assert kinds(chat) == ["said", "reacted", "reacted", "unreacted"]


def test_joining_and_leaving_happen_once(chat: Chat) -> None:
    for _ in range(2):
        chat.join("C1", "U3")
    assert chat.room("C1").members == {"U1", "U2", "U3", BOT}
    for _ in range(2):
        chat.leave("C1", "U3")
    assert kinds(chat) == ["joined", "left"]


def test_a_new_channel_has_its_maker_and_the_bot_whom_they_invite(chat: Chat) -> None:
    channel = chat.open_channel("U3", " # Field  visits ")
    assert chat.room(channel).name == "Field-visits"
    assert chat.room(channel).members == {"U3", BOT}
    (invited,) = chat.events_after(0)
    assert (invited.kind, invited.payload) == ("invited", {"channel": channel, "persona": "U3"})


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (" # ", Reason.CHANNEL_NAME),
        ("a" * (NAME_LIMIT + 1), Reason.CHANNEL_NAME),
        ("#Practice", Reason.CHANNEL_TAKEN),
    ],
)
def test_a_channel_without_a_name_of_its_own_is_refused(chat: Chat, name: str, reason: Reason) -> None:
    chat.direct(frozenset({"U1", "U2"}))
    assert refusal(lambda: chat.open_channel("U1", name)) is reason
    assert [room.id for room in chat.rooms()] == ["C1", "D1"]
    assert chat.events_after(0) == []


def test_a_direct_conversation_is_found_again_and_private(chat: Chat) -> None:
    pair = frozenset({"U1", BOT})
    room = chat.direct(pair)
    assert chat.direct(pair) == room == "D1"
    assert chat.direct(frozenset({"U1", "U2"})) == "D2"
    message = chat.say("U1", room, "hello")
    assert chat.events_after(0)[0].payload["direct"] is True
    assert refusal(lambda: chat.join(room, "U2")) is Reason.NOT_HERE
    assert refusal(lambda: chat.react("U2", message, "👍")) is Reason.UNKNOWN


def test_the_bot_posts_once_per_key(chat: Chat) -> None:
    first = chat.post("round/7/question", "C1", paragraph("How do you begin?"))
    version = chat.version
    assert chat.post("round/7/question", "C1", paragraph("Something else")) == first
    assert chat.version == version
    assert chat.message(first).body == paragraph("How do you begin?")
    assert chat.find("round/7/question") == first
    assert chat.find("round/8/question") is None
    chat.update(first, paragraph("How do you end?"))
    assert chat.message(first).body == paragraph("How do you end?")
    chat.remove(first)
    assert chat.latest("C1", "U1", 10) == []
    assert chat.find("round/7/question") == first
    assert chat.events_after(0) == []


def test_a_press_is_an_event_even_when_the_button_is_gone(chat: Chat) -> None:
    message = chat.post("k", "C1", buttons(Button("volunteer", Plain("Gladly"), "7")))
    chat.press("U1", message, "volunteer", "7")
    chat.update(message, paragraph("Thank you"))
    pressed = chat.press("U2", message, "volunteer", "7")
    last = chat.events_after(1)[0]
    assert last.payload == {
        "id": pressed,
        "channel": "C1",
        "message": message,
        "persona": "U2",
        "action": "volunteer",
        "value": "7",
    }


def test_a_whisper_is_seen_by_one_and_dismissed_by_them(chat: Chat) -> None:
    whisper = chat.whisper("U1", "C1", paragraph("Next: Monday"))
    assert chat.latest("C1", "U2", 10) == []
    chat.dismiss("U2", whisper)
    assert [m.id for m in chat.latest("C1", "U1", 10)] == [whisper]
    assert refusal(lambda: chat.react("U2", whisper, "👍")) is Reason.UNKNOWN
    chat.dismiss("U1", whisper)
    assert chat.latest("C1", "U1", 10) == []


def test_a_form_stays_until_it_is_closed(chat: Chat) -> None:
    form = chat.open_form("U1", {"title": "Set up", "fields": []}, "C1")
    submitted = chat.submit("U1", form, {"zone": "Paris"})
    assert chat.events_after(0)[0].payload == {
        "id": submitted,
        "persona": "U1",
        "form": form,
        "values": {"zone": "Paris"},
        "channel": "C1",
    }
    chat.form_errors(form, {"zone": {"blocks": []}})
    shown = chat.form_for("U1")
    assert shown is not None
    assert (shown.errors, shown.round) == ({"zone": {"blocks": []}}, 1)
    assert refusal(lambda: chat.submit("U2", form, {})) is Reason.FORM_CLOSED
    chat.close_form(form)
    assert chat.form_for("U1") is None
    assert refusal(lambda: chat.submit("U1", form, {})) is Reason.FORM_CLOSED


def test_a_second_form_takes_the_place_of_the_first_and_can_be_dismissed(chat: Chat) -> None:
    chat.open_form("U1", {"title": "first"})
    second = chat.open_form("U1", {"title": "second"})
    shown = chat.form_for("U1")
    assert shown is not None
    assert shown.id == second
    chat.dismiss("U1", second)
    assert chat.form_for("U1") is None


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    file = tmp_path / "chat.db"
    first = Chat(file, lambda: NOW)
    first.add_persona("Nadia", language="fr", zone="Europe/Paris")
    first.add_channel("practice", ["U1"])
    first.note("language", "fr")
    message = first.say("U1", "C1", "hello")
    first.close()
    second = Chat(file, lambda: NOW)
    assert second.message(message).body == paragraph("hello")
    assert [(p.id, p.name) for p in second.personas()] == [(BOT, "Causerie"), ("U1", "Nadia")]
    assert second.noted("language") == "fr"
    assert second.noted("zone", "UTC") == "UTC"
    assert [e.seq for e in second.events_after(0)] == [1]
    second.close()


def test_a_failure_halfway_leaves_nothing(chat: Chat) -> None:
    version = chat.version
    with pytest.raises(Exception, match="FOREIGN KEY"):
        chat.add_channel("elsewhere", ["U1", "U99"])
    assert chat.version == version
    assert [room.name for room in chat.rooms()] == ["practice"]


async def test_waiting_ends_with_the_next_change(chat: Chat) -> None:
    waiting = asyncio.ensure_future(chat.wait(chat.version))
    chat.say("U1", "C1", "one")
    assert await waiting == chat.version
    assert await chat.wait(chat.version - 1) == chat.version


@given(words=st.text(min_size=1, max_size=200))
def test_anything_typed_is_kept_or_refused(words: str) -> None:
    chat = Chat(":memory:", lambda: NOW)
    chat.add_persona("Nadia")
    chat.add_channel("practice", ["U1"])
    refused = None
    try:
        chat.say("U1", "C1", words)
    except RefusedError as error:
        refused = error.reason
    assert refused in {None, Reason.EMPTY, Reason.UNKNOWN_COMMAND}
    assert len(chat.events_after(0)) == (0 if refused else 1)
    chat.close()
