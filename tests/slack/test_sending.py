"""What is said on Slack stands there once, in order, at Slack's pace, whatever fails on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack.platform import LAG
from bot.core.effects import Care, DirectMessage, Edit, Effect, Post, Withdraw
from bot.core.model import ChannelId, Label
from bot.core.text import (
    Button,
    ChannelLink,
    File,
    Link,
    Mention,
    Named,
    Plain,
    Strong,
    Text,
    When,
    bullets,
    buttons,
    paragraph,
)
from tests.slack.double import Aborted, AnswerLost, RateLimited, Refused, ServerError, Slow
from tests.slack.double.faults import Fault
from tests.slack.sending import Desk, desk
from tests.threads import no_thread_outlives_the_loop

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
POST = "chat.postMessage"
FAULTS: Sequence[Fault] = (ServerError(), ServerError(503), Aborted(), AnswerLost(), Refused("internal_error"))
PLACES = ("home", "reply", "Bo", "Bo+Chi")
FILE = File("pairs.csv", "text/csv", "one,two\n")


@pytest.fixture
async def slack() -> AsyncIterator[Desk]:
    async with desk() as made:
        yield made


def said(words: str) -> Text:
    return paragraph(Plain(words))


def post(words: str, **rest: Any) -> Post:  # noqa: ANN401 - a Post's own
    return Post(Label(words), said(words), **rest)


async def settled_root(slack: Desk) -> str:
    """Return what a reply stands under."""
    await slack.do(post("root"))
    return slack.standing("home")[-1].ts


def saying(slack: Desk, place: str, body: Text, label: str = "it") -> Effect:
    if place in slack.homes:
        return Post(Label(label), body)
    if place == "reply":
        return Post(Label(label), body, under=Label("root"))
    return DirectMessage(Label(label), slack.to(*place.split("+")), body, Care.ANSWER)


def where(place: str) -> str:
    return "home" if place == "reply" else place


def long(sentences: int = 700) -> str:
    return " ".join(f"Sentence {n} of it." for n in range(sentences))


async def test_a_limit_is_kept_in_its_channel_and_in_no_other(slack: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slack.follow(monkeypatch)
    await slack.do(post("root"), home="other")
    slack.double.fail(POST, RateLimited(30))
    await slack.do(post("one"), post("two"))
    before = len(slack.calls(POST))

    await slack.do(Edit(Label("root"), said("changed")), post("three"), home="other")
    await slack.after(29 * SECOND)

    assert len(slack.calls(POST)) == before + 1
    assert (slack.said("home"), slack.said("other")) == ([], ["changed", "three"])
    await slack.after(5 * SECOND)
    assert (slack.said("home"), slack.said("other")) == (["one", "two"], ["changed", "three"])


async def test_a_limit_of_one_channel_holds_up_no_message_that_is_under_way(slack: Desk) -> None:
    slack.double.fail(POST, RateLimited(30))
    both = (post("one"), DirectMessage(Label("d"), slack.to("Bo"), said("two"), Care.ANSWER))

    await slack.do(*both)

    assert sorted(status for _, status in await slack.outbox()) == ["pending", "sent"]
    assert len(slack.said("home") + slack.said("Bo")) == 1


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", FAULTS, ids=repr)
async def test_what_may_have_arrived_stands_there_once(slack: Desk, fault: Fault, place: str) -> None:
    await settled_root(slack)
    slack.double.lag = LAG
    slack.double.fail(POST, fault)
    await slack.do(saying(slack, place, said("once")), saying(slack, place, said("then"), "next"))
    assert ("it", "doubt") in await slack.outbox()
    before = len(slack.calls(POST))

    await slack.after(LAG)
    assert len(slack.calls(POST)) == before
    await slack.after(2 * MINUTE)

    assert [words for words in slack.said(where(place)) if words != "root"] == ["once", "then"]
    assert {status for _, status in await slack.outbox()} == {"sent"}


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
async def test_a_conversation_that_may_not_have_been_opened_is_opened_again(slack: Desk, fault: Fault) -> None:
    slack.double.fail("conversations.open", fault)
    await slack.do(saying(slack, "Bo+Chi", said("once")))
    await slack.after(2 * MINUTE)
    assert slack.said("Bo+Chi") == ["once"]


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
@pytest.mark.parametrize("words", ["", "changed"])
async def test_a_change_whose_outcome_is_unknown_is_made_again(slack: Desk, fault: Fault, words: str) -> None:
    await settled_root(slack)
    await slack.do(post("next"))
    slack.double.fail("chat.update" if words else "chat.delete", fault)

    await slack.do(Edit(Label("root"), said(words)) if words else Withdraw(Label("root")))
    await slack.after(2 * MINUTE)
    assert slack.said("home") == ([words] if words else []) + ["next"]
    assert {status for _, status in await slack.outbox()} <= {"sent"}


async def test_the_pace_of_a_channel_is_kept() -> None:
    async with desk(paced=True) as slack:
        slack.double.pace = SECOND
        start = slack.clock.at

        await slack.do(*(post(f"home {n}") for n in range(3)), saying(slack, "Bo", said("alone")))
        await slack.do(*(post(f"other {n}") for n in range(3)), home="other")
        await slack.after(MINUTE)

        for place in ("home", "other"):
            assert slack.said(place) == [f"{place} {n}" for n in range(3)]
            assert [m.at - start for m in slack.standing(place)] == [timedelta(seconds=n) for n in range(3)]
        assert [m.at for m in slack.standing("Bo")] == [start]
        assert len(slack.calls(POST)) == 7


async def test_a_long_message_arrives_whole_where_slack_bears_no_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(paced=True) as slack:
        slack.follow(monkeypatch)
        slack.double.pace = SECOND

        await slack.do(saying(slack, "home", said(long())), saying(slack, "home", said("then"), "next"))
        await slack.after(10 * MINUTE)

        *parts, then = slack.standing("home")
        assert " ".join(" ".join(slack.double.words(m).split()) for m in parts) == long()
        assert len({m.at for m in parts}) == len(parts)
        assert slack.double.words(then) == "then"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "fault", [*FAULTS, RateLimited(20), Refused("fatal_error"), Refused("team_access_not_granted")], ids=repr
)
async def test_what_was_interrupted_is_completed_in_order(
    slack: Desk, fault: Fault, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = await settled_root(slack)
    slack.follow(monkeypatch)
    slack.double.lag = LAG
    slack.double.fail(POST, Slow(0), fault)
    await slack.do(saying(slack, place, said(long())))
    if not slack.engine.platforms:
        await slack.session.look_again()
    await slack.after(5 * MINUTE)

    parts = [m for m in slack.standing(where(place)) if m.ts != root]
    assert " ".join(" ".join(slack.double.words(m).split()) for m in parts) == long()
    assert len(parts) > 2
    payloads = [m.metadata["event_payload"] for m in parts if m.metadata]
    assert [payload["part"] for payload in payloads] == list(range(len(parts)))
    assert len({payload["key"] for payload in payloads}) == 1
    expected = {"home": [None] + [parts[0].ts] * (len(parts) - 1), "reply": [root] * len(parts)}
    assert [m.thread_ts for m in parts] == expected.get(place, [None] * len(parts))
    assert dict(await slack.outbox())["it"] == "sent"


async def test_what_was_refused_in_the_middle_is_completed_when_it_is_sent_again(slack: Desk) -> None:
    slack.double.fail(POST, Slow(0), Refused("is_archived"), Refused("is_archived"))
    await slack.do(saying(slack, "home", said(long())))
    await slack.after(5 * MINUTE)
    assert dict(await slack.outbox())["it"] == "dead"
    assert len(slack.said("home")) == 1

    assert await slack.replay() == 1
    await slack.after(MINUTE)

    assert " ".join(" ".join(slack.said("home")).split()) == long()


@pytest.mark.parametrize("place", PLACES)
async def test_a_file_is_shared_where_its_message_goes(slack: Desk, place: str) -> None:
    root = await settled_root(slack)

    await slack.do(saying(slack, place, said("the pairs") + Text((FILE,))))

    first, second = [m for m in slack.standing(where(place)) if m.ts != root]
    assert [file["name"] for file in first.files] == ["pairs.csv"]
    assert slack.double.files[first.files[0]["id"]]["content"] == FILE.content.encode()
    assert slack.double.words(second) == "the pairs"
    assert {m.thread_ts for m in (first, second)} == {root if place == "reply" else None}


async def test_without_its_permission_a_message_says_how_to_have_files() -> None:
    async with desk() as slack:
        slack.double.scopes -= {"files:write"}
        await slack.do(post("anything"))

        await slack.do(saying(slack, "home", said("the pairs") + Text((FILE,))))

        (words,) = slack.said("home")[1:]
        assert words.startswith("the pairs")
        assert "files:write" in words
        assert not slack.double.files
        assert await slack.outbox() == [("anything", "sent"), ("it", "sent")]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal", POST])
@pytest.mark.parametrize("fault", [ServerError(), Aborted(), RateLimited(20)], ids=repr)
async def test_a_file_that_meets_a_fault_comes_once(
    slack: Desk, method: str, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.follow(monkeypatch)
    slack.double.fail(method, fault)

    await slack.do(saying(slack, "home", said("the pairs") + Text((FILE,))))
    await slack.after(5 * MINUTE)

    assert [len(m.files) for m in slack.standing("home")] == [1, 0]
    assert slack.said("home")[-1] == "the pairs"


async def test_a_file_whose_sharing_was_not_answered_comes_twice_rather_than_never(slack: Desk) -> None:
    slack.double.fail("files.completeUploadExternal", AnswerLost())

    await slack.do(saying(slack, "home", said("the pairs") + Text((FILE,))))
    await slack.after(5 * MINUTE)

    assert [len(m.files) for m in slack.standing("home")] == [1, 1, 0]
    assert slack.said("home")[-1] == "the pairs"


async def test_the_key_rides_along_without_words_and_nothing_unfolds(slack: Desk) -> None:
    body = said("Bo’s secret ") + paragraph(Link((Plain("the guide"),), "https://example.org/guide"))
    await slack.do(saying(slack, "home", body, "label"), saying(slack, "Bo", body, "alone"))
    await slack.do(Edit(Label("label"), body + said("more")))

    posted = slack.calls(POST)
    keys = set()
    for arguments in posted:
        metadata = arguments["metadata"]
        assert metadata["event_type"] == "causerie"
        assert set(metadata["event_payload"]) == {"key", "part"}
        assert not {"secret", "guide"} & set(json.dumps(metadata).replace('"', " ").split())
        keys.add(metadata["event_payload"]["key"])
    assert len(keys) == 2
    for arguments in (*posted, *slack.calls("chat.update")):
        assert (arguments["unfurl_links"], arguments["unfurl_media"]) == ("false", "false")


async def test_a_notification_is_readable(slack: Desk) -> None:
    bo = slack.members["Bo"]
    async with slack.engine.database.view() as unit:
        home = await unit.directory.channel(slack.session.workspace, slack.homes["home"])
    body = (
        paragraph(
            "Hello ",
            Mention(bo),
            " and ",
            Named(slack.members["Chi"]),
            " <!channel> & co, in ",
            ChannelLink(ChannelId(home or "")),
        )
        + paragraph(Strong((Plain("When"),)), ": ", When(datetime(2026, 11, 30, 9, tzinfo=UTC)))
        + bullets(said("first"), said("second"))
        + buttons(Button("yes", Plain("Yes")))
    )
    await slack.do(saying(slack, "Bo", body))

    (message,) = slack.standing("Bo")
    assert message.text.splitlines() == [
        f"Hello @Bo and Chi &lt;!channel&gt; &amp; co, in <#{slack.homes['home']}>",
        "",
        "When: Monday 30 November, 09:00",
        "",
        "- first",
        "- second",
    ]


async def _notices(slack: Desk) -> dict[str, list[str]]:
    return {
        name: [words for words in slack.said(name) if words.startswith(tuple(TROUBLES.values()))]
        for name in ("Ana", "Bo", "Chi")
    }


async def _fails(slack: Desk, trouble: str) -> str:
    """Let something go wrong, and return where what is said does not arrive."""
    double = slack.double
    match trouble:
        case "archived":
            double.archive(slack.homes["home"])
        case "left":
            double.remove_bot(slack.people["Chi"], slack.homes["home"])
        case "shared":
            double.connect(slack.homes["home"])
            slack.session.register.channels.clear()
        case "scope":
            double.scopes -= {"mpim:write"}
            return "Chi+Dee"
        case _:
            double.deactivate(slack.people["Chi"])
            return "Chi"
    return "home"


async def _mends(slack: Desk, trouble: str) -> None:
    double = slack.double
    match trouble:
        case "archived":
            double.unarchive(slack.homes["home"])
        case "left":
            double.invite_bot(slack.people["Ana"], slack.homes["home"])
        case "shared":
            double.channels[slack.homes["home"]].shared = False
            slack.session.register.channels.clear()
        case "scope":
            double.scopes |= {"mpim:write"}
        case _:
            double.reactivate(slack.people["Chi"])


TROUBLES = {
    "archived": "#home is archived",
    "left": "I am no longer in #home",
    "shared": "#home is shared with another organisation",
    "scope": "I lack the permission mpim:write:",
    "closed": "Chi’s account is closed",
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_coordinators_are_told_once_of_what_cannot_be_said_and_it_is_said_when_it_is_mended(
    slack: Desk, trouble: str
) -> None:
    place = await _fails(slack, trouble)
    for n in range(3):
        await slack.do(*(saying(slack, place, said(f"{n} {m}"), f"{n} {m}") for m in range(2)))
    await slack.after(MINUTE)
    told = await _notices(slack)
    assert [len(told[name]) for name in ("Ana", "Bo", "Chi")] == [1, 1, 0]
    assert all(words.startswith(TROUBLES[trouble]) for words in told["Ana"] + told["Bo"])
    calls = len(slack.double.calls)
    await slack.after(DAY)
    assert len(slack.double.calls) == calls
    assert await _notices(slack) == told
    unsaid = [label for label, status in await slack.outbox() if status == "dead"]
    assert unsaid == [f"{n} {m}" for n in range(3) for m in range(2)]

    await _mends(slack, trouble)
    assert await slack.replay() == 6
    await slack.after(MINUTE)

    assert slack.said(place) == unsaid


async def test_who_may_say_nothing_at_all_does_not_go_on_trying(slack: Desk) -> None:
    slack.double.scopes -= {"chat:write"}
    await slack.do(*(post(f"{n}") for n in range(5)))
    await slack.after(MINUTE)
    calls = len(slack.double.calls)

    await slack.after(DAY)

    assert len(slack.double.calls) == calls
    assert {status for _, status in await slack.outbox()} == {"dead"}


async def test_a_channel_shared_with_others_is_spoken_in_where_that_is_enabled() -> None:
    async with desk(shared_channels=True) as slack:
        slack.double.connect(slack.homes["home"])
        await slack.do(post("hello"))
        assert slack.said("home") == ["hello"]


__all__ = ["no_thread_outlives_the_loop"]
