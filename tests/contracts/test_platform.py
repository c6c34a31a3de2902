"""What the engine may rely on, on every platform: what is said stands where it belongs, and is found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.text import Text
from bot.engine.platform import OutcomeUnknownError, RetryLaterError
from tests.contracts.parcels import long, parcel, places, sent, where, whole
from tests.contracts.site import Site


async def test_a_post_stands_in_its_channel_and_an_answer_in_its_thread(site: Site) -> None:
    root = await sent(site, "root")
    reply = await sent(site, "reply", key="k2", thread=root.parts[0])
    under = await site.say("Ana", "a question", site.home)
    answer = await sent(site, "answer", key="k3", thread=under)

    assert [(m.message, m.thread, m.words) for m in await site.said(site.home)] == [
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
    assert await site.members(alone[0].channel) == {ana}
    assert await site.members(together[0].channel) == {ana, bo}
    assert [m.words for m in await site.said(alone[0].channel)] == ["one", "two"]
    assert [m.words for m in await site.said(together[0].channel)] == ["both ways", "both again"]
    assert await site.said(site.home) == []


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
        assert [m.words for m in await site.said(placed.channel)].count(f"words {number}") == 1


@pytest.mark.parametrize("place", range(4))
async def test_it_is_found_however_much_was_said_since(site: Site, place: int) -> None:
    root = (await sent(site, "root", key="root")).parts[0]
    outgoing = parcel(site, long("it", 300), **[*places(site), {"channel": site.home, "thread": root}][place])
    placed = await site.platform.send(outgoing)
    await site.say_much("Ana", placed.channel, outgoing.thread)

    assert await site.platform.find(outgoing) == placed


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

    assert [m.message for m in await site.said(placed.channel) if m.words == "once"] == list(placed.parts)


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
    assert await site.said(site.home) == []


@pytest.mark.parametrize("place", range(4))
async def test_a_long_message_arrives_whole_in_order_and_is_found(site: Site, place: int) -> None:
    under = await site.say("Ana", "a question", site.home)
    outgoing = parcel(site, long("it"), **[*places(site), {"channel": site.home, "thread": under}][place])

    placed = await site.platform.send(outgoing)

    assert whole(await site.said(placed.channel)) == long("it")
    assert [m.message for m in await site.said(placed.channel)] == list(placed.parts)
    assert await site.platform.find(outgoing) == placed
    assert len(await site.said(placed.channel)) == len(placed.parts)


@pytest.mark.parametrize("words", ["short", long("the first")])
async def test_an_edit_changes_what_was_said_and_twice_changes_nothing(site: Site, words: str) -> None:
    placed = await sent(site, words)
    change = parcel(site, "changed", kind="edit", key="k2", targets=placed.parts)

    for _ in range(2):
        await site.platform.send(change)
        assert whole(await site.said(site.home)) == "changed"
        assert await site.platform.find(change) in {None, placed}


async def test_what_became_short_may_become_long_again(site: Site) -> None:
    placed = await sent(site, long("the first"))

    for key, words in enumerate(("short", long("the second", 300), "short again", "the end")):
        await sent(site, words, kind="edit", key=f"e{key}", targets=placed.parts)
        lines = await site.said(site.home)
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
        assert [m.message for m in await site.said(placed.channel)] == list(other.parts)
