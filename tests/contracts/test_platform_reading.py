"""What the engine may rely on, on every platform: what people wrote, and who is where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.incoming import Profile, Said
from bot.core.plain import written
from bot.core.text import Text
from tests.contracts.matrix import MatrixSite
from tests.contracts.parcels import sent, where
from tests.contracts.platforms import SlackSite
from tests.contracts.site import PEOPLE, Site


async def test_a_thread_is_read_oldest_first_without_its_root_and_the_bots_own(site: Site) -> None:
    root = (await sent(site, "root")).parts[0]
    elsewhere = (await sent(site, "elsewhere", key="k2")).parts[0]
    first = await site.say("Ana", "first", site.home, root)
    await sent(site, "the bot's own", key="k3", thread=root)
    gone = await site.say("Ana", "gone", site.home, root)
    second = await site.say("Bo", "second", site.home, root)
    await site.say("Bo", "another thread", site.home, elsewhere)
    await site.say("Bo", "no thread", site.home)
    await site.delete(gone, site.home)

    answers = [m for m in await site.platform.fetch(site.home, root) if isinstance(m, Said)]

    assert [(m.message, m.author, m.thread, written(m.text)) for m in answers] == [
        (first, site.people["Ana"], root, "first"),
        (second, site.people["Bo"], root, "second"),
    ]
    assert {m.channel for m in answers} == {site.home}
    assert [m.fact for m in await site.platform.fetch(site.home, root)] == [m.fact for m in answers]


async def test_a_long_thread_is_read_whole(site: Site) -> None:
    root = (await sent(site, "root")).parts[0]
    said = await site.say_much("Ana", site.home, root)

    answers = await site.platform.fetch(site.home, root)

    assert [m.message for m in answers if isinstance(m, Said)] == said


async def test_the_answers_stay_when_their_root_is_taken_back(site: Site) -> None:
    root = await sent(site, "root")
    first = await site.say("Ana", "first", site.home, root.parts[0])
    await sent(site, Text(), kind="delete", key="k2", targets=root.parts)

    answers = await site.platform.fetch(site.home, root.parts[0])

    assert [m.message for m in answers if isinstance(m, Said)] == [first]
    assert await site.said(site.home) == []


async def test_a_thread_that_is_not_there_any_more_has_no_answers(site: Site) -> None:
    root = await sent(site, "root")
    await sent(site, Text(), kind="delete", key="k2", targets=root.parts)

    assert list(await site.platform.fetch(site.home, root.parts[0])) == []


async def test_a_members_message_is_read_wherever_it_stands_until_it_is_gone(site: Site) -> None:
    root = await site.say("Ana", "a question", site.home)
    replies = [await site.say("Bo", f"reply {n}", site.home, root) for n in range(3)]
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
    await site.delete(replies[1], site.home)
    await site.delete(root, site.home)

    for message in (replies[1], root, ours):
        assert await site.platform.read(site.home, message) is None
    assert await site.platform.read(site.home, replies[2]) is not None


async def test_people_are_who_is_in_the_channel_and_not_the_bot(site: Site) -> None:
    there = await site.platform.people(site.home)

    known = {name: Profile(external=external, name=name) for name, external in site.people.items()}
    if "profiles" in site.able:
        for name, (language, zone) in PEOPLE.items():
            known[name] = replace(known[name], language=language, zone=zone)
    assert sorted(there, key=lambda p: p.name) == [*known.values()]


async def test_nobody_is_told_of_where_the_bot_is_not(site: Site) -> None:
    assert list(await site.platform.people(site.elsewhere)) == []
    assert list(await site.platform.people(site.nowhere)) == []


@where("apps")
@pytest.mark.parametrize("others", [0, 160])
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


@where("ignore")
async def test_whom_the_configuration_ignores_is_not_addressable(site: MatrixSite) -> None:
    ignored = await site.bring_ignored()

    there = {p.external: p.addressable for p in await site.platform.people(site.home)}

    assert there == {**dict.fromkeys(site.people.values(), True), ignored: False}
