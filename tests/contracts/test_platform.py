"""What the engine may rely on, on every platform: one suite for the port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.incoming import Profile, Said
from bot.core.markdown import parse
from bot.core.model import ChannelId, MemberId, MessageId
from bot.core.plain import written
from bot.core.text import (
    Button,
    ChannelLink,
    Code,
    Link,
    Mention,
    MessageLink,
    Named,
    Plain,
    Strong,
    Text,
    When,
    bullets,
    buttons,
    paragraph,
    quote,
)
from bot.engine.platform import (
    ImpossibleError,
    OutcomeUnknownError,
    Outgoing,
    Placed,
    RetryLaterError,
    Trouble,
)
from tests.contracts.platforms import HOME, PEOPLE, SITES, Line, Site, SlackSite

PRIVATE = "my pin is 4711"
NOWHERE = "C0NOWHERE"
NOBODY = "U0NOBODY"


@pytest.fixture(params=SITES)
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    _, opened = SITES[request.param]
    async with opened() as made:
        yield made


def where(able: str) -> pytest.MarkDecorator:
    """Run a test where this can happen."""
    return pytest.mark.parametrize("site", [name for name, (can, _) in SITES.items() if able in can], indirect=True)


def parcel(site: Site, words: Text | str, **rest: Any) -> Outgoing:  # noqa: ANN401 - an Outgoing's own
    """Return what is to be said at home, unless it is to somebody or about something said before."""
    known: dict[str, Any] = {"kind": "direct" if rest.get("people") else "post", "key": "k1", "since": site.clock()}
    if not rest.get("people"):
        known["channel"] = site.home
    names = {external: name for name, external in site.people.items()}
    return Outgoing(body=words if isinstance(words, Text) else paragraph(words), names=names, **(known | rest))


async def sent(site: Site, words: Text | str, **rest: Any) -> Placed:  # noqa: ANN401 - as above
    return await site.platform.send(parcel(site, words, **rest))


def long(of: str, sentences: int = 900) -> str:
    """Return some 18,000 characters."""
    return " ".join(f"Sentence {n} of {of}." for n in range(sentences))


def whole(lines: list[Line]) -> str:
    return " ".join(" ".join(line.words for line in lines).split())


def places(site: Site) -> list[dict[str, Any]]:
    return [{"channel": site.home}, {"people": (site.people["Ana"],)}, {"people": tuple(site.people.values())}]


async def test_a_post_stands_in_its_channel_and_an_answer_in_its_thread(site: Site) -> None:
    root = await sent(site, "root")
    reply = await sent(site, "reply", key="k2", thread=root.parts[0])
    under = site.say("Ana", "a question", site.home)
    answer = await sent(site, "answer", key="k3", thread=under)

    assert [(m.message, m.thread, m.words) for m in site.said(site.home)] == [
        (*root.parts, None, "root"),
        (*reply.parts, *root.parts, "reply"),
        (*answer.parts, under, "answer"),
    ]
    assert {placed.channel for placed in (root, reply, answer)} == {site.home}


async def test_what_is_said_to_people_reaches_them_alone(site: Site) -> None:
    ana, bo = site.people["Ana"], site.people["Bo"]

    alone = [await sent(site, words, key=words, people=(ana,)) for words in ("one", "two")]
    together = [await sent(site, words, key=words, people=people) for words, people in _orders("both", ana, bo)]

    assert len({placed.channel for placed in alone}) == 1
    assert len({placed.channel for placed in together}) == 1
    assert site.members(alone[0].channel) == {ana}
    assert site.members(together[0].channel) == {ana, bo}
    assert [m.words for m in site.said(alone[0].channel)] == ["one", "two"]
    assert [m.words for m in site.said(together[0].channel)] == ["both ways", "both again"]
    assert site.said(site.home) == []


def _orders(words: str, one: str, two: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"{words} ways", (one, two)), (f"{words} again", (two, one))]


async def test_what_was_sent_is_found_under_its_key_and_no_other(site: Site) -> None:
    root = (await sent(site, "root", key="root")).parts[0]
    for number, place in enumerate([*places(site), {"channel": site.home, "thread": root}]):
        outgoing = parcel(site, f"words {number}", key=f"key {number}", **place)
        assert await site.platform.find(outgoing) is None
        placed = await site.platform.send(outgoing)
        assert await site.platform.find(outgoing) == placed
        assert await site.platform.find(parcel(site, f"words {number}", key="another", **place)) is None
        assert [m.words for m in site.said(placed.channel)].count(f"words {number}") == 1


@where("lose")
@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("place", range(4))
async def test_whose_answer_was_lost_is_found_where_it_arrived(site: Site, accepted: bool, place: int) -> None:  # noqa: FBT001 - a parameter of the test
    root = (await sent(site, "root", key="root")).parts[0]
    outgoing = parcel(site, "once", **[*places(site), {"channel": site.home, "thread": root}][place])
    site.lose("once", accepted=accepted)

    with pytest.raises(OutcomeUnknownError):
        await site.platform.send(outgoing)
    found = await site.platform.find(outgoing)
    assert (found is not None) is accepted
    placed = found or await site.platform.send(outgoing)

    assert [m.message for m in site.said(placed.channel) if m.words == "once"] == list(placed.parts)


@where("hide")
async def test_what_arrived_is_found_once_the_lag_is_over(site: Site) -> None:
    lag = site.platform.lag or timedelta(seconds=20)
    site.hide(lag)
    outgoing = parcel(site, "once")
    placed = await site.platform.send(outgoing)

    site.clock.at += lag

    assert await site.platform.find(outgoing) == placed


@where("wait")
async def test_who_asks_to_wait_says_how_long_and_takes_nothing(site: Site) -> None:
    site.wait("later", 30)

    with pytest.raises(RetryLaterError) as asked:
        await sent(site, "later")

    assert asked.value.after == timedelta(seconds=30)
    assert site.said(site.home) == []


@pytest.mark.parametrize("place", range(4))
async def test_a_long_message_arrives_whole_in_order_and_is_found(site: Site, place: int) -> None:
    under = site.say("Ana", "a question", site.home)
    outgoing = parcel(site, long("it"), **[*places(site), {"channel": site.home, "thread": under}][place])

    placed = await site.platform.send(outgoing)

    assert whole(site.said(placed.channel)) == long("it")
    assert [m.message for m in site.said(placed.channel)] == list(placed.parts)
    assert await site.platform.find(outgoing) == placed
    assert len(site.said(placed.channel)) == len(placed.parts)


@pytest.mark.parametrize("words", ["short", long("the first")])
async def test_an_edit_changes_what_was_said_and_twice_changes_nothing(site: Site, words: str) -> None:
    placed = await sent(site, words)
    change = parcel(site, "changed", kind="edit", key="k2", targets=placed.parts)

    for _ in range(2):
        await site.platform.send(change)
        assert whole(site.said(site.home)) == "changed"
        assert await site.platform.find(change) in {None, placed}


async def test_what_became_short_may_become_long_again(site: Site) -> None:
    placed = await sent(site, long("the first"))

    for key, words in enumerate(("short", long("the second", 300), "short again", "the end")):
        await sent(site, words, kind="edit", key=f"e{key}", targets=placed.parts)
        lines = site.said(site.home)
        assert whole(lines)[:200] == words[:200]
        assert placed.parts[0] == lines[0].message


@pytest.mark.parametrize("words", ["short", long("it")])
@pytest.mark.parametrize("place", range(3))
async def test_what_is_taken_back_is_gone_and_twice_changes_nothing(site: Site, words: str, place: int) -> None:
    placed = await sent(site, words, **places(site)[place])
    other = await sent(site, "other", key="k2", **places(site)[place])
    away = parcel(site, Text(), kind="delete", key="k3", channel=placed.channel, targets=placed.parts)

    for _ in range(2):
        await site.platform.send(away)
        assert [m.message for m in site.said(placed.channel)] == list(other.parts)


async def test_a_thread_is_read_oldest_first_without_its_root_and_the_bots_own(site: Site) -> None:
    root = (await sent(site, "root")).parts[0]
    elsewhere = (await sent(site, "elsewhere", key="k2")).parts[0]
    first = site.say("Ana", "first", site.home, root)
    await sent(site, "the bot's own", key="k3", thread=root)
    gone = site.say("Ana", "gone", site.home, root)
    second = site.say("Bo", "second", site.home, root)
    site.say("Bo", "another thread", site.home, elsewhere)
    site.say("Bo", "no thread", site.home)
    site.delete(gone, site.home)

    answers = [m for m in await site.platform.fetch(site.home, root) if isinstance(m, Said)]

    assert [(m.message, m.author, m.thread, written(m.text)) for m in answers] == [
        (first, site.people["Ana"], root, "first"),
        (second, site.people["Bo"], root, "second"),
    ]
    assert {m.channel for m in answers} == {site.home}
    assert [m.fact for m in await site.platform.fetch(site.home, root)] == [m.fact for m in answers]


async def test_a_long_thread_is_read_whole(site: Site) -> None:
    root = (await sent(site, "root")).parts[0]
    said = [site.say("Ana", f"answer {n}", site.home, root) for n in range(450)]

    answers = await site.platform.fetch(site.home, root)

    assert [m.message for m in answers if isinstance(m, Said)] == said


async def test_a_thread_that_is_not_there_any_more_has_no_answers(site: Site) -> None:
    root = await sent(site, "root")
    await sent(site, Text(), kind="delete", key="k2", targets=root.parts)

    assert list(await site.platform.fetch(site.home, root.parts[0])) == []


async def test_a_members_message_is_read_wherever_it_stands_until_it_is_gone(site: Site) -> None:
    root = site.say("Ana", "a question", site.home)
    replies = [site.say("Bo", f"reply {n}", site.home, root) for n in range(3)]
    ours = (await sent(site, "ours", thread=root)).parts[0]

    for message, author, thread, words in [
        (root, "Ana", None, "a question"),
        *((message, "Bo", root, f"reply {n}") for n, message in enumerate(replies)),
    ]:
        read = await site.platform.read(site.home, message)
        assert isinstance(read, Said)
        assert (read.message, read.author, read.thread, read.channel) == (
            message,
            site.people[author],
            thread,
            site.home,
        )
        assert written(read.text) == words
    site.delete(replies[1], site.home)
    site.delete(root, site.home)

    for message in (replies[1], root, ours):
        assert await site.platform.read(site.home, message) is None
    assert await site.platform.read(site.home, replies[2]) is not None


async def test_people_are_who_is_in_the_channel_and_not_the_bot(site: Site) -> None:
    there = await site.platform.people(site.home)

    assert sorted(there, key=lambda p: p.name) == [
        Profile(external=site.people[name], name=name, language=language, zone=zone)
        for name, (language, zone) in PEOPLE.items()
    ]


async def test_nobody_is_told_of_where_the_bot_is_not(site: Site) -> None:
    assert list(await site.platform.people(site.elsewhere)) == []
    assert list(await site.platform.people(NOWHERE)) == []


@where("apps")
@pytest.mark.parametrize("others", [0, 40])
async def test_bots_strangers_and_closed_accounts_are_not_addressable(site: SlackSite, others: int) -> None:
    double, people = site.double, list(site.people.values())
    people += [double.add_user(f"Member {n}") for n in range(others)]
    bot = double.add_user("helper", bot=True)
    stranger = double.add_user("Sam", stranger=True)
    guest = double.add_user("Gus", guest=True)
    closed = double.add_user("Zoe")
    channel = double.add_channel("mixed", [*people, bot, stranger, guest, closed], with_bot=True)
    double.deactivate(closed)

    there = await site.platform.people(channel)

    assert {p.external for p in there if p.addressable} == set(people)
    assert {p.external for p in there} >= {*people, bot, stranger, guest}
    assert double.bot_user not in {p.external for p in there}


async def _impossible(site: Site, **place: Any) -> Trouble | None:  # noqa: ANN401 - as ``parcel`` takes it
    with pytest.raises(ImpossibleError) as refused:
        await sent(site, PRIVATE, **place)
    assert "4711" not in str(refused.value)
    return refused.value.trouble


@where("absent")
async def test_a_channel_that_is_not_there_or_without_the_bot_is_absent(site: Site) -> None:
    assert await _impossible(site, channel=NOWHERE) is Trouble.ABSENT
    assert await _impossible(site, channel=site.elsewhere) is Trouble.ABSENT
    assert site.said(site.elsewhere) == []


@where("absent")
async def test_nobody_can_be_written_to_who_is_not_there(site: Site) -> None:
    assert await _impossible(site, people=(NOBODY,)) is Trouble.GONE
    assert await _impossible(site, people=(site.people["Ana"], NOBODY)) is Trouble.GONE


@where("archive")
async def test_an_archived_channel_takes_nothing(site: SlackSite) -> None:
    placed = await sent(site, "before")
    site.double.archive(site.home)

    assert await _impossible(site, key="k2") is Trouble.ARCHIVED
    assert await _impossible(site, key="k2", thread=placed.parts[0]) is Trouble.ARCHIVED
    assert await _impossible(site, key="k2", kind="edit", targets=placed.parts) is Trouble.ARCHIVED


@where("close")
@pytest.mark.parametrize("talked", [True, False])
async def test_a_closed_account_is_gone_and_an_app_cannot_be_reached(site: SlackSite, talked: bool) -> None:  # noqa: FBT001 - a parameter of the test
    ana, bo = site.people["Ana"], site.people["Bo"]
    if talked:
        await sent(site, "before", people=(bo,))
        await sent(site, "before", key="k2", people=(ana, bo))
    site.double.deactivate(bo)
    app = site.double.add_user("helper", bot=True)

    assert await _impossible(site, key="k3", people=(bo,)) is Trouble.GONE
    assert await _impossible(site, key="k3", people=(ana, bo)) is Trouble.GONE
    assert await _impossible(site, key="k3", people=(app,)) is Trouble.UNREACHABLE
    assert await _impossible(site, key="k3", people=(ana, app)) is Trouble.UNREACHABLE


@pytest.mark.parametrize("place", range(3))
async def test_whatever_a_message_holds_is_shown(site: Site, place: int) -> None:
    ana, bo = (MemberId(site.people[name]) for name in ("Ana", "Bo"))
    root = (await sent(site, "root", key="root")).parts[0]
    body = (
        paragraph("Hello ", Mention(ana), ", with ", Named(bo), " in ", ChannelLink(ChannelId(site.home)), ".")
        + paragraph("On ", Strong((When(datetime(2026, 11, 30, 9, tzinfo=UTC)),)), ": ", Code("digest now"), ".")
        + paragraph(
            Link((Plain("the guide"),), "https://example.org/guide?a=1&b=2"),
            " and ",
            MessageLink((Plain("the question"),), MessageId(f"{site.home}/{root}")),
        )
        + quote(paragraph("somebody’s words"))
        + bullets(paragraph("first"), paragraph("second"), ordered=True)
        + buttons(Button("b:yes", Plain("Yes")), Button("b:no", Plain("Not now")))
    )

    placed = await sent(site, body, **places(site)[place])

    (line,) = [m for m in site.said(placed.channel) if m.message in placed.parts]
    for shown in (
        f"Hello @Ana, with Bo in #{HOME}.",
        "Monday 30 November",
        "09:00",
        "digest now",
        "the guide and the question",
        "somebody’s words",
        "1. first",
        "2. second",
    ):
        assert shown in line.words
    assert line.called == {ana}
    assert "https://example.org/guide?a=1&b=2" in line.links
    assert line.buttons == ("Yes", "Not now")


@pytest.mark.parametrize(
    "words",
    [
        "<!channel> <!here> @here @channel @everyone",
        "<@U12345> <#C12345> <https://example.org|click>",
        "*bold* _slanted_ ~gone~ `code` **more**",
        "> no quote, & no &amp; entity &lt;b&gt;",
        "• no list, 1. nor a number, :wave:",
        "```no code```",
        '{"type": "button"}',
    ],
)
async def test_markup_typed_by_a_member_stays_words(site: Site, words: str) -> None:
    typed = parse("plain", lambda _: None)
    body = paragraph("Bo said: ") + quote(paragraph(words)) + typed + buttons(Button("b:x", Plain(words[:70])))
    placed = await sent(site, body)

    (line,) = site.said(placed.channel)
    assert words in line.words
    assert line.called == frozenset()
    assert line.links == ()
    assert line.buttons == (words[:70],)
